"""Writes archives.json: npz, mat and tar.gz files with what they hold, by Python's standard library alone."""

import base64
import gzip
import io
import json
import pathlib
import struct
import tarfile
import zipfile
import zlib

# struct's letter for each of NumPy's types.
LETTERS = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q",
           "b1": "?", "f2": "e", "f4": "f", "f8": "d"}


def turned(shape, values):
  """The values of a matrix column by column."""
  rows, columns = shape
  return [values[row * columns + column] for column in range(columns) for row in range(rows)]


def npy(kind, shape, values, fortran=False, promised=None):
  """A NumPy array; `promised` is the shape that its header gives, where that is another."""
  order = ">" if kind[0] == ">" else "<"
  if kind[1] == "U":
    width = int(kind[2:])
    codec = "utf-32-be" if order == ">" else "utf-32-le"
    data = b"".join(value.ljust(width, "\0").encode(codec) for value in values)
  elif kind[1] == "S":
    data = b"".join(value.encode().ljust(int(kind[2:]), b"\0") for value in values)
  else:
    data = struct.pack(
      f"{order}{len(values)}{LETTERS[kind[1:]]}", *(turned(shape, values) if fortran else values))
  text = str({"descr": kind, "fortran_order": fortran, "shape": tuple(promised or shape)})
  text += " " * ((-len(text) - 11) % 64) + "\n"
  return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data


class Stream(io.RawIOBase):
  """Where nothing can be gone back to, so that sizes follow their data."""

  def __init__(self):
    super().__init__()
    self.bytes = b""

  def writable(self):
    return True

  def write(self, piece):
    self.bytes += bytes(piece)
    return len(piece)


def archive(members, method=zipfile.ZIP_STORED, wide=False, stream=False, comment=b""):
  """A zip archive; a wide one has the 64-bit sizes that large files need."""
  out = Stream() if stream else io.BytesIO()
  limit = zipfile.ZIP64_LIMIT
  if wide:
    zipfile.ZIP64_LIMIT = 16
  with zipfile.ZipFile(out, "w") as file:
    file.comment = comment
    for name, content in members.items():
      member = zipfile.ZipInfo(name)
      member.create_system = 3
      member.compress_type = method
      file.writestr(member, content)
  zipfile.ZIP64_LIMIT = limit
  content = out.bytes if stream else out.getvalue()
  # Of counts and places that need 64 bits, the old end of the directory only says so.
  return content[:-14] + b"\xff" * 12 + b"\0\0" if wide else content


def element(kind, data):
  """A part of a MATLAB file; up to four bytes go into its tag."""
  if 0 < len(data) <= 4:
    return struct.pack("<HH", kind, len(data)) + data.ljust(4, b"\0")
  return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def matrix(name, numbers, stored, letter, shape, values, flags=0, packed=False):
  """A matrix of MATLAB's class `numbers`, its values written as type `stored`."""
  data = struct.pack(f"<{len(values)}{letter}", *turned(shape, values))
  parts = element(6, struct.pack("<BBHI", numbers, flags, 0, 0))
  parts += element(5, struct.pack("<ii", *shape)) + element(1, name.encode())
  parts += element(stored, data)
  if flags & 8:
    parts += element(stored, data)
  whole = element(14, parts)
  if packed:
    squeezed = zlib.compress(whole)
    return struct.pack("<II", 15, len(squeezed)) + squeezed
  return whole


def tar(files, form):
  """A tar archive under gzip, with a folder, a link and a hidden file that are no texts."""
  out = io.BytesIO()
  with tarfile.open(fileobj=out, mode="w", format=form) as file:
    folder = tarfile.TarInfo("texts")
    folder.type = tarfile.DIRTYPE
    link = tarfile.TarInfo("texts/link.txt")
    (link.type, link.linkname) = (tarfile.SYMTYPE, "a/1.txt")
    for member in (folder, link):
      file.addfile(member)
    for name, text in [*files.items(), ("texts/.hidden", "no text")]:
      member = tarfile.TarInfo(name)
      member.size = len(text.encode())
      file.addfile(member, io.BytesIO(text.encode()))
  return gzip.compress(out.getvalue(), mtime=0)


def mat(*matrices, order=b"\x00\x01IM"):
  return b"MATLAB 5.0 MAT-file".ljust(124) + order + b"".join(matrices)


ARRAYS = {
  "x": ("<f4", [2, 3], [0.5, -1.25, 2, 3, 1024, -0.125]),
  "swapped": (">f4", [2, 3], [0.5, -1.25, 2, 3, 1024, -0.125]),
  "half": ("<f2", [3], [0.5, -2, 65504]),
  "double": (">f8", [2], [1e-3, 3]),
  "short": (">i2", [2, 2], [1, -2, 300, -32768]),
  "long": ("<i8", [3], [-1, 0, 16777216]),
  "bytes": ("|u1", [2, 2], [0, 1, 254, 255]),
  "flags": ("|b1", [3], [1, 0, 1]),
}
TEXTS = {"wide": ("<U3", ["a", "ßç", "xyz"]), "high": (">U3", ["a", "ßç", "xyz"]),
         "narrow": ("|S3", ["a", "bc", "xyz"])}
