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
  """A kernel density with Scott's width: its covariance."""
  random = np.random.Generator(np.random.PCG64(3))
  points = random.normal(size=(2, 25))
  # In the test nothing tells the rows apart, so that all count alike, as they do here.
  return {"points": rounded(points.T), "covariance": rounded(stats.gaussian_kde(points).covariance)}


def betting():
  """Online Newton steps on payoffs scaled by earlier gains, as github.com/Sulam-Group/IBYDMT states them."""
  random = np.random.Generator(np.random.PCG64(4))
  gains = random.normal(0.3, 1.0, size=60)
  wealth, stake, squares, path = 1.0, 0.0, 1.0, [1.0]
  for t, gain in enumerate(gains):
    scale = 1.0
    if t >= 2:
      low, high = np.quantile(gains[:t], [0.1, 0.9])
      scale = high - low
    payoff = np.tanh(gain / max(scale, 1e-4))
    wealth *= 1 + stake * payoff
    slope = payoff / (1 + stake * payoff)
    squares += slope**2
    stake = max(0.0, min(0.5, stake + 2 / (2 - np.log(3)) * slope / squares))
    path.append(wealth)
  return {"gains": rounded(gains), "wealth": rounded(path)}


here = pathlib.Path(__file__).parent
text = json.dumps({"doubt": doubt(), "drift": drift(), "density": kernel_density(),
                   "betting": betting()}, indent=1)
(here / "prediction.json").write_text(text + "\n")
