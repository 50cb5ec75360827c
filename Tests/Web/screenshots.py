"""Pictures of the explorer's views for docs/images. `make screenshots` runs it on the demo space.

  Tests/Web/run screenshots [--folder docs/images]
"""

import argparse
import sys
from pathlib import Path

import browser


def view_map(explorer, space):
  explorer.go(f"#/map/{space}")
  stage = explorer.map_ready()
  explorer.page.mouse.click(*explorer.spot(stage, True))
  explorer.page.wait_for_selector(".item-panel .near li")
  explorer.page.mouse.click(*explorer.spot(stage, False))
  explorer.page.wait_for_selector(".place-panel a")
  explorer.page.mouse.move(5, 5)


def view_decode(explorer, space):
  explorer.go(f"#/decode/{space}?item=3")
  explorer.page.wait_for_selector(".origin >> text=Squared error")
  explorer.page.fill("input[name=from]", "3")
  explorer.page.press("input[name=from]", "Tab")
  explorer.page.fill("input[name=to]", "14")
  explorer.page.press("input[name=to]", "Tab")
  explorer.page.wait_for_selector(".interpolated canvas")
  explorer.page.locator(".slider input").first.focus()
  explorer.page.wait_for_selector(".traversal canvas")


def view_compare(explorer, space):
  explorer.go(f"#/compare/{space}")
  explorer.page.wait_for_selector(".pair-side:nth-child(2) .point-map[data-drawn], .notice.empty")
  if explorer.page.locator(".pair-side").count():
    explorer.page.wait_for_selector(".overlap :is(.figure, .empty)", timeout=60_000)
    explorer.page.locator(".segments button[data-value=lasso]").click()
    explorer.lasso(explorer.page.locator(".pair-side:nth-child(1) .stage"), 0.5)


def view_training(explorer, space):
  explorer.go(f"#/training/{space}")
  explorer.page.wait_for_selector(".chart, .notice.empty")


def view_systems(explorer, _):
  explorer.go("#/systems?need=anomalies+in+tables+with+few+labels&id=S057")
  explorer.page.wait_for_selector(".system-card h2")


def picture_report(chromium, spaces, file):
  """The report of the first space that `latent report` was run on."""
  reports = [Path(each["folder"]) / "report" / "index.html" for each in spaces]
  report = next((each for each in reports if each.exists()), None)
  if report is None:
    return print("web: none of the spaces has a report, so that there is no picture of one; latent report makes it")
  page = chromium.new_page(viewport={"width": 1100, "height": 3600})
  page.goto(report.as_uri())
  page.wait_for_timeout(1500)
  page.screenshot(path=file)
  page.close()
  print(file)


def main():
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument("--folder", type=Path, default=browser.ROOT / "docs" / "images")
  options = parser.parse_args()
  reason = browser.missing()
  if reason:
    sys.exit(f"web: {reason}")
  from playwright.sync_api import sync_playwright

  server = browser.server_from_environment()
  options.folder.mkdir(parents=True, exist_ok=True)
  shots = [
    ("map", view_map, {}), ("map-dark", view_map, {"scheme": "dark"}), ("decode", view_decode, {}), ("compare", view_compare, {}),
    ("training", view_training, {}), ("systems", view_systems, {}), ("map-phone", view_map, {"width": 360, "height": 740}),
  ]
  try:
    with sync_playwright() as driver:
      chromium = browser.launch(driver)
      for name, view, size in shots:
        explorer = browser.Explorer(chromium, server, **size)
        spaces = explorer.json("/v1/spaces")["spaces"]
        space = next(each["id"] for each in spaces if each["kind"] == "image" and each["can"]["decode"])
        view(explorer, space)
        explorer.page.wait_for_timeout(500)
        file = options.folder / f"explorer-{name}.png"
        explorer.page.screenshot(path=file)
        print(file)
        explorer.close()
      picture_report(chromium, spaces, options.folder / "report.png")
      chromium.close()
  finally:
    server.stop()


if __name__ == "__main__":
  main()