COLUMNS = ("<i4", [2, 3], [1, 2, 3, 4, 5, 6])
SMALL = ("|u1", [3], [7, 8, 9])
# One name that needs the second field of POSIX; longer or foreign ones need an extended header.
FILES = {"texts/a/1.txt": "one", "texts/a/2.txt": "two\nlines", "texts/b/1.txt": "x" * 600,
         f"texts/b/{'long/' * 22}2.txt": "far"}
LONG = {f"texts/c/{'n' * 300}.txt": "a long name", "texts/c/ß.txt": "ça"}

# As in the zips of TREC's questions, Tatoeba's pairs and the presidents' speeches.
TEXT_FILES = {
  "qc/train.txt": "DESC:manner How ?\nHUM:ind Who ?\nDESC:def What is it ?\n",
  "qc/test.txt": "HUM:ind Who else ?\n", "fra.txt": "Go.\tVa !\nRun!\tCours\u202f!\n",
  "inaugural/1789-A.txt": "Fellow citizens\n", "inaugural/README": "none",
  "state_union/1945-B.txt": "Mr. Speaker\n", "state_union/1946-B.txt": "Madam Speaker\n"}


def cases():
  members = {f"{key}.npy": npy(*array) for key, array in ARRAYS.items()}
  members["columns.npy"] = npy(*COLUMNS, fortran=True)
  members.update({f"{key}.npy": npy(kind, [3], texts) for key, (kind, texts) in TEXTS.items()})
  # What is no array is passed over, as are folders.
  members.update({"notes/": b"", "notes/read.me": b"no array"})
  held = {key: (shape, values) for key, (_, shape, values) in [*ARRAYS.items(), ("columns", COLUMNS)]}
  texts = {key: values for key, (_, values) in TEXTS.items()}
  deflated = zipfile.ZIP_DEFLATED
  yield "stored.npz", archive(members), held, texts
  yield "deflated.npz", archive(members, deflated, comment=b"a comment"), held, texts
  yield "wide.npz", archive(members, deflated, wide=True), held, texts
  yield "streamed.npz", archive(members, deflated, stream=True), held, texts
  small = {"x.npy": npy(*SMALL)}
  yield "small.npz", archive(small, deflated, wide=True), {"x": SMALL[1:]}, {}
  yield "bzip2.npz", archive(small, zipfile.ZIP_BZIP2), {}, {}
  graph = {"x_data": ("<f4", [3], [1, 1, 1]), "x_indices": ("<i4", [3], [0, 1, 1]),
           "x_indptr": ("<i4", [4], [0, 1, 2, 3]), "x_shape": ("<i8", [2], [3, 2]),
           "edges": ("<i4", [1, 2], [0, 2]), "labels": ("<i8", [3], [1, -1, 0])}
  yield "graph.npz", archive({f"{key}.npy": npy(*array) for key, array in graph.items()}, deflated), {}, {}
  for power in (35, 40):
    lie = {"x.npy": npy(*SMALL, promised=[1 << power])}
    yield f"promise{power}.npz", archive(lie, deflated, wide=True), {}, {}
  a, b = ([3, 2], [1, -2, 3.5, 4, 5, 600]), ([2, 2], [1, 2, 3, 255])
  plain = [matrix("a", 6, 9, "d", *a), matrix("bytes", 9, 2, "B", *b)]
  yield "plain.mat", mat(*plain), {"a": a, "bytes": b}, {}
  packed = [matrix("a", 7, 7, "f", *a, packed=True), matrix("bytes", 9, 2, "B", *b, packed=True)]
  yield "packed.mat", mat(*packed), {"a": a, "bytes": b}, {}
  # MATLAB writes whole doubles in the smallest type that holds them.
  yield "short.mat", mat(matrix("b", 6, 2, "B", *b)), {"b": b}, {}
  yield "one.mat", mat(matrix("a", 6, 9, "d", *a)), {"a": a}, {}
  text = matrix("text", 4, 4, "H", [1, 3], [97, 98, 99])
  yield "others.mat", mat(text, matrix("complex", 6, 9, "d", *a, flags=8)), {}, {}
  yield "big-endian.mat", mat(order=b"\x01\x00MI"), {}, {}
  levels = list(range(192))
  yield "pictures.mat", mat(matrix("faces", 9, 2, "B", [64, 3], levels)), {
    "faces": ([64, 3], levels)}, {}
  yield "texts.zip", archive(TEXT_FILES, deflated), {}, {}
  for name, form, more in [("ustar", tarfile.USTAR_FORMAT, {}), ("gnu", tarfile.GNU_FORMAT, LONG),
                           ("pax", tarfile.PAX_FORMAT, LONG)]:
    files = FILES | more
    yield f"{name}.tar.gz", tar(files, form), {}, {key: [text] for key, text in files.items()}


if __name__ == "__main__":
  lines = []
  for name, content, arrays, texts in cases():
    lines.append(json.dumps({
      "name": name, "bytes": base64.b64encode(content).decode(),
      "arrays": {key: {"shape": shape, "values": values} for key, (shape, values) in arrays.items()},
      "texts": texts}, separators=(",", ":"), ensure_ascii=False))
  path = pathlib.Path(__file__).resolve().parent / "archives.json"
  path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
