"""Prints what TensorBoard's projector answers of a folder, as JSON: run by ExchangeTests."""

import io
import json
import sys
import time
import urllib.parse

import numpy as np
from PIL import Image
from tensorboard.backend import application
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins import base_plugin
from tensorboard.plugins.projector import projector_plugin
from werkzeug import test, wrappers

folder = sys.argv[1]
multiplexer = plugin_event_multiplexer.EventMultiplexer()
provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
context = base_plugin.TBContext(logdir=folder, data_provider=provider)
plugin = projector_plugin.ProjectorPlugin(context)
server = application.TensorBoardWSGI([plugin], data_provider=provider)
client = test.Client(server, wrappers.Response)


def get(path):
    answer = client.get("/data/plugin/projector/" + path)
    assert answer.status_code == 200, (path, answer.status_code, answer.data)
    return answer.data


runs = json.loads(get("runs"))
info = json.loads(get(f"info?run={runs[0]}"))
embedding = info["embeddings"][0]
name = urllib.parse.urlencode({"name": embedding["tensorName"], "run": runs[0]})
tensor = np.frombuffer(get("tensor?" + name), np.float32).reshape(embedding["tensorShape"])
metadata = get("metadata?" + name).decode().splitlines()
for _ in range(100):
    # It looks in a thread of its own, which the first question starts.
    if plugin.is_active():
        break
    time.sleep(0.1)
answer = {
    "active": plugin.is_active(),
    "name": embedding["tensorName"],
    "shape": embedding["tensorShape"],
    "first": tensor[0].tolist(),
    "metadata": [metadata[0], len(metadata)],
}
if "sprite" in embedding:
    answer["sprite"] = list(Image.open(io.BytesIO(get("sprite_image?" + name))).size)
    answer["dimensions"] = embedding["sprite"]["singleImageDim"]
print(json.dumps(answer))
