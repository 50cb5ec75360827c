// What a space is: its method with the check's verdict, settings, figures and the command that makes it.

import { of } from "./api.js";
import { commandLine } from "./commands.js";
import { h, notice, progress } from "./dom.js";
import { figure, moment, number } from "./format.js";
import { writeRoute } from "./routes.js";

const abilities = {
  encode: "Encodes", decode: "Decodes", sample: "Draws new examples", reconstruct: "Reconstructs", interpolate: "Goes from one code to another",
  traverse: "Varies one unit", neighbours: "Finds neighbours", score: "Is scored", embed: "Embeds text", search: "Is searched by text",
};

/**
 * A verdict as a badge.
 * @param {string|null} outcome `holds`, `unclear` or `contradicted`.
 */
export function verdictBadge(outcome) {
  return h("span", { class: `badge ${outcome ?? "none"}` }, outcome ?? "not checked");
}

/** The view. */
export class CardView {
  /** What stands in the page. */
  element = h("div", { class: "card-view page" }, notice("working", "Reading the card…"));
  #app;
  #space;

  /**
   * @param {object} app The page.
   * @param {object} space
   */
  constructor(app, space) {
    [this.#app, this.#space] = [app, space];
    this.#start();
  }

  async #start() {
    try {
      this.#show(await this.#app.api.fixed(of(this.#space)));
    } catch (error) {
      this.element.replaceChildren(notice("failed", error.message));
    }
  }

  #show(space) {
    const card = space.card ?? {};
    const scores = h("div", { class: "scores" });
    this.element.replaceChildren(
      h("h1", {}, card.title ?? space.title),
      h("p", { class: "lead" }, card.summary ?? ""),
      h("div", { class: "facts-row" },
        space.system ? h("a", { class: "chip", href: writeRoute({ view: "systems", space: null, query: { id: space.system } }) }, space.system) : null,
        h("span", { class: "chip" }, space.method), h("span", { class: "chip" }, space.source), h("span", { class: "chip" }, `seed ${space.seed}`)),
      card.verdict ? h("section", { class: "panel verdict", "aria-label": "Verdict" }, h("h2", {}, "The check of its claim ", verdictBadge(card.verdict.outcome)),
        h("p", {}, card.verdict.sentence), card.verdict.date ? h("p", { class: "quiet small" }, moment(card.verdict.date)) : null) : null,
      card.source ? h("section", { class: "panel", "aria-label": "Source" }, h("h2", {}, "Source"), h("p", {}, card.source),
        card.departures ? [h("h3", {}, "Departs from it"), h("p", {}, card.departures)] : null) : null,
      space.command ? h("section", { class: "panel", "aria-label": "Command" }, h("h2", {}, "Made by"), commandLine(space.command)) : null,
      h("section", { class: "panel", "aria-label": "Figures" }, h("h2", {}, "Figures"), pairs(space.metrics, "No figures are kept in the space."),
        space.can?.score ? h("button", { type: "button", onclick: (event) => this.#score(event.target, scores) }, "Score now") : null, scores),
      h("section", { class: "panel", "aria-label": "Settings" }, h("h2", {}, "Settings"), pairs(space.settings, "It has no settings.")),
      h("section", { class: "panel", "aria-label": "Abilities" }, h("h2", {}, "What it can do"), h("ul", { class: "abilities" },
        Object.entries(abilities).map(([name, text]) => h("li", { class: space.can?.[name] ? "can" : "cannot" },
          h("span", { class: "mark", "aria-hidden": "true" }, space.can?.[name] ? "✓" : "–"),
          h("span", {}, text, space.can?.[name] ? "" : h("span", { class: "quiet small" }, ` no: ${space.cannot?.[name] ?? "not with this method"}`)))))),
      h("section", { class: "panel", "aria-label": "Facts" }, h("h2", {}, "Facts"), pairs(space.facts, "No facts are kept."),
        h("p", { class: "quiet small" }, h("code", { class: "file" }, space.folder))));
  }

  async #score(button, place) {
    button.disabled = true;
    place.replaceChildren(notice("working", "Scoring on the items…"));
    try {
      const { figures } = await this.#app.api.json(of(this.#space, "/score"), {
        body: {}, working: (done, left) => place.replaceChildren(progress("Scoring on the items", done, left)),
      });
      place.replaceChildren(pairs(figures, "It has no scores."));
    } catch (error) {
      place.replaceChildren(notice("failed", error.message));
    }
    button.disabled = false;
  }

  /** Nothing is under way. */
  dispose() {}
}

/** Named values as a list. */
function pairs(values, nothing) {
  const entries = Object.entries(values ?? {});
  if (entries.length === 0) return h("p", { class: "quiet" }, nothing);
  return h("dl", { class: "pairs" }, entries.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, text(value)))));
}

function text(value) {
  if (Array.isArray(value)) return value.map(number).join(", ");
  if (value !== null && typeof value === "object" && !("value" in value)) return JSON.stringify(value);
  return typeof value === "boolean" ? (value ? "yes" : "no") : figure(value);
}
