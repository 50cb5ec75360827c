"""Layers: PyTorch modules, with parameters named as in their `state_dict`."""

import torch
from torch import nn
from torch.nn import functional as F

from golden import Draw, case


def module(name, op, layer, inputs, args=None, training=None, call=None, names=("output",)):
  """A case for a module whose parameters are redrawn and whose running statistics are kept."""
  draw = Draw(name)
  layer = layer.double()
  if training is not None:
    layer.train(training)
    args = dict(args or {}, training=training)
  inputs = {key: make(draw) for key, make in inputs.items()}
  parameters = {key: draw(*p.shape, low=-1, high=1) for key, p in layer.named_parameters()}
  buffers = {}
  for key, buffer in layer.named_buffers():
    if key in ("running_mean", "running_var"):
      drawn = draw.positive(*buffer.shape) if key.endswith("var") else draw(*buffer.shape)
      buffer.copy_(drawn)
      buffers[key] = buffer

  def run(inputs, parameters):
    positional, keywords = call(inputs) if call else (tuple(inputs.values()), {})
    result = torch.func.functional_call(layer, parameters, positional, keywords)
    result = result if isinstance(result, tuple) else (result,)
    outputs = dict(zip(names, result))
    outputs.update({key: value.clone() for key, value in layer.named_buffers() if key in buffers})
    return outputs

  return case(name, op, run, inputs, parameters, args, buffers)


def convolutions():
  def entry(name, kind, size, channels, outs, kernel, **args):
    layer = getattr(nn, kind)(channels, outs, kernel, **args)
    args = dict(args, kernel=kernel)
    shape = (2 if len(size) < 3 else 1, channels, *size)
    return module(name, kind, layer, {"input": lambda d: d(*shape)}, args)

  return [
    entry("conv1d", "Conv1d", (6,), 2, 3, 3),
    entry("conv1dStrideDilation", "Conv1d", (9,), 2, 2, 3, stride=2, padding=2, dilation=2),
    entry("conv1dNoBias", "Conv1d", (5,), 2, 2, 2, bias=False),
    entry("conv2d", "Conv2d", (4, 4), 2, 2, 3, padding=1),
    entry("conv2dStride", "Conv2d", (5, 4), 1, 3, 3, stride=2, padding=1),
    entry("conv2dGroups", "Conv2d", (3, 4), 4, 4, 2, groups=2),
    entry("conv2dDepthwiseDilation", "Conv2d", (5, 5), 2, 2, 3, dilation=2, padding=2, groups=2),
    entry("conv3d", "Conv3d", (3, 3, 3), 1, 2, 2),
    entry("conv3dStride", "Conv3d", (4, 3, 4), 1, 1, 3, stride=2, padding=1),
    entry("convTranspose1d", "ConvTranspose1d", (4,), 2, 2, 3),
    entry("convTranspose1dOutputPadding", "ConvTranspose1d", (3,), 2, 2, 3, stride=2, padding=1,
          output_padding=1),
    entry("convTranspose2d", "ConvTranspose2d", (2, 3), 2, 1, 3),
    entry("convTranspose2dStride", "ConvTranspose2d", (2, 2), 2, 2, 4, stride=2, padding=1),
    entry("convTranspose2dOutputPadding", "ConvTranspose2d", (2, 2), 2, 2, 3, stride=2, padding=1,
          output_padding=1),
    entry("convTranspose2dGroups", "ConvTranspose2d", (2, 2), 4, 4, 2, groups=2),
    entry("convTranspose3d", "ConvTranspose3d", (2, 2, 2), 1, 2, 2),
    entry("convTranspose3dOutputPadding", "ConvTranspose3d", (2, 2, 1), 1, 1, 3, stride=2,
          padding=1, output_padding=1),
  ]


