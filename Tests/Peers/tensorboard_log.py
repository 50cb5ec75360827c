"""Prints what TensorBoard reads in a folder of runs, as JSON: run by ExchangeTests."""

import json
import sys

from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.plugins.hparams import metadata
from tensorboard.util import tensor_util

multiplexer = plugin_event_multiplexer.EventMultiplexer(
    size_guidance=None, tensor_size_guidance={"scalars": 0, "images": 0, "text": 0}
)
multiplexer.AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()
answer = {}
for run in multiplexer.Runs():
    accumulator = multiplexer.GetAccumulator(run)
    found = {"scalars": {}, "images": {}, "text": {}, "hparams": {}, "status": None}
    for tag in accumulator.Tags()["tensors"]:
        plugin = accumulator.SummaryMetadata(tag).plugin_data
        events = accumulator.Tensors(tag)
        values = [tensor_util.make_ndarray(event.tensor_proto) for event in events]
        if plugin.plugin_name == "scalars":
            found["scalars"][tag] = [[e.step, float(v)] for e, v in zip(events, values)]
        elif plugin.plugin_name == "images":
            width, height, picture = (values[0][i] for i in range(3))
            found["images"][tag] = [int(width), int(height), picture[:4].hex()]
        elif plugin.plugin_name == "text":
            found["text"][tag] = values[0].ravel()[0].decode()
        elif tag == metadata.SESSION_START_INFO_TAG:
            info = metadata.parse_session_start_info_plugin_data(plugin.content)
            for name, value in info.hparams.items():
                found["hparams"][name] = getattr(value, value.WhichOneof("kind"))
        elif tag == metadata.SESSION_END_INFO_TAG:
            found["status"] = metadata.parse_session_end_info_plugin_data(plugin.content).status
    answer[run] = found
print(json.dumps(answer))
