"""A report as a reader opens it, from the disk, in a real Chromium; Tests/Web/run served makes the reports.

LATENT_REPORTS is a folder with report/index.html and report.html of the same space.
"""

import os
import unittest
from pathlib import Path

import browser

reports = os.environ.get("LATENT_REPORTS")


@unittest.skipUnless(reports, "LATENT_REPORTS names no reports; Tests/Web/run served makes some")
class ReportTest(unittest.TestCase):
  """Every figure is there, can be had, and nobody is asked for anything."""

  @classmethod
  def setUpClass(cls):
    reason = browser.missing()
    if reason:
      raise unittest.SkipTest(reason)
    from playwright.sync_api import sync_playwright
    cls.driver = sync_playwright().start()
    cls.chromium = browser.launch(cls.driver)

  @classmethod
  def tearDownClass(cls):
    cls.chromium.close()
    cls.driver.stop()

  def opened(self, path, width=1200):
    context = self.chromium.new_context(
      viewport={"width": width, "height": 900}, accept_downloads=True)
    self.addCleanup(context.close)
    page = context.new_page()
    self.errors, self.abroad = [], []
    page.on("pageerror", lambda error: self.errors.append(str(error)))
    page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: self.abroad.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:")) else None)
    page.goto(f"file://{Path(path).resolve()}")
    return page

  def look_through(self, page):
    """Scrolls through the page, so that all that loads late has loaded."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 600):
      page.evaluate(f"scrollTo(0, {top})")
      page.wait_for_timeout(60)
    page.wait_for_function("[...document.images].every(image => image.complete)")
    broken = page.evaluate("[...document.images].filter(image => !image.naturalWidth).map(image => image.alt)")
    self.assertEqual(broken, [], "pictures that do not show")
    self.assertEqual(self.errors, [], "the page logged errors")
    self.assertEqual(self.abroad, [], "the page asked somebody")

  def test_every_figure_of_the_folder_shows_and_its_files_are_there(self):
    page = self.opened(f"{reports}/report/index.html")
    self.look_through(page)
    links = page.eval_on_selector_all("a[download]", "all => all.map(a => a.getAttribute('href'))")
    self.assertGreater(len(links), 20)
    for link in links:
      self.assertGreater((Path(reports) / "report" / link).stat().st_size, 0, link)
    titles = page.inner_text("main")
    for title in ["Samples", "Errors", "Maps of the codes", "Nearest neighbours", "Density and outliers", "Traversals"]:
      self.assertIn(title, titles)

  def test_a_single_file_holds_its_figures(self):
    page = self.opened(f"{reports}/report.html")
    self.look_through(page)
    with page.expect_download() as saved:
      page.locator("a[download$='.csv']").first.click()
    self.assertIn(b",", Path(saved.value.path()).read_bytes())

  def test_a_telephone_shows_it_without_scrolling_sideways(self):
    page = self.opened(f"{reports}/report/index.html", width=390)
    self.look_through(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    self.assertLessEqual(wide, 1)


if __name__ == "__main__":
  unittest.main()
