// Colours of items by a column, and the legend that explains them.

import { h } from "./dom.js";
import { number } from "./format.js";
import { classColour, css, missing, rampColour, span } from "./palette.js";

/** What the page calls the columns that Latent itself computes. */
export const columnTexts = {
  class: "Class", error: "Error of reconstruction", density: "Density (log)", outlier: "Outlier score",
  cluster: "Cluster", overlap: "Neighbourhood overlap",
};

/** The choices of a space's columns for a list, in groups. */
export function columnOptions(space) {
  const groups = { data: "Data", measure: "Measures", cluster: "Clusters" };
  return [
    { value: "", text: "Nothing" },
    ...space.columns.map(({ name, origin }) => ({ value: name, text: columnTexts[name] ?? name, group: groups[origin] ?? "Data" })),
  ];
}

/** Items coloured by one column, or all alike where there is none. */
export class Colouring {
  #column;
  #values;
  #count;
  #hidden = new Set();
  #range;

  /**
   * @param {number} count Number of items.
   * @param {{name: string, kind: "class"|"number", classes?: string[]}|null} column What they are coloured by.
   * @param {ArrayLike<number>|null} values The column, a value for each item.
   */
  constructor(count, column, values) {
    [this.#count, this.#column, this.#values] = [count, column, values];
    if (column?.kind === "number") this.#range = span(values);
  }

  /** The class of each item, where the column has classes. */
  get classes() {
    if (this.#column?.kind !== "class") return null;
    return { values: this.#values, names: this.#names(), name: this.#column.name };
  }

  #names() {
    const given = this.#column.classes;
    if (given?.length) return given;
    let most = -1;
    for (let i = 0; i < this.#values.length; i += 1) most = Math.max(most, this.#values[i]);
    return Array.from({ length: most + 1 }, (_, i) => String(i));
  }

  /** What an item has in the column, as text; nothing where it has none. */
  text(item) {
    if (!this.#column) return null;
    const value = this.#values[item];
    if (this.#column.kind === "class") return value < 0 ? "no class" : this.#names()[value] ?? String(value);
    return `${columnTexts[this.#column.name] ?? this.#column.name} ${number(value)}`;
  }

  /** Red, green, blue and cover of each item. */
  colours() {
    const cover = this.#count > 200000 ? 150 : this.#count > 20000 ? 190 : 220;
    const colours = new Uint8Array(4 * this.#count);
    const table = this.#table();
    for (let i = 0; i < this.#count; i += 1) {
      const colour = table(i);
      colours[4 * i] = colour[0];
      colours[4 * i + 1] = colour[1];
      colours[4 * i + 2] = colour[2];
      colours[4 * i + 3] = this.#hidden.size && this.#hidden.has(this.#values[i]) ? 0 : cover;
    }
    return colours;
  }

  /** The colour of an item; colours are mixed once each, not once for each item. */
  #table() {
    if (!this.#column) return () => [63, 144, 218];
    const values = this.#values;
    if (this.#column.kind === "class") {
      const colours = this.#names().map((_, i) => classColour(i));
      return (i) => colours[values[i]] ?? missing;
    }
    const steps = Array.from({ length: 256 }, (_, i) => rampColour(i / 255));
    const { low, high } = this.#range;
    return (i) => steps[Math.min(255, Math.max(0, Math.round((255 * (values[i] - low)) / (high - low))))] ?? missing;
  }

  /**
   * The legend.
   * @param {() => void} changed Called when a class is hidden or shown again.
   * @returns {HTMLElement}
   */
  legend(changed) {
    if (!this.#column) return h("div", { class: "legend", hidden: true });
    const title = columnTexts[this.#column.name] ?? this.#column.name;
    const content = this.#column.kind === "class" ? this.#classLegend(changed) : this.#numberLegend();
    return h("div", { class: "legend" }, h("div", { class: "legend-title" }, title), content);
  }

  #classLegend(changed) {
    const names = this.#names();
    const counts = new Map();
    for (let i = 0; i < this.#count; i += 1) counts.set(this.#values[i], (counts.get(this.#values[i]) ?? 0) + 1);
    const entries = names.map((name, index) => ({ name, index }));
    if (counts.has(-1)) entries.push({ name: "none", index: -1 });
    const buttons = entries.map(({ name, index }) => {
      const swatch = h("span", { class: "swatch" });
      swatch.style.background = css(classColour(index));
      const button = h("button", {
        type: "button", class: "legend-entry", "aria-pressed": "true",
        title: "Hide or show; with Shift show this one alone",
        onclick: (event) => { this.#toggle(index, entries, event.shiftKey); mark(); changed(); },
      }, swatch, h("span", { class: "legend-name" }, name), h("span", { class: "legend-count" }, number(counts.get(index) ?? 0)));
      return { button, index };
    });
    const mark = () => {
      for (const { button, index } of buttons) button.setAttribute("aria-pressed", String(!this.#hidden.has(index)));
    };
    return h("div", { class: "legend-classes" }, buttons.map(({ button }) => button));
  }

  #toggle(index, entries, isAlone) {
    if (isAlone) {
      const others = entries.filter((entry) => entry.index !== index).map((entry) => entry.index);
      const wasAlone = others.every((other) => this.#hidden.has(other));
      this.#hidden = new Set(wasAlone ? [] : others);
    } else if (!this.#hidden.delete(index)) this.#hidden.add(index);
  }

  #numberLegend() {
    const bar = h("canvas", { class: "ramp", width: "128", height: "1", "aria-hidden": "true" });
    const context = bar.getContext("2d");
    for (let x = 0; x < 128; x += 1) {
      context.fillStyle = css(rampColour(x / 127));
      context.fillRect(x, 0, 1, 1);
    }
    const { low, high, isClipped } = this.#range;
    return h("div", {}, bar, h("div", { class: "ramp-ends" }, h("span", {}, number(low)), h("span", {}, number(high))),
      isClipped ? h("div", { class: "quiet small" }, "the outermost hundredths take the end colours") : null);
  }
}
