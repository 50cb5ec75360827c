"""What a person does on the explorer page, done in a real Chromium. Tests/Web/run runs it.

The page is served by the mock, or by the server that LATENT_EXPLORER (an address) or LATENT_SERVE (a command) names.
"""

import json
import unittest
from pathlib import Path

import browser


def setUpModule():
  reason = browser.missing()
  if reason:
    raise unittest.SkipTest(reason)
  from playwright.sync_api import sync_playwright
  global driver, chromium, server
  server = browser.server_from_environment()
  driver = sync_playwright().start()
  chromium = browser.launch(driver)


def tearDownModule():
  chromium.close()
  driver.stop()
  server.stop()


class ExplorerTest(unittest.TestCase):
  """A page for each test; it must log no error and ask nobody but its server."""

  options, may_fail = {}, False

  def setUp(self):
    self.explorer = browser.Explorer(chromium, server, **self.options)
    self.page = self.explorer.page
    self.page.wait_for_selector("#space option[value]", state="attached")
    self.spaces = self.explorer.json("/v1/spaces")["spaces"]

  def tearDown(self):
    errors, abroad = self.explorer.errors, self.explorer.abroad
    self.explorer.close()
    if not self.may_fail:
      self.assertEqual(errors, [], "the page logged errors")
    self.assertEqual(abroad, [], "the page asked somebody else")

  def space(self, test, what):
    """The first space that a test is about."""
    found = next((space for space in self.spaces if test(space)), None)
    if found is None:
      self.skipTest(f"no space is served {what}")
    return found

  def pictured(self):
    return self.space(lambda space: space["kind"] == "image" and space["can"]["decode"] and space["items"], "that decodes pictures")

  def open_map(self):
    self.explorer.go(f"#/map/{self.pictured()['id']}")
    return self.explorer.map_ready()

  def text(self, selector):
    return self.page.locator(selector).first.inner_text()


