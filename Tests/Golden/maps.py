"""Writes maps.json: how well small maps keep neighbours, by scikit-learn.

Made by `python Tests/Golden/maps.py` with scikit-learn 1.9.1.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.manifold import trustworthiness

random = np.random.default_rng(11)


def case(name, points, places):
    # Continuity is trustworthiness with the two sides exchanged.
    counts = [k for k in (1, 5, 12, 20) if 2 * k < len(points)]
    return {
        "name": name, "points": np.ravel(points).tolist(), "width": points.shape[1],
        "places": np.ravel(places).tolist(), "neighbours": counts,
        "trustworthiness": [trustworthiness(points, places, n_neighbors=k) for k in counts],
        "continuity": [trustworthiness(places, points, n_neighbors=k) for k in counts]}


def rounded(values):
    return values.round(4)


points = rounded(random.normal(size=(61, 5)))
ball = rounded(random.normal(size=(50, 3)))
Path(__file__).with_suffix(".json").write_text(json.dumps([
    case("two columns of five", points, points[:, :2]),
    case("no relation", points, rounded(random.normal(size=(61, 2)))),
    case("the same", ball, ball.copy()),
    case("folded", ball, np.abs(ball[:, :2])),
]))