def normalisations():
  def x(*shape):
    return {"input": lambda draw: draw(*shape)}

  cases = [
    module("layerNorm", "LayerNorm", nn.LayerNorm(5), x(3, 5), {"shape": [5]}),
    module("layerNormTwoAxes", "LayerNorm", nn.LayerNorm((2, 3)), x(2, 2, 3), {"shape": [2, 3]}),
    module("groupNorm", "GroupNorm", nn.GroupNorm(2, 4), x(2, 4, 3), {"groups": 2}),
    module("groupNormImages", "GroupNorm", nn.GroupNorm(3, 3), x(2, 3, 2, 2), {"groups": 3}),
    module("instanceNorm2d", "InstanceNorm2d", nn.InstanceNorm2d(2), x(2, 2, 3, 2)),
    module("instanceNorm2dAffine", "InstanceNorm2d", nn.InstanceNorm2d(2, affine=True),
           x(2, 2, 2, 3), {"affine": True}),
    module("rmsNorm", "RMSNorm", nn.RMSNorm(4, eps=1e-6), x(3, 4), {"shape": [4], "eps": 1e-6}),
  ]
  for training in (True, False):
    suffix = "Training" if training else "Evaluation"
    cases += [
      module(f"batchNorm1d{suffix}", "BatchNorm1d", nn.BatchNorm1d(3), x(5, 3), training=training),
      module(f"batchNorm2d{suffix}", "BatchNorm2d", nn.BatchNorm2d(2), x(2, 2, 2, 3),
             training=training),
    ]
  return cases


def sequences():
  def causal(inputs):
    x = inputs["input"]
    mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=torch.float64)
    return (x, x, x), {"attn_mask": mask, "need_weights": False}

  def full(inputs):
    return (inputs["input"],) * 3, {"need_weights": False}

  def cross(inputs):
    return (inputs["query"], inputs["key"], inputs["value"]), {"need_weights": False}

  def cell(inputs):
    return (inputs["input"], (inputs["hidden"], inputs["cell"])), {}

  def masked(inputs):
    mask = nn.Transformer.generate_square_subsequent_mask(
      inputs["input"].shape[1], dtype=torch.float64)
    return (inputs["input"],), {"src_mask": mask, "is_causal": True}

  def attention():
    return nn.MultiheadAttention(4, 2, batch_first=True)

  def block():
    return nn.TransformerEncoderLayer(
      4, 2, 6, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)

  x = {"input": lambda d: d(2, 3, 4)}
  recurrent = {"input": lambda d: d(2, 3), "hidden": lambda d: d(2, 2)}
  heads = {"embedding": 4, "heads": 2}
  layer = {"embedding": 4, "heads": 2, "feedForward": 6, "activation": "gelu", "normFirst": True}
  return [
    module("embedding", "Embedding", nn.Embedding(5, 3),
           {"input": lambda d: d.integers(2, 4, below=5)}, {"count": 5, "features": 3}),
    module("lstmCell", "LSTMCell", nn.LSTMCell(3, 2), dict(recurrent, cell=lambda d: d(2, 2)),
           call=cell, names=("hidden", "cell")),
    module("gruCell", "GRUCell", nn.GRUCell(3, 2), recurrent, names=("hidden",)),
    module("rnnCell", "RNNCell", nn.RNNCell(3, 2), recurrent, names=("hidden",)),
    module("rnnCellReLU", "RNNCell", nn.RNNCell(3, 2, nonlinearity="relu"), recurrent,
           {"nonlinearity": "relu"}, names=("hidden",)),
    module("multiheadAttention", "MultiheadAttention", attention(), x,
           dict(heads, causal=False), call=full),
    module("multiheadAttentionCausal", "MultiheadAttention", attention(), x,
           dict(heads, causal=True), call=causal),
    module("multiheadAttentionCross", "MultiheadAttention", attention(),
           {"query": lambda d: d(1, 2, 4), "key": lambda d: d(1, 3, 4),
            "value": lambda d: d(1, 3, 4)}, dict(heads, causal=False), call=cross),
    module("transformerEncoderLayer", "TransformerEncoderLayer", block(), x,
           dict(layer, causal=False)),
    module("transformerEncoderLayerCausal", "TransformerEncoderLayer", block(), x,
           dict(layer, causal=True), call=masked),
  ]


