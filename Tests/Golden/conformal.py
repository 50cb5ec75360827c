"""Writes conformal.json: conformalised quantile regression by MAPIE.

Made by `python Tests/Golden/conformal.py` with MAPIE 1.6.0, scikit-learn 1.9.1 and numpy 2.4; the same script gives
the same bytes. The quantiles are two straight lines, so that only the calibration is compared.
"""

import json
import pathlib

import numpy as np
from mapie.metrics.regression import regression_coverage_score, regression_mean_width_score
from mapie.regression import ConformalizedQuantileRegressor
from sklearn.base import BaseEstimator, RegressorMixin


class Line(RegressorMixin, BaseEstimator):
    def __init__(self, slope=0.0, start=0.0):
        self.slope, self.start = slope, start

    def fit(self, x, y):
        self.fitted_ = True
        return self

    def predict(self, x):
        return self.slope * x[:, 0] + self.start


def case(n, level, seed):
    random = np.random.Generator(np.random.PCG64(seed))
    # Decimals of three places, which float32 holds well enough for 1e-6.
    x = np.round(random.normal(size=(n + 30, 1)), 3)
    y = np.round(0.4 * x[:, 0] + (0.6 + 0.3 * np.abs(x[:, 0])) * random.normal(size=n + 30), 3)
    low, high, middle = Line(0.25, -0.5), Line(0.5, 0.75), Line(0.4, 0.0)
    fitted = [line.fit(x, y) for line in (low, high, middle)]
    model = ConformalizedQuantileRegressor(fitted, confidence_level=level, prefit=True)
    model.conformalize(x[:n], y[:n])
    intervals = model.predict_interval(x[n:], symmetric_correction=True)[1]
    return {
        "level": level,
        "calibration": n,
        "x": x[:, 0].tolist(),
        "y": y.tolist(),
        "radius": float(intervals[0, 1, 0] - high.predict(x[n:])[0]),
        "coverage": float(regression_coverage_score(y[n:], intervals)[0]),
        "width": float(regression_mean_width_score(intervals)[0]),
    }


sizes = [(19, 0.9), (40, 0.8), (57, 0.95), (99, 0.9)]
cases = [case(n, level, seed) for seed, (n, level) in enumerate(sizes)]
path = pathlib.Path(__file__).with_name("conformal.json")
path.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
