// Items and outputs as people see them: pictures, texts, numbers as bars.

import { of } from "./api.js";
import { h, s } from "./dom.js";
import { number } from "./format.js";

/** Whether a space's examples are pictures that the server draws. */
export const isPicture = (space) => space.kind === "image";

/**
 * A small picture of an item, or its number where it has none.
 * @param {object} space
 * @param {number} item
 * @param {string} [label] What it is, for those who do not see it.
 */
export function thumbnail(space, item, label = `item ${item}`) {
  if (!isPicture(space)) return h("span", { class: "thumbnail number" }, String(item));
  return h("img", { class: "thumbnail", src: of(space, `/items/${item}.png`), alt: label, loading: "lazy", draggable: "false" });
}

/**
 * All that is known of an item.
 * @param {import("./api.js").Api} api
 * @param {object} space
 * @param {number} item
 * @returns {Promise<HTMLElement>}
 */
export async function wholeItem(api, space, item) {
  const known = await api.fixed(of(space, `/items/${item}`));
  return h("div", { class: "item" },
    isPicture(space) ? h("img", { class: "picture", src: of(space, `/items/${item}.png`), alt: `Item ${item}` }) : null,
    known.text ? h("blockquote", {}, known.text) : null,
    !isPicture(space) && known.values ? valueBars(known.values) : null);
}

/**
 * What a decoder gave, where it is no picture.
 * @param {string|number[]|number[][]} output
 */
export function output(value) {
  if (typeof value === "string") return h("blockquote", {}, value);
  const flat = [value].flat(Infinity);
  return valueBars(Object.fromEntries(flat.map((each, i) => [String(i), each])));
}

/**
 * Named numbers as bars from zero; other values as text.
 * @param {Record<string, number|string>} values
 */
export function valueBars(values) {
  const entries = Object.entries(values);
  const numbers = entries.map(([, value]) => value).filter((value) => typeof value === "number" && Number.isFinite(value));
  const most = Math.max(1e-12, ...numbers.map(Math.abs));
  return h("table", { class: "values" }, h("tbody", {}, entries.map(([name, value]) => h("tr", {},
    h("th", { scope: "row" }, name),
    h("td", {}, typeof value === "number" ? bar(value / most) : null),
    h("td", { class: "number" }, number(value))))));
}

/** A bar to the right or the left of zero; `part` from -1 to 1. */
function bar(part) {
  const width = Number.isFinite(part) ? Math.abs(part) * 50 : 0;
  return s("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { x: part < 0 ? 50 - width : 50, y: 1, width, height: 6 }), s("path", { d: "M50 0v8" }));
}

/** A picture that changes in place. */
export class LivePicture {
  /** What stands in the page. */
  element;

  /**
   * @param {string} label What it shows, for those who do not see it.
   * @param {string} [kind] How large it is: `picture` or `strip`.
   */
  constructor(label, kind = "picture") {
    this.element = h("canvas", { class: kind, width: "1", height: "1", role: "img", "aria-label": label });
    this.element.dataset.pictures = "0";
  }

  /**
   * Shows a picture, or one of the rows that it has.
   * @param {ImageBitmap} bitmap
   * @param {{row: number, rows: number}} [part]
   */
  show(bitmap, { row, rows } = { row: 0, rows: 1 }) {
    const { element } = this;
    const height = bitmap.height / rows;
    if (element.width !== bitmap.width || element.height !== height) {
      element.width = bitmap.width;
      element.height = height;
    }
    const context = element.getContext("2d");
    context.clearRect(0, 0, element.width, element.height);
    context.drawImage(bitmap, 0, -row * height);
    bitmap.close();
    element.dataset.pictures = String(Number(element.dataset.pictures) + 1);
  }
}
