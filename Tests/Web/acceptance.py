"""Asks every route of a running server by curl, and runs every command line that its answers name.

  LATENT_SERVE='.build/release/latent serve demo.latent demo-iwae.latent --port 8123' Tests/Web/run acceptance

Fails where a route of /openapi.json is not asked here, an answer has another status or kind than it should, a click of the
page has no command, or a command fails or says something else than the answer that named it.
"""

import ast
import base64
import csv
import json
import os
import shlex
import struct
import subprocess
import sys
import tempfile
import time
from array import array
from pathlib import Path

import browser

LATENT = str(Path(os.environ.get("LATENT", ".build/release/latent")).resolve())


def numbers(data):
  """The numbers of a NumPy file's bytes, and its shape."""
  (length,) = struct.unpack("<H", data[8:10])
  header = ast.literal_eval(data[10 : 10 + length].decode("latin1").strip())
  kind = {"<f4": "f", "<i8": "q"}[header["descr"]]
  return array(kind, data[10 + length :]), header["shape"]


class Answer:
  """What curl was given."""

  def __init__(self, status, headers, body):
    self.status, self.headers, self.body = status, headers, body
    self.kind = headers.get("content-type", "").split(";")[0]
    self.command = headers.get("x-latent-command")

  @property
  def json(self):
    return json.loads(self.body)


class Curl:
  """Asks one server, and keeps the commands that it names, each with its answer."""

  def __init__(self, origin):
    self.origin, self.commands = origin, {}

  def ask(self, method, path, body=None, accept=None, kind="application/json"):
    with tempfile.TemporaryDirectory() as folder:
      words = ["curl", "-sS", "-X", method, "-D", f"{folder}/head", "-o", f"{folder}/body", self.origin + path]
      if accept:
        words += ["-H", f"Accept: {accept}"]
      if body is not None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        Path(folder, "sent").write_bytes(data)
        words += ["-H", f"Content-Type: {kind}", "--data-binary", f"@{folder}/sent"]
      for _ in range(600):
        Path(folder, "body").write_bytes(b"")
        subprocess.run(words, check=True)
        lines = Path(folder, "head").read_bytes().decode("latin1").strip().split("\r\n")
        answer = Answer(
          int(lines[0].split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if ": " in line)},
          Path(folder, "body").read_bytes())
        if answer.status != 202:
          break
        time.sleep(0.5)
    if answer.command:
      self.commands.setdefault((answer.command, path), (f"{method} {path}", answer))
    return answer


