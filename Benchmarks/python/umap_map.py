"""A map of vectors by PyPI's umap-learn: the first one of a process, and one when all is compiled."""

import argparse
import json
import resource
import time

start = time.perf_counter()

import numba  # noqa: E402
import numpy  # noqa: E402
import umap  # noqa: E402


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("points", help="a NumPy array, a row for each point")
  parser.add_argument("--out", help="where to write the last map")
  parser.add_argument("--neighbours", type=int, default=15)
  parser.add_argument("--min-distance", type=float, default=0.1)
  parser.add_argument("--threads", type=int, default=2)
  parser.add_argument("--seed", type=int, help="left alone: with a seed umap-learn keeps to one thread")
  parser.add_argument("--repeats", type=int, default=1, help="maps after the first")
  options = parser.parse_args()

  # A process that is bound to fewer cores has fewer.
  threads = min(options.threads, numba.config.NUMBA_NUM_THREADS)
  numba.set_num_threads(threads)
  points = numpy.load(options.points)
  # Without a seed umap-learn uses all threads; with one it keeps to a single one.
  reducer = lambda: umap.UMAP(
    n_neighbors=options.neighbours, min_dist=options.min_distance, n_jobs=threads)
  places = reducer().fit_transform(points)
  first = time.perf_counter() - start
  warm = []
  for _ in range(options.repeats):
    began = time.perf_counter()
    places = reducer().fit_transform(points)
    warm.append(time.perf_counter() - began)
  if options.out:
    numpy.save(options.out, places.astype(numpy.float32))
  peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
  print(json.dumps(dict(
    peer="umap-learn", version=f"umap-learn {umap.__version__}", value=float(numpy.median(warm)), first_seconds=first, warm_seconds=warm,
    peak_memory_bytes=peak, threads=threads)))


if __name__ == "__main__":
  main()
