"""The encode function of `latent serve` as a FastAPI and PyTorch user would write it.

The network is the encoder of a `latent fit vae` space (784-400-40, of which the first 20 are the means), its
weights read from the space's safetensors. Started by uvicorn: `serve_fastapi.py WEIGHTS PORT WORKERS`.
"""

import os
import sys

import fastapi
import pydantic
import torch
import uvicorn
from safetensors.torch import load_file
from torch import nn


class Encoder(nn.Module):
  def __init__(self, weights):
    super().__init__()
    names = [n[: -len(".weight")] for n in weights if n.startswith(("encoder.", "head.")) and n.endswith(".weight")]
    names = sorted(names, key=lambda n: -weights[n + ".weight"].shape[1])
    shapes = [tuple(weights[n + ".weight"].shape) for n in names]
    assert shapes == [(400, 784), (40, 400)], (names, shapes)
    layers = []
    for name in names:
      weight = weights[name + ".weight"]
      layer = nn.Linear(weight.shape[1], weight.shape[0])
      layer.weight.data.copy_(weight)
      layer.bias.data.copy_(weights[name + ".bias"])
      layers += [layer, nn.ReLU()]
    self.layers = nn.Sequential(*layers[:-1])

  def forward(self, x):
    return self.layers(x)[:, :20]


class Examples(pydantic.BaseModel):
  inputs: list[list[float]]


app = fastapi.FastAPI()
torch.set_num_threads(1)
encoder = Encoder(load_file(os.environ["LATENT_WEIGHTS"])).eval() if "LATENT_WEIGHTS" in os.environ else None


@app.post("/encode")
async def encode(examples: Examples):
  with torch.inference_mode():
    return {"codes": encoder(torch.tensor(examples.inputs)).tolist()}


if __name__ == "__main__":
  os.environ["LATENT_WEIGHTS"] = sys.argv[1]
  sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
  uvicorn.run(
    "serve_fastapi:app", host="127.0.0.1", port=int(sys.argv[2]), workers=int(sys.argv[3]),
    log_level="warning", access_log=False)