class MapTests(ExplorerTest):
  def test_pca_stands_at_once_and_all_items_are_drawn(self):
    self.open_map()
    self.assertEqual(int(self.page.get_attribute(".point-map", "data-points")), self.pictured()["items"])
    self.assertIn("all drawn", self.text(".map-status"))

  def test_a_hovered_item_shows_its_picture(self):
    stage = self.open_map()
    self.explorer.spot(stage, True)
    self.explorer.until("document.querySelector('.tip img')?.naturalWidth > 0")
    self.assertIn("Item", self.text(".tip"))

  def test_a_picked_item_is_shown_with_reconstruction_and_neighbours(self):
    stage = self.open_map()
    self.page.mouse.click(*self.explorer.spot(stage, True))
    self.page.wait_for_selector(".item-panel .near .thumbnails li")
    self.page.wait_for_selector(".item-panel .back canvas[data-pictures='1']")
    self.assertFalse(self.explorer.pixels(".item-panel .back canvas")["isBlank"])
    self.assertEqual(self.page.locator(".item-panel .near li").count(), 10)
    self.assertIn("latent ", self.text("#commands > code"))

  def test_a_click_on_an_empty_place_decodes_it(self):
    stage = self.open_map()
    self.page.mouse.click(*self.explorer.spot(stage, False))
    self.page.wait_for_selector(".place-panel canvas:not([data-pictures='0'])")
    self.assertFalse(self.explorer.pixels(".place-panel canvas")["isBlank"])
    self.page.wait_for_selector(".place-panel a")

  def test_dragging_with_the_tool_decode_decodes_on_the_way(self):
    stage = self.open_map()
    self.page.click(".segments button[data-value=decode]")
    box = stage.bounding_box()
    self.page.mouse.move(box["x"] + 400, box["y"] + 200)
    self.page.mouse.down()
    for step in range(10):
      self.page.mouse.move(box["x"] + 400 - 10 * step, box["y"] + 200)
      self.page.wait_for_timeout(30)
    self.page.mouse.up()
    self.assertGreater(int(self.page.get_attribute(".place-panel canvas", "data-pictures")), 2)

  def test_a_lasso_selects_and_the_export_is_a_file_with_its_command(self):
    stage = self.open_map()
    self.page.click(".segments button[data-value=lasso]")
    self.explorer.lasso(stage)
    self.page.wait_for_selector(".selected-count")
    self.page.fill(".export input", "drawn-by-test")
    self.page.click(".export button")
    file = self.page.locator(".written .file").inner_text()
    self.assertIn("drawn-by-test", self.text(".written .command code"))
    items = json.loads(Path(file).read_text())["items"]
    self.assertEqual(f"{len(items):,} items", self.text(".selected-count strong"))
    self.assertEqual(items, sorted(set(items)))
    self.page.wait_for_selector(".saved button")
    self.page.click(".selected-count button")
    self.page.wait_for_selector(".selected-count", state="detached")
    self.page.click(".saved button >> text=drawn-by-test")
    self.assertEqual(f"{len(items):,} items", self.text(".selected-count strong"))

  def test_a_box_with_shift_adds_to_the_selection(self):
    stage = self.open_map()
    self.page.click(".segments button[data-value=box]")
    box = stage.bounding_box()
    counts = []
    for part in (0.35, 0.65):
      if counts:
        self.page.keyboard.down("Shift")
      self.page.mouse.move(box["x"] + box["width"] * part, box["y"] + 20)
      self.page.mouse.down()
      self.page.mouse.move(box["x"] + box["width"] * (part + 0.2), box["y"] + box["height"] - 20, steps=4)
      self.page.mouse.up()
      self.page.wait_for_selector(".selected-count")
      counts.append(int(self.text(".selected-count strong").split()[0].replace(",", "")))
    self.page.keyboard.up("Shift")
    self.assertGreater(counts[1], counts[0])

  def test_the_neighbour_map_comes_with_progress(self):
    space = self.pictured()
    if "neighbours" not in space["maps"]:
      self.skipTest("this server has no neighbour map")
    self.open_map()
    self.page.click(".segments button[data-value=neighbours]")
    self.page.wait_for_selector(".over > *", state="detached", timeout=120_000)
    self.assertEqual(self.page.locator(".over .failed").count(), 0)

  def test_every_column_colours_and_a_class_can_be_hidden(self):
    stage = self.open_map()
    for column in self.pictured()["columns"]:
      self.page.select_option(".toolbar select", column["name"])
      mark = ".legend-classes" if column["kind"] == "class" else ".ramp"
      self.page.wait_for_selector(f".legend {mark}", timeout=120_000)
    self.page.select_option(".toolbar select", "class")
    entries = self.page.locator(".legend-entry")
    entries.first.wait_for()
    for index in range(entries.count()):
      entries.nth(index).click()
    with self.assertRaises(AssertionError):
      self.explorer.spot(stage, True)

  def test_an_item_is_found_by_its_number(self):
    self.open_map()
    self.page.fill(".search input", "7")
    self.page.press(".search input", "Enter")
    self.page.wait_for_selector(".item-panel h2 >> text=Item 7")
    self.page.fill(".search input", "99999999")
    self.page.press(".search input", "Enter")
    self.page.wait_for_selector(".map-status >> text=There is no item")

  def test_text_is_searched_where_the_space_can(self):
    space = self.space(lambda each: each["can"]["search"], "that is searched by text")
    self.explorer.go(f"#/map/{space['id']}")
    self.explorer.map_ready()
    self.page.fill(".search input", "a child builds a bridge")
    self.page.press(".search input", "Enter")
    self.page.wait_for_selector(".item-panel .thumbnails li")

  def test_the_keyboard_alone_moves_picks_and_decodes(self):
    stage = self.open_map()
    stage.focus()
    for _ in range(40):
      self.page.keyboard.press("ArrowRight")
      if self.page.get_attribute(".point-map", "data-hovered"):
        break
    self.page.keyboard.press("Enter")
    self.page.wait_for_selector(".item-panel .near li")
    self.page.keyboard.press("d")
    self.page.keyboard.press("Enter")
    self.page.wait_for_selector(".place-panel canvas:not([data-pictures='0'])")
    self.page.keyboard.press("0")


