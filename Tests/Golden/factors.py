"""Prints the figures of scikit-learn that StructureTests hold ours against.

Needs numpy and scikit-learn; the data are a formula, so that both sides can make them.
"""
import numpy as np
from sklearn.decomposition import FactorAnalysis

n, p = 200, 8
i = np.arange(1, n + 1)[:, None]
j = np.arange(1, p + 1)[None, :]
f = np.stack([np.sin(i[:, 0] * 1.7), np.cos(i[:, 0] ** 2 * 0.37)], 1)
loadings = np.where(np.arange(p)[:, None] < 4, [1.0, 0.2], [0.1, 0.9])
x = f @ loadings.T + 0.8 * np.sin(i**1.5 * j**1.3)
z = (x - x.mean(0)) / x.std(0)
model = FactorAnalysis(2, tol=1e-12, max_iter=100000, svd_method="lapack").fit(z)
print("log-likelihood", float(model.score(z) * n))
print("uniquenesses", [float(v) for v in model.noise_variance_])
