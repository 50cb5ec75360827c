// The items that are selected: how many of which class, what they look like, and their file.

import { of } from "./api.js";
import { commandLine } from "./commands.js";
import { h, notice } from "./dom.js";
import { isPicture, thumbnail } from "./example.js";
import { count, number } from "./format.js";

const shown = 60;

/** A section of the map's side. */
export class SelectionPanel {
  /** What stands in the page. */
  element = h("section", { class: "panel selection-panel", "aria-label": "Selection" });
  #app;
  #space;
  #events;
  #items = new Uint32Array(0);
  #saved = h("div", { class: "saved" });
  #written = h("div", { class: "written", "aria-live": "polite" });

  /**
   * @param {object} app The page.
   * @param {object} space
   * @param {{pick: (item: number) => void, select: (items: Uint32Array) => void, classes: () => object|null}} events
   *   `classes` gives the class of each item, where the map is coloured by classes.
   */
  constructor(app, space, events) {
    [this.#app, this.#space, this.#events] = [app, space, events];
    this.show(this.#items);
    this.#list();
  }

  /** Shows a selection. */
  show(items) {
    this.#items = items;
    this.#written.replaceChildren();
    const title = h("h2", {}, "Selection");
    if (items.length === 0) {
      this.element.replaceChildren(title, notice("empty", "Draw around items with the tools Box or Lasso."), this.#saved);
      return;
    }
    const pictures = [...items.slice(0, shown)].map((item) => h("li", {}, h("button", {
      type: "button", title: `Item ${item}`, onclick: () => this.#events.pick(item),
    }, thumbnail(this.#space, item))));
    this.element.replaceChildren(title,
      h("p", { class: "selected-count" }, h("strong", {}, count(items.length, "item")), ` of ${number(this.#space.items)} `,
        h("button", { type: "button", class: "quiet-button", onclick: () => this.#events.select(new Uint32Array(0)) }, "Clear")),
      this.#breakdown() ?? "",
      h("ul", { class: isPicture(this.#space) ? "thumbnails small" : "thumbnails texts" }, pictures),
      items.length > shown ? h("p", { class: "quiet small" }, `the first ${shown} are shown; the export has all ${number(items.length)}`) : "",
      this.#form(), this.#written, this.#saved);
  }

  /** How many of each class, most first. */
  #breakdown() {
    const classes = this.#events.classes();
    if (!classes) return null;
    const counts = new Map();
    for (const item of this.#items) counts.set(classes.values[item], (counts.get(classes.values[item]) ?? 0) + 1);
    const rows = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 8);
    return h("table", { class: "values" }, h("tbody", {}, rows.map(([index, each]) => h("tr", {},
      h("th", { scope: "row" }, classes.names[index] ?? "none"),
      h("td", {}, h("progress", { max: String(this.#items.length), value: String(each), "aria-hidden": "true" })),
      h("td", { class: "number" }, number(each))))));
  }

  #form() {
    const name = h("input", {
      name: "name", required: true, pattern: "[a-z0-9\\-]{1,64}", maxlength: "64", value: "selection-1",
      autocomplete: "off", spellcheck: "false", title: "small letters, digits and hyphens, at most 64",
    });
    return h("form", {
      class: "export", onsubmit: (event) => { event.preventDefault(); this.#export(name.value); },
    }, h("label", { class: "field" }, h("span", {}, "Name"), name), h("button", { type: "submit" }, "Export"));
  }

  async #export(name) {
    try {
      const body = { name, items: [...this.#items] };
      const { file, command } = await this.#app.api.json(of(this.#space, "/selections"), { body });
      this.#written.replaceChildren(
        h("p", { class: "small" }, "Written to ", h("code", { class: "file" }, file)), commandLine(command));
      this.#app.commands.add(command, `selection ${name}`);
      await this.#list();
    } catch (error) {
      this.#written.replaceChildren(notice("failed", error.message));
    }
  }

  async #list() {
    try {
      const { selections } = await this.#app.api.json(of(this.#space, "/selections"));
      this.#saved.replaceChildren(...(selections.length === 0 ? [] : [
        h("h3", {}, "Saved"),
        h("ul", { class: "plain" }, selections.map(({ name, items }) => h("li", {}, h("button", {
          type: "button", class: "quiet-button", onclick: () => this.#events.select(Uint32Array.from(items).sort()),
        }, `${name} (${number(items.length)})`)))),
      ]));
    } catch (error) {
      this.#saved.replaceChildren(notice("failed", error.message));
    }
  }
}
