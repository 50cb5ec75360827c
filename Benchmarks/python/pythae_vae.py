"""The same MLP VAE through PyPI's pythae, trained by its own trainer as its documentation shows."""

import argparse
import logging
import statistics
import tempfile
import time

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback
from torch import nn

import fashion

LATENTS = 20


class Encoder(BaseEncoder):
  def __init__(self):
    super().__init__()
    self.hidden = nn.Sequential(nn.Linear(784, 400), nn.ReLU())
    self.mean = nn.Linear(400, LATENTS)
    self.log_variance = nn.Linear(400, LATENTS)

  def forward(self, x):
    hidden = self.hidden(x)
    return ModelOutput(
      embedding=self.mean(hidden), log_covariance=self.log_variance(hidden))


class Decoder(BaseDecoder):
  """Ends in a sigmoid: pythae's `bce` loss takes probabilities."""

  def __init__(self):
    super().__init__()
    self.layers = nn.Sequential(
      nn.Linear(LATENTS, 400), nn.ReLU(), nn.Linear(400, 784), nn.Sigmoid())

  def forward(self, z):
    return ModelOutput(reconstruction=self.layers(z))


class Clock(TrainingCallback):
  """Wall time of each epoch's batches, without the trainer's copies of the model in between."""

  def __init__(self):
    self.seconds = []

  def on_train_step_begin(self, training_config, **kwargs):
    # Called once an epoch, before its first batch; `on_train_step_end` follows every batch.
    self.start = time.perf_counter()
    self.seconds.append(0.0)

  def on_train_step_end(self, training_config, **kwargs):
    self.seconds[-1] = time.perf_counter() - self.start


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--batch", type=int, default=128)
  parser.add_argument("--epochs", type=int, default=2, help="timed epochs, after one of warm-up")
  parser.add_argument("--images", type=int, default=60_000, help="training images of an epoch")
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--data", default=fashion.DEFAULT, help="folder of the gzipped IDX files")
  parser.add_argument("--seed", type=int, default=1)
  options = parser.parse_args()

  torch.set_num_threads(options.threads)
  logging.disable(logging.INFO)
  data = fashion.images(options.data, "train")[: options.images].float().div_(255)
  config = VAEConfig(input_dim=(784,), latent_dim=LATENTS, reconstruction_loss="bce")
  model = VAE(model_config=config, encoder=Encoder(), decoder=Decoder())
  clock = Clock()
  with tempfile.TemporaryDirectory() as folder:
    trainer = BaseTrainer(
      model=model,
      train_dataset=BaseDataset(data, torch.zeros(len(data))),
      training_config=BaseTrainerConfig(
        output_dir=folder, num_epochs=1 + options.epochs, learning_rate=1e-3,
        per_device_train_batch_size=options.batch, optimizer_cls="Adam", seed=options.seed,
        no_cuda=True),
      callbacks=[clock])
    trainer.train()
  timed = clock.seconds[1:]
  fashion.report(
    peer="pythae", model="mlp", batch=options.batch, device="cpu",
    threads=torch.get_num_threads(), epochs=options.epochs, seconds=sum(timed),
    seconds_per_epoch=statistics.fmean(timed),
    items_per_second=options.epochs * len(data) / sum(timed))


if __name__ == "__main__":
  main()
