"""Writes disentanglement.json: scores of codes against true factors, by disentanglement_lib's formulas.

Made by `python Tests/Golden/disentanglement.py` with numpy 2.4, SciPy 1.17 and scikit-learn 1.9.1; the same script gives
the same bytes. The formulas are written anew from google-research/disentanglement_lib: 20 equal bins, plug-in
information by scikit-learn, entropies by SciPy. The models of DCI are scikit-learn's Lasso and L1 logistic
regression, which the library does not have.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy.stats
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.metrics import mutual_info_score

N, PENALTY = 150, 0.05


def binned(column):
    return np.digitize(column, np.histogram(column, 20)[1][:-1])


def robustness(codes, factors, quantile):
    largest = np.abs(codes - codes.mean(0)).max(0)
    table = np.zeros((codes.shape[1], factors.shape[1]))
    for j in range(factors.shape[1]):
        groups = [codes[factors[:, j] == v] for v in np.unique(factors[:, j])]
        moves = [np.quantile(np.abs(g - g.mean(0)), quantile, axis=0) for g in groups]
        table[:, j] = 1 - np.mean(moves, axis=0) / largest
    return table, float(np.average(table.max(1), weights=largest))


def concentration(table):
    rows = 1 - scipy.stats.entropy(table.T + 1e-11, base=table.shape[1])
    return float(np.sum(rows * table.sum(1) / table.sum()))


random = np.random.Generator(np.random.PCG64(7))
shape, place = random.integers(0, 3, N), random.integers(0, 5, N)
slide = np.round(random.normal(size=N), 3)
noise = random.normal(size=(N, 4))
codes = np.stack(
    [
        shape + 0.2 * noise[:, 0],
        0.7 * place + 0.5 * slide + 0.3 * noise[:, 1],
        slide - 0.4 * shape + 0.2 * noise[:, 2],
        noise[:, 3],
    ],
    axis=1,
)
codes = np.round(codes, 3)
# Whole numbers that stand on the edges of their bins.
codes[:, 3] = random.integers(0, 21, N)
factors = np.stack([shape, place, slide], axis=1).astype(float)
classes = [shape, place, binned(slide)]

information = np.array(
    [[mutual_info_score(truth, binned(codes[:, i])) for truth in classes] for i in range(4)]
)
entropies = np.array([mutual_info_score(truth, truth) for truth in classes])
ordered = np.sort(information, axis=0)
squares = information**2
largest = squares.max(1)
spread = (squares.sum(1) - largest) / (largest * 2)
deviations, score = robustness(codes, np.stack(classes, axis=1), 0.99)

joint = np.corrcoef(codes.T, factors.T)[:4, 4:] ** 2
top = np.sort(joint, axis=0)

x = (codes - codes.mean(0)) / codes.std(0)
y = (slide - slide.mean()) / slide.std()
line = Lasso(alpha=PENALTY, fit_intercept=False, tol=1e-14, max_iter=100000).fit(x, y)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    logits = [
        LogisticRegression(
            l1_ratio=1.0, C=1 / (N * PENALTY), solver="saga", tol=1e-12, max_iter=200000, random_state=0
        ).fit(x, truth)
        for truth in (shape, place)
    ]
weights = np.stack([np.abs(m.coef_).sum(0) for m in logits] + [np.abs(line.coef_)], axis=1)
importances = weights / weights.sum(0)
told = [m.score(x, t) for m, t in zip(logits, (shape, place))] + [line.score(x, y)]

covariance = np.cov(codes, rowvar=False)
result = {
    "codes": codes.tolist(),
    "factors": factors.tolist(),
    "information": information.tolist(),
    "entropies": entropies.tolist(),
    "gap": float(np.mean((ordered[-1] - ordered[-2]) / entropies)),
    "modularity": float(np.mean(1 - spread)),
    "deviations": deviations.tolist(),
    "robustness": score,
    "strictRobustness": robustness(codes, np.stack(classes, axis=1), 1.0)[1],
    "correlations": joint.tolist(),
    "predictability": float(np.mean(top[-1] - top[-2])),
    "penalty": PENALTY,
    "lasso": line.coef_.tolist(),
    "logistic": logits[0].coef_.T.tolist(),
    "importances": importances.tolist(),
    "disentanglement": concentration(importances),
    "completeness": concentration(importances.T),
    "informativeness": float(np.mean(told)),
    "totalCorrelation": float(
        0.5 * (np.sum(np.log(np.diag(covariance))) - np.linalg.slogdet(covariance)[1])
    ),
}
path = pathlib.Path(__file__).with_name("disentanglement.json")
path.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in result.items()) + "\n}\n")
