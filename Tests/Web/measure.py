"""Times of the explorer page in a real Chromium, printed as JSON.

  Tests/Web/run measure                       the mock, 70,000 items
  Tests/Web/run measure --items 1000000       how a million points pan
  LATENT_EXPLORER=http://127.0.0.1:8080/ Tests/Web/run measure    a server that runs

Milliseconds. `firstPaint` and `mapDrawn` are from the start of the navigation, in a profile without a cache, the median
and the largest of several. `slider` is from a slider's event to the decoded picture in the page. `pan` is how many pictures a
second a dragged map draws of all points, how often a second it moves on the screen with all points in it, and the longest
wait between two frames of the screen meanwhile.
"""

import argparse
import json
import os
import statistics
import sys

import browser


def opened(chromium, server, space, renderer):
  """Times of a first visit."""
  explorer = browser.Explorer(chromium, server, renderer=renderer, path=f"#/map/{space}")
  explorer.map_ready()
  times = explorer.page.evaluate("""() => ({
    firstPaint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    mapDrawn: performance.getEntriesByName("latent:map-drawn")[0].startTime,
  })""")
  points = int(explorer.page.get_attribute(".point-map", "data-points"))
  kind = explorer.page.get_attribute(".point-map", "data-renderer")
  explorer.close()
  return times, points, kind


def slid(chromium, server, space, moves):
  """Milliseconds from hand to eye of slider moves, a fiftieth of a second apart."""
  explorer = browser.Explorer(chromium, server, path=f"#/decode/{space}")
  explorer.page.wait_for_selector(".decoded canvas:not([data-pictures='0'])")
  explorer.page.wait_for_timeout(500)
  box = explorer.page.locator(".slider input").first.bounding_box()
  explorer.page.evaluate("performance.clearMeasures('latent:decode')")
  y = box["y"] + box["height"] / 2
  explorer.page.mouse.move(box["x"] + 10, y)
  explorer.page.mouse.down()
  for move in range(moves):
    explorer.page.mouse.move(box["x"] + 10 + (box["width"] - 20) * (move + 1) / moves, y)
    explorer.page.wait_for_timeout(20)
  explorer.page.mouse.up()
  explorer.page.wait_for_timeout(500)
  times = explorer.page.evaluate("performance.getEntriesByName('latent:decode').map(({ duration }) => duration)")
  explorer.close()
  return times


def panned(chromium, server, space, renderer):
  """Pictures a second while a map is dragged, and the longest wait between frames of the screen."""
  explorer = browser.Explorer(chromium, server, renderer=renderer, path=f"#/map/{space}")
  stage = explorer.map_ready()
  box = stage.bounding_box()
  explorer.page.mouse.move(box["x"] + 200, box["y"] + 200)
  explorer.page.mouse.down()
  explorer.page.evaluate("""() => {
    const plot = document.querySelector(".point-map");
    plot.frameTimes = [];
    plot.firstFrame = performance.getEntriesByName("latent:frame").length;
    plot.firstShown = performance.getEntriesByName("latent:shown").length;
    const tick = (time) => { plot.frameTimes.push(time); requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    plot.begun = performance.now();
  }""")
  for step in range(120):
    explorer.page.mouse.move(box["x"] + 200 + 2 * step, box["y"] + 200 + step)
    explorer.page.wait_for_timeout(16)
  result = explorer.page.evaluate("""() => {
    const plot = document.querySelector(".point-map");
    const waits = plot.frameTimes.slice(1).map((time, i) => time - plot.frameTimes[i]);
    const drawn = performance.getEntriesByName("latent:frame").slice(plot.firstFrame);
    const seconds = (performance.now() - plot.begun) / 1000;
    return {
      picturesPerSecond: drawn.length / seconds, longestWait: Math.max(...waits),
      movesPerSecond: (performance.getEntriesByName("latent:shown").length - plot.firstShown) / seconds,
      drawMedian: drawn.map(({ duration }) => duration).sort((a, b) => a - b)[drawn.length >> 1],
    };
  }""")
  explorer.page.mouse.up()
  explorer.close()
  return result


def rounded(value):
  if isinstance(value, dict):
    return {name: rounded(each) for name, each in value.items()}
  return round(value, 1) if isinstance(value, float) else value


def quantile(values, part):
  ordered = sorted(values)
  return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def main():
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument("--items", type=int, default=70_000, help="items of the mock's spaces")
  parser.add_argument("--space", help="the space, else the first that decodes pictures")
  parser.add_argument("--visits", type=int, default=5)
  parser.add_argument("--moves", type=int, default=150)
  parser.add_argument("--renderer", choices=["webgl2", "2d"], help="which drawing, else the page's choice")
  options = parser.parse_args()
  reason = browser.missing()
  if reason:
    sys.exit(f"web: {reason}")
  from playwright.sync_api import sync_playwright

  server = browser.server_from_environment(items=options.items)
  try:
    with sync_playwright() as driver:
      chromium = browser.launch(driver)
      space = options.space
      if space is None:
        explorer = browser.Explorer(chromium, server)
        spaces = explorer.json("/v1/spaces")["spaces"]
        space = next(each["id"] for each in spaces if each["kind"] == "image" and each["can"]["decode"])
        explorer.close()
      visits = [opened(chromium, server, space, options.renderer) for _ in range(options.visits)]
      slides = slid(chromium, server, space, options.moves)
      result = {
        "served": "mock" if server.mock else "latent serve", "space": space, "points": visits[0][1], "renderer": visits[0][2],
        "cores": os.cpu_count(), "chromium": chromium.version,
        **{
          name: {"median": statistics.median(times[name] for times, _, _ in visits), "largest": max(times[name] for times, _, _ in visits)}
          for name in ("firstPaint", "mapDrawn")
        },
        "slider": {"pictures": len(slides), "median": statistics.median(slides), "p95": quantile(slides, 0.95), "largest": max(slides)},
        "pan": panned(chromium, server, space, options.renderer),
      }
      print(json.dumps(rounded(result), indent=2))
      chromium.close()
  finally:
    server.stop()


if __name__ == "__main__":
  main()
