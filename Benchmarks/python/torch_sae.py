"""A top-k sparse autoencoder in PyTorch as it was published: dense products, the codes scattered into a dense matrix.

After Gao et al., arXiv:2406.04093, and the model of github.com/openai/sparse_autoencoder in its plain PyTorch form.
"""

import torch
from fashion import peak, report
from torch.nn import functional as F
from vectors import Batches, load, normalised_error, options


class TopK(torch.nn.Module):
  def __init__(self, width, units, active, start):
    super().__init__()
    directions = F.normalize(torch.randn(units, width), dim=1)
    self.decoder = torch.nn.Parameter(directions.clone())
    self.encoder = torch.nn.Parameter(directions.clone())
    self.bias = torch.nn.Parameter(torch.zeros(units))
    self.offset = torch.nn.Parameter(start.clone())
    self.active = active

  def forward(self, x):
    read = F.linear(x - self.offset, self.encoder, self.bias)
    values, places = torch.topk(read, self.active, dim=-1)
    codes = torch.zeros_like(read).scatter_(-1, places, F.relu(values))
    return codes @ self.decoder + self.offset

  @torch.no_grad()
  def project(self):
    """Takes what lies along the directions out of their gradients."""
    g, w = self.decoder.grad, self.decoder
    g -= (g * w).sum(1, keepdim=True) * w

  @torch.no_grad()
  def normalise(self):
    self.decoder /= self.decoder.norm(dim=1, keepdim=True)


def main():
  chosen = options(__doc__)
  train = load(chosen.train)
  model = TopK(train.shape[1], chosen.units, chosen.active, train[:8192].mean(0))
  adam = torch.optim.Adam(model.parameters(), lr=chosen.rate, fused=True)
  batches = Batches(train, chosen.batch, chosen.warmup)
  for _ in range(chosen.warmup + chosen.steps):
    x = next(batches)
    loss = (model(x) - x).square().mean()
    adam.zero_grad(set_to_none=True)
    loss.backward()
    model.project()
    adam.step()
    model.normalise()
  rate, memory = batches.rate(), peak()
  report(
    value=rate, peak_memory_bytes=memory, quality=normalised_error(model, load(chosen.test)),
    version=f"torch {torch.__version__}")


if __name__ == "__main__":
  main()
