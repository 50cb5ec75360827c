"""What SciPy, scikit-learn, statsmodels, mlxtend and tarp make of the statistics of resampling.

Made by `python Tests/Golden/resampling.py` with scipy 1.17, scikit-learn 1.9, statsmodels 0.15,
mlxtend 0.25 and tarp 0.1; the same script gives the same bytes.
"""

import json
import pathlib

import numpy as np
import statsmodels.api as sm
import tarp
from mlxtend.evaluate import (cochrans_q, combined_ftest_5x2cv, mcnemar, mcnemar_table,
                              paired_ttest_5x2cv, paired_ttest_resampled)
from scipy import stats
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.contingency_tables import mcnemar as sm_mcnemar
from statsmodels.stats.proportion import proportion_confint


def random(seed):
  return np.random.Generator(np.random.PCG64(seed))


def tails():
  return {
    "chiSquare": [[x, d, stats.chi2.sf(x, d)] for x in (0.1, 1.7, 3.84, 11.0, 40.0)
                  for d in (1, 2, 3, 4, 7, 10)],
    "fisher": [[x, a, b, stats.f.sf(x, a, b)] for x in (0.3, 1.0, 4.735, 30.0)
               for a, b in ((10, 5), (1, 8), (4, 20))],
    "binomial": [[k, n, stats.binomtest(k, n, 0.5).pvalue]
                 for k, n in ((0, 1), (2, 9), (7, 20), (10, 20), (130, 300))],
    "kolmogorov": [[d, n, stats.kstwo.sf(d, n)]
                   for d, n in ((0.3, 10), (0.13, 100), (0.05, 100), (0.04, 1000), (0.025, 1000),
                                (0.2, 37))],
  }


def shares():
  rows = []
  for k, n in ((0, 20), (18, 20), (61, 80), (500, 1000)):
    wald = proportion_confint(k, n, method="normal")
    wilson = proportion_confint(k, n, method="wilson")
    rows.append([k, n, *map(float, wald), *map(float, wilson)])
  return rows


def models():
  """Four models on the same 120 rows, two of them close."""
  g = random(1)
  label = g.integers(0, 3, 120)
  predictions = [np.where(g.random(120) < share, label, g.integers(0, 3, 120))
                 for share in (0.8, 0.72, 0.6, 0.3)]
  table = mcnemar_table(label, predictions[0], predictions[2])
  corrected = mcnemar(table, corrected=True)
  exact = mcnemar(table, exact=True)
  assert abs(sm_mcnemar(table, exact=True).pvalue - exact[1]) < 1e-12
  q, p = cochrans_q(label, *predictions)
  return {
    "label": label.tolist(), "predictions": [x.tolist() for x in predictions],
    "corrected": [float(corrected[0]), float(corrected[1])], "exact": float(exact[1]),
    "cochran": [float(q), float(p)],
  }


def learners():
  g = random(2)
  y = g.integers(0, 3, 150)
  x = g.normal(size=(150, 4)) * (1, 3, 0.2, 1) + np.array(
      [[0, 0, 0, 0], [1.0, 1, 0, 0], [0, 2, 0.3, 0]])[y]
  x = np.round(x, 6)
  train, test = np.arange(100), np.arange(100, 150)
  discriminant = [make_pipeline(StandardScaler(),
                                LinearDiscriminantAnalysis(solver="lsqr", shrinkage=s))
                  .fit(x[train], y[train]).predict(x[test]).tolist() for s in (0.01, 0.1, 0.3, 1)]
  nearest = [make_pipeline(StandardScaler(), KNeighborsClassifier(k))
             .fit(x[train], y[train]).predict(x[test]).tolist() for k in (1, 3, 5, 9, 15, 25)]
  return {"features": x.ravel().tolist(), "classes": y.tolist(), "discriminant": discriminant,
          "nearest": nearest, **folds(x, y), **optimism(x, y)}