class RendererTests(ExplorerTest):
  def test_webgl_and_pixels_draw_the_same_items(self):
    for renderer, kind in (("webgl2", "webgl2"), ("2d", "2d")):
      explorer = browser.Explorer(chromium, server, renderer=renderer, path=f"#/map/{self.pictured()['id']}")
      stage = explorer.map_ready()
      self.assertEqual(explorer.page.get_attribute(".point-map", "data-renderer"), kind)
      shot = explorer.page.locator(".points").screenshot()
      self.assertGreater(len(shot), 10_000, f"{renderer} drew nothing")
      explorer.spot(stage, True)
      self.assertEqual(explorer.errors, [])
      explorer.close()


class DecodeTests(ExplorerTest):
  def open_decode(self, query=""):
    self.explorer.go(f"#/decode/{self.pictured()['id']}{query}")
    self.page.wait_for_selector(".decoded canvas:not([data-pictures='0'])")

  def test_a_dragged_slider_changes_the_picture(self):
    self.open_decode()
    before = self.explorer.pixels(".decoded canvas")
    box = self.page.locator(".slider input").first.bounding_box()
    y = box["y"] + box["height"] / 2
    self.page.mouse.move(box["x"] + box["width"] / 2, y)
    self.page.mouse.down()
    self.page.mouse.move(box["x"] + box["width"] * 0.9, y, steps=12)
    self.page.mouse.up()
    self.page.wait_for_timeout(300)
    after = self.explorer.pixels(".decoded canvas")
    self.assertFalse(after["isBlank"])
    self.assertNotEqual(before["digest"], after["digest"])
    self.assertIn("ms from hand to eye", self.text(".decoded"))
    self.page.wait_for_selector(".traversal canvas")
    self.page.wait_for_selector(".decode-view .near li")
    self.assertIn("latent ", self.text("#commands > code"))

  def test_a_code_is_saved_as_a_file_with_the_command_that_decodes_it(self):
    self.open_decode()
    with self.page.expect_download() as download:
      self.page.click(".code-saver button")
    data = Path(download.value.path()).read_bytes()
    width = self.pictured()["latents"]
    self.assertEqual(download.value.suggested_filename, "code.npy")
    self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
    self.assertEqual((len(data) - 4 * width) % 64, 0)
    self.assertIn(f"'shape': (1, {width})".encode(), data)
    self.assertIn("code.npy --out decoded.png", self.text(".code-saver code"))

  def test_it_starts_from_an_item_with_its_error(self):
    self.open_decode("?item=3")
    self.page.wait_for_selector(".origin >> text=Squared error")
    self.page.click(".toolbar button >> text=Draw")
    self.page.wait_for_selector(".origin >> text=seed 1")
    self.page.click(".toolbar button >> text=Mean")
    self.assertTrue(all(abs(float(value)) < 10 for value in self.page.locator(".slider output").all_inner_texts()))

  def test_two_ends_give_a_strip_whose_steps_can_be_taken(self):
    self.open_decode()
    self.page.fill("input[name=from]", "3")
    self.page.press("input[name=from]", "Tab")
    self.page.fill("input[name=to]", "14")
    self.page.press("input[name=to]", "Tab")
    self.page.wait_for_selector(".interpolated canvas[data-pictures='1']")
    self.assertEqual(self.page.locator(".strip-steps button").count(), 9)
    before = self.explorer.pixels(".decoded canvas")["digest"]
    self.page.click(".strip-steps button >> nth=8")
    self.page.wait_for_timeout(300)
    self.assertNotEqual(before, self.explorer.pixels(".decoded canvas")["digest"])

  def test_a_space_that_cannot_decode_says_so_and_shows_the_rest(self):
    space = self.space(lambda each: not each["can"]["decode"] and each["items"], "that cannot decode")
    self.explorer.go(f"#/decode/{space['id']}")
    self.page.wait_for_selector(f".decoded >> text={space['cannot']['decode'][:40]}")
    self.page.wait_for_selector(".slider input")
    self.explorer.go(f"#/map/{space['id']}")
    stage = self.explorer.map_ready()
    self.assertIn(space["cannot"]["decode"][:40], self.text(".place-panel"))
    self.assertTrue(self.page.locator(".segments button[data-value=decode]").is_disabled())
    self.page.mouse.click(*self.explorer.spot(stage, True))
    self.page.wait_for_selector(".item-panel .item-label:not(:empty)")


