"""Batches of stored vectors for the peers that train dictionaries, and how a dictionary is judged."""

import argparse
import time

import numpy
import torch


def options(about):
  """The command line of such a peer, read, with its threads and seed set."""
  parser = argparse.ArgumentParser(description=about)
  parser.add_argument("train", help="a NumPy array, a row for each vector, scaled")
  parser.add_argument("test")
  parser.add_argument("--units", type=int, default=16384)
  parser.add_argument("--active", type=int, default=32)
  parser.add_argument("--batch", type=int, default=4096)
  parser.add_argument("--warmup", type=int, default=1)
  parser.add_argument("--steps", type=int, default=3)
  parser.add_argument("--rate", type=float, default=1e-3)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--seed", type=int, default=1)
  chosen = parser.parse_args()
  torch.set_num_threads(chosen.threads)
  torch.manual_seed(chosen.seed)
  return chosen


class Batches:
  """Shuffled batches without end; the clock starts when the first after the warm-up is asked for."""

  def __init__(self, vectors, batch, warmup):
    self.vectors, self.batch, self.warmup = vectors, batch, warmup
    self.given, self.order, self.began = 0, None, None

  def __iter__(self):
    return self

  def __next__(self):
    if self.given == self.warmup:
      self.began = time.perf_counter()
    each = len(self.vectors) // self.batch
    if self.given % each == 0:
      self.order = torch.randperm(len(self.vectors))
    start = self.given % each * self.batch
    self.given += 1
    return self.vectors[self.order[start : start + self.batch]]

  def rate(self):
    """Vectors a second since the warm-up."""
    return (self.given - self.warmup) * self.batch / (time.perf_counter() - self.began)


def load(path):
  return torch.from_numpy(numpy.load(path))


@torch.no_grad()
def normalised_error(reconstruct, test):
  """The share of the variance of `test` that reconstructions leave."""
  left = sum((reconstruct(x) - x).square().sum().item() for x in test.split(1024))
  return left / (test - test.mean(0)).square().sum().item()
