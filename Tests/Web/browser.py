"""A real Chromium on the explorer page, which notes whatever a page must not do."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import mock

ROOT = Path(__file__).resolve().parents[2]


def chromium():
  """The path of Debian's Chromium, or that in `LATENT_CHROMIUM`; nothing where there is none."""
  return os.environ.get("LATENT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def missing():
  """Why there can be no browser test here, in one sentence; nothing where there can."""
  if chromium() is None:
    return "Chromium is not here, so that the explorer is not tested; Scripts/setup web gets it"
  try:
    import playwright  # noqa: F401
  except ImportError:
    return "playwright is not in this Python, so that the explorer is not tested; Scripts/setup web gets it"
  return None


class Server:
  """What serves the page: the mock, a running server by its address, or `latent serve` with spaces."""

  def __init__(self, url=None, command=None, items=10_000, delay=1.0):
    self.mock = self.process = None
    if url:
      self.url = url
    elif command:
      self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
      line = self.process.stdout.readline()
      words = [word.strip('",') for word in line.replace('\\/', "/").replace('"', " ").split()]
      self.url = next((word for word in words if word.startswith("http://")), None)
      if self.url is None:
        self.process.kill()
        sys.exit(f"web: {' '.join(command)} printed no address, but: {line!r}")
    else:
      self.mock = mock.serve(items=items, delay=delay)
      threading.Thread(target=self.mock.serve_forever, daemon=True).start()
      self.url = f"http://127.0.0.1:{self.mock.server_port}/"

  @property
  def origin(self):
    parts = urlsplit(self.url)
    return f"{parts.scheme}://{parts.netloc}"

  def stop(self):
    if self.mock:
      self.mock.shutdown()
      self.mock.server_close()
      shutil.rmtree(self.mock.folder)
    if self.process:
      self.process.terminate()
      self.process.wait(30)


def server_from_environment(**options):
  """The server that `LATENT_EXPLORER` names by its address, or `LATENT_SERVE` by the command that starts it, else the mock."""
  command = os.environ.get("LATENT_SERVE")
  return Server(os.environ.get("LATENT_EXPLORER"), command and command.split(), **options)


def launch(playwright):
  """A headless Chromium that draws WebGL by software, where there is no graphics card."""
  return playwright.chromium.launch(executable_path=chromium(), args=[
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--force-color-profile=srgb",
  ])


class Explorer:
  """One page in a profile of its own."""

  def __init__(self, browser, server, width=1280, height=800, scheme="light", renderer=None, path=""):
    self.server = server
    self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    self.context.set_default_timeout(30_000)
    self.page = self.context.new_page()
    self.errors, self.abroad = [], []
    self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
    self.page.on("pageerror", lambda error: self.errors.append(str(error)))
    self.page.on("request", self._heard)
    if "token=" in server.url:
      self.page.goto(server.url)
    self.base = server.origin + "/" + (f"?renderer={renderer}" if renderer else "")
    self.page.goto(self.base + path)

  def _heard(self, request):
    parts = urlsplit(request.url)
    if parts.scheme not in ("blob", "data") and f"{parts.scheme}://{parts.netloc}" != self.server.origin:
      self.abroad.append(request.url)

  def go(self, hash):
    """Opens a route such as `#/map/demo` and waits until it stands."""
    before = self.page.evaluate("""hash => {
      if (location.hash === hash) return null;
      location.hash = hash;
      return Number(document.querySelector("#view").dataset.opened ?? 0);
    }""", hash)
    if before is not None:
      self.until("before => Number(document.querySelector('#view').dataset.opened) > before", before)

  def until(self, fact, argument=None, seconds=30):
    """Waits for a fact of the page; the page's policy forbids the eval of Playwright's own way."""
    end = time.monotonic() + seconds
    while not self.page.evaluate(fact, argument):
      if time.monotonic() > end:
        raise AssertionError(f"not within {seconds} s: {fact}")
      self.page.wait_for_timeout(25)

  def json(self, path):
    """JSON of the server, asked as the page would."""
    return self.page.evaluate("path => fetch(path).then((answer) => answer.json())", path)

  def map_ready(self, scope=""):
    """Waits until a map is drawn, and gives its stage."""
    self.page.wait_for_selector(f"{scope} .point-map[data-drawn]")
    self.page.wait_for_selector(f"{scope} .over .working", state="detached")
    return self.page.locator(f"{scope} .stage")

  def spot(self, stage, wants_item):
    """A pixel of the window over an item of a map, or over none, found with the pointer as people do."""
    box = stage.bounding_box()
    plot = stage.locator("xpath=..")
    for row in range(3, 38):
      for column in range(12, 38):
        x = box["x"] + box["width"] * column / 40
        y = box["y"] + box["height"] * row / 40
        if not self.page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.closest('.stage') !== null", [x, y]):
          continue
        self.page.mouse.move(x, y)
        if bool(plot.get_attribute("data-hovered")) == wants_item:
          return x, y
    raise AssertionError("there is no such spot on the map")

  def lasso(self, stage, part=0.8):
    """Draws a ring over the middle part of a map."""
    box = stage.bounding_box()
    # From the right, since the legend lies on the left.
    points = [(1, -1), (1.1, 0), (1, 1), (-1, 1), (-1.1, 0), (-1, -1)]
    spots = [(box["x"] + box["width"] * (0.5 + dx * part / 2.3), box["y"] + box["height"] * (0.5 + dy * part / 2.3)) for dx, dy in points]
    self.page.mouse.move(*spots[0])
    self.page.mouse.down()
    for spot in spots[1:]:
      self.page.mouse.move(*spot, steps=4)
    self.page.mouse.up()

  def pixels(self, selector):
    """A digest of what a canvas shows, and whether it shows anything."""
    return self.page.evaluate("""selector => {
      const canvas = document.querySelector(selector);
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let digest = 0;
      for (const value of data) digest = (Math.imul(digest, 31) + value) | 0;
      return { digest, isBlank: new Set(data).size < 3 };
    }""", selector)

  def close(self):
    self.context.close()
