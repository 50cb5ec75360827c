"""Values of the measures of spread by SciPy, scikit-learn and the formulas of Marbut et al., 2023: python Tests/Golden/spread.py

The normal sample is part of the case, since the measures are held against it. Persistent homology is ripser's.
"""

import json
import pathlib

import numpy as np
from ripser import ripser
from scipy.special import digamma
from scipy.spatial.distance import cdist
from scipy.stats import differential_entropy, entropy
from sklearn.decomposition import PCA

random = np.random.default_rng(3)
n, d = 70, 3
codes = np.round(random.normal(size=(n, d)) * [1.5, 0.8, 0.2] @ random.normal(size=(d, d)) + 0.3, 3)
normal = np.round(random.normal(size=(n, d)), 3)

fit = PCA().fit(codes)
scale = PCA().fit(normal).explained_variance_.sum() / fit.explained_variance_.sum()
scores = fit.transform(codes) * np.sqrt(scale)
variances = fit.explained_variance_
running = np.cumsum(variances) - np.cumsum([variances.sum() / d] * d)
ratios = np.exp(differential_entropy(scores)) / np.sqrt(2 * np.pi * np.e)


def nearest(x, k):
  return np.sort(cdist(x, x), axis=1)[:, k]


def koleo(x):
  return np.log(n * nearest(x, 1)).mean() + np.log(2) - digamma(1)


unit = codes * np.sqrt(d / codes.var(0).sum())
one, far = nearest(codes, 1), nearest(codes, min(5 * d, 100))
low, high = one.min(), far.max()
bins = [np.histogram(v, bins=30, range=(low, high))[0] for v in (one, far)]
covariance = np.cov(scores.T)
low, high = normal.min(), normal.max()


def shares(x):
  counts = np.array([np.histogram(c, bins=30, range=(low, high))[0] + 1e-16 for c in x.T])
  return counts / counts.sum(1, keepdims=True)


p, q = shares(scores), shares(normal)
gaps = np.log(cdist(scores, normal).min(1) / nearest(scores, 1))

# A noisy ring beside a blob, whose diagrams have a long and many short bars.
angle = random.uniform(0, 2 * np.pi, 40)
shape = np.r_[np.c_[np.cos(angle), np.sin(angle)] + random.normal(size=(40, 2)) * 0.08, random.normal(size=(15, 2)) * 0.2 + [3, 0]]
shape = np.round(shape, 3)
bars = ripser(shape, maxdim=1)["dgms"]
case = {
  "codes": codes.tolist(), "normal": normal.tolist(),
  "values": {
    "component-ratio": variances[-1] / variances[0],
    "early-enrichment": np.trapezoid(running) / (variances.sum() * d / 2),
    "entropy-ratio": ((1 - ratios) ** 2).mean(),
    "neighbour-entropy": koleo(unit) / koleo(normal),
    "neighbour-overlap": np.minimum(*bins).sum() / n,
    "normal-divergence": 0.5 * (np.trace(covariance) - d - np.log(np.linalg.det(covariance))),
    "binned-divergence": np.mean([entropy(a, b) ** 2 for a, b in zip(p, q)]),
    "neighbour-divergence": d * np.maximum(0, gaps).mean(),
  },
  "manyEntropies": differential_entropy(np.c_[np.sin(np.arange(1200)), np.arange(1200) % 7 * 1.0 + np.arange(1200) / 1200]).tolist(),
  "shape": shape.tolist(),
  "components": sorted(b[1] for b in bars[0].tolist() if np.isfinite(b[1])),
  "loops": sorted(bars[1].tolist()),
}
place = pathlib.Path(__file__).with_name("spread.json")
place.write_text(json.dumps(case) + "\n")
