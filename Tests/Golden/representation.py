"""Values of scikit-learn and SciPy for the parts that judge codes: python Tests/Golden/representation.py

Made with scikit-learn and SciPy from PyPI (any version of the last years gives these digits).
"""

import json
import pathlib

import numpy as np
import scipy.linalg
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

random = np.random.default_rng(7)
labels = np.arange(60) % 3
codes = np.round(random.normal(size=(60, 4)) + labels[:, None] * [0.9, -0.5, 0.2, 0], 4)
other = np.round(random.normal(size=(50, 4)) * 1.3 + 0.4, 4)
model = LogisticRegression(C=0.5, tol=1e-12, max_iter=10_000).fit(codes, labels)
neighbours = KNeighborsClassifier(5).fit(codes[:40], labels[:40])
votes = neighbours.predict_proba(codes[40:])
# scikit-learn gives a tie to the smaller class, we to the nearest code: ties are left out.
sole = (votes == votes.max(1, keepdims=True)).sum(1) == 1
a, b = np.cov(codes.T), np.cov(other.T)
frechet = np.sum((codes.mean(0) - other.mean(0)) ** 2) + np.trace(
  a + b - 2 * scipy.linalg.sqrtm(a @ b).real)
scores = np.round(codes[:, 0], 1)
eigenvalues = np.linalg.eigvalsh(a)
case = {
  "codes": codes.tolist(), "labels": labels.tolist(), "other": other.tolist(),
  "logProbabilities": model.predict_log_proba(codes).tolist(), "penalty": 2.0,
  "neighbours": np.where(sole, neighbours.predict(codes[40:]), -1).tolist(), "frechet": float(frechet),
  "scores": scores.tolist(), "area": float(roc_auc_score(labels == 2, scores)),
  "participation": float(eigenvalues.sum() ** 2 / (eigenvalues**2).sum()),
}
place = pathlib.Path(__file__).with_name("representation.json")
place.write_text(json.dumps(case) + "\n")
