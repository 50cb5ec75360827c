"""Values of scikit-dimension, SciPy and published formulas for the measures of geometry: python Tests/Golden/geometry.py

Made with scikit-dimension, scikit-learn and SciPy from PyPI (any version of the last years gives these digits).
"""

import json
import pathlib

import numpy as np
import scipy.stats
import skdim
from scipy.spatial.distance import pdist
from sklearn.cross_decomposition import CCA
from sklearn.neighbors import NearestNeighbors

random = np.random.default_rng(5)
t = random.normal(size=(80, 2))
codes = np.round(np.c_[t, np.sin(t[:, :1]), t[:, :1] * t[:, 1:]] + random.normal(size=(80, 4)) * 0.05, 4)
other = np.round(np.c_[np.tanh(t), t[:, 1:] ** 2] * 2 + random.normal(size=(80, 3)) * 0.2, 4)
k = 10
distances, places = NearestNeighbors(n_neighbors=k).fit(codes).kneighbors()
counts = np.bincount(places.ravel(), minlength=len(codes))


def centred(x):
  return x - x.mean(0)


def hsic(x, y):
  n = len(x)
  h = np.eye(n) - 1 / n
  return np.trace(x @ x.T @ h @ y @ y.T @ h)


def unbiased(x, y):
  n = len(x)
  a, b = x @ x.T, y @ y.T
  np.fill_diagonal(a, 0)
  np.fill_diagonal(b, 0)
  one = np.ones(n)
  return (np.trace(a @ b) + one @ a @ one * (one @ b @ one) / ((n - 1) * (n - 2))
          - 2 / (n - 2) * (one @ a @ b @ one)) / (n * (n - 3))


def svcca(x, y):
  parts = []
  for z in (centred(x), centred(y)):
    u, s, _ = np.linalg.svd(z, full_matrices=False)
    keep = int(np.searchsorted(np.cumsum(s**2) / (s**2).sum(), 0.99)) + 1
    parts.append(u[:, :keep])
  return np.linalg.svd(parts[0].T @ parts[1], compute_uv=False)[: min(p.shape[1] for p in parts)].mean()


u, v = CCA(n_components=3, max_iter=100_000, tol=1e-14).fit_transform(codes, other)
x, y = centred(codes), centred(other)
spectrum = np.sort(np.linalg.eigvalsh(np.cov(codes.T)))[::-1]
roots = np.sqrt(spectrum) / np.sqrt(spectrum).sum()
unit = codes / np.linalg.norm(codes, axis=1, keepdims=True)
cosines = unit @ unit.T
vectors = np.linalg.eigh(codes.T @ codes)[1]
# An eigenvector has no sign.
partition = np.exp(codes @ np.c_[vectors, -vectors]).sum(0)
case = {
  "codes": codes.tolist(), "other": other.tolist(), "neighbours": k,
  "twoNN": float(skdim.id.TwoNN(discard_fraction=0.1).fit(codes).dimension_),
  "local": skdim.id.MLE().fit(codes, n_neighbors=k).dimension_pw_.tolist(),
  "likelihood": float(skdim.id.MLE().fit(codes, n_neighbors=k, comb="mle").dimension_),
  "skewness": float(scipy.stats.skew(counts)),
  "robinHood": float(np.abs(counts - k).sum() / (2 * k * len(codes))),
  "antihubs": float((counts == 0).mean()),
  "cka": float(hsic(codes, other) / np.sqrt(hsic(codes, codes) * hsic(other, other))),
  "unbiasedCKA": float(unbiased(codes, other) / np.sqrt(unbiased(codes, codes) * unbiased(other, other))),
  "cca": float(np.mean([np.corrcoef(u[:, i], v[:, i])[0, 1] for i in range(3)])),
  "svcca": float(svcca(codes, other)),
  "procrustes": float(np.linalg.norm(x.T @ y, "nuc") / (np.linalg.norm(x) * np.linalg.norm(y))),
  "rsa": float(scipy.stats.spearmanr(pdist(codes), pdist(other))[0]),
  "effectiveRank": float(np.exp(-(roots * np.log(roots)).sum())),
  "averageCosine": float((cosines.sum() - len(codes)) / (len(codes) * (len(codes) - 1))),
  "partitionRatio": float(partition.min() / partition.max()),
}
place = pathlib.Path(__file__).with_name("geometry.json")
place.write_text(json.dumps(case) + "\n")
