// The item that was picked on a map: what it is, how it is reconstructed, what is near it.

import { of } from "./api.js";
import { h, notice } from "./dom.js";
import { isPicture, LivePicture, output, thumbnail, wholeItem } from "./example.js";
import { count, number } from "./format.js";
import { writeRoute } from "./routes.js";

/** A section of the map's side. */
export class ItemPanel {
  /** What stands in the page. */
  element = h("section", { class: "panel item-panel", "aria-label": "Item" });
  #app;
  #space;
  #picked;
  #asked = null;

  /**
   * @param {object} app The page.
   * @param {object} space
   * @param {(item: number, near: number[]|null) => void} picked Called when an item is picked here, and again when its neighbours are known.
   */
  constructor(app, space, picked) {
    [this.#app, this.#space, this.#picked] = [app, space, picked];
    this.clear();
  }

  /** Says how to pick one. */
  clear() {
    this.#asked?.abort();
    this.element.replaceChildren(
      h("h2", {}, "Item"), notice("empty", "Pick a point on the map, or search for an item by its number."));
  }

  /** Shows an item. */
  async show(item) {
    this.#asked?.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const space = this.#space;
    const what = h("div", { class: "item-place" });
    const back = h("div", { class: "back" });
    const near = h("div", { class: "near" });
    const label = h("p", { class: "item-label" });
    const links = h("p", { class: "links" },
      h("a", { href: writeRoute({ view: "decode", space: space.id, query: { item } }) }, "Decode from here"));
    this.element.replaceChildren(
      h("h2", {}, `Item ${number(item)}`), label, h("div", { class: isPicture(space) ? "item-pair" : null }, what, back), links, near);
    const known = this.#app.api.fixed(of(space, `/items/${item}`)).then((each) => { label.textContent = each.label ?? "no label"; });
    const whole = wholeItem(this.#app.api, space, item).then((element) => what.replaceChildren(element));
    const parts = [[label, known], [what, whole], [back, this.#reconstruct(item, back, signal)], [near, this.#nearest(item, near, signal)]];
    await Promise.all(parts.map(async ([place, work]) => {
      try {
        await work;
      } catch (error) {
        if (!signal.aborted) place.replaceChildren(notice("failed", error.message));
      }
    }));
  }

  async #reconstruct(item, place, signal) {
    const { api } = this.#app;
    const space = this.#space;
    if (!space.can.reconstruct) {
      place.append(h("p", { class: "quiet small" }, space.cannot?.reconstruct ?? "This space cannot reconstruct."));
      return;
    }
    const answer = await api.json(of(space, "/reconstruct"), { body: { items: [item] }, signal });
    const title = h("p", { class: "small" }, "Reconstruction",
      answer.errors ? h("span", { class: "quiet block" }, `squared error ${number(answer.errors[0])}`) : null);
    if (!isPicture(space)) { place.replaceChildren(title, output(answer.outputs[0])); return; }
    const picture = new LivePicture(`Reconstruction of item ${item}`);
    // Two rows: the item over its reconstruction.
    picture.show(await api.picture(of(space, "/reconstruct"), { body: { items: [item] }, signal }), { row: 1, rows: 2 });
    place.replaceChildren(picture.element, title);
  }

  async #nearest(item, place, signal) {
    const space = this.#space;
    if (!space.can.neighbours) return;
    const { neighbours } = await this.#app.api.json(of(space, "/neighbours"), { body: { of: { item }, count: 10 }, signal });
    place.replaceChildren(h("h3", {}, "Nearest codes"), this.#list(neighbours, (each) => number(each.distance)));
    this.#picked(item, neighbours.map((each) => each.item));
  }

  /** Shows what a search found. */
  showFound(text, found) {
    this.#asked?.abort();
    this.element.replaceChildren(h("h2", {}, `Found for “${text}”`),
      h("p", { class: "quiet small" }, count(found.length, "item")), this.#list(found, (each) => number(each.distance)));
  }

  #list(items, note) {
    return h("ul", { class: isPicture(this.#space) ? "thumbnails" : "thumbnails texts" }, items.map((each) => h("li", {},
      h("button", {
        type: "button", title: `Item ${each.item}${each.label ? `, ${each.label}` : ""}, distance ${note(each)}`,
        onclick: () => this.#picked(each.item, null),
      }, thumbnail(this.#space, each.item), h("span", { class: "caption" }, each.label ?? note(each))))));
  }

  /** Ends what is under way. */
  dispose() {
    this.#asked?.abort();
  }
}
