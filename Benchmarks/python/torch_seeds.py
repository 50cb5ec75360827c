"""Seeds of a small VAE in PyTorch eager, one after another in one process, each saved at its end."""

import argparse
import pathlib

import numpy
import torch
from torch import nn

import fashion
from torch_vae import VAE, batches, evaluate, optimiser, step

SEEDS, LATENTS, HIDDEN = 8, 4, 32


def make():
  encoder = nn.Sequential(nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * LATENTS))
  decoder = nn.Sequential(nn.Linear(LATENTS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 64))
  return VAE((encoder, decoder))


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("folder", help="where digits-train.npy and digits-test.npy are")
  parser.add_argument("--epochs", type=int, default=200)
  parser.add_argument("--batch", type=int, default=128)
  parser.add_argument("--seed", type=int, default=100, help="the first of the seeds")
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--judge", action="store_true", help="print the test bound of what was saved")
  options = parser.parse_args()
  torch.set_num_threads(options.threads)
  folder = pathlib.Path(options.folder)
  bounds = []
  for seed in range(options.seed, options.seed + SEEDS):
    torch.manual_seed(seed)
    saved = folder / f"torch-{seed}.pt"
    model = make()
    if options.judge:
      model.load_state_dict(torch.load(saved))
      bounds.append(-evaluate(model, torch.from_numpy(numpy.load(folder / "digits-test.npy"))))
      continue
    data = torch.from_numpy(numpy.load(folder / "digits-train.npy"))
    adam = optimiser(model, "fused")
    for _ in range(options.epochs):
      for x in batches(data, options.batch, whole=False):
        step(model, adam, x)
    torch.save(model.state_dict(), saved)
  fashion.report(
    peer="pytorch", version=f"PyTorch {torch.__version__}", value=0,
    quality=sum(bounds) / len(bounds) if bounds else None)


if __name__ == "__main__":
  main()
