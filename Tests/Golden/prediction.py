"""What the authors' package `doubt`, SciPy and scikit-learn make of the same numbers.

Made by `python Tests/Golden/prediction.py` with doubt 6.0 and scipy 1.17; the same script gives the same bytes.
"""

import json
import pathlib

import numpy as np
from doubt import Boot
from scipy import stats
from sklearn.linear_model import LinearRegression


def rounded(values):
  return [float(f"{v:.12g}") for v in np.asarray(values, dtype=float).ravel()]


def doubt():
  """Boot's intervals, with the draws that it made."""
  random = np.random.Generator(np.random.PCG64(1))
  n, boots = 40, 6
  x = random.normal(size=(n, 3))
  y = x @ [1.0, -2.0, 0.5] + 0.4 * random.normal(size=n) + 0.5 * x[:, 0] ** 2
  query = random.normal(size=(5, 3)) * 2
  boot = Boot(LinearRegression(), random_seed=7)
  boot.fit(x, y, n_boots=boots, n_jobs=1)
  predictions, intervals = boot.predict(query, uncertainty=0.1, n_jobs=1)
  # The package draws from this generator in this order.
  own = np.random.default_rng(7)
  draws = own.choice(n, size=(boots, n), replace=True)
  orders = [own.permutation(np.arange(n)) for _ in range(2)]
  return {
    "x": rounded(x), "y": rounded(y), "query": rounded(query), "draws": draws.tolist(),
    "orders": [o.tolist() for o in orders], "predictions": rounded(predictions),
    "low": rounded(intervals[:, 0]), "high": rounded(intervals[:, 1]),
  }


def drift():
  random = np.random.Generator(np.random.PCG64(2))
  pairs = []
  for n, m, shift in ((20, 30, 0.0), (50, 200, 0.3), (100, 40, 1.0)):
    a, b = random.normal(size=n).round(2), random.normal(size=m).round(2) + shift
    test = stats.ks_2samp(a, b, method="asymp")
    pairs.append({"a": rounded(a), "b": rounded(b), "distance": test.statistic, "p": test.pvalue})
  a, b = random.integers(0, 6, 30), random.integers(0, 6, 30)
  return {"pairs": pairs, "a": rounded(a), "b": rounded(b), "spearman": stats.spearmanr(a, b)[0]}


def kernel_density():
  """A weighted kernel density with Scott's width: its covariance."""
  random = np.random.Generator(np.random.PCG64(3))
  points, weights = random.normal(size=(2, 25)), random.uniform(size=25)
  density = stats.gaussian_kde(points, weights=weights)
  return {"points": rounded(points.T), "weights": rounded(weights),
          "covariance": rounded(density.covariance)}


here = pathlib.Path(__file__).parent
text = json.dumps({"doubt": doubt(), "drift": drift(), "density": kernel_density()}, indent=1)
(here / "prediction.json").write_text(text + "\n")
