"""Writes the four small .h5ad files of Fuzz/Corpus, which tests read too.

They need h5py, which make setup does not bring: pip install h5py==3.16.0; python h5ad.py FOLDER
"""

import sys

import h5py
import numpy

TEXT = h5py.string_dtype()
X = numpy.arange(12, dtype="f4").reshape(4, 3) % 5


def frame(file, name, count, columns):
  group = file.create_group(name)
  group.attrs.update({"encoding-type": "dataframe", "_index": "_index"})
  group.attrs["column-order"] = columns
  group.create_dataset("_index", data=[f"{name}{i}" for i in range(count)], dtype=TEXT)
  return group


def cells(path, sparse=False, **options):
  with h5py.File(path, "w", **options) as file:
    file.attrs["encoding-type"] = "anndata"
    if sparse:
      group = file.create_group("X")
      group.attrs.update({"encoding-type": "csr_matrix", "shape": [4, 3]})
      rows, columns = numpy.nonzero(X)
      group["data"] = X[rows, columns]
      group["indices"] = columns.astype("i4")
      group["indptr"] = numpy.append(0, numpy.cumsum((X != 0).sum(1))).astype("i4")
    else:
      file.create_dataset("X", data=X, chunks=(2, 2), compression="gzip", shuffle=True)
    obs = frame(file, "obs", 4, ["cell_type"])
    frame(file, "var", 3, [])
    kind = obs.create_group("cell_type")
    kind.attrs.update({"encoding-type": "categorical", "ordered": False})
    kind["codes"] = numpy.array([0, 1, 1, 0], "i1")
    kind.create_dataset("categories", data=["B", "T"], dtype=TEXT)


def records(path):
  """The oldest form: tables as records, names of categories in uns."""
  obs = [(b"c0", 0, 0.5), (b"c1", 1, 0.25), (b"c2", 1, 1), (b"c3", 0, 2)]
  with h5py.File(path, "w") as file:
    file.create_dataset("X", data=X, chunks=(2, 2), compression="gzip", fletcher32=True)
    file.create_dataset(
      "obs", data=numpy.array(obs, [("index", "S4"), ("bulk_labels", "i1"), ("q", "f4")]),
      compression="gzip")
    file.create_dataset("var", data=numpy.array([(b"g0",), (b"g1",), (b"g2",)], [("index", "S4")]))
    file.create_group("uns")["bulk_labels_categories"] = numpy.array([b"B", b"T"])


folder = sys.argv[1]
cells(f"{folder}/h5ad-dense.h5ad")
cells(f"{folder}/h5ad-sparse.h5ad", sparse=True)
cells(f"{folder}/h5ad-latest.h5ad", libver="latest")
records(f"{folder}/h5ad-records.h5ad")
