// Lines over steps, drawn as SVG, read by pointer and by keys.

import { h, s } from "./dom.js";
import { number } from "./format.js";
import { classColour, css } from "./palette.js";

const [width, height] = [560, 280];
const margin = { left: 58, right: 12, top: 10, bottom: 30 };
const floor = height - margin.bottom;

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {number[]} x
 * @property {number[]} y
 * @property {boolean} [isDashed]
 * @property {number} [colour] Number of its colour.
 */

/** Round places for about `wanted` ticks from `low` to `high`. */
export function ticks(low, high, wanted) {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const places = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1) places.push(Number((i * step).toPrecision(12)));
  return places;
}

/**
 * A chart with its legend; values are read off under the pointer, or with the arrow keys.
 * @param {string} title What it shows.
 * @param {string} axis What the steps are.
 * @param {Line[]} lines
 * @param {boolean} isLogarithmic Whether heights go by powers of ten, where all are above zero.
 * @returns {HTMLElement}
 */
export function lineChart(title, axis, lines, isLogarithmic = false) {
  const heights = lines.flatMap(({ y }) => y).filter(Number.isFinite);
  const steps = lines.flatMap(({ x }) => x);
  if (heights.length === 0) return h("figure", { class: "chart" }, h("figcaption", {}, title), h("p", { class: "quiet" }, "No numbers yet."));
  const byPower = isLogarithmic && heights.every((value) => value > 0);
  const scaled = byPower ? Math.log10 : (value) => value;
  const x = scale(Math.min(...steps), Math.max(...steps), margin.left, width - margin.right, 0);
  const y = scale(scaled(Math.min(...heights)), scaled(Math.max(...heights)), height - margin.bottom, margin.top, 0.05);
  const guide = s("g", { class: "guide" });
  const picture = s("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: "0", "aria-label": `${title}, ${lines.map(({ name }) => name).join(" and ")}`,
  }, grid(x, y, byPower), s("text", { class: "axis", x: (margin.left + width - margin.right) / 2, y: height - 2, "text-anchor": "middle" }, axis),
  lines.map((line, i) => path(line, i, x, (value) => y.at(scaled(value)))), guide);
  const readings = lines.map(() => h("span", { class: "reading" }));
  const legend = h("ul", { class: "chart-legend" }, lines.map(({ name, isDashed, colour }, i) => h("li", {},
    s("svg", { class: "key", viewBox: "0 0 20 8", "aria-hidden": "true" },
      s("path", { d: "M0 4h20", stroke: css(classColour(colour ?? i)), "stroke-dasharray": isDashed ? "4 3" : null })),
    name, " ", readings[i])));
  read(picture, guide, readings, lines, x, (value) => y.at(scaled(value)));
  return h("figure", { class: "chart" }, h("figcaption", {}, title), picture, legend);
}

/** Places of the picture for values; `slack` widens the range on either side. */
function scale(low, high, from, to, slack) {
  const room = high > low ? (high - low) * slack : Math.abs(low) * 0.05 || 1;
  const [least, most] = [low - room, high + room];
  return { least, most, at: (value) => from + ((value - least) / (most - least)) * (to - from) };
}

function grid(x, y, byPower) {
  const rows = ticks(y.least, y.most, 5).map((value) => s("g", {},
    s("path", { class: "grid", d: `M${margin.left} ${y.at(value)}H${width - margin.right}` }),
    s("text", { class: "tick", x: margin.left - 6, y: y.at(value) + 4, "text-anchor": "end" }, number(byPower ? Number((10 ** value).toPrecision(3)) : value))));
  const columns = ticks(x.least, x.most, 6).filter(Number.isInteger).map((value) => s("text", {
    class: "tick", x: x.at(value), y: height - margin.bottom + 16, "text-anchor": "middle",
  }, number(value)));
  return s("g", {}, rows, columns);
}

function path(line, index, x, height) {
  let d = "";
  let isOpen = false;
  line.y.forEach((value, i) => {
    if (!Number.isFinite(value)) { isOpen = false; return; }
    d += `${isOpen ? "L" : "M"}${x.at(line.x[i]).toFixed(1)} ${height(value).toFixed(1)}`;
    isOpen = true;
  });
  const stroke = css(classColour(line.colour ?? index));
  const only = line.y.length === 1 ? s("circle", { cx: x.at(line.x[0]), cy: height(line.y[0]), r: 3, fill: stroke }) : null;
  return s("g", {}, s("path", { class: "line", d, stroke, "stroke-dasharray": line.isDashed ? "5 4" : null }), only);
}

/** Shows the values of one step at a time. */
function read(picture, guide, readings, lines, x, height) {
  const steps = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  let at = -1;
  const show = (index) => {
    at = index;
    guide.replaceChildren();
    readings.forEach((reading) => { reading.textContent = ""; });
    if (index < 0) return;
    const step = steps[index];
    guide.append(s("path", { d: `M${x.at(step)} ${margin.top}V${floor}` }));
    lines.forEach((line, i) => {
      const place = line.x.indexOf(step);
      if (place < 0 || !Number.isFinite(line.y[place])) return;
      readings[i].textContent = `${number(line.y[place])} at ${number(step)}`;
      guide.append(s("circle", { cx: x.at(step), cy: height(line.y[place]), r: 3.5, fill: css(classColour(line.colour ?? i)) }));
    });
  };
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * width;
    let best = 0;
    steps.forEach((step, i) => { if (Math.abs(x.at(step) - px) < Math.abs(x.at(steps[best]) - px)) best = i; });
    show(best);
  });
  picture.addEventListener("pointerleave", () => show(-1));
  picture.addEventListener("blur", () => show(-1));
  picture.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    event.preventDefault();
    show(Math.min(steps.length - 1, Math.max(0, (at < 0 ? steps.length - 1 : at + move))));
  });
}



/**
 * The lines of a history of training, a chart for each quantity.
 * @param {{epoch: number, train: Record<string, number>, validation?: Record<string, number>}[]} history
 * @returns {{name: string, lines: Line[]}[]}
 */
export function historyCharts(history) {
  const names = [...new Set(history.flatMap(({ train, validation }) => [...Object.keys(train ?? {}), ...Object.keys(validation ?? {})]))];
  const line = (name, part, label) => {
    const rows = history.filter((row) => Number.isFinite(row[part]?.[name]));
    return { name: label, x: rows.map(({ epoch }) => epoch), y: rows.map((row) => row[part][name]), isDashed: part === "validation", colour: 0 };
  };
  return names.map((name) => ({
    name, lines: [line(name, "train", "training"), { ...line(name, "validation", "validation"), colour: 1 }].filter(({ x }) => x.length > 0),
  }));
}
