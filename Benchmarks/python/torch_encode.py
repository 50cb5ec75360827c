"""Codes of a first batch by PyTorch, from a space that Latent made: the whole script is timed from outside."""

import argparse
import json
import pathlib

import numpy
import torch
from safetensors.torch import load_file


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("space", help="a folder NAME.latent of the method vae")
  parser.add_argument("batch", help="a NumPy array of pictures")
  parser.add_argument("--out", required=True)
  parser.add_argument("--threads", type=int, default=2)
  options = parser.parse_args()
  torch.set_num_threads(options.threads)
  space = pathlib.Path(options.space)
  json.loads((space / "space.json").read_text())
  weights = load_file(space / "weights.safetensors")
  linear = torch.nn.functional.linear
  with torch.inference_mode():
    x = torch.from_numpy(numpy.load(options.batch)).flatten(1)
    h = linear(x, weights["encoder.layers.0.weight"], weights["encoder.layers.0.bias"]).relu()
    codes = linear(h, weights["head.linear.weight"], weights["head.linear.bias"]).chunk(2, dim=1)[0]
  numpy.save(options.out, codes.numpy())


if __name__ == "__main__":
  main()