def functions():
  """Layers without parameters: the args are PyTorch's keyword arguments."""
  cases = []

  def add(name, op, function, *shape, low=-3.0, high=3.0, **args):
    inputs = {"input": Draw(name)(*shape, low=low, high=high)}
    cases.append(case(name, op, lambda i, p: {"output": function(i["input"], **args)}, inputs,
                      args=args))

  add("maxPool1d", "maxPool1d", F.max_pool1d, 2, 2, 6, kernel_size=2)
  add("maxPool2d", "maxPool2d", F.max_pool2d, 1, 2, 4, 4, kernel_size=2)
  add("maxPool2dOverlapping", "maxPool2d", F.max_pool2d, 1, 2, 5, 5, kernel_size=3, stride=2,
      padding=1)
  add("maxPool3d", "maxPool3d", F.max_pool3d, 1, 1, 4, 2, 4, kernel_size=2)
  add("avgPool1d", "avgPool1d", F.avg_pool1d, 2, 2, 6, kernel_size=3, stride=2)
  add("avgPool2d", "avgPool2d", F.avg_pool2d, 1, 2, 4, 4, kernel_size=2)
  add("avgPool2dPadded", "avgPool2d", F.avg_pool2d, 1, 1, 5, 4, kernel_size=3, stride=2, padding=1)
  add("avgPool3d", "avgPool3d", F.avg_pool3d, 1, 1, 2, 4, 2, kernel_size=2)
  add("adaptiveAvgPool1d", "adaptiveAvgPool1d", F.adaptive_avg_pool1d, 1, 2, 5, output_size=3)
  add("adaptiveAvgPool2d", "adaptiveAvgPool2d", F.adaptive_avg_pool2d, 1, 2, 5, 4,
      output_size=[2, 3])
  add("adaptiveMaxPool2d", "adaptiveMaxPool2d", F.adaptive_max_pool2d, 1, 2, 4, 5,
      output_size=[2, 2])
  add("interpolateNearest", "interpolate", F.interpolate, 1, 2, 2, 3, scale_factor=2,
      mode="nearest")
  add("interpolateNearestDown", "interpolate", F.interpolate, 1, 1, 5, 4, size=[3, 2],
      mode="nearest")
  add("interpolateBilinear", "interpolate", F.interpolate, 1, 2, 2, 3, scale_factor=2,
      mode="bilinear", align_corners=False)
  add("interpolateBilinearCorners", "interpolate", F.interpolate, 1, 1, 3, 2, size=[5, 3],
      mode="bilinear", align_corners=True)
  for name, function, args in [
    ("relu", F.relu, {}), ("gelu", F.gelu, {}), ("geluTanh", F.gelu, {"approximate": "tanh"}),
    ("silu", F.silu, {}), ("elu", F.elu, {"alpha": 0.7}),
    ("leakyRelu", F.leaky_relu, {"negative_slope": 0.2}),
    ("softplus", F.softplus, {}), ("softplusSharp", F.softplus, {"beta": 3.0, "threshold": 2.0}),
    ("tanh", torch.tanh, {}), ("sigmoid", torch.sigmoid, {}), ("mish", F.mish, {}),
    ("hardtanh", F.hardtanh, {"min_val": -0.5, "max_val": 1.25}),
    ("selu", F.selu, {}), ("logSigmoid", F.logsigmoid, {}), ("relu6", F.relu6, {}),
  ]:
    op = {"geluTanh": "gelu", "softplusSharp": "softplus"}.get(name, name)
    add(name, op, function, 12, low=-8 if name == "relu6" else -4, high=8, **args)
  add("softmax", "softmax", F.softmax, 3, 4, dim=-1)
  add("softmaxFirstAxis", "softmax", F.softmax, 3, 4, dim=0)
  add("logSoftmax", "logSoftmax", F.log_softmax, 3, 4, dim=-1)
  add("padReflect", "pad", F.pad, 1, 1, 3, 4, pad=[2, 1, 1, 2], mode="reflect")
  add("padReplicate", "pad", F.pad, 1, 1, 2, 3, pad=[1, 2, 2, 1], mode="replicate")
  add("padConstant", "pad", F.pad, 1, 2, 2, 2, pad=[1, 0, 0, 2], mode="constant", value=0.75)
  add("padCrop", "pad", F.pad, 2, 5, pad=[-1, 1], mode="constant", value=0.0)
  add("padReflect1d", "pad", F.pad, 1, 2, 4, pad=[2, 3], mode="reflect")
  add("pixelShuffle", "pixelShuffle", F.pixel_shuffle, 1, 8, 2, 2, upscale_factor=2)
  add("pixelUnshuffle", "pixelUnshuffle", F.pixel_unshuffle, 1, 1, 4, 6, downscale_factor=2)
  return cases


def cases():
  linear = [
    module("linear", "Linear", nn.Linear(4, 3), {"input": lambda d: d(2, 4)}),
    module("linearNoBias", "Linear", nn.Linear(3, 2, bias=False), {"input": lambda d: d(2, 2, 3)},
           {"bias": False}),
  ]
  return linear + convolutions() + normalisations() + sequences() + functions()
