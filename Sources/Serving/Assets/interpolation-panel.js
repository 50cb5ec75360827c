// The way between two codes, decoded step by step.

import { of } from "./api.js";
import { choice, h, notice } from "./dom.js";
import { isPicture, LivePicture, output } from "./example.js";

const paths = [
  { value: "linear", text: "Straight" }, { value: "spherical", text: "On the sphere" }, { value: "geodesic", text: "Geodesic" },
];

/** A section of the view that decodes. */
export class InterpolationPanel {
  /** What stands in the page. */
  element;
  #app;
  #space;
  #events;
  #ends = { from: null, to: null };
  #steps = h("input", { type: "number", min: "3", max: "25", value: "9", name: "steps", inputmode: "numeric", onchange: () => this.#show() });
  #path = "linear";
  #result = h("div", { class: "interpolated", "aria-live": "polite" });
  #names = {};

  /**
   * @param {object} app The page.
   * @param {object} space
   * @param {{current: () => number[], choose: (code: number[]) => void}} events The code at hand; a step of the way was chosen.
   */
  constructor(app, space, events) {
    [this.#app, this.#space, this.#events] = [app, space, events];
    this.element = h("section", { class: "panel interpolation", "aria-label": "Interpolation" }, h("h2", {}, "Between two codes"));
    if (!space.can.interpolate) {
      this.element.append(notice("empty", space.cannot?.interpolate ?? "This space cannot decode between codes."));
      return;
    }
    this.element.append(h("div", { class: "toolbar" }, this.#end("from", "From"), this.#end("to", "To"),
      choice("Path", paths, this.#path, (value) => { this.#path = value; this.#show(); }),
      h("label", { class: "field" }, h("span", {}, "Steps"), this.#steps)), this.#result);
    this.#result.append(h("p", { class: "quiet" }, "Choose both ends: an item by its number, or the code at hand."));
  }

  #end(which, text) {
    const item = h("input", {
      type: "number", min: "0", max: String(Math.max(0, this.#space.items - 1)), name: which, inputmode: "numeric", placeholder: "item",
      onchange: () => {
        if (!Number.isInteger(item.valueAsNumber)) return;
        this.#ends[which] = { item: item.valueAsNumber };
        this.#names[which].textContent = "";
        this.#show();
      },
    });
    this.#names[which] = h("span", { class: "quiet small" });
    return h("div", { class: "end" }, h("label", { class: "field" }, h("span", {}, text), item),
      h("button", {
        type: "button", onclick: () => {
          this.#ends[which] = { code: this.#events.current() };
          item.value = "";
          this.#names[which].textContent = "code at hand";
          this.#show();
        },
      }, "Code at hand"), this.#names[which]);
  }

  async #show() {
    const { from, to } = this.#ends;
    if (!from || !to) return;
    const steps = Math.min(25, Math.max(3, this.#steps.valueAsNumber || 9));
    const body = { from, to, steps, path: this.#path };
    const path = of(this.#space, "/interpolate");
    try {
      if (!isPicture(this.#space)) {
        const { outputs } = await this.#app.api.json(path, { body });
        this.#result.replaceChildren(h("ol", { class: "steps" }, outputs.map((each) => h("li", {}, output(each)))));
        return;
      }
      const [bitmap, { codes }] = await Promise.all([this.#app.api.picture(path, { body }), this.#app.api.json(path, { body })]);
      const strip = new LivePicture(`${steps} steps from one end to the other`, "strip");
      strip.show(bitmap);
      const buttons = codes.map((code, i) => h("button", {
        type: "button", class: "quiet-button", title: `Take step ${i + 1} as the code`, onclick: () => this.#events.choose(code),
      }, String(i + 1)));
      this.#result.replaceChildren(h("div", { class: "strip-place" }, strip.element, h("div", { class: "strip-steps" }, buttons)));
    } catch (error) {
      this.#result.replaceChildren(notice("failed", error.message));
    }
  }
}
