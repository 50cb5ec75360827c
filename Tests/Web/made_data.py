"""Made spaces for the mock server: codes in classes, pictures drawn from codes. Standard library only."""

import math
import random
import struct
import zlib
from array import array

LATENTS = 20
SIDE = 28
CLASSES = ["shirt", "trouser", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag", "boot"]
DEVIATIONS = [1.0 / (1 + 0.25 * unit) for unit in range(LATENTS)]


def npy(values, kind, shape):
  """A NumPy file, version 1.0, of an `array.array`."""
  axes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
  header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({axes}), }}"
  header += " " * (63 - (len(header) + 10) % 64) + "\n"
  return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin1") + values.tobytes()


def png(rows):
  """A grey PNG of rows of bytes."""
  width, height = len(rows[0]), len(rows)
  data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 1)

  def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

  head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
  return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def picture(code):
  """Six soft spots whose places and strengths are the code's units: every unit shows."""
  width = 3.0 + 0.5 * math.tanh(code[18])
  ground = 18 + 12 * math.tanh(code[19])
  total = [[ground] * SIDE for _ in range(SIDE)]
  for spot in range(6):
    angle = spot * math.pi / 3
    x = 13.5 + 6 * math.cos(angle) + 4 * math.tanh(code[3 * spot] / 2)
    y = 13.5 + 6 * math.sin(angle) + 4 * math.tanh(code[3 * spot + 1] / 2)
    strength = 130 + 90 * math.tanh(code[3 * spot + 2])
    across = [math.exp(-(((i - x) / width) ** 2) / 2) for i in range(SIDE)]
    for j in range(SIDE):
      down = strength * math.exp(-(((j - y) / width) ** 2) / 2)
      if down > 0.5:
        row = total[j]
        for i in range(SIDE):
          row[i] += down * across[i]
  return [[min(255, max(0, int(value))) for value in row] for row in total]


def tiled(pictures, columns):
  """Pictures in rows of `columns`, without a gap; the last row is filled with black."""
  rows = []
  for start in range(0, len(pictures), columns):
    line = pictures[start : start + columns]
    line += [[[0] * SIDE] * SIDE] * (columns - len(line))
    rows += [sum((each[y] for each in line), []) for y in range(SIDE)]
  return png(rows)


class Codes:
  """Codes of items; the two units that vary most are kept, the others come from the item's number."""

  def __init__(self, items, seed):
    self.items, self.seed = items, seed
    draw = random.Random(seed)
    turn = draw.uniform(0, 2 * math.pi)
    self.centres = [(2.6 * math.cos(turn + 0.628 * c), 2.6 * math.sin(turn + 0.628 * c)) for c in range(10)]
    gauss = draw.gauss
    self.x = array("f", (self.centres[i % 10][0] + 0.55 * gauss(0, 1) for i in range(items)))
    self.y = array("f", (self.centres[i % 10][1] + 0.55 * gauss(0, 1) for i in range(items)))

  def code(self, item):
    draw = random.Random(self.seed * 1_000_003 + item)
    rest = [0.5 * DEVIATIONS[unit] * draw.gauss(0, 1) for unit in range(2, LATENTS)]
    return [self.x[item], self.y[item], *rest]

  def nearest(self, code, count, but=None):
    x, y = code[0], code[1]
    far = sorted(((a - x) ** 2 + (b - y) ** 2, i) for i, (a, b) in enumerate(zip(self.x, self.y)))
    return [(i, math.sqrt(d)) for d, i in far[: count + 1] if i != but][:count]

  def map(self, name):
    if name == "pca":
      flat = array("f", bytes(8 * self.items))
      flat[0::2], flat[1::2] = self.x, self.y
      return flat
    # Classes pulled together and apart, as neighbour embeddings do.
    flat = array("f", bytes(8 * self.items))
    for axis, values in enumerate((self.x, self.y)):
      centres = [centre[axis] for centre in self.centres]
      flat[axis::2] = array("f", (4 * centres[i % 10] + 1.2 * (v - centres[i % 10]) for i, v in enumerate(values)))
    return flat

  def column(self, name):
    """The kind of a column and its values."""
    if name in ("class", "cluster"):
      return "<i8", array("q", ((i * (3 if name == "cluster" else 1)) % 10 for i in range(self.items)))
    radius = [math.hypot(x, y) for x, y in zip(self.x, self.y)]
    if name == "density":
      return "<f4", array("f", (-abs(r - 2.6) for r in radius))
    if name == "outlier":
      return "<f4", array("f", ((r - 2.6) ** 2 for r in radius))
    return "<f4", array("f", (0.01 + 0.004 * abs(r - 2.6) for r in radius))


def sentence(code):
  """A sentence that a code stands for."""
  who = ["a child", "the engineer", "one bird", "my neighbour"][int(abs(code[0]) * 2) % 4]
  what = ["builds", "paints", "watches", "forgets"][int(abs(code[1]) * 2) % 4]
  where = ["a bridge", "the river", "an old clock", "the garden"][int(abs(code[2]) * 6) % 4]
  return f"{who} {what} {where}"
