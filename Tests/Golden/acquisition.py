"""What the authors' packages make of features, predictions and draws that Acquisition is given too.

Made by `python Tests/Golden/acquisition.py` with bmdal_reg 3.0.2, batchbald_redux 2.0.5 and torch 2; the
same script gives the same bytes.
"""

import json
import pathlib

import numpy as np

np.Inf = np.inf  # bmdal_reg 3.0.2 was written for NumPy 1

import torch
from batchbald_redux import batchbald
from bmdal_reg.bmdal.feature_data import TensorFeatureData
from bmdal_reg.bmdal.feature_maps import IdentityFeatureMap
from bmdal_reg.bmdal.features import Features
from bmdal_reg.bmdal.selection import (BaitFeatureSpaceSelectionMethod,
                                       LargestClusterMaxDistSelectionMethod,
                                       MaxDetSelectionMethod, MaxDistSelectionMethod)
from bmdal_reg.layers import ParallelLinearLayer  # noqa: F401  (what the networks are made of)
from bmdal_reg.models import create_tabular_model
from bmdal_reg.bmdal.layer_features import LayerGradientComputation, create_grad_feature_map


def random(seed):
  return np.random.Generator(np.random.PCG64(seed))


def flat(x):
  return np.asarray(x, dtype=float).ravel().tolist()


def features(x):
  return Features(IdentityFeatureMap(n_features=x.shape[1]), TensorFeatureData(x)).precompute()


def selections():
  r = random(1)
  train = torch.as_tensor(r.normal(size=(6, 4)))
  pool = torch.as_tensor(r.normal(size=(40, 4)) * np.array([1, 2, 0.5, 1.5]))
  result = {"train": flat(train), "pool": flat(pool), "posterior": [], "chosen": {}}
  tr, po = features(train), features(pool)
  post = tr.posterior_tfm(0.1, allow_kernel_space_posterior=False)
  kernel = post(po).get_kernel_matrix_diag()
  result["posterior"] = flat(kernel)

  def chosen(name, method, tr, po, with_train, **options):
    method = method(pool_features=po, train_features=tr, sel_with_train=with_train, verbosity=0,
                    **options)
    result["chosen"][name] = [int(i) for i in method.select(8)]

  chosen("lcmd-tp", LargestClusterMaxDistSelectionMethod, tr, po, True)
  chosen("lcmd-p", LargestClusterMaxDistSelectionMethod, tr, po, False)
  chosen("maxdist-tp", MaxDistSelectionMethod, tr, po, True)
  chosen("maxdist-p", MaxDistSelectionMethod, tr, po, False)
  chosen("maxdet-p", MaxDetSelectionMethod, tr, po, False, noise_sigma=0.1)
  chosen("maxdet-tp", MaxDetSelectionMethod, tr, po, True, noise_sigma=0.1)
  ptr, ppo = post(tr).precompute(), post(po).precompute()
  chosen("bait-p", BaitFeatureSpaceSelectionMethod, ptr, ppo, False, noise_sigma=0.1)
  chosen("bait-forward-backward-p", BaitFeatureSpaceSelectionMethod, ptr, ppo, False,
         noise_sigma=0.1, overselection_factor=2.0)
  return result


def tangents():
  torch.manual_seed(3)
  model = create_tabular_model(n_models=1, n_features=3, hidden_sizes=[5, 5], weight_gain=0.2,
                               bias_gain=0.2, bias_init_mode="normal")
  x = torch.as_tensor(random(4).normal(size=(7, 3)), dtype=torch.float32)
  single = model.get_single_model(0)
  layers = [m for m in single.modules() if isinstance(m, LayerGradientComputation)]
  result = {
    "x": flat(x), "weights": [flat(layer.weight.detach()) for layer in layers],
    "biases": [flat(layer.bias.detach()) for layer in layers],
    "predictions": flat(single(x).detach()),
  }
  for name, own in [("gradient", layers), ("last", layers[-1:])]:
    f = Features(create_grad_feature_map(single, own), TensorFeatureData(x)).precompute()
    result[name] = flat(f.get_kernel_matrix(f).detach())
  return result


def information():
  torch.manual_seed(5)
  logits = torch.as_tensor(random(6).normal(size=(25, 12, 3)) * 2)  # points, draws, classes
  log_p = torch.log_softmax(logits, dim=-1)
  batch = batchbald.get_batchbald_batch(log_p, 4, 100_000, dtype=torch.double)
  single = batchbald.get_bald_batch(log_p, 6, dtype=torch.double)
  return {
    "predictions": flat(log_p.exp().permute(1, 0, 2)), "batch": [int(i) for i in batch.indices],
    "single": [int(i) for i in single.indices], "information": flat(single.scores),
  }


def dependence():
  """The authors' total_hsic for two variables, straight from its formula, over one-hot draws."""
  r = random(7)
  classes = r.integers(0, 3, size=(9, 5))  # draws, points
  same = classes[:, None, :] == classes[None, :, :]
  kernels = same.astype(float)  # draws, draws, points
  n = len(classes)
  h = np.eye(n) - 1 / n
  between = [[np.trace(kernels[:, :, i] @ h @ kernels[:, :, j] @ h) / n**2 for j in range(5)]
             for i in range(5)]
  mean = kernels[:, :, [0, 2, 2]].mean(-1)
  average = [np.trace(mean @ h @ kernels[:, :, j] @ h) / n**2 for j in range(5)]
  return {"classes": classes.ravel().tolist(), "between": flat(between), "average": average}


def risk():
  """Weights and estimate by the formula of the authors' FancyUnbiasedRiskEstimator."""
  r = random(8)
  n, m = 12, 5
  chances, losses = r.uniform(0.05, 0.4, size=m), r.exponential(size=m)
  place = np.arange(1, m + 1)
  weights = 1 + (n - m) / (n - place) * (1 / ((n - place + 1) * chances) - 1)
  return {"pool": n, "probabilities": flat(chances), "losses": flat(losses),
          "weights": flat(weights), "risk": float((weights * losses).mean())}


if __name__ == "__main__":
  torch.set_default_dtype(torch.float32)
  found = {"selections": selections(), "tangents": tangents(), "information": information(),
           "dependence": dependence(), "risk": risk()}
  place = pathlib.Path(__file__).with_name("acquisition.json")
  place.write_text(json.dumps(found) + "\n")
