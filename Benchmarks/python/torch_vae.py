"""A VAE in plain PyTorch, eager or compiled, written for speed as a PyTorch programmer would write it."""

import argparse
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

import fashion

LATENTS = 20


def mlp():
  encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 2 * LATENTS))
  decoder = nn.Sequential(nn.Linear(LATENTS, 400), nn.ReLU(), nn.Linear(400, 784))
  return encoder, decoder


def conv():
  encoder = nn.Sequential(
    nn.Unflatten(1, (1, 28, 28)),
    nn.Conv2d(1, 32, 4, stride=2, padding=1), nn.ReLU(),
    nn.Conv2d(32, 64, 4, stride=2, padding=1), nn.ReLU(),
    nn.Flatten(),
    nn.Linear(3136, 256), nn.ReLU(),
    nn.Linear(256, 2 * LATENTS),
  )
  decoder = nn.Sequential(
    nn.Linear(LATENTS, 256), nn.ReLU(),
    nn.Linear(256, 3136), nn.ReLU(),
    nn.Unflatten(1, (64, 7, 7)),
    nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), nn.ReLU(),
    nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1),
    nn.Flatten(),
  )
  return encoder, decoder


class VAE(nn.Module):
  def __init__(self, parts):
    super().__init__()
    self.encoder, self.decoder = parts

  def forward(self, x):
    """The negative ELBO in nats, summed over the batch; mean and log variance are one layer."""
    mean, log_variance = self.encoder(x).chunk(2, dim=1)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + log_variance - mean.square() - log_variance.exp())
    return reconstruction + divergence


def optimiser(model, kind):
  options = {"fused": {"fused": True}, "foreach": {"foreach": True}, "loop": {"foreach": False}}
  return torch.optim.Adam(model.parameters(), lr=1e-3, **options[kind])


def batches(data, size, whole):
  """One epoch in random order; `whole` leaves out the last, smaller batch."""
  order = torch.randperm(len(data), device=data.device)
  end = len(data) - len(data) % size if whole else len(data)
  for start in range(0, end, size):
    batch = data.index_select(0, order[start : start + size])
    yield batch if batch.is_floating_point() else batch.float().div_(255)


def endless(data, size):
  while True:
    yield from batches(data, size, whole=True)


def step(model, adam, x):
  adam.zero_grad(set_to_none=True)
  loss = model(x) / len(x)
  loss.backward()
  adam.step()


def now(device):
  if device == "cuda":
    torch.cuda.synchronize()
  return time.perf_counter()


def measure(options, model, adam, data):
  source = endless(data, options.batch)
  for _ in range(options.warmup):
    step(model, adam, next(source))
  start = now(options.device)
  for _ in range(options.steps):
    step(model, adam, next(source))
  seconds = now(options.device) - start
  rate = options.steps * options.batch / seconds
  figures = {
    "steps": options.steps, "seconds": seconds, "items_per_second": rate, "value": rate,
    "version": f"PyTorch {torch.__version__}", "peak_memory_bytes": fashion.peak(),
  }
  if options.evaluate:
    figures["quality"] = -evaluate(model, test_images(options))
  return figures


@torch.no_grad()
def evaluate(model, data):
  return sum(model(x).item() for x in data.split(1000)) / len(data)


def test_images(options):
  return fashion.images(options.data, "t10k").to(options.device).float().div_(255)


def train(options, model, adam, data):
  test = test_images(options)
  found, seconds = [], 0.0
  for epoch in range(options.epochs):
    start = now(options.device)
    for x in batches(data, options.batch, whole=False):
      step(model, adam, x)
    seconds += now(options.device) - start
    if options.evaluate:
      found.append(round(evaluate(model, test), 3))
      print(f"epoch {epoch + 1}: {found[-1]} nats", file=sys.stderr)
  return {
    "epochs": options.epochs, "seconds": seconds, "test_negative_elbo": found,
    "items_per_second": options.epochs * len(data) / seconds,
  }


def arguments():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--model", choices=["mlp", "conv"], default="mlp")
  parser.add_argument("--batch", type=int, default=128)
  parser.add_argument("--steps", type=int, default=500, help="timed steps")
  parser.add_argument("--warmup", type=int, default=50, help="steps before the clock starts")
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
  parser.add_argument("--data", default=fashion.DEFAULT, help="folder of the gzipped IDX files")
  parser.add_argument("--seed", type=int, default=1)
  parser.add_argument("--epochs", type=int, help="train whole epochs instead of timing steps")
  parser.add_argument("--evaluate", action="store_true", help="test ELBO after every epoch, or after the steps")
  parser.add_argument("--storage", choices=["float", "uint8"], default="float")
  parser.add_argument("--adam", choices=["fused", "foreach", "loop"], default="fused")
  parser.add_argument("--compile", action="store_true", help="torch.compile, with its C++ for the CPU")
  parser.add_argument("--channels-last", action="store_true", help="memory format of the weights")
  return parser.parse_args()


def main():
  options = arguments()
  torch.set_num_threads(options.threads)
  torch.manual_seed(options.seed)
  data = fashion.images(options.data, "train").to(options.device)
  if options.storage == "float":
    data = data.float().div_(255)
  model = VAE({"mlp": mlp, "conv": conv}[options.model]()).to(options.device)
  if options.channels_last:
    model = model.to(memory_format=torch.channels_last)
  adam = optimiser(model, options.adam)
  if options.compile:
    # The network and its loss, forward and backward; the optimiser is fused already.
    model.compile()
  figures = (train if options.epochs else measure)(options, model, adam, data)
  fashion.report(
    peer="pytorch", model=options.model, batch=options.batch, device=options.device,
    threads=torch.get_num_threads(), **figures)


if __name__ == "__main__":
  main()
