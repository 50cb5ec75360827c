// Two spaces side by side: the same items, one selection, and how much their neighbourhoods have in common.

import { of } from "./api.js";
import { Colouring, columnOptions } from "./colouring.js";
import { choice, h, notice, progress, segments } from "./dom.js";
import { thumbnail, isPicture } from "./example.js";
import { count, figure, number } from "./format.js";
import { PointMap } from "./point-map.js";

/** The view. */
export class CompareView {
  /** What stands in the page. */
  element;
  #app;
  #sides = [];
  #overlap = null;
  #summary = h("div", { class: "overlap", "aria-live": "polite" });
  #legend = h("div", { class: "legend-place" });
  #query;
  #asked = new AbortController();
  #isLinked = false;

  /**
   * @param {object} app The page.
   * @param {object} space The one on the left.
   * @param {Record<string, string>} query `with`, the one on the right, and `colour`.
   */
  constructor(app, space, query) {
    [this.#app, this.#query] = [app, { ...query }];
    const others = app.spaces.filter(({ id }) => id !== space.id);
    if (others.length === 0) {
      this.element = h("div", {}, notice("empty", "One space is open. To compare, open two: latent serve A.latent B.latent"));
      return;
    }
    const other = app.spaces.find(({ id }) => id === query.with && id !== space.id)
      ?? others.find((each) => each.source === space.source) ?? others[0];
    this.#sides = [space, other].map((each, i) => this.#side(each, i));
    const options = app.spaces.map(({ id, title }) => ({ value: id, text: id === title ? id : `${id}: ${title}` }));
    const colours = [...columnOptions(space), { value: "overlap", text: "Neighbourhood overlap", group: "Measures" }];
    this.element = h("div", { class: "compare-view" },
      h("div", { class: "toolbar" },
        choice("Left", options, space.id, (id) => this.#go(id, id === other.id ? space.id : other.id)),
        choice("Right", options, other.id, (id) => this.#go(id === space.id ? other.id : space.id, id)),
        choice("Colour", colours, this.#colourName(space), (name) => this.#colour(name)),
        segments("What dragging does", [
          { value: "move", text: "Move" }, { value: "box", text: "Box" }, { value: "lasso", text: "Lasso" },
        ], "move", (tool) => { for (const side of this.#sides) side.map.tool = tool; }),
        h("button", { type: "button", onclick: () => this.#select(new Uint32Array(0)) }, "Clear selection")),
      this.#summary,
      h("div", { class: "pair" }, this.#sides.map(({ element }) => element)), this.#legend);
    this.#start();
  }

  #colourName(space) {
    return this.#query.colour ?? (space.labelled ? "class" : "");
  }

  #go(left, right) {
    this.#app.go({ view: "compare", space: left, query: { ...this.#query, with: right } });
  }

  #side(space, which) {
    const map = new PointMap(`Map of ${space.title}`, {
      hover: (item, tip) => this.#hover(which, item, tip),
      pick: (item) => this.#pick(which, item),
      select: (items) => {
        for (const side of this.#linked(which)) if (side.map !== map) side.map.setSelection(items);
        this.#say(items.length);
      },
    });
    map.tool = "move";
    const over = h("div", { class: "over" });
    const name = space.maps[0];
    const buttons = segments(`Map of ${space.title}`, space.maps.map((value) => ({
      value, text: { pca: "PCA", neighbours: "Neighbours" }[value] ?? value,
    })), name, (value) => this.#show(which, value));
    return {
      space, map, over,
      element: h("section", { class: "panel pair-side", "aria-label": space.title },
        h("div", { class: "pair-head" }, h("h2", {}, space.id), h("span", { class: "quiet small" }, space.method), buttons),
        h("div", { class: "map-place" }, map.element, over)),
    };
  }

  #pick(which, item) {
    for (const { map } of this.#linked(which)) {
      map.setMarks([{ item, kind: "picked" }]);
      map.reveal(item);
    }
  }

  /** This side, and the other where the items are the same. */
  #linked(which) {
    return this.#isLinked ? this.#sides : [this.#sides[which]];
  }

  async #start() {
    const [left, right] = this.#sides.map(({ space }) => space);
    this.#isLinked = left.source === right.source && left.items === right.items && left.items > 0;
    this.#colour(this.#colourName(left));
    this.#sides.forEach(({ space }, which) => { if (space.maps.length && space.items) this.#show(which, space.maps[0]); });
    if (!this.#isLinked) {
      this.#summary.replaceChildren(notice("empty", "These spaces are of different items, so that selections are not shared and there is no overlap."));
      return;
    }
    this.#summary.replaceChildren(progress("Neighbours that both have in common", 0, null));
    try {
      const body = { a: left.id, b: right.id, count: 10 };
      this.#overlap = await this.#app.api.json("/v1/overlap", {
        body, signal: this.#asked.signal,
        working: (done, left) => this.#summary.replaceChildren(progress("Neighbours that both have in common", done, left)),
      });
      this.#say(0);
      if (this.#query.colour === "overlap") this.#colour("overlap");
    } catch (error) {
      if (!this.#asked.signal.aborted) this.#summary.replaceChildren(notice("failed", error.message));
    }
  }

  #say(selected) {
    if (!this.#overlap) return;
    const { mean, low, high } = this.#overlap;
    const chosen = this.#sides.map(({ map }) => map.selection).find(Boolean);
    const here = chosen ? chosen.reduce((sum, item) => sum + this.#overlap.each[item], 0) / chosen.length : null;
    this.#summary.replaceChildren(
      h("p", {}, h("strong", { class: "figure" }, figure({ value: mean, low, high })), " of the 10 nearest neighbours are the same in both, over ",
        count(this.#overlap.each.length, "item"), selected && here !== null ? `; ${number(here)} among the ${number(selected)} selected` : ""));
  }

  async #show(which, name) {
    const { space, map, over } = this.#sides[which];
    const { signal } = this.#asked;
    over.replaceChildren(progress("Map", 0, null));
    try {
      const { data } = await this.#app.api.array(of(space, `/maps/${name}?seed=1`), {
        signal, working: (done, left) => over.replaceChildren(progress("Map", done, left)),
      });
      if (signal.aborted) return;
      map.setPoints(data);
      over.replaceChildren();
    } catch (error) {
      if (!signal.aborted) over.replaceChildren(notice("failed", error.message));
    }
  }

  async #colour(name) {
    this.#query.colour = name;
    this.#app.keepQuery({ ...this.#query, with: this.#sides[1].space.id });
    const colourings = await Promise.all(this.#sides.map(({ space }) => this.#colouring(space, name)));
    const paint = () => this.#sides.forEach(({ map, space }, i) => {
      // Where items are the same, one legend and one column serve both.
      const colouring = this.#isLinked && colourings[0] ? colourings[0] : colourings[i] ?? new Colouring(space.items, null, null);
      this.#sides[i].colouring = colouring;
      map.setColours(colouring.colours());
    });
    if (this.#asked.signal.aborted) return;
    this.#legend.replaceChildren(colourings[0]?.legend(paint) ?? "");
    paint();
  }

  async #colouring(space, name) {
    if (name === "overlap") {
      return this.#overlap ? new Colouring(space.items, { name: "overlap", kind: "number" }, this.#overlap.each) : null;
    }
    const column = space.columns.find((each) => each.name === name);
    if (!column) return new Colouring(space.items, null, null);
    try {
      const { data } = await this.#app.api.array(of(space, `/columns/${encodeURIComponent(name)}`), { signal: this.#asked.signal });
      return new Colouring(space.items, column, data);
    } catch {
      return null;
    }
  }

  #hover(which, item, tip) {
    const { space, colouring } = this.#sides[which];
    if (this.#isLinked) this.#sides[1 - which].map.setMarks(item === null ? [] : [{ item, kind: "picked" }]);
    if (item === null) return;
    const text = colouring?.text(item);
    tip.append(isPicture(space) ? thumbnail(space, item) : "",
      h("div", {}, h("strong", {}, `Item ${number(item)}`), text ? h("div", {}, text) : null,
        this.#overlap ? h("div", { class: "quiet small" }, `overlap ${number(this.#overlap.each[item])}`) : null));
  }

  #select(items) {
    for (const { map } of this.#sides) map.setSelection(items);
    this.#say(items.length);
  }

  /** Ends what is under way. */
  dispose() {
    this.#asked.abort();
    for (const { map } of this.#sides) map.dispose();
  }
}