def requests(space, other, run, drawn):
  """Each route with what is asked of it: the path, what is sent, the kind that is wanted, and whether a command repeats it."""
  at = f"/v1/spaces/{space['id']}"
  code = [0.1 * unit for unit in range(space["latents"])]
  picture = [[[0.5] * space["shape"][2]] * space["shape"][1]] * space["shape"][0]
  png = "image/png"
  asked = [
    ("GET /healthz", "/healthz", None, None, False), ("GET /metrics", "/metrics", None, None, False),
    ("GET /openapi.json", "/openapi.json", None, None, False), ("GET /", "/", None, None, False),
    ("GET /assets/{asset}", "/assets/main.js", None, None, False),
    ("GET /v1/spaces", "/v1/spaces", None, None, False), ("GET /v1/spaces/{id}", at, None, None, False),
    ("POST /v1/spaces/{id}/score", f"{at}/score", {}, None, True),
    ("POST /v1/embeddings", "/v1/embeddings", {"model": space["id"], "input": [{"image": base64.b64encode(drawn).decode()}]}, None, False),
    ("POST /v1/spaces/{id}/encode", f"{at}/encode", {"inputs": [picture]}, None, False),
    ("POST /v1/spaces/{id}/decode", f"{at}/decode", {"codes": [code]}, None, False),
    ("POST /v1/spaces/{id}/decode", f"{at}/decode", {"codes": [code]}, png, False),
    ("POST /v1/spaces/{id}/sample", f"{at}/sample", {"count": 4, "seed": 3}, png, True),
    ("POST /v1/spaces/{id}/reconstruct", f"{at}/reconstruct", {"items": [3, 5]}, None, True),
    ("GET /v1/spaces/{id}/items/{item}.png", f"{at}/items/3.png", None, None, False),
    ("GET /v1/spaces/{id}/items/{item}", f"{at}/items/3", None, None, False),
    ("GET /v1/spaces/{id}/thumbnails", f"{at}/thumbnails?from=10&count=20", None, None, False),
    ("POST /v1/spaces/{id}/selections", f"{at}/selections", {"name": "asked", "items": [1, 4, 9]}, None, True),
    ("GET /v1/spaces/{id}/selections", f"{at}/selections", None, None, False),
    ("GET /v1/spaces/{id}/maps/{map}", f"{at}/maps/pca", None, None, True),
    ("GET /v1/spaces/{id}/maps/{map}", f"{at}/maps/neighbours?seed=1", None, None, True),
    ("GET /v1/spaces/{id}/codes", f"{at}/codes", None, None, True),
    ("GET /v1/spaces/{id}/codes/{item}", f"{at}/codes/3", None, None, False),
    ("GET /v1/spaces/{id}/units", f"{at}/units", None, None, False),
    ("POST /v1/spaces/{id}/neighbours", f"{at}/neighbours", {"of": {"item": 3}, "count": 5}, None, True),
    ("POST /v1/overlap", "/v1/overlap", {"a": space["id"], "b": other["id"]}, None, True),
    ("POST /v1/spaces/{id}/interpolate", f"{at}/interpolate", {"from": {"item": 3}, "to": {"item": 8}}, None, True),
    ("POST /v1/spaces/{id}/traverse", f"{at}/traverse", {"start": {"item": 3}, "rows": 3}, None, True),
    ("POST /v1/spaces/{id}/place", f"{at}/place", {"map": "pca", "x": 0.25, "y": -0.5}, None, True),
    ("POST /v1/spaces/{id}/place", f"{at}/place", {"map": "neighbours", "x": -1, "y": 2.5, "seed": 1}, png, True),
    ("GET /v1/systems", "/v1/systems", None, None, False), ("GET /v1/systems/{system}", "/v1/systems/S057", None, None, False),
    ("GET /v1/find", "/v1/find?need=anomalies+in+tables", None, None, True),
    ("GET /v1/runs", "/v1/runs", None, None, False),
  ]
  asked += [("GET /v1/spaces/{id}/columns/{column}", f"{at}/columns/{column['name']}", None, None, True) for column in space["columns"]]
  if run:
    asked.append(("GET /v1/runs/{run}", f"/v1/runs/{run}", None, None, False))
  return asked


def close(one, other, reach=1e-4):
  return len(one) == len(other) and all(abs(a - b) <= reach * (1 + abs(b)) for a, b in zip(one, other))


