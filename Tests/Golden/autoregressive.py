"""Masked networks: what PyTorch makes of a tiny gated PixelCNN; run it to write autoregressive.json."""

import pathlib

import golden
from golden import Draw, case
from torch.nn import functional as F


def masked(weight, sees_itself):
  """The weight with what comes after its middle in reading order, and at times the middle, at 0."""
  side = weight.shape[-1]
  flat = weight.flatten(2)
  middle = side * side // 2 + (1 if sees_itself else 0)
  kept = F.pad(flat[:, :, :middle], (0, side * side - middle))
  return kept.reshape(weight.shape)


def pixel_cnn(windows, channels, maps, name):
  draw = Draw(name)
  shapes = {
    "first.weight": (channels, 2, windows[0], windows[0]), "first.bias": (channels,),
    "context.weight": (channels, maps, 1, 1),
    "output.weight": (2, channels, 1, 1), "output.bias": (2,)}
  for i, side in enumerate(windows[1:]):
    shapes |= {
      f"layers.{i}.window.weight": (2 * channels, channels, side, side),
      f"layers.{i}.window.bias": (2 * channels,),
      f"layers.{i}.context.weight": (2 * channels, maps, 1, 1),
      f"layers.{i}.output.weight": (channels, channels, 1, 1),
      f"layers.{i}.output.bias": (channels,)}
  parameters = {key: draw(*shape, low=-1, high=1) for key, shape in shapes.items()}
  inputs = {"input": draw(2, 2, 4, 3), "maps": draw(2, maps, 4, 3)}

  def run(inputs, p):
    x, context = inputs["input"], inputs["maps"]
    h = F.conv2d(x, masked(p["first.weight"], False), p["first.bias"], padding=windows[0] // 2)
    h = h + F.conv2d(context, p["context.weight"])
    for i, side in enumerate(windows[1:]):
      at = f"layers.{i}."
      weight = masked(p[at + "window.weight"], True)
      both = F.conv2d(h, weight, p[at + "window.bias"], padding=side // 2)
      a, b = (both + F.conv2d(context, p[at + "context.weight"])).chunk(2, 1)
      gated = a.tanh() * b.sigmoid()
      h = h + F.conv2d(gated, p[at + "output.weight"], p[at + "output.bias"])
    return {"output": F.conv2d(h.relu(), p["output.weight"], p["output.bias"])}

  args = {"windows": windows, "channels": channels, "maps": maps}
  return case(name, "PixelCNN", run, inputs, parameters, args)


if __name__ == "__main__":
  here = pathlib.Path(__file__).resolve().parent
  golden.write(here / "autoregressive.json",
               [pixel_cnn([3, 1], 2, 1, "pixelCNN"), pixel_cnn([3, 3], 2, 2, "pixelCNNDeep")])
