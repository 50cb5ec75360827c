"""Writes infomec.json: InfoM, InfoE and InfoC of codes against true factors, by the formulas of Hsu et al., 2023.

Made by `python Tests/Golden/infomec.py` with numpy 2.4, SciPy 1.17 and scikit-learn 1.9.1; the same script gives the same
bytes. The formulas are written anew from kylehkhsu/latent_quantization; the logistic regressions weigh all examples
alike, and run to their minima.
"""

import json
import pathlib

import numpy as np
from sklearn.feature_selection import mutual_info_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, mutual_info_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

N = 150


def told(x, truth):
    model = LogisticRegression(C=np.inf, tol=1e-9, max_iter=20000).fit(x, truth)
    return 1 - log_loss(truth, model.predict_proba(x)) / mutual_info_score(truth, truth)


def share(table):
    return float(np.mean(np.max(table, axis=0) / np.sum(table, axis=0)))


def scores(codes, factors, discrete):
    truths = [factors[:, j] for j in range(factors.shape[1])]
    if discrete:
        rows = [[mutual_info_score(t, np.unique(codes[:, i], return_inverse=True)[1]) for i in range(codes.shape[1])] for t in truths]
        x = OneHotEncoder(sparse_output=False).fit_transform(codes)
    else:
        x = StandardScaler().fit_transform(codes)
        rows = [
            [
                mutual_info_classif(x[:, [i]], t, discrete_features=False, n_neighbors=10, random_state=0)[0]
                for i in range(codes.shape[1])
            ]
            for t in truths
        ]
    shared = np.array([np.array(r) / mutual_info_score(t, t) for r, t in zip(rows, truths)])
    ranges = codes.max(0) - codes.min(0)
    active = ranges > (0 if discrete else ranges.max() / 20)
    kept, f = shared[:, active], len(truths)
    k = kept.shape[1]
    return {
        "codes": codes.tolist(),
        "information": shared.T.tolist(),
        "active": active.tolist(),
        "modularity": (share(kept) - 1 / f) / (1 - 1 / f),
        "compactness": (share(kept.T) - 1 / k) / (1 - 1 / k),
        "explicitness": float(np.mean([told(x, t) for t in truths])),
    }


random = np.random.Generator(np.random.PCG64(11))
shape, place, kind = random.integers(0, 3, N), random.integers(0, 5, N), random.integers(0, 2, N)
factors = np.stack([shape, place, kind], axis=1).astype(float)
noise = random.normal(size=(N, 4))
numbers = np.stack(
    [shape + 0.4 * noise[:, 0], place + kind + noise[:, 1], 2 * kind + noise[:, 2], 0.001 * noise[:, 3]], axis=1
)
values = np.stack(
    [
        np.where(random.uniform(size=N) < 0.8, shape, random.integers(0, 3, N)) - 0.5,
        np.where(random.uniform(size=N) < 0.7, place // 2 + kind, random.integers(0, 4, N)) / 4,
        random.integers(0, 2, N),
        np.full(N, 0.25),
    ],
    axis=1,
)
result = {
    "factors": factors.tolist(),
    "numbers": scores(numbers, factors, discrete=False),
    "values": scores(values, factors, discrete=True),
}
path = pathlib.Path(__file__).with_name("infomec.json")
path.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in result.items()) + "\n}\n")
