"""The common form of a golden case: inputs on a decimal grid, outputs and gradients in float64."""

import json
import math
import zlib

import numpy
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

# Output weights: one decimal, no period shared with the small shapes used, no zero.
WEIGHTS = [0.9, -0.4, 0.6, -1.1, 0.3, 0.7, -0.8, 1.2, -0.5, 0.2, -0.7]


class Draw:
  """Tensors of two-decimal numbers for one case, from the case's own name."""

  def __init__(self, name):
    self.generator = numpy.random.RandomState(zlib.crc32(name.encode()))

  def __call__(self, *shape, low=-2.0, high=2.0):
    """Numbers without repetition and without zero, so that neither ties nor kinks are hit."""
    count = math.prod(shape)
    grid = numpy.arange(round(low * 100), round(high * 100) + 1)
    grid = grid[grid != 0]
    if count > len(grid):
      raise ValueError(f"{shape} needs {count} different numbers, the grid has {len(grid)}")
    return torch.tensor(self.generator.permutation(grid)[:count] / 100.0).reshape(shape)

  def positive(self, *shape, low=0.2, high=3.0):
    return self(*shape, low=low, high=high)

  def unit(self, *shape):
    return self(*shape, low=0.03, high=0.97)

  def integers(self, *shape, below):
    return torch.tensor(self.generator.randint(0, below, size=shape), dtype=torch.int64)

  def definite(self, size):
    """A symmetric, positive definite matrix of two-decimal numbers."""
    root = self(size, size).numpy()
    matrix = numpy.round(root @ root.T + 0.5 * numpy.eye(size), 2)
    return torch.tensor((matrix + matrix.T) / 2)


def number(value):
  """A number as JSON: integers whole, the rest as short as float32 allows."""
  if isinstance(value, (bool, int)):
    return int(value)
  single = float(str(numpy.float32(value)))
  if not math.isfinite(single):
    raise ValueError("a fixture holds finite numbers only")
  return int(single) if single == int(single) and abs(single) < 1e6 else single


def array(tensor):
  tensor = tensor.detach()
  return {"shape": list(tensor.shape), "values": [number(v) for v in tensor.flatten().tolist()]}


def arrays(tensors):
  return {name: array(tensor) for name, tensor in tensors.items()}


def printed(tensor):
  """The tensor as a reader of the fixture finds it."""
  if not tensor.is_floating_point():
    return tensor
  return torch.tensor([float(number(v)) for v in tensor.flatten().tolist()]).reshape(tensor.shape)


def weighting(tensor):
  flat = [WEIGHTS[i % len(WEIGHTS)] for i in range(tensor.numel())]
  return torch.tensor(flat).reshape(tensor.shape)


def case(name, op, run, inputs, parameters=None, args=None, buffers=None, plain=(),
         relative=1e-5, absolute=1e-6):
  """Runs `run(inputs, parameters)` (a dictionary of outputs) and records it.

  Every real output that is not named in `plain` enters the scalar whose gradients are kept.
  """
  parameters = parameters or {}
  before = {key: value.clone() for key, value in (buffers or {}).items()}
  leaves = {}
  for source in (inputs, parameters):
    for key, value in source.items():
      source[key] = printed(value.detach())
      if value.is_floating_point():
        leaves[key] = source[key].requires_grad_()
  outputs = run(inputs, parameters)
  weights = {
    key: weighting(value) for key, value in outputs.items()
    if key not in plain and value.requires_grad
  }
  record = {"name": name, "op": op, "args": args or {}, "inputs": arrays(inputs)}
  record["parameters"] = arrays(parameters)
  if before:
    record["buffers"] = arrays(before)
  record["outputs"] = arrays(outputs)
  record["weights"] = arrays(weights)
  gradients = {}
  if weights and leaves:
    total = sum((outputs[key] * weight).sum() for key, weight in weights.items())
    found = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    gradients = {key: value for key, value in zip(leaves, found) if value is not None}
  record["gradients"] = arrays(gradients)
  record["relative"] = relative
  record["absolute"] = absolute
  return record


def write(path, cases):
  """One case a line, so that a change of a case is a change of a line."""
  names = [record["name"] for record in cases]
  if len(names) != len(set(names)):
    raise ValueError(f"{path}: two cases share a name")
  lines = [json.dumps(record, separators=(",", ":"), allow_nan=False) for record in cases]
  for name, line in zip(names, lines):
    if len(line) > 20_000:
      raise ValueError(f"{path}: case {name} takes {len(line)} bytes, the limit is 20,000")
  version = torch.__version__.split("+")[0]
  text = f'{{"torch":"{version}","cases":[\n' + ",\n".join(lines) + "\n]}\n"
  path.write_text(text)
  print(f"{path.name}: {len(cases)} cases, {len(text)} bytes")
