"""A server with made spaces that keeps to the explorer's contract, so that the page can be worked on and tested
without a build. Standard library only.

  python3 Tests/Web/mock.py --port 8124 --items 10000
"""

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import made_catalogue
from made_data import CLASSES, DEVIATIONS, LATENTS, Codes, npy, picture, png, sentence, tiled

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "Sources" / "Serving" / "Assets"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
POLICY = (
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
  "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Refusal(Exception):
  def __init__(self, status, message):
    super().__init__(message)
    self.status = status


class Space:
  """One made space."""

  abilities = ["encode", "decode", "sample", "reconstruct", "interpolate", "traverse", "neighbours", "score", "embed", "search"]

  def __init__(self, name, method, title, kind, items, seed, folder, without=(), history=True):
    self.name, self.kind, self.method = name, kind, method
    self.codes = Codes(items, seed)
    self.folder = Path(folder) / f"{name}.latent"
    self.begun = {}
    can = {ability: ability not in without for ability in self.abilities}
    columns = [{"name": "class", "kind": "class", "origin": "data", "classes": CLASSES}]
    columns += [{"name": each, "kind": "number", "origin": "measure"} for each in ("error", "density", "outlier")]
    columns += [{"name": "cluster", "kind": "class", "origin": "cluster", "classes": [f"cluster {i}" for i in range(10)]}]
    self.row = {
      "id": name, "folder": str(self.folder), "method": method, "title": title, "system": "S027", "source": f"made-{kind}",
      "seed": seed, "kind": kind, "shape": [1, 28, 28] if kind == "image" else [6], "latents": LATENTS, "items": items,
      "classes": CLASSES, "labelled": True, "columns": columns, "maps": ["pca", "neighbours"], "can": can,
      "cannot": {each: f"{method} cannot {each}: it keeps only a way from examples to codes." for each in without},
    }
    self.history = [
      {
        "epoch": e, "seconds": 1.5, "rate": 0.001,
        "train": {"loss": 240 + 120 / e, "error": 0.02 + 0.05 / e, "kl": 24 - 9 / e},
        "validation": {"loss": 243 + 122 / e, "error": 0.021 + 0.05 / e, "kl": 24 - 9 / e},
      }
      for e in range(1, 13)
    ] if history else []

  def whole(self):
    return self.row | {
      "settings": {"latents": LATENTS, "hidden": [400], "likelihood": "bernoulli", "binarise": True, "rate": 0.001},
      "metrics": {"squared error": {"value": 0.0182, "low": 0.0179, "high": 0.0185}, "bound": -241.3},
      "history": self.history, "facts": {"version": "0.1.0", "parameters": 652824, "seconds": 18.2},
      "command": f"latent fit {self.method} {self.row['source']} --latents {LATENTS} --seed {self.row['seed']}",
      "card": {
        "id": self.method, "title": "Variational autoencoder", "source": "Diederik P. Kingma, Max Welling. Auto-Encoding Variational Bayes, 2014.",
        "summary": "An encoder that gives a normal over codes, a decoder, and a bound on the likelihood that trains both.",
        "departures": "Adam instead of Adagrad.",
        "verdict": {"outcome": "holds", "sentence": "The bound of held-out data rises with the number of units and does not fall again.", "date": "2026-11-20"},
      },
    }

  def example(self, code):
    """What the decoder makes of a code."""
    if self.kind == "image":
      return [[[value / 255 for value in row] for row in picture(code)]]
    return sentence(code) if self.kind == "text" else [round(2 * value, 4) for value in code[:6]]

  def end(self, end):
    """The code of one end of a path."""
    if "item" in end:
      return self.codes.code(self.item(end["item"]))
    code = end.get("code")
    if not isinstance(code, list) or len(code) != LATENTS:
      raise Refusal(400, f"code must be a list of {LATENTS} numbers")
    return code

  def item(self, item):
    if not isinstance(item, int) or not 0 <= item < self.codes.items:
      raise Refusal(404, f"there is no item {item}; they go from 0 to {self.codes.items - 1}")
    return item

  def found(self, code, count, but=None):
    return {"neighbours": [{"item": i, "distance": d, "label": CLASSES[i % 10]} for i, d in self.codes.nearest(code, count, but)]}


class Mock(BaseHTTPRequestHandler):
  protocol_version = "HTTP/1.1"
  spaces, delay, folder, catalogue = {}, 1.0, "", None

  def log_message(self, *_):
    pass

  def do_GET(self):
    self.answer("GET")

  def do_POST(self):
    self.answer("POST")

  def answer(self, method):
    parts = urlsplit(self.path)
    self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    try:
      length = int(self.headers.get("Content-Length") or 0)
      raw = self.rfile.read(length)
      body = None
      if method == "POST":
        if self.headers.get("Content-Type", "").split(";")[0] != "application/json":
          raise Refusal(415, "the body must be application/json")
        try:
          body = json.loads(raw)
        except ValueError as error:
          raise Refusal(400, f"the body is no JSON: {error}")
      self.route(method, unquote(parts.path), body)
    except Refusal as refusal:
      self.send(json.dumps({"error": {"message": str(refusal)}}), "application/json", refusal.status)
    except (BrokenPipeError, ConnectionResetError):
      pass

  def send(self, body, kind="application/json", status=200, command=None):
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    self.send_response(status)
    self.send_header("Content-Type", kind)
    self.send_header("Content-Length", str(len(data)))
    self.send_header("Content-Security-Policy", POLICY)
    self.send_header("X-Content-Type-Options", "nosniff")
    self.send_header("Referrer-Policy", "no-referrer")
    self.send_header("Cache-Control", "no-cache")
    if command:
      self.send_header("X-Latent-Command", command)
    self.end_headers()
    self.wfile.write(data)

  def route(self, method, path, body):
    if path == "/":
      return self.send((ASSETS / "index.html").read_bytes(), "text/html; charset=utf-8")
    if path.startswith("/assets/"):
      name = path.removeprefix("/assets/")
      if name not in {each.name for each in ASSETS.iterdir()}:
        raise Refusal(404, f"there is no {path}")
      return self.send((ASSETS / name).read_bytes(), TYPES[Path(name).suffix])
    if path == "/v1/spaces":
      return self.send({"spaces": [space.row for space in self.spaces.values()]})
    if path == "/v1/overlap":
      return self.overlap(body)
    if match := re.fullmatch(r"/v1/spaces/([^/]+)(/.*)?", path):
      space = self.spaces.get(match[1])
      if space is None:
        raise Refusal(404, f"there is no space {match[1]}")
      return self.of_space(space, method, match[2] or "", body)
    answer = self.catalogue.answer(path, self.query)
    if answer is None:
      raise Refusal(404, f"there is no {path}")
    self.send(answer)

  def overlap(self, body):
    a, b = self.spaces[body["a"]], self.spaces[body["b"]]
    if a.row["source"] != b.row["source"]:
      raise Refusal(409, f"{a.name} and {b.name} are of different sources, so that their items cannot be compared")
    each = [round(random.Random(i).betavariate(4, 5), 1) for i in range(a.codes.items)]
    mean = sum(each) / len(each)
    self.send({"mean": mean, "low": mean - 0.01, "high": mean + 0.01, "each": each},
      command=f"latent compare {a.folder} {b.folder} --overlap")

  def of_space(self, space, method, rest, body):
    folder = space.folder
    if method == "GET":
      return self.read(space, rest)
    name = rest.strip("/")
    if name == "selections":
      return self.select(space, body)
    ability = {"place": "decode"}.get(name, name)
    if ability not in space.row["can"]:
      raise Refusal(404, f"there is no {self.path}")
    if not space.row["can"][ability]:
      raise Refusal(409, space.row["cannot"][ability])
    codes, extra, columns, command = self.work(space, name, body)
    command = f"latent {command}" if command else None
    if codes is None:
      return self.send(extra, command=command)
    if "image/png" in self.headers.get("Accept", ""):
      if space.kind != "image":
        raise Refusal(409, f"{space.name} has no pictures")
      return self.send(tiled([picture(code) for code in codes], columns), "image/png", command=command)
    self.send(extra, command=command)

  def work(self, space, name, body):
    """Codes to draw, the JSON answer, pictures in a row, and the command."""
    folder = space.folder
    if name == "decode":
      codes = [space.end({"code": code}) for code in body["codes"]]
      return codes, {"outputs": [space.example(code) for code in codes]}, len(codes), f"decode {folder} --codes codes.npy"
    if name == "sample":
      draw = random.Random(body.get("seed", 1))
      codes = [[d * draw.gauss(0, 1.5) for d in DEVIATIONS] for _ in range(body.get("count", 16))]
      return codes, {"codes": codes, "outputs": [space.example(code) for code in codes]}, 4, f"sample {folder} --count {len(codes)} --seed {body.get('seed', 1)}"
    if name == "reconstruct":
      items = [space.item(i) for i in body["items"]]
      codes = [space.codes.code(i) for i in items]
      errors = space.codes.column("error")[1]
      extra = {"outputs": [space.example(code) for code in codes], "errors": [errors[i] for i in items]}
      return codes + [[0.9 * value for value in code] for code in codes], extra, len(items), f"reconstruct {folder} --items {','.join(map(str, items))}"
    if name == "interpolate":
      a, b, steps = space.end(body["from"]), space.end(body["to"]), body.get("steps", 9)
      codes = [[p + (q - p) * k / (steps - 1) for p, q in zip(a, b)] for k in range(steps)]
      return codes, {"codes": codes, "outputs": [space.example(code) for code in codes]}, steps, f"interpolate {folder} --steps {steps} --path {body.get('path', 'linear')}"
    if name == "traverse":
      start, reach, steps = space.end(body["start"]), body.get("range", 2.5), body.get("steps", 11)
      codes, units = [], []
      for unit in body.get("units") or range(body.get("rows", 8)):
        line = [start[:unit] + [reach * DEVIATIONS[unit] * (2 * k / (steps - 1) - 1)] + start[unit + 1 :] for k in range(steps)]
        units.append({"unit": unit, "deviation": DEVIATIONS[unit], "codes": line, "outputs": [space.example(code) for code in line]})
        codes += line
      return codes, {"units": units}, steps, f"traverse {folder} --units {','.join(str(each['unit']) for each in units)}"
    if name == "neighbours":
      end = body["of"]
      return None, space.found(space.end(end), body.get("count", 10), end.get("item")), 0, f"neighbours {folder} --count {body.get('count', 10)}" + (f" --item {end['item']}" if "item" in end else "")
    if name == "search":
      draw = random.Random(body["text"])
      return None, space.found([draw.gauss(0, 2), draw.gauss(0, 2)], 10), 0, f"search {folder} {json.dumps(body['text'])}"
    if name == "score":
      return None, {"figures": {"squared error": {"value": 0.0182, "low": 0.0179, "high": 0.0185}}}, 0, f"score {folder}"
    if name == "place":
      scale = 1 if body["map"] == "pca" else 0.25
      x, y = body["x"] * scale, body["y"] * scale
      near = space.codes.nearest([x, y], 8)
      code = [x, y, *[sum(values) / len(near) for values in zip(*(space.codes.code(i)[2:] for i, _ in near))]]
      return [code], {"code": code, "items": [i for i, _ in near], "weights": [1 / len(near)] * len(near)}, 1, f"decode {folder} --place {body['x']:.4g},{body['y']:.4g} --map {body['map']}"
    raise Refusal(404, f"there is no {self.path}")

  def read(self, space, rest):
    if rest == "":
      return self.send(space.whole())
    if rest == "/units":
      radius = sum(DEVIATIONS)
      return self.send({"units": [
        {"unit": u, "mean": 0.0, "deviation": d, "low": -3.2 * d, "high": 3.2 * d, "use": d / radius} for u, d in enumerate(DEVIATIONS)
      ]})
    if rest == "/selections":
      files = sorted((space.folder / "selections").glob("*.json"))
      return self.send({"selections": [{"name": each.stem, "items": json.loads(each.read_text())["items"], "file": str(each)} for each in files]})
    if match := re.fullmatch(r"/maps/(pca|neighbours)", rest):
      return self.awaited(space, rest, 0 if match[1] == "pca" else self.delay,
        lambda: npy(space.codes.map(match[1]), "<f4", (space.codes.items, 2)), f"latent map {space.folder} --kind {match[1]} --seed 1")
    if (match := re.fullmatch(r"/columns/([a-z]+)", rest)) and match[1] in {each["name"] for each in space.row["columns"]}:
      kind, values = space.codes.column(match[1])
      return self.awaited(space, rest, 0 if match[1] == "class" else self.delay / 2, lambda: npy(values, kind, (len(values),)), None)
    if match := re.fullmatch(r"/codes/(\d+)", rest):
      return self.send({"code": space.codes.code(space.item(int(match[1])))})
    if match := re.fullmatch(r"/items/(\d+)(\.png)?", rest):
      item = space.item(int(match[1]))
      code = space.codes.code(item)
      if match[2]:
        return self.send(png(picture(code)), "image/png")
      values = {f"column {i}": value for i, value in enumerate(space.example(code))} if space.kind == "vector" else None
      return self.send({"item": item, "label": CLASSES[item % 10], "class": item % 10,
        "text": sentence(code) if space.kind == "text" else None, "values": values})
    raise Refusal(404, f"there is no {self.path}")

  def awaited(self, space, path, seconds, make, command):
    """202 until `seconds` after it was first asked for."""
    begun = space.begun.setdefault(path, time.monotonic())
    spent = time.monotonic() - begun
    if spent < seconds:
      return self.send({"state": "working", "done": spent / seconds, "secondsLeft": seconds - spent}, status=202)
    self.send(make(), "application/x-npy", command=command)

  def select(self, space, body):
    if not re.fullmatch(r"[a-z0-9-]{1,64}", str(body.get("name"))):
      raise Refusal(400, "name must be 1 to 64 small letters, digits and hyphens")
    file = space.folder / "selections" / f"{body['name']}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"items": [space.item(i) for i in body["items"]]}))
    command = f"latent show {space.folder} --selection {body['name']}"
    self.send({"file": str(file), "command": command}, status=201, command=command)


def serve(port=0, items=10_000, delay=1.0):
  """A mock server that is not yet running; its address is `http://127.0.0.1:` and `server_port`."""
  folder = tempfile.mkdtemp(prefix="latent-mock-")
  no_decoder = ("decode", "sample", "reconstruct", "interpolate", "traverse", "embed", "search")
  made = [
    Space("demo", "vae", "Made pictures", "image", items, 1, folder, ("embed", "search")),
    Space("second", "iwae", "Made pictures, again", "image", items, 2, folder, ("embed", "search")),
    Space("table", "slow-features", "Made table", "vector", min(items, 500), 3, folder, no_decoder, history=False),
    Space("sentences", "sentence-vae", "Made sentences", "text", min(items, 800), 4, folder),
  ]
  Mock.spaces = {space.name: space for space in made}
  Mock.delay, Mock.catalogue = delay, made_catalogue.Catalogue(ROOT)
  server = ThreadingHTTPServer(("127.0.0.1", port), Mock)
  server.daemon_threads = True
  server.folder = folder
  return server


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--port", type=int, default=8124)
  parser.add_argument("--items", type=int, default=10_000)
  parser.add_argument("--delay", type=float, default=1.0)
  options = parser.parse_args()
  server = serve(options.port, options.items, options.delay)
  print(f"http://127.0.0.1:{server.server_port}/", flush=True)
  try:
    server.serve_forever()
  except KeyboardInterrupt:
    sys.exit(0)
  finally:
    shutil.rmtree(server.folder)


if __name__ == "__main__":
  main()
