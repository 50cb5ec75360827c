// A slider for each latent unit, the most used first.

import { h } from "./dom.js";
import { number, share } from "./format.js";

const first = 12;

/** The sliders of one space. */
export class UnitSliders {
  /** What stands in the page. */
  element;
  #units;
  #rows;
  #code;

  /**
   * @param {{unit: number, mean: number, deviation: number, low: number, high: number, use: number}[]} units In the order shown.
   * @param {number} latents Number of units of a code.
   * @param {{change: (code: number[], at: number) => void, focus: (unit: number) => void}} events
   *   A slider was moved, at the moment given by the clock of `performance`; one was reached.
   */
  constructor(units, latents, events) {
    this.#units = units;
    this.#code = new Array(latents).fill(0);
    this.#rows = units.map((unit) => this.#row(unit, events));
    const more = units.length > first ? h("button", {
      type: "button", class: "quiet-button", onclick: () => {
        for (const { element } of this.#rows) element.hidden = false;
        more.remove();
      },
    }, `Show all ${units.length} units`) : null;
    this.#rows.forEach(({ element }, i) => { element.hidden = i >= first; });
    this.element = h("div", { class: "sliders" }, this.#rows.map(({ element }) => element), more);
    this.mean();
  }

  #row({ unit, mean, deviation, low, high, use }, events) {
    // Somewhat beyond what the data have; a unit that never varies still gets a range.
    const reach = deviation > 0 ? Math.max(high - mean, mean - low, 3 * deviation) : 1;
    const input = h("input", {
      type: "range", id: `unit-${unit}`, min: String(mean - reach), max: String(mean + reach), step: String(reach / 250),
      oninput: (event) => {
        this.#code[unit] = input.valueAsNumber;
        value.textContent = number(Number(input.valueAsNumber.toFixed(3)));
        events.change(this.code, event.timeStamp);
      },
      onfocus: () => events.focus(unit),
      ondblclick: (event) => { this.#put(unit, mean); events.change(this.code, event.timeStamp); },
    });
    const value = h("output", { for: input.id }, "0");
    const element = h("div", { class: "slider", title: "Double-click for the mean" },
      h("label", { for: input.id }, `Unit ${unit}`), h("span", { class: "quiet small use", title: "Share of the variance of all codes" }, share(use)),
      input, value);
    return { element, unit, input, value };
  }

  #put(unit, to) {
    this.#code[unit] = to;
    const row = this.#rows.find((each) => each.unit === unit);
    row.input.valueAsNumber = to;
    row.value.textContent = number(Number(to.toFixed(3)));
  }

  /** The code that the sliders stand for. */
  get code() {
    return this.#code.map((value) => Number(value.toPrecision(6)));
  }

  /** Moves the sliders to a code; what is beyond a slider's range stays in the code. */
  set code(code) {
    this.#code = [...code];
    for (const { unit } of this.#units) this.#put(unit, code[unit]);
  }

  /** Moves the sliders to the mean of all codes. */
  mean() {
    for (const { unit, mean } of this.#units) this.#put(unit, mean);
  }
}