class Commands:
  """Runs commands in a folder of their own, and holds what they say against the answers."""

  def __init__(self, curl, space, folder):
    self.curl, self.space, self.folder = curl, space, Path(folder)

  def run(self, words):
    done = subprocess.run([LATENT, *words], cwd=self.folder, capture_output=True, text=True)
    if done.returncode != 0:
      raise AssertionError(f"exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout

  def check(self, line, answer):
    words = shlex.split(line)[1:]
    verb = words[0]
    if verb in ("score", "neighbours", "relate", "find"):
      said = json.loads(self.run([*words, "--json", "--quiet"]))
    else:
      self.run([*words, "--quiet"])
    if verb == "map":
      places, shape = numbers((self.folder / "map.npy").read_bytes())
      theirs, theirs_shape = numbers(answer.body)
      assert shape == theirs_shape and close(places, theirs, 0), "other places"
    elif verb == "encode":
      assert close(numbers((self.folder / "codes.npy").read_bytes())[0], numbers(answer.body)[0]), "other codes"
    elif verb == "relate":
      assert abs(said["similarities"][0]["value"] - answer.json["mean"]) < 1e-6, (said["similarities"][0], answer.json["mean"])
    elif verb == "neighbours":
      assert [each["item"] for each in said["neighbours"]] == [each["item"] for each in answer.json["neighbours"]]
    elif verb == "export":
      self.column(answer)
    elif verb == "decode":
      self.place(words, answer)
    elif verb == "find":
      ids = [each["id"] for each in said]
      assert ids[:5] == [each["id"] for each in answer.json["results"]][:5], ids[:5]

  def column(self, answer):
    """A column as the page has it is that of the table."""
    values, _ = numbers(answer.body)
    name = answer.path.rsplit("/", 1)[1]
    with open(self.folder / "columns.csv", newline="") as file:
      rows = [row[name] for row in csv.DictReader(file)]
    column = next(each for each in self.space["columns"] if each["name"] == name)
    if column["kind"] == "class":
      assert rows == [column["classes"][value] if value >= 0 else "" for value in values], f"another {name}"
    else:
      assert close(values, [float(row) for row in rows]), f"another {name}"

  def place(self, words, answer):
    """What lies at a place is decoded alike."""
    out = words.index("--out") + 1
    self.run([*words[:out], "place.npy", *words[out + 1 :], "--quiet"])
    mine, _ = numbers((self.folder / "place.npy").read_bytes())
    if answer.kind == "application/json":
      body = {"codes": [answer.json["code"]]}
      decoded = self.curl.ask("POST", f"/v1/spaces/{self.space['id']}/decode", body, "application/x-npy")
      assert close(mine, numbers(decoded.body)[0]), "another picture"


def main():
  server = browser.server_from_environment()
  if server.mock:
    sys.exit("web: LATENT_SERVE names no server to ask")
  failures = 0
  try:
    curl = Curl(server.origin)
    spaces = curl.ask("GET", "/v1/spaces").json["spaces"]
    space = next(each for each in spaces if each["kind"] == "image" and each["can"]["decode"])
    other = next(each for each in spaces if each["id"] != space["id"] and each["items"] == space["items"])
    runs = curl.ask("GET", "/v1/runs").json["runs"]
    drawn = curl.ask("GET", f"/v1/spaces/{space['id']}/items/3.png").body
    asked = requests(space, other, runs[0]["id"] if runs else None, drawn)
    document = curl.ask("GET", "/openapi.json").json
    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods if method in ("get", "post")}
    left = routes - {route for route, *_ in asked} - {"POST /v1/spaces/{id}/search", *(() if runs else ("GET /v1/runs/{run}",))}
    for route in sorted(left):
      failures += 1
      print(f"not asked: {route}")
    for route, path, body, accept, is_click in asked:
      answer = curl.ask(route.split()[0], path, body, accept)
      answer.path = path
      stated = document["paths"][route.split()[1]][route.split()[0].lower()]["responses"]
      wrong = None
      if answer.status not in (200, 201) or str(answer.status) not in stated:
        wrong = f"{answer.status} {answer.body[:200]!r}"
      elif answer.kind not in stated[str(answer.status)].get("content", {}):
        wrong = f"{answer.kind} is not what /openapi.json says"
      elif accept and answer.kind != accept:
        wrong = f"{answer.kind} where {accept} was wanted"
      elif is_click and not answer.command:
        wrong = "no command"
      failures += wrong is not None
      print(f"{'FAILED' if wrong else 'ok':6} {route} {path if wrong else ''} {wrong or ''}".rstrip(), flush=True)
    for each in spaces:
      found = curl.ask("POST", f"/v1/spaces/{each['id']}/search", {"text": "the bird sings", "count": 3})
      is_right = found.status == (200 if each["can"]["search"] else 409)
      failures += not is_right
      print(f"{'ok' if is_right else 'FAILED':6} POST /v1/spaces/{{id}}/search of {each['method']}: {found.status}")
    with tempfile.TemporaryDirectory() as folder:
      commands = Commands(curl, space, folder)
      for (line, _), (request, answer) in list(curl.commands.items()):
        begun = time.monotonic()
        try:
          commands.check(line, answer)
          print(f"ok     {line}  ({time.monotonic() - begun:.1f} s)", flush=True)
        except Exception as error:  # noqa: BLE001: whatever is wrong is told, and the rest still runs
          failures += 1
          print(f"FAILED {line}: {type(error).__name__} {error} ({request})", flush=True)
  finally:
    server.stop()
  print(f"{failures} failures" if failures else "all routes answer, and all commands run")
  sys.exit(failures > 0)


if __name__ == "__main__":
  main()
