"""Writes dynamics.json: linear heads as scikit-learn has them, and tails as SciPy and mpmath have them.

Made with scikit-learn 1.9.1, SciPy 1.17.1 and mpmath in an environment of its own; the tests do not need them.
"""

import json
import pathlib

import mpmath
import numpy
from scipy.special import gammainc
from scipy.stats import ncx2
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

random = numpy.random.RandomState(7)
labels = numpy.array([0, 1, 2] * 8)
x = numpy.round(random.randn(24, 4) + numpy.eye(3, 4)[labels], 2)
query = numpy.round(random.randn(6, 4) * 2, 2)


def shared(x, labels, query):
  """Log joint of naive Bayes whose variances are the classes' own, weighted by their shares."""
  means = numpy.stack([x[labels == k].mean(0) for k in range(3)])
  priors = numpy.bincount(labels) / len(labels)
  own = numpy.stack([x[labels == k].var(0) for k in range(3)])
  variance = priors @ own + 1e-9 * x.var(0).max()
  squares = (query[:, None] - means) ** 2 / variance + numpy.log(2 * numpy.pi * variance)
  return numpy.log(priors) - squares.sum(-1) / 2


def logistic(strength):
  model = LogisticRegression(C=strength, tol=1e-12, max_iter=100_000).fit(x, labels)
  return model.predict_log_proba(query)


def deep_gamma(a, x):
  mpmath.mp.dps = 60
  return float(mpmath.log(mpmath.gammainc(a, 0, x, regularized=True)))


def deep_tail(k, nu, x):
  mpmath.mp.dps = 60
  half = mpmath.mpf(nu) / 2
  total = mpmath.nsum(
    lambda j: mpmath.exp(-half) * half ** j / mpmath.factorial(j)
    * mpmath.gammainc(mpmath.mpf(k) / 2 + j, 0, mpmath.mpf(x) / 2, regularized=True),
    [0, 400], method="direct")
  return float(mpmath.log(total))


gammas = [(0.5, 0.5), (2.0, 30.0), (10.0, 9.0), (3.5, 4.0)]
deep = [(50.0, 1.0), (200.5, 20.0)]
tails = [(3.0, 2.0, 4.0), (40.0, 43.0, 80.0), (5.5, 0.5, 1.0)]
far = [(40.0, 43.0, 9.6), (120.0, 200.0, 20.0)]
golden = {
  "x": x.tolist(), "labels": labels.tolist(), "query": query.tolist(),
  "own": GaussianNB().fit(x, labels).predict_joint_log_proba(query).tolist(),
  "shared": shared(x, labels, query).tolist(),
  "logistic": [{"strength": c, "log": logistic(c).tolist()} for c in (0.01, 0.7, 10.0)],
  "gamma": [[a, t, float(numpy.log(gammainc(a, t)))] for a, t in gammas]
  + [[a, t, deep_gamma(a, t)] for a, t in deep],
  "tail": [[k, v, t, float(ncx2.logcdf(t, k, v))] for k, v, t in tails]
  + [[k, v, t, deep_tail(k, v, t)] for k, v, t in far],
}
place = pathlib.Path(__file__).with_name("dynamics.json")
place.write_text(json.dumps(golden) + "\n")
