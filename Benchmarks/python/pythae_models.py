"""Autoencoders of PyPI's pythae, each trained by its own trainer, with test figures by one formula for all."""

import argparse
import logging
import tempfile
from importlib import metadata

import torch
from pythae import models
from pythae.data.datasets import BaseDataset
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from torch import nn
from torch.nn import functional as F

import fashion
from pythae_vae import Clock

LATENTS = 20
TOKENS, WIDTH, ENTRIES = 16, 8, 512


class Encoder(BaseEncoder):
  """784-400, then mean and log variance, or one code where `outputs` says so."""

  def __init__(self, outputs, shape, log_variance):
    super().__init__()
    self.shape = shape
    self.hidden = nn.Sequential(nn.Linear(784, 400), nn.ReLU())
    self.mean = nn.Linear(400, outputs)
    self.log_variance = nn.Linear(400, outputs) if log_variance else None

  def forward(self, x):
    hidden = self.hidden(x)
    output = ModelOutput(embedding=self.mean(hidden).reshape(len(x), *self.shape))
    if self.log_variance is not None:
      output["log_covariance"] = self.log_variance(hidden)
    return output


class Decoder(BaseDecoder):
  """Ends in a sigmoid, as pythae's losses want it."""

  def __init__(self, inputs):
    super().__init__()
    self.layers = nn.Sequential(
      nn.Linear(inputs, 400), nn.ReLU(), nn.Linear(400, 784), nn.Sigmoid())

  def forward(self, z):
    return ModelOutput(reconstruction=self.layers(z.flatten(1)))


def make(kind):
  """The model called `kind` with the settings that Latent's bench has for it."""
  common = {"input_dim": (784,), "latent_dim": LATENTS}
  gaussian = lambda: (Encoder(LATENTS, (LATENTS,), True), Decoder(LATENTS))
  if kind == "vae":
    config = models.VAEConfig(reconstruction_loss="bce", **common)
    return models.VAE(config, *gaussian())
  if kind == "beta-vae":
    config = models.BetaVAEConfig(reconstruction_loss="bce", beta=4.0, **common)
    return models.BetaVAE(config, *gaussian())
  if kind == "infovae":
    config = models.INFOVAE_MMD_Config(
      reconstruction_loss="bce", kernel_choice="rbf", alpha=0.0, lbd=10.0, **common)
    return models.INFOVAE_MMD(config, *gaussian())
  if kind == "wae":
    config = models.WAE_MMD_Config(kernel_choice="imq", reg_weight=10.0, scales=None, **common)
    return models.WAE_MMD(config, Encoder(LATENTS, (LATENTS,), False), Decoder(LATENTS))
  if kind == "iwae":
    config = models.IWAEConfig(reconstruction_loss="bce", number_samples=5, **common)
    return models.IWAE(config, *gaussian())
  side = round(TOKENS**0.5)
  config = models.VQVAEConfig(
    num_embeddings=ENTRIES, use_ema=False, commitment_loss_factor=0.25, **common)
  encoder = Encoder(TOKENS * WIDTH, (WIDTH, side, side), False)
  return models.VQVAE(config, encoder, Decoder(TOKENS * WIDTH))


@torch.no_grad()
def evaluate(kind, model, test):
  """Mean squared error per pixel of reconstructions, and the bound in nats where there is one."""
  error, bound = 0.0, 0.0
  for x in test.split(500):
    code = model.encoder(x)
    z = code.embedding
    if kind == "vq-vae":
      z = model.quantizer(z.permute(0, 2, 3, 1)).quantized_vector
    error += F.mse_loss(model.decoder(z).reconstruction, x, reduction="sum").item()
    if "log_covariance" in code:
      bound += evidence(model, x, code, 5 if kind == "iwae" else 1).sum().item()
  return error / test.numel(), bound / len(test) if bound else None


def evidence(model, x, code, draws):
  """Importance weighted bounds with `draws` draws; with one, the closed form of the rate."""
  mean, log_variance = code.embedding, code.log_covariance
  weights = []
  for _ in range(draws):
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    p = model.decoder(z).reconstruction
    fit = -F.binary_cross_entropy(p, x, reduction="none").sum(1)
    if draws == 1:
      return fit + 0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1)
    prior = -0.5 * (z**2).sum(1)
    posterior = -0.5 * (((z - mean) ** 2) / log_variance.exp() + log_variance).sum(1)
    weights.append(fit + prior - posterior)
  return torch.logsumexp(torch.stack(weights), 0) - torch.log(torch.tensor(float(draws)))


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  kinds = ["vae", "beta-vae", "infovae", "wae", "vq-vae", "iwae"]
  parser.add_argument("--model", choices=kinds, default="vae")
  parser.add_argument("--batch", type=int, default=100)
  parser.add_argument("--epochs", type=int, default=5, help="all but the first are timed")
  parser.add_argument("--images", type=int, default=20_000, help="training images of an epoch")
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--data", default=fashion.DEFAULT, help="folder of the gzipped IDX files")
  parser.add_argument("--seed", type=int, default=1)
  options = parser.parse_args()

  torch.set_num_threads(options.threads)
  torch.manual_seed(options.seed)
  logging.disable(logging.INFO)
  data = fashion.images(options.data, "train")[: options.images].float().div_(255)
  model = make(options.model)
  clock = Clock()
  with tempfile.TemporaryDirectory() as folder:
    trainer = BaseTrainer(
      model=model,
      train_dataset=BaseDataset(data, torch.zeros(len(data))),
      training_config=BaseTrainerConfig(
        output_dir=folder, num_epochs=options.epochs, learning_rate=1e-3,
        per_device_train_batch_size=options.batch, optimizer_cls="Adam", seed=options.seed,
        no_cuda=True, keep_best_on_train=False),
      callbacks=[clock])
    trainer.train()
  # The trainer keeps its best copy apart: the weights after the last step are what both sides are judged by.
  model = trainer.model.eval()
  timed = clock.seconds[1:]
  test = fashion.images(options.data, "t10k").float().div_(255)
  reconstruction, bound = evaluate(options.model, model, test)
  rate = len(timed) * len(data) / sum(timed)
  fashion.report(
    peer="pythae", version=f"pythae {metadata.version('pythae')}", value=rate, quality=bound, model=options.model, batch=options.batch, epochs=options.epochs,
    threads=torch.get_num_threads(), seconds=sum(timed),
    items_per_second=rate, reconstruction=reconstruction, bound=bound)


if __name__ == "__main__":
  main()