def folds(x, y):
  """Accuracies that mlxtend drew, and its tests of them."""
  one = make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1))
  other = KNeighborsClassifier(3)
  seen = []

  def scoring(model, inputs, labels):
    seen.append(float(model.score(inputs, labels)))
    return seen[-1]

  result = {}
  for name, test in (("pairedT", paired_ttest_5x2cv), ("combinedF", combined_ftest_5x2cv)):
    seen.clear()
    found = test(one, other, x, y, scoring=scoring, random_seed=1)
    result[name] = {"scores": list(seen), "found": [float(found[0]), float(found[1])]}
  seen.clear()
  found = paired_ttest_resampled(one, other, x, y, num_rounds=30, scoring=scoring, random_seed=1)
  result["resampled"] = {"scores": list(seen), "found": [float(found[0]), float(found[1])]}
  gaps = np.subtract(result["resampled"]["scores"][::2], result["resampled"]["scores"][1::2])
  t = gaps.mean() / np.sqrt((1 / 30 + 3 / 7) * gaps.var(ddof=1))
  result["corrected"] = [float(t), float(2 * stats.t.sf(abs(t), 29))]
  return result


def optimism(x, y):
  """The .632+ estimate of the nearest neighbour by the formulas of Efron & Tibshirani, 1997."""
  samples = random(3).integers(0, 150, (40, 150))
  model = make_pipeline(StandardScaler(), KNeighborsClassifier(3))
  misses, judged = np.zeros(150), np.zeros(150)
  for sample in samples:
    out = np.setdiff1d(np.arange(150), sample)
    wrong = model.fit(x[sample], y[sample]).predict(x[out]) != y[out]
    misses[out] += wrong
    judged[out] += 1
  own = model.fit(x, y).predict(x)
  apparent, left = np.mean(own != y), np.mean((misses / judged)[judged > 0])
  chance = sum(np.mean(y == c) * (1 - np.mean(own == c)) for c in range(3))
  bounded = min(left, chance)
  r = (bounded - apparent) / (chance - apparent)
  w = 0.632 / (1 - 0.368 * r)
  return {"samples": samples.tolist(), "optimism": [
    float(apparent), float(left), float(chance), float(1 - 0.368 * apparent - 0.632 * left),
    float(1 - (1 - w) * apparent - w * bounded)]}


def regressions():
  g = random(4)
  x = np.round(g.normal(size=(60, 3)), 6)
  y = np.round(x @ (1, -0.5, 0) + 0.3 + g.normal(size=60), 6)
  hit = (g.random(60) < 1 / (1 + np.exp(-(x @ (1, -0.5, 0))))).astype(int)
  samples = random(5).integers(0, 60, (3, 60))
  design = sm.add_constant(x)
  linear = [sm.OLS(y[s], design[s]).fit().params for s in [np.arange(60), *samples]]
  logistic = [sm.Logit(hit[s], design[s]).fit(disp=0, tol=1e-12, method="newton").params
              for s in [np.arange(60), *samples]]
  check = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(x, hit)
  assert np.allclose(check.coef_[0], logistic[0][1:], atol=1e-5)
  cheap = {}
  for name, fits in (("linear", linear), ("logistic", logistic)):
    fits = np.array(fits)
    reach = stats.t.ppf(0.975, 3) * np.sqrt(np.mean((fits[1:] - fits[0]) ** 2, 0))
    cheap[name] = {"fits": fits.tolist(), "low": (fits[0] - reach).tolist(),
                   "high": (fits[0] + reach).tolist()}
  return {"features": x.ravel().tolist(), "outcome": y.tolist(), "hit": hit.tolist(),
          "samples": samples.tolist(), **cheap}


def coverage():
  g = random(6)
  truth = np.round(g.normal(size=(40, 2)), 5)
  samples = np.round(truth[None] * 0.5 + g.normal(size=(30, 40, 2)), 5)
  references = np.round(g.random((40, 2)) * 4 - 2, 5)
  ecp, alpha = tarp.get_tarp_coverage(samples, truth, references=references, norm=False,
                                      bootstrap=False, num_alpha_bins=8)
  near = np.linalg.norm(samples - references, axis=-1) < np.linalg.norm(truth - references, axis=-1)
  counts = near.sum(0)
  return {"truth": truth.ravel().tolist(), "samples": samples.transpose(1, 0, 2).ravel().tolist(),
          "references": references.ravel().tolist(), "counts": counts.tolist(),
          "expected": np.ravel(ecp).tolist(), "alpha": np.ravel(alpha).tolist(),
          "kolmogorov": list(map(float, stats.kstest(counts / 30, "uniform")[:2]))}


if __name__ == "__main__":
  made = {"tails": tails(), "shares": shares(), "models": models(), "learners": learners(),
          "regressions": regressions(), "coverage": coverage()}
  text = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in made.items())
  (pathlib.Path(__file__).parent / "resampling.json").write_text("{" + text + "}\n")
