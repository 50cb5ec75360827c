"""Lloyd's iteration of scikit-learn from the first 100 rows, 20 rounds."""

import argparse
import time
import warnings

import numpy
import sklearn
import threadpoolctl
from fashion import report
from sklearn.cluster import KMeans


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("codes", help="a NumPy array, a row for each point")
  parser.add_argument("--seed", type=int, default=1)
  parser.add_argument("--threads", type=int, default=2)
  chosen = parser.parse_args()
  codes = numpy.load(chosen.codes).astype(numpy.float64)
  # 20 rounds are few: it warns that it has not converged.
  warnings.simplefilter("ignore")
  model = KMeans(n_clusters=100, init=codes[:100], n_init=1, max_iter=20, tol=0, algorithm="lloyd")
  with threadpoolctl.threadpool_limits(chosen.threads):
    began = time.perf_counter()
    model.fit(codes)
    seconds = time.perf_counter() - began
  report(value=seconds, quality=model.inertia_, version=f"scikit-learn {sklearn.__version__}")


if __name__ == "__main__":
  main()
