// The catalogue: found by need, filtered, seen as a map, and read card by card.

import { Colouring } from "./colouring.js";
import { afterPause, choice, h, notice } from "./dom.js";
import { verdictBadge } from "./card-view.js";
import { count } from "./format.js";
import { PointMap } from "./point-map.js";
import { SystemCard } from "./system-card.js";

/** The view. */
export class SystemsView {
  /** What stands in the page. */
  element;
  #app;
  #query;
  #systems = [];
  #found = null;
  #map = null;
  #list = h("div", { class: "system-list" }, notice("working", "Reading the catalogue…"));
  #count = h("p", { class: "quiet small", role: "status" });
  #filters = h("div", { class: "toolbar" });
  #mapPlace = h("div", { class: "system-map panel" });
  #legend = h("div", { class: "legend-place" });
  #card;
  #need;
  #asked = new AbortController();

  /**
   * @param {object} app The page.
   * @param {Record<string, string>} query `need`, `id`, `family`, `modality`, `status`, `verdict`, `colour`.
   */
  constructor(app, query) {
    [this.#app, this.#query] = [app, { ...query }];
    this.#card = new SystemCard(app, (id) => this.#open(id));
    this.#need = h("input", {
      type: "search", name: "need", value: query.need ?? "", autocomplete: "off", "aria-label": "What you need",
      placeholder: "What you need, such as: anomalies in tables with few labels", oninput: afterPause(250, () => this.#find()),
    });
    this.element = h("div", { class: "systems-view" },
      h("form", { class: "need", role: "search", onsubmit: (event) => { event.preventDefault(); this.#find(); } }, this.#need),
      this.#filters, this.#count,
      h("div", { class: "systems-body" }, this.#list, h("div", { class: "systems-side" }, this.#card.element, this.#mapPlace)));
    this.#start();
  }

  async #start() {
    try {
      this.#systems = (await this.#app.api.fixed("/v1/systems")).systems;
    } catch (error) {
      this.#list.replaceChildren(notice("failed", error.message));
      return;
    }
    this.#layFilters();
    this.#layMap();
    if (this.#query.need) await this.#find();
    else this.#show();
    if (this.#query.id) this.#open(this.#query.id);
  }

  #layFilters() {
    const values = (name) => [...new Set(this.#systems.flatMap((system) => system[name] ?? []))].filter(Boolean).sort();
    const filter = (text, name, options) => choice(text, [{ value: "", text: "any" }, ...options.map((value) => ({ value, text: value }))],
      this.#query[name] ?? "", (value) => { this.#keep({ [name]: value }); this.#show(); });
    this.#filters.replaceChildren(
      filter("Family", "family", values("family")), filter("Modality", "modality", values("modality")),
      filter("State", "status", ["works", "planned"]), filter("Verdict", "verdict", ["holds", "unclear", "contradicted"]),
      choice("Map by", ["family", "status", "verdict"].map((value) => ({ value, text: value })), this.#query.colour ?? "family",
        (value) => { this.#keep({ colour: value }); this.#paint(); }));
  }

  #layMap() {
    if (!this.#systems.some(({ place }) => place)) { this.#mapPlace.hidden = true; return; }
    this.#map = new PointMap(`Map of ${count(this.#systems.length, "system")}`, {
      hover: (item, tip) => {
        if (item === null) return;
        const { id, name, title } = this.#systems[item];
        tip.append(h("div", {}, h("strong", {}, `${id} ${name}`), h("div", {}, title)));
      },
      pick: (item) => this.#open(this.#systems[item].id),
    });
    this.#mapPlace.replaceChildren(h("h2", {}, "Map of all systems"), h("div", { class: "map-place" }, this.#map.element), this.#legend);
    this.#map.setPoints(Float32Array.from(this.#systems.flatMap(({ place }) => place ?? [NaN, NaN])));
    this.#paint();
  }

  #paint() {
    if (!this.#map) return;
    const name = this.#query.colour ?? "family";
    const classes = [...new Set(this.#systems.map((system) => system[name]).filter(Boolean))].sort();
    const values = Int32Array.from(this.#systems, (system) => classes.indexOf(system[name]));
    const colouring = new Colouring(this.#systems.length, { name, kind: "class", classes }, values);
    const paint = () => this.#map.setColours(colouring.colours());
    this.#legend.replaceChildren(colouring.legend(paint));
    paint();
  }

  /** Ranks by the need that is written. */
  async #find() {
    const need = this.#need.value.trim();
    this.#keep({ need });
    if (need === "") { this.#found = null; this.#show(); return; }
    try {
      const { results } = await this.#app.api.json(`/v1/find?${new URLSearchParams({ need, count: "60" })}`, { signal: this.#asked.signal });
      if (need !== this.#need.value.trim()) return;
      this.#found = results;
      this.#show();
    } catch (error) {
      if (!this.#asked.signal.aborted) this.#list.replaceChildren(notice("failed", error.message));
    }
  }

  #matches = (system) => ["family", "status", "verdict"].every((name) => !this.#query[name] || system[name] === this.#query[name])
    && (!this.#query.modality || [system.modality].flat().includes(this.#query.modality));

  #show() {
    const byId = new Map(this.#systems.map((system) => [system.id, system]));
    const rows = (this.#found ? this.#found.map((each) => ({ ...byId.get(each.id), why: each.why })) : this.#systems).filter(this.#matches);
    this.#count.textContent = this.#found ? `${count(rows.length, "system")}, best first` : `${count(rows.length, "system")} of ${this.#systems.length}`;
    this.#list.replaceChildren(rows.length === 0 ? notice("empty", "No system answers to this; fewer filters or other words may.")
      : h("ul", { class: "plain" }, rows.map((system) => this.#row(system))));
    if (this.#map) {
      const kept = new Set(rows.map(({ id }) => id));
      const items = this.#systems.flatMap(({ id }, i) => (kept.has(id) ? [i] : []));
      this.#map.setSelection(items.length === this.#systems.length ? null : Uint32Array.from(items));
    }
  }

  #row({ id, name, title, family, status, verdict, why }) {
    return h("li", {}, h("button", {
      type: "button", class: "system-row", "aria-current": id === this.#query.id ? "true" : null, dataset: { id }, onclick: () => this.#open(id),
    }, h("span", { class: "system-name" }, h("span", { class: "quiet" }, id), " ", h("strong", {}, name),
      status === "works" ? verdictBadge(verdict) : h("span", { class: "badge planned" }, "planned")),
    h("span", { class: "system-title" }, title),
    h("span", { class: "quiet small" }, family, why?.length ? `, for ${why.join(", ")}` : "")));
  }

  #open(id) {
    this.#keep({ id });
    for (const row of this.#list.querySelectorAll(".system-row")) {
      if (row.dataset.id === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    const item = this.#systems.findIndex((system) => system.id === id);
    if (item >= 0 && this.#map && this.#systems[item].place) {
      this.#map.setMarks([{ item, kind: "picked" }]);
      this.#map.reveal(item);
    }
    this.#card.show(id, this.#systems);
  }

  #keep(part) {
    Object.assign(this.#query, part);
    this.#app.keepQuery(this.#query);
  }

  /** Keys of the whole page that mean something here. */
  key(key) {
    if (key !== "/") return false;
    this.#need.focus();
    return true;
  }

  /** Ends what is under way. */
  dispose() {
    this.#asked.abort();
    this.#map?.dispose();
  }
}