class CompareTests(ExplorerTest):
  def test_two_spaces_share_a_selection_and_tell_their_overlap(self):
    first = self.pictured()
    second = self.space(lambda each: each["id"] != first["id"] and each["source"] == first["source"], "twice of one source")
    self.explorer.go(f"#/compare/{first['id']}?with={second['id']}")
    self.page.wait_for_selector(".pair-side:nth-child(2) .point-map[data-drawn]")
    self.page.wait_for_selector(".overlap .figure", timeout=60_000)
    self.page.click(".segments button[data-value=lasso]")
    self.explorer.lasso(self.page.locator(".pair-side:nth-child(1) .stage"), 0.6)
    self.page.wait_for_selector(".overlap >> text=selected")
    self.page.select_option(".toolbar select >> nth=2", "overlap")
    self.page.wait_for_selector(".compare-view .ramp")

  def test_one_space_alone_says_how_to_open_two(self):
    self.skipTest("the server here has more") if len(self.spaces) > 1 else None
    self.explorer.go("#/compare")
    self.page.wait_for_selector("text=open two")


class RecordTests(ExplorerTest):
  def test_training_has_a_chart_for_each_quantity(self):
    self.explorer.go(f"#/training/{self.pictured()['id']}")
    # A line of one epoch is a dot, and has no size.
    self.page.wait_for_selector(".chart .line", state="attached")
    self.page.click(".segments button[data-value=logarithmic]")
    self.page.hover(".chart svg >> nth=0")
    self.assertIn("at", self.text(".chart-legend"))

  def test_the_card_shows_settings_verdict_and_the_command_of_the_fit(self):
    self.explorer.go(f"#/card/{self.pictured()['id']}")
    self.page.wait_for_selector(".card-view .pairs")
    self.assertIn("latent fit", self.text(".card-view .command code"))
    self.page.click("button >> text=Score now")
    self.page.wait_for_selector(".scores .pairs", timeout=60_000)

  def test_runs_are_listed_filtered_and_compared(self):
    self.explorer.go("#/runs")
    self.page.wait_for_selector(".runs-view tbody tr, .runs-view .notice.empty")
    rows = self.page.locator(".runs-view tbody tr").count()
    if rows == 0:
      self.skipTest("this machine has no runs")
    self.page.locator(".runs-view tbody input").first.check()
    self.page.wait_for_selector(".runs-view .chart, .runs-view .notice")
    self.page.select_option(".runs-view select >> nth=1", "failed")
    self.explorer.until("count => document.querySelectorAll('.runs-view tbody tr').length < count", rows)

  def test_systems_are_found_by_need_filtered_and_read(self):
    self.explorer.go("#/systems")
    self.page.wait_for_selector(".system-row")
    self.assertEqual(self.page.locator(".system-row").count(), 441)
    self.page.fill(".need input", "anomalies in tables with few labels")
    self.page.wait_for_selector("text=best first")
    self.page.fill(".need input", "")
    self.page.wait_for_selector("text=of 441")
    self.page.select_option(".systems-view select >> nth=3", "holds")
    self.explorer.until("document.querySelectorAll('.system-row').length < 441")
    self.page.locator(".system-row").first.click()
    self.page.wait_for_selector(".system-card .record")
    self.page.locator(".system-card button.chip").first.click()
    self.page.wait_for_selector(".system-card h2")
    self.assertEqual(int(self.page.get_attribute(".system-map .point-map", "data-points")), 441)


