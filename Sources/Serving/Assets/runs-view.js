// The runs of this machine: listed, filtered, compared, and followed while they train.

import { choice, h, notice } from "./dom.js";
import { count, duration, moment, number } from "./format.js";
import { historyCharts, lineChart } from "./line-chart.js";
import { writeRoute } from "./routes.js";

const states = ["running", "complete", "stopped", "failed", "absent"];

/** The view. */
export class RunsView {
  /** What stands in the page. */
  element;
  #app;
  #query;
  #runs = [];
  #methods = new Set();
  #chosen = new Set();
  #table = h("div", { class: "table" }, notice("working", "Reading the runs…"));
  #charts = h("div");
  #count = h("p", { class: "quiet small", role: "status" });
  #filters = h("div", { class: "toolbar" });
  #timer = 0;
  #asked = new AbortController();

  /**
   * @param {object} app The page.
   * @param {Record<string, string>} query `method`, `source`, `status`.
   */
  constructor(app, query) {
    [this.#app, this.#query] = [app, { method: "", source: "", status: "", ...query }];
    this.element = h("div", { class: "runs-view page" }, h("h1", {}, "Runs"), this.#filters, this.#count, this.#table, this.#charts);
    this.#ask(true);
  }

  async #ask(isFirst = false) {
    clearTimeout(this.#timer);
    try {
      const given = Object.entries(this.#query).filter(([, value]) => value);
      const path = `/v1/runs?${new URLSearchParams([...given, ["limit", "200"]])}`;
      const { runs } = await this.#app.api.json(path, { signal: this.#asked.signal });
      this.#runs = runs;
      for (const { method } of runs) this.#methods.add(method);
      if (isFirst) this.#layFilters();
      this.#show();
      if (this.#chosen.size && runs.some(({ id, status }) => status === "running" && this.#chosen.has(id))) this.#compare();
      // Followed while one trains and somebody looks.
      if (runs.some(({ status }) => status === "running")) {
        this.#timer = setTimeout(() => this.#follow(), 2000);
      }
    } catch (error) {
      if (this.#asked.signal.aborted) return;
      this.#table.replaceChildren(notice("failed", error.message, h("button", { type: "button", onclick: () => this.#ask(isFirst) }, "Try again")));
    }
  }

  #follow() {
    if (document.hidden) this.#timer = setTimeout(() => this.#follow(), 2000);
    else this.#ask();
  }

  #layFilters() {
    const change = (name) => (value) => {
      this.#query[name] = value;
      this.#app.keepQuery(this.#query);
      this.#ask();
    };
    const source = h("input", {
      type: "search", value: this.#query.source, placeholder: "any", onchange: () => change("source")(source.value.trim()),
    });
    this.#filters.replaceChildren(
      choice("Method", [{ value: "", text: "any" }, ...[...this.#methods].sort().map((value) => ({ value, text: value }))], this.#query.method, change("method")),
      h("label", { class: "field" }, h("span", {}, "Source"), source),
      choice("State", [{ value: "", text: "any" }, ...states.map((value) => ({ value, text: value }))], this.#query.status, change("status")));
  }

  #show() {
    this.#count.textContent = `${count(this.#runs.length, "run")}${this.#runs.length === 200 ? ", the newest" : ""}; tick some to compare their curves`;
    if (this.#runs.length === 0) {
      this.#table.replaceChildren(notice("empty", "No run answers to this. latent fit METHOD SOURCE makes one."));
      return;
    }
    const metrics = [...new Set(this.#runs.flatMap((run) => Object.keys(run.metrics ?? {})))].slice(0, 4);
    const cell = (value, isNumber = false) => h("td", { class: isNumber ? "number" : null }, value);
    const focused = document.activeElement?.dataset?.run;
    this.#table.replaceChildren(h("table", {},
      h("thead", {}, h("tr", {}, ["", "Run", "Method", "Source", "State", "Started", "Time", "Steps", ...metrics].map((name, i) => h("th", {
        scope: "col", class: i > 5 ? "number" : null,
      }, name)))),
      h("tbody", {}, this.#runs.map((run) => h("tr", {},
        h("td", {}, h("input", {
          type: "checkbox", checked: this.#chosen.has(run.id), dataset: { run: run.id }, "aria-label": `Compare run ${run.id}`,
          onchange: (event) => { if (event.target.checked) this.#chosen.add(run.id); else this.#chosen.delete(run.id); this.#compare(); },
        })),
        h("td", {}, run.space ? h("a", { href: writeRoute({ view: "card", space: run.space }) }, String(run.id)) : String(run.id)),
        cell(run.method), cell(run.source), h("td", {}, h("span", { class: `badge ${run.status}` }, run.status)),
        cell(moment(run.started)), cell(duration(run.seconds), true), cell(number(run.steps), true),
        metrics.map((name) => cell(number(run.metrics?.[name] ?? null), true)))))));
    if (focused) this.#table.querySelector(`[data-run="${CSS.escape(focused)}"]`)?.focus();
  }

  async #compare() {
    const ids = [...this.#chosen];
    if (ids.length === 0) { this.#charts.replaceChildren(); return; }
    try {
      const runs = await Promise.all(ids.map((id) => this.#app.api.json(`/v1/runs/${encodeURIComponent(id)}`, { signal: this.#asked.signal })));
      const byName = new Map();
      runs.forEach((run, i) => {
        for (const { name, lines } of historyCharts(run.history ?? [])) {
          const line = lines.find(({ isDashed }) => isDashed) ?? lines[0];
          if (!line) continue;
          if (!byName.has(name)) byName.set(name, []);
          byName.get(name).push({ ...line, name: `${run.id} ${run.method}, ${line.name}`, isDashed: false, colour: i });
        }
      });
      this.#charts.replaceChildren(byName.size === 0 ? notice("empty", "These runs kept no curves.")
        : h("div", { class: "charts" }, [...byName].map(([name, lines]) => lineChart(name, "epoch", lines))));
    } catch (error) {
      if (!this.#asked.signal.aborted) this.#charts.replaceChildren(notice("failed", error.message));
    }
  }

  /** Ends what is under way. */
  dispose() {
    clearTimeout(this.#timer);
    this.#asked.abort();
  }
}
