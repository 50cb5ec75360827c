"""Facts of the page's parts, computed in the browser against plain ways to compute them."""

import unittest

import browser
import test_explorer


def setUpModule():
  test_explorer.setUpModule()


def tearDownModule():
  test_explorer.tearDownModule()


class ModuleTests(unittest.TestCase):
  def setUp(self):
    self.explorer = browser.Explorer(test_explorer.chromium, test_explorer.server)

  def tearDown(self):
    self.explorer.close()

  def compute(self, body):
    """What a function's body in JavaScript returns; `load` imports one of the page's modules."""
    return self.explorer.page.evaluate(
      "async () => { const load = (name) => import(`/assets/${name}.js`);" + body + "}")

  def test_numpy_files_are_read_and_broken_ones_are_refused(self):
    result = self.compute("""
      const { readArray } = await load("npy");
      const file = (descr, shape, bytes) => {
        const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + "\\n";
        return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, 118, 0, ...new TextEncoder().encode(header), ...new Uint8Array(bytes)]).buffer;
      };
      const long = new BigInt64Array([3n, -1n, 70000n]).buffer;
      const single = new Float32Array([0.5, -2, 3, 4]).buffer;
      const refused = (work) => { try { work(); return ""; } catch (error) { return error.message; } };
      return [
        [...readArray(file("<i8", "(3,)", long)).data], [...readArray(file("<f4", "(2, 2)", single)).data], readArray(file("<f4", "(2, 2)", single)).shape,
        refused(() => readArray(file("<f4", "(9, 9)", single))), refused(() => readArray(new ArrayBuffer(4))), refused(() => readArray(file(">f4", "(4,)", single))),
      ];""")
    self.assertEqual(result[:3], [[3, -1, 70000], [0.5, -2, 3, 4], [2, 2]])
    self.assertEqual([bool(message) for message in result[3:]], [True] * 3)

  def test_the_nearest_point_and_those_inside_a_line_are_those_of_a_plain_search(self):
    wrong = self.compute("""
      const { PointIndex } = await load("point-index");
      let state = 7;
      const draw = () => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return state / 2 ** 32; };
      const points = Float32Array.from({ length: 4000 }, () => draw() * 10 - 5);
      const index = new PointIndex(points);
      let wrong = 0;
      for (let trial = 0; trial < 200; trial += 1) {
        const [x, y] = [draw() * 12 - 6, draw() * 12 - 6];
        let [best, least] = [-1, 0.3 * 0.3];
        for (let i = 0; i < 2000; i += 1) {
          const d = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
          if (d <= least) [best, least] = [i, d];
        }
        if (index.nearest(x, y, 0.3) !== best) wrong += 1;
      }
      const disc = Array.from({ length: 90 }, (_, i) => ({ x: 1 + 2 * Math.cos(i * Math.PI / 45), y: 2 * Math.sin(i * Math.PI / 45) }));
      const inside = new Set(index.inside(disc));
      for (let i = 0; i < 2000; i += 1) {
        const radius = Math.hypot(points[2 * i] - 1, points[2 * i + 1]);
        if (radius < 1.99 && !inside.has(i)) wrong += 1;
        if (radius > 2 && inside.has(i)) wrong += 1;
      }
      return wrong;""")
    self.assertEqual(wrong, 0)

  def test_points_that_are_one_or_in_a_line_or_not_finite_have_an_index(self):
    counts = self.compute("""
      const { PointIndex } = await load("point-index");
      const of = (points) => { const index = new PointIndex(Float32Array.from(points)); return [index.count, index.nearest(1, 1, 0.5)]; };
      return [of([]), of([1, 1]), of([1, 1, 2, 1, 3, 1]), of([NaN, 0, 1, 1, Infinity, 2])];""")
    self.assertEqual(counts, [[0, -1], [1, 0], [3, 0], [1, 1]])

  def test_what_lies_under_the_pointer_stays_there_when_the_camera_comes_closer(self):
    self.assertLess(self.compute("""
      const { Camera } = await load("camera");
      const camera = new Camera();
      camera.resize(800, 600);
      camera.fit({ left: -3, right: 5, lower: 0, upper: 2 });
      const before = camera.plane(123, 456);
      camera.zoom(3.7, 123, 456);
      const after = camera.plane(123, 456);
      const pixel = camera.pixel(after.x, after.y);
      return Math.hypot(before.x - after.x, before.y - after.y) + Math.abs(pixel.x - 123) + Math.abs(pixel.y - 456);"""), 1e-9)

  def test_a_picture_of_many_points_moves_at_once_and_is_then_what_a_new_one_is(self):
    moved, asked, transform, same = self.compute("""
      const [{ MovingPicture }, { PixelRenderer }, { PointIndex }, { Camera }] =
        await Promise.all(["moving-picture", "point-renderer-2d", "point-index", "camera"].map(load));
      const count = 200000;
      let state = 5;
      const draw = () => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return state / 2 ** 32; };
      const index = new PointIndex(Float32Array.from({ length: 2 * count }, draw));
      const colours = Uint8Array.from({ length: 4 * count }, (_, i) => (i % 4 === 3 ? 150 : (i * 37) % 256));
      const camera = new Camera();
      camera.resize(400, 200);
      camera.fit(index.bounds);
      const made = () => {
        const canvas = document.createElement("canvas");
        const renderer = new PixelRenderer(canvas);
        const picture = new MovingPicture(canvas, renderer);
        renderer.setPoints(index);
        renderer.setColours(colours, null);
        picture.setCount(count);
        return { canvas, picture };
      };
      const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join();
      const one = made();
      const isWhole = one.picture.show(camera, 2);
      camera.pan(30, -20);
      camera.zoom(1.5, 100, 100);
      let [asked, moved] = [0, null];
      while (!one.picture.show(camera, 2)) { asked += 1; moved ??= one.canvas.style.transform; }
      const other = made();
      other.picture.show(camera, 2);
      return [isWhole && moved, asked, one.canvas.style.transform, pixels(one.canvas) === pixels(other.canvas)];""")
    self.assertRegex(moved, r"scale\(1\.5\)$")
    self.assertGreater(asked, 1)
    self.assertEqual(transform, "translate(-100px, -50px) scale(1)")
    self.assertTrue(same)

  def test_routes_are_read_as_they_were_written(self):
    self.assertEqual(self.compute("""
      const { readRoute, writeRoute } = await load("routes");
      const route = { view: "decode", space: "a b/ü", query: { code: "1,-2", item: "3" } };
      return [readRoute(writeRoute(route)), readRoute("#/nowhere/%E0%A4%A"), writeRoute({ view: "map", space: null, query: { colour: "" } })];"""),
      [{"view": "decode", "space": "a b/ü", "query": {"code": "1,-2", "item": "3"}}, {"view": "map", "space": "%E0%A4%A", "query": {}}, "#/map"])

  def test_of_tasks_that_wait_only_the_last_runs(self):
    self.assertEqual(self.compute("""
      const { LatestOnly } = await load("api");
      const latest = new LatestOnly();
      const done = [];
      const task = (name) => async () => { await new Promise((after) => setTimeout(after, 5)); done.push(name); };
      const first = latest.submit(task("a"));
      latest.submit(task("b"));
      latest.submit(task("c"));
      await first;
      return done;"""), ["a", "c"])

  def test_a_ramp_leaves_out_stray_values_and_ticks_are_round(self):
    self.assertEqual(self.compute("""
      const { span, classColour } = await load("palette");
      const { ticks } = await load("line-chart");
      const { duration, number, share } = await load("format");
      const values = Float32Array.from({ length: 1001 }, (_, i) => (i === 500 ? 1e6 : i / 1000));
      const range = span(values);
      return [range.high < 1.01, range.isClipped, span([2, 2, 2]).high, ticks(0.13, 0.92, 4), classColour(-1), classColour(0),
        duration(3725), number(0.0123456), number(1234567), share(0.031)];"""),
      [True, True, 3, [0.2, 0.4, 0.6, 0.8], [140, 140, 140], [63, 144, 218], "1 h 2 min", "0.01235", "1,234,567", "3.1 %"])


if __name__ == "__main__":
  unittest.main()