class PageTests(ExplorerTest):
  def routes(self):
    for space in self.spaces:
      for view in ("map", "decode", "compare", "training", "card"):
        yield f"#/{view}/{space['id']}"
    yield from ("#/runs", "#/systems")

  def test_every_view_of_every_space_opens(self):
    for route in self.routes():
      self.explorer.go(route)
      self.page.wait_for_timeout(150)
      self.assertEqual(self.page.locator("#view .notice.failed").all_inner_texts(), [], route)

  def test_keys_switch_views_spaces_theme_and_tell_of_themselves(self):
    for key, name in (("2", "decode"), ("7", "systems"), ("5", "card"), ("1", "map")):
      self.page.keyboard.press(key)
      self.explorer.until("name => location.hash.startsWith(`#/${name}`)", name)
    if len(self.spaces) > 1:
      self.page.keyboard.press("]")
      self.explorer.until("id => document.querySelector('#space').value === id", self.spaces[1]["id"])
    ground = "getComputedStyle(document.body).backgroundColor"
    light = self.page.evaluate(ground)
    self.page.keyboard.press("t")
    self.assertNotEqual(self.page.evaluate(ground), light)
    self.page.keyboard.press("?")
    self.page.wait_for_selector("dialog[open]")
    self.page.keyboard.press("Escape")
    self.page.wait_for_selector("dialog[open]", state="detached")

  def test_what_has_the_focus_is_seen_and_every_control_has_a_name(self):
    self.open_map()
    names = self.page.evaluate("""() => [...document.querySelectorAll("button, a, input, select, [role=application]")]
      .filter((each) => each.offsetParent && !(each.innerText.trim() || each.ariaLabel || each.labels?.length || each.title || each.querySelector("img[alt]")))
      .map((each) => each.outerHTML)""")
    self.assertEqual(names, [])
    self.page.keyboard.press("Tab")
    self.page.keyboard.press("Tab")
    self.assertNotEqual(self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "none")

  def test_the_dark_screen_is_dark_without_asking(self):
    explorer = browser.Explorer(chromium, server, scheme="dark")
    colour = explorer.page.evaluate("getComputedStyle(document.body).backgroundColor")
    self.assertLess(max(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")), 60)
    explorer.close()

  def test_commands_of_the_session_are_kept_and_copied(self):
    stage = self.open_map()
    self.explorer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    self.page.mouse.click(*self.explorer.spot(stage, True))
    self.page.wait_for_selector(".item-panel .near li")
    self.page.click("#commands > button >> text=Copy")
    self.assertIn("latent ", self.page.evaluate("navigator.clipboard.readText()"))
    self.page.click("#commands > button >> text=All")
    self.assertGreater(self.page.locator(".command-list li").count(), 1)


class PhoneTests(PageTests):
  options = {"width": 360, "height": 740}

  def test_no_view_scrolls_sideways(self):
    for route in self.routes():
      self.explorer.go(route)
      self.page.wait_for_timeout(200)
      wide = self.page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.className || each.tagName).slice(0, 8)""")
      self.assertEqual(wide, [], route)


class FailureTests(ExplorerTest):
  may_fail = True

  def test_a_server_that_is_gone_is_told_in_one_sentence(self):
    self.explorer.go(f"#/decode/{self.pictured()['id']}")
    self.page.wait_for_selector(".slider input")
    self.explorer.context.set_offline(True)
    self.page.locator(".slider input").first.focus()
    self.page.keyboard.press("ArrowRight")
    self.page.wait_for_selector("text=is latent serve still running")

  def test_a_name_that_the_server_refuses_is_told_beside_the_name(self):
    stage = self.open_map()
    self.page.click(".segments button[data-value=lasso]")
    self.explorer.lasso(stage)
    self.page.evaluate("document.querySelector('.export input').removeAttribute('pattern')")
    self.page.fill(".export input", "Not A Name")
    self.page.click(".export button")
    self.page.wait_for_selector(".written .failed")


if __name__ == "__main__":
  unittest.main()
