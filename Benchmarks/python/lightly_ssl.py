"""Self-supervised training by the package lightly: its views, heads and losses around the residual network of Latent.

Prints images a second of all passes after the first, and writes the features of the images it has learned from and of
test images, which `latent bench ssl` judges as it does its own.
"""

import argparse
import copy
import sys
import time
import types

import numpy
import torch
from fashion import DEFAULT, images, peak, report
from PIL import Image
from torch import nn

# PyPI's torchvision is linked with CUDA. Where that is missing its own operators are missing too; none is used here.
try:
  import torchvision
except RuntimeError:
  for name in [name for name in sys.modules if name.startswith("torchvision")]:
    del sys.modules[name]
  sys.modules["torchvision._meta_registrations"] = types.ModuleType("none")

import lightly
from lightly.loss import BarlowTwinsLoss, NegativeCosineSimilarity, NTXentLoss, VICRegLoss
from lightly.models.modules.heads import ProjectionHead
from lightly.models.utils import deactivate_requires_grad, update_momentum
from lightly.transforms import SimCLRTransform
from lightly.utils.scheduler import cosine_schedule


class Normed(nn.Sequential):
  def __init__(self, inputs, outputs, size, stride=1):
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    super().__init__(convolution, nn.BatchNorm2d(outputs))


class Block(nn.Module):
  def __init__(self, inputs, outputs, stride):
    super().__init__()
    self.first, self.second = Normed(inputs, outputs, 3, stride), Normed(outputs, outputs, 3)
    alike = stride == 1 and inputs == outputs
    self.shortcut = nn.Identity() if alike else Normed(inputs, outputs, 1, stride)

  def forward(self, x):
    return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


def encoder(channels=16):
  """Three stages of one block each, as `latent fit simclr` has them for images of 28 pixels."""
  widths = [channels, channels, 2 * channels, 4 * channels]
  blocks = [Block(a, b, 1 if a == b else 2) for a, b in zip(widths, widths[1:])]
  return nn.Sequential(
    Normed(1, channels, 3, 2), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def head(*widths):
  """A head of lightly with batch norm and a rectifier everywhere but at the end."""
  pairs = list(zip(widths, widths[1:]))
  return ProjectionHead(
    [(a, b, nn.BatchNorm1d(b), nn.ReLU()) for a, b in pairs[:-1]] + [(*pairs[-1], None, None)])


class Method(nn.Module):
  """Two views through one network, and a loss of lightly between the projections."""

  def __init__(self, loss, *widths):
    super().__init__()
    self.backbone, self.projector, self.criterion = encoder(), head(64, *widths), loss

  def forward(self, a, b, progress):
    return self.criterion(self.projector(self.backbone(a)), self.projector(self.backbone(b)))


class BYOL(Method):
  def __init__(self):
    super().__init__(NegativeCosineSimilarity(), 128, 64)
    self.predictor = head(64, 128, 64)
    self.slow = copy.deepcopy(nn.Sequential(self.backbone, self.projector))
    deactivate_requires_grad(self.slow)

  def forward(self, a, b, progress):
    kept = cosine_schedule(progress, 1000, 0.99, 1)
    update_momentum(nn.Sequential(self.backbone, self.projector), self.slow, kept)
    with torch.no_grad():
      targets = [self.slow(b), self.slow(a)]
    seen = [self.predictor(self.projector(self.backbone(x))) for x in (a, b)]
    return sum(self.criterion(p, t) for p, t in zip(seen, targets)) / 2


METHODS = {
  "simclr": lambda: Method(NTXentLoss(temperature=0.5), 128, 64),
  "byol": BYOL,
  "barlow-twins": lambda: Method(BarlowTwinsLoss(lambda_param=0.005), 256, 256),
  "vicreg": lambda: Method(VICRegLoss(), 256, 256),
}


class Pictures(torch.utils.data.Dataset):
  def __init__(self, pixels, transform):
    self.pixels, self.transform = pixels, transform

  def __len__(self):
    return len(self.pixels)

  def __getitem__(self, place):
    return self.transform(Image.fromarray(self.pixels[place]))


@torch.no_grad()
def features(model, pixels):
  model.eval()
  x = torch.from_numpy(pixels).float().div(255).unsqueeze(1)
  return torch.cat([model.backbone(part) for part in x.split(500)]).numpy()


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("method", choices=METHODS)
  parser.add_argument("out", help="what the names of the two files of features begin with")
  parser.add_argument("--images", type=int, default=10000)
  parser.add_argument("--tested", type=int, default=10000)
  parser.add_argument("--epochs", type=int, default=3)
  parser.add_argument("--batch", type=int, default=128)
  parser.add_argument("--workers", type=int, default=2)
  parser.add_argument("--seed", type=int, default=1)
  parser.add_argument("--threads", type=int, default=2)
  chosen = parser.parse_args()
  torch.set_num_threads(chosen.threads)
  torch.manual_seed(chosen.seed)
  train, test = (images(DEFAULT, part).reshape(-1, 28, 28).numpy() for part in ("train", "t10k"))
  train, test = train[: chosen.images], test[: chosen.tested]
  transform = SimCLRTransform(
    input_size=28, cj_strength=0.5, min_scale=0.2, gaussian_blur=0.0, normalize=None)
  loader = torch.utils.data.DataLoader(
    Pictures(train, transform), batch_size=chosen.batch, shuffle=True,
    num_workers=chosen.workers, persistent_workers=chosen.workers > 0)
  model = METHODS[chosen.method]()
  optimiser = torch.optim.Adam(
    [p for p in model.parameters() if p.requires_grad], lr=1e-3, fused=True)
  step, steps, began = 0, chosen.epochs * len(loader), None
  for epoch in range(chosen.epochs):
    if epoch == 1:
      began = time.perf_counter()
    for a, b in loader:
      optimiser.zero_grad()
      model(a, b, 1000 * step / steps).backward()
      optimiser.step()
      step += 1
  rate = (chosen.epochs - 1) * len(train) / (time.perf_counter() - began)
  memory = peak()
  numpy.save(f"{chosen.out}-train.npy", features(model, train))
  numpy.save(f"{chosen.out}-test.npy", features(model, test))
  report(value=rate, peak_memory_bytes=memory, version=f"lightly {lightly.__version__}")


if __name__ == "__main__":
  main()
