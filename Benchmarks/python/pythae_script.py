"""A VAE by pythae's training pipeline as a whole script, as its documentation shows: data in, a saved model out."""

import argparse
import logging
import pathlib
import sys
from importlib import metadata

import torch
from pythae.models import AutoModel
from pythae.pipelines import TrainingPipeline
from pythae.trainers import BaseTrainerConfig

import fashion
from pythae_models import evaluate, make


def train(options):
  data = fashion.images(options.data, "train").float().div_(255)
  config = BaseTrainerConfig(
    output_dir=options.out, num_epochs=options.epochs, learning_rate=1e-3,
    per_device_train_batch_size=options.batch, optimizer_cls="Adam", seed=options.seed,
    no_cuda=True)
  TrainingPipeline(training_config=config, model=make("vae"))(train_data=data)


def judge(options):
  """The test bound of what a run of this script saved."""
  saved = sorted(pathlib.Path(options.out).glob("*/final_model"))
  if not saved:
    sys.exit(f"{options.out}: no model was saved there")
  model = AutoModel.load_from_folder(str(saved[-1])).eval()
  test = fashion.images(options.data, "t10k").float().div_(255)
  _, bound = evaluate("vae", model, test)
  fashion.report(
    peer="pythae", version=f"pythae {metadata.version('pythae')}", value=0, quality=bound)


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--batch", type=int, default=100)
  parser.add_argument("--epochs", type=int, default=3)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--data", default=fashion.DEFAULT, help="folder of the gzipped IDX files")
  parser.add_argument("--seed", type=int, default=1)
  parser.add_argument("--out", required=True, help="folder for the saved model")
  parser.add_argument("--judge", action="store_true", help="print the test bound of a saved model")
  options = parser.parse_args()
  torch.set_num_threads(options.threads)
  torch.manual_seed(options.seed)
  logging.disable(logging.INFO)
  (judge if options.judge else train)(options)


if __name__ == "__main__":
  main()
