// The map of a space: its items as points, coloured, hovered, picked, selected, and decoded between.

import { of } from "./api.js";
import { Colouring, columnOptions } from "./colouring.js";
import { choice, h, notice, progress, segments } from "./dom.js";
import { thumbnail, isPicture } from "./example.js";
import { count, number } from "./format.js";
import { ItemPanel } from "./item-panel.js";
import { PlacePanel } from "./place-panel.js";
import { PointMap } from "./point-map.js";
import { SelectionPanel } from "./selection-panel.js";

const mapTexts = { pca: "PCA", neighbours: "Neighbours" };

/** The view. */
export class MapView {
  /** What stands in the page. */
  element;
  #app;
  #space;
  #query;
  #map;
  #mapName = null;
  #tools;
  #search;
  #over = h("div", { class: "over" });
  #legend = h("div", { class: "legend-place" });
  #status = h("p", { class: "map-status", role: "status" });
  #colouring = null;
  #item;
  #place;
  #selection;
  #asked = new AbortController();
  #coloured = new AbortController();

  /**
   * @param {object} app The page.
   * @param {object} space
   * @param {Record<string, string>} query `map`, `colour`, `item`.
   */
  constructor(app, space, query) {
    [this.#app, this.#space, this.#query] = [app, space, { ...query }];
    this.#map = new PointMap(`Map of ${number(space.items)} items of ${space.title}`, {
      hover: (item, tip) => this.#hover(item, tip),
      pick: (item) => this.#pick(item),
      place: (x, y) => this.#decode(x, y),
      select: (items) => this.#selected(items),
      key: (key) => this.#key(key),
    });
    this.#item = new ItemPanel(app, space, (item, near) => (near ? this.#mark(item, near) : this.#pick(item)));
    this.#place = new PlacePanel(app, space);
    this.#selection = new SelectionPanel(app, space, {
      pick: (item) => this.#pick(item),
      select: (items) => { this.#map.setSelection(items); this.#selected(items); },
      classes: () => this.#colouring?.classes ?? null,
    });
    this.element = h("div", { class: "map-view" }, this.#toolbar(),
      h("div", { class: "map-place" }, this.#map.element, this.#over, this.#legend, this.#status),
      h("aside", { class: "side", "aria-label": "What is picked" }, this.#item.element, this.#place.element, this.#selection.element));
    this.#say();
    this.#start();
  }

  async #start() {
    const { maps, items } = this.#space;
    if (!items || maps.length === 0) {
      this.#over.replaceChildren(notice("empty", this.#space.cannot?.map ?? "This space has no items to map; its data are not here."));
      return;
    }
    this.#colour(this.#query.colour ?? (this.#space.labelled ? "class" : ""));
    await this.#show(maps.includes(this.#query.map) ? this.#query.map : maps[0]);
    const item = Number(this.#query.item);
    if (this.#query.item !== undefined && Number.isInteger(item) && item >= 0 && item < items) this.#pick(item);
    const kept = this.#app.selections.get(this.#space.id);
    if (kept) { this.#map.setSelection(kept); this.#selected(kept); }
  }

  #toolbar() {
    const { maps, can } = this.#space;
    const colour = this.#query.colour ?? (this.#space.labelled ? "class" : "");
    const chosen = maps.includes(this.#query.map) ? this.#query.map : maps[0];
    this.#tools = segments("What dragging does", [
      { value: "move", text: "Move", title: "Drag to move, wheel to zoom (m)" },
      { value: "box", text: "Box", title: "Drag to select; Shift adds, Alt removes (b)" },
      { value: "lasso", text: "Lasso", title: "Draw around items; Shift adds, Alt removes (l)" },
      {
        value: "decode", text: "Decode", disabled: !can.decode,
        title: can.decode ? "Drag to decode what is under the pointer (d)" : this.#space.cannot?.decode,
      },
    ], "move", (tool) => { this.#map.tool = tool; });
    this.#map.tool = "move";
    this.#search = h("input", {
      type: "search", name: "search", autocomplete: "off", "aria-label": "Search",
      placeholder: can.search ? "Item number or text" : "Item number",
    });
    return h("div", { class: "toolbar" },
      segments("Map", maps.map((value) => ({ value, text: mapTexts[value] ?? value })), chosen, (value) => this.#show(value)),
      choice("Colour", columnOptions(this.#space), colour, (value) => this.#colour(value)),
      this.#tools,
      h("button", { type: "button", title: "Show all (0)", onclick: () => this.#map.fit() }, "All"),
      h("form", {
        class: "search", role: "search", onsubmit: (event) => { event.preventDefault(); this.#find(this.#search.value.trim()); },
      }, this.#search));
  }

  /** Shows a map once the server has it; the one before stays until then. */
  async #show(name) {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    this.#keep({ map: name });
    const text = `${mapTexts[name] ?? name} map of ${count(this.#space.items, "item")}`;
    this.#over.replaceChildren(progress(text, 0, null));
    try {
      const { data } = await this.#app.api.array(of(this.#space, `/maps/${name}?seed=1`), {
        signal, working: (done, left) => this.#over.replaceChildren(progress(text, done, left)),
      });
      if (signal.aborted) return;
      this.#mapName = name;
      this.#map.setPoints(data);
      this.#over.replaceChildren();
      this.#say();
    } catch (error) {
      if (!signal.aborted) {
        this.#over.replaceChildren(notice("failed", error.message,
          h("button", { type: "button", onclick: () => this.#show(name) }, "Try again")));
      }
    }
  }

  /** Colours by a column once the server has it. */
  async #colour(name) {
    this.#coloured.abort();
    this.#coloured = new AbortController();
    const { signal } = this.#coloured;
    this.#keep({ colour: name });
    const column = this.#space.columns.find((each) => each.name === name) ?? null;
    try {
      const array = column && await this.#app.api.array(of(this.#space, `/columns/${encodeURIComponent(name)}`), {
        signal, working: (done, left) => this.#legend.replaceChildren(h("div", { class: "legend" }, progress("Computed", done, left))),
      });
      if (signal.aborted) return;
      this.#colouring = new Colouring(this.#space.items, column, array?.data ?? null);
    } catch (error) {
      if (signal.aborted) return;
      this.#legend.replaceChildren(h("div", { class: "legend" }, notice("failed", error.message)));
      this.#colouring ??= new Colouring(this.#space.items, null, null);
      this.#map.setColours(this.#colouring.colours());
      return;
    }
    const paint = () => this.#map.setColours(this.#colouring.colours());
    this.#legend.replaceChildren(this.#colouring.legend(paint));
    paint();
    this.#selection.show(this.#map.selection ?? new Uint32Array(0));
  }

  #hover(item, tip) {
    if (item === null) return;
    const text = this.#colouring?.text(item);
    tip.append(isPicture(this.#space) ? thumbnail(this.#space, item) : "",
      h("div", {}, h("strong", {}, `Item ${number(item)}`), text ? h("div", {}, text) : null));
    if (this.#space.kind === "text") this.#quote(item, tip);
  }

  async #quote(item, tip) {
    const place = h("div", { class: "quote" }, "…");
    tip.append(place);
    try {
      place.textContent = (await this.#app.api.fixed(of(this.#space, `/items/${item}`))).text ?? "";
    } catch {
      place.remove();
    }
  }

  /** What was asked for last stands first at the side. */
  #first(panel) {
    for (const each of [this.#item, this.#place, this.#selection]) each.element.classList.toggle("recent", each === panel);
    panel.element.parentElement.scrollTop = 0;
  }

  #pick(item) {
    this.#first(this.#item);
    this.#keep({ item });
    this.#mark(item, []);
    this.#map.reveal(item);
    this.#item.show(item);
  }

  #mark(item, near) {
    this.#map.setMarks([...near.map((each) => ({ item: each, kind: "near" })), { item, kind: "picked" }]);
  }

  #decode(x, y) {
    if (this.#mapName === null) return;
    this.#first(this.#place);
    this.#map.setMarks([{ x, y, kind: "place" }]);
    this.#place.show(this.#mapName, x, y);
  }

  #selected(items) {
    if (items.length) {
      this.#first(this.#selection);
      this.#app.selections.set(this.#space.id, items);
    } else this.#app.selections.delete(this.#space.id);
    this.#selection.show(items);
    this.#say();
  }

  async #find(text) {
    if (text === "") return;
    if (/^\d+$/.test(text)) {
      const item = Number(text);
      if (item < this.#space.items) this.#pick(item);
      else this.#status.textContent = `There is no item ${number(item)}; they go from 0 to ${number(this.#space.items - 1)}.`;
      return;
    }
    if (!this.#space.can.search) {
      this.#status.textContent = this.#space.cannot?.search ?? "This space is searched by item number; it takes no text.";
      return;
    }
    try {
      const { neighbours } = await this.#app.api.json(of(this.#space, "/search"), { body: { text } });
      this.#item.showFound(text, neighbours);
      this.#map.setMarks(neighbours.map(({ item }) => ({ item, kind: "near" })));
    } catch (error) {
      this.#status.textContent = error.message;
    }
  }

  /** How much there is and how much is selected: nothing is left out in silence. */
  #say() {
    const selected = this.#map.selection?.length ?? 0;
    this.#status.textContent = `${count(this.#space.items, "item")}, all drawn${selected ? `, ${number(selected)} selected` : ""}`;
  }

  #keep(part) {
    Object.assign(this.#query, part);
    this.#app.keepQuery(this.#query);
  }

  #key(key) {
    const tool = { m: "move", b: "box", l: "lasso", d: "decode" }[key];
    if (!tool || (tool === "decode" && !this.#space.can.decode)) return false;
    this.#tools.choose(tool);
    this.#map.tool = tool;
    return true;
  }

  /** Keys of the whole page that mean something here. */
  key(key) {
    if (key === "/") { this.#search.focus(); return true; }
    return this.#key(key);
  }

  /** Ends what is under way. */
  dispose() {
    this.#asked.abort();
    this.#coloured.abort();
    this.#item.dispose();
    this.#place.dispose();
    this.#map.dispose();
  }
}
