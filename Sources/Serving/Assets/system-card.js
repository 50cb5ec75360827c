// One system of the catalogue: what its paper claims, what would show it, and what its check found.

import { commandLine } from "./commands.js";
import { h, notice } from "./dom.js";
import { duration, figure, number } from "./format.js";
import { verdictBadge } from "./card-view.js";

/** A card beside the list. */
export class SystemCard {
  /** What stands in the page. */
  element = h("section", { class: "panel system-card", "aria-label": "System", "aria-live": "polite" },
    notice("empty", "Choose a system in the list or on the map."));
  #app;
  #open;
  #newest = null;

  /**
   * @param {object} app The page.
   * @param {(id: string) => void} open Called with a similar system that was chosen.
   */
  constructor(app, open) {
    [this.#app, this.#open] = [app, open];
  }

  /** Shows a system. */
  async show(id, systems) {
    this.#newest = id;
    try {
      const system = await this.#app.api.fixed(`/v1/systems/${encodeURIComponent(id)}`);
      if (this.#newest === id) this.#lay(system, systems);
    } catch (error) {
      if (this.#newest === id) this.element.replaceChildren(notice("failed", error.message));
    }
  }

  #lay(system, systems) {
    const part = (title, text) => (text ? [h("h3", {}, title), h("p", {}, text)] : null);
    const names = new Map(systems.map(({ id, name }) => [id, name]));
    this.element.replaceChildren(
      h("h2", {}, `${system.id} ${system.name} `, system.status === "works" ? verdictBadge(system.verdict) : h("span", { class: "badge planned" }, "planned")),
      h("p", { class: "lead" }, system.title),
      h("div", { class: "facts-row" }, [system.family, system.kind, ...[system.modality].flat()].filter(Boolean).map((text) => h("span", { class: "chip" }, text))),
      ...[part("How it works", system.mechanism), part("What its paper claims", system.claim), part("What would show it", system.check)].flat().filter(Boolean),
      this.#record(system.record) ?? "",
      system.command ? commandLine(system.command) : "",
      system.similar?.length ? h("h3", {}, "Similar systems") : "",
      h("div", { class: "facts-row" }, (system.similar ?? []).map((id) => h("button", {
        type: "button", class: "chip", onclick: () => this.#open(id),
      }, `${id} ${names.get(id) ?? ""}`))));
  }

  #record(record) {
    if (!record) return null;
    return h("div", { class: "record" }, h("h3", {}, "What its check found"),
      h("div", { class: "table" }, h("table", {},
        h("thead", {}, h("tr", {}, ["Claim", "Difference", "Verdict"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, (record.claims ?? []).map((claim) => h("tr", {},
          h("td", { class: "sentence" }, claim.statement, claim.place ? h("span", { class: "quiet small" }, ` (${claim.place})`) : null,
            h("span", { class: "quiet small block" }, `${claim.system} against ${claim.baseline}: ${claim.metric}${claim.unit ? `, ${claim.unit}` : ""}`)),
          h("td", { class: "number" }, claim.effect ? figure(claim.effect) : "–"),
          h("td", {}, verdictBadge(claim.verdict))))))),
      h("p", { class: "quiet small" }, [
        record.seeds ? `${number(record.seeds.length)} seeds` : null, record.seconds ? duration(record.seconds) : null,
      ].filter(Boolean).join(", ")),
      record.protocol ? h("details", {}, h("summary", {}, "How it was done"), h("p", {}, record.protocol)) : null);
  }
}
