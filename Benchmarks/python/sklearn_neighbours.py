"""A probe by the votes of the five nearest codes, by scikit-learn's brute force."""

import argparse
import glob
import json
import resource
import time

import numpy
import sklearn
import threadpoolctl
from sklearn.neighbors import KNeighborsClassifier


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("folder", help="where probe-*-{train,test}-{codes,labels}.npy are")
  parser.add_argument("--seed", type=int, default=1, help="nothing here is drawn")
  parser.add_argument("--threads", type=int, default=2)
  options = parser.parse_args()
  threadpoolctl.threadpool_limits(options.threads)

  def read(part, what):
    return numpy.load(glob.glob(f"{options.folder}/probe-*-{part}-{what}.npy")[0])

  train, labels = read("train", "codes"), read("train", "labels")
  test, truth = read("test", "codes"), read("test", "labels")
  start = time.perf_counter()
  found = KNeighborsClassifier(5, algorithm="brute").fit(train, labels).predict(test)
  seconds = time.perf_counter() - start
  peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
  print(json.dumps(dict(
    peer="scikit-learn", version=f"scikit-learn {sklearn.__version__}", value=seconds, peak_memory_bytes=peak,
    quality=float((found == truth).mean()))))


if __name__ == "__main__":
  main()
