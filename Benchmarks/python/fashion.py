"""Fashion-MNIST from its gzipped IDX files, and the figures that every peer reports."""

import gzip
import json
import pathlib
import resource
import sys

import torch

DEBIAN = pathlib.Path("/usr/share/datasets/fashion-mnist")
SETUP = pathlib.Path(__file__).resolve().parents[2] / ".venv/share/latent/fashion-mnist"
DEFAULT = str(DEBIAN if DEBIAN.exists() else SETUP)


def images(folder, part):
  """The images of `train` or `t10k` as a uint8 tensor [count, 784]."""
  path = pathlib.Path(folder) / f"{part}-images-idx3-ubyte.gz"
  data = gzip.decompress(path.read_bytes())
  header = [int.from_bytes(data[i : i + 4], "big") for i in range(0, 16, 4)]
  magic, count, rows, columns = header
  if magic != 0x803 or len(data) != 16 + count * rows * columns:
    sys.exit(f"{path}: not an IDX file of images")
  return torch.frombuffer(bytearray(data[16:]), dtype=torch.uint8).reshape(count, rows * columns)


def peak():
  """The largest resident set the process has had so far, bytes."""
  return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def report(**figures):
  """Prints the one JSON line; peak memory is of the whole process unless `figures` has it."""
  print(json.dumps({"peak_memory_bytes": peak(), **figures, "torch": torch.__version__}))
