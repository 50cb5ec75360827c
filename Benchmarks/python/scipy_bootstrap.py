"""The BCa interval of a mean by scipy.stats.bootstrap."""

import argparse
import json
import resource
import time

import numpy
import scipy
from scipy import stats


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("values", help="a NumPy array of values")
  parser.add_argument("--seed", type=int, default=1)
  parser.add_argument("--threads", type=int, default=2, help="SciPy takes one")
  options = parser.parse_args()
  values = numpy.load(options.values)
  start = time.perf_counter()
  found = stats.bootstrap(
    (values,), numpy.mean, n_resamples=9999, method="BCa", vectorized=True,
    rng=numpy.random.default_rng(options.seed))
  seconds = time.perf_counter() - start
  low, high = found.confidence_interval
  peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
  print(json.dumps(dict(
    peer="SciPy", version=f"SciPy {scipy.__version__}", value=seconds, peak_memory_bytes=peak,
    quality=float(high - low))))


if __name__ == "__main__":
  main()
