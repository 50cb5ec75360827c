"""A top-k sparse autoencoder trained by the trainer of the package sae-lens, with its own defaults for the method."""

import sae_lens
from fashion import peak, report
from sae_lens import SAETrainer, TopKTrainingSAE, TopKTrainingSAEConfig
from sae_lens.config import SAETrainerConfig
from vectors import Batches, load, normalised_error, options


def main():
  chosen = options(__doc__)
  train = load(chosen.train)
  model = TopKTrainingSAE(
    TopKTrainingSAEConfig(
      d_in=train.shape[1], d_sae=chosen.units, k=chosen.active, dtype="float32", device="cpu"))
  batches = Batches(train, chosen.batch, chosen.warmup)
  trainer = SAETrainer(
    SAETrainerConfig(
      total_training_samples=(chosen.warmup + chosen.steps) * chosen.batch,
      train_batch_size_samples=chosen.batch, lr=chosen.rate, lr_end=chosen.rate, device="cpu"),
    model, batches)
  trainer.fit()
  rate, memory = batches.rate(), peak()
  report(
    value=rate, peak_memory_bytes=memory, quality=normalised_error(model, load(chosen.test)),
    version=f"sae-lens {sae_lens.__version__}")


if __name__ == "__main__":
  main()
