// Decoding: a code moved by hand, and what the decoder makes of it at once.

import { LatestOnly, of } from "./api.js";
import { afterPause, h, notice } from "./dom.js";
import { isPicture, LivePicture, output, thumbnail, wholeItem } from "./example.js";
import { number } from "./format.js";
import { InterpolationPanel } from "./interpolation-panel.js";
import { writeRoute } from "./routes.js";
import { codeSaver, decodingCommand } from "./saved-code.js";
import { took } from "./timing.js";
import { UnitSliders } from "./unit-sliders.js";

/** The view. */
export class DecodeView {
  /** What stands in the page. */
  element = h("div", { class: "decode-view" }, notice("working", "Reading the units of the codes…"));
  #app;
  #space;
  #query;
  #sliders = null;
  #latents = 0;
  #decoding = new LatestOnly();
  #picture = new LivePicture("What the decoder makes of the code");
  #output = h("div", { class: "output" });
  #speed = h("p", { class: "quiet small", role: "status" });
  #origin = h("div", { class: "origin" });
  #strip = h("div", { class: "traversal" });
  #near = h("div", { class: "near" });
  #item = h("input", { type: "number", name: "item", min: "0", inputmode: "numeric", "aria-label": "Item number" });
  #draws = 0;
  #unit = null;
  #path;
  #asked = new AbortController();

  /**
   * @param {object} app The page.
   * @param {object} space
   * @param {Record<string, string>} query `item` or `code`, from where to start.
   */
  constructor(app, space, query) {
    [this.#app, this.#space, this.#query] = [app, space, query];
    this.#start();
  }

  async #start() {
    const { api } = this.#app;
    const space = this.#space;
    try {
      const { units } = await api.fixed(of(space, "/units"));
      // A method whose codes have no set width leaves it to the codes that its data have.
      this.#latents = space.latents ?? 1 + Math.max(-1, ...units.map(({ unit }) => unit));
      this.#sliders = new UnitSliders(units, this.#latents, {
        change: (code, at) => { this.#leave(); this.#show(code, at); },
        focus: (unit) => { if (unit !== this.#unit) { this.#unit = unit; this.#traverse(); } },
      });
    } catch (error) {
      // A space without codes, or without its data, is no failure.
      const isNone = error.status === 409;
      if (!this.#asked.signal.aborted) this.element.replaceChildren(notice(isNone ? "empty" : "failed", space.cannot?.encode ?? error.message));
      return;
    }
    this.#path = new InterpolationPanel(this.#app, space, {
      current: () => this.#sliders.code,
      choose: (code) => { this.#leave(); this.#move(code); },
    });
    this.#lay();
    await this.#begin();
  }

  #lay() {
    const space = this.#space;
    const button = (text, work, isPossible = true, title = null) => h("button", {
      type: "button", disabled: !isPossible, title, onclick: work,
    }, text);
    const hasItems = space.items > 0;
    this.#item.max = String(Math.max(0, space.items - 1));
    const start = h("div", { class: "toolbar" }, h("span", { class: "quiet" }, "Start from"),
      button("Mean", () => { this.#leave(); this.#sliders.mean(); this.#show(this.#sliders.code); }),
      button("Draw", () => this.#draw(), space.can.sample, space.can.sample ? "A draw from the prior" : space.cannot?.sample),
      h("form", { class: "inline", onsubmit: (event) => { event.preventDefault(); this.#from(this.#item.valueAsNumber); } },
        h("label", { class: "field" }, h("span", {}, "Item"), this.#item), h("button", { type: "submit", disabled: !hasItems }, "Go")),
      button("Any item", () => this.#from(Math.floor(Math.random() * space.items)), hasItems));
    const answer = space.can.decode
      ? [isPicture(space) ? this.#picture.element : this.#output, this.#speed, codeSaver(space, () => this.#sliders.code)]
      : [notice("empty", space.cannot?.decode ?? "This space cannot decode."),
        h("p", { class: "quiet" }, "The units and the nearest items of a code are shown all the same.")];
    this.element.replaceChildren(start,
      h("section", { class: "panel units", "aria-label": "Units" }, h("h2", {}, "Units, most used first"), this.#sliders.element),
      h("section", { class: "panel decoded", "aria-label": "Decoded" }, h("h2", {}, "Decoded"), answer, this.#origin),
      h("div", { class: "more" }, this.#strip, this.#path.element,
        h("section", { class: "panel", "aria-label": "Nearest items" }, h("h2", {}, "Nearest items"), this.#near)));
  }

  async #begin() {
    const { item, code } = this.#query;
    const given = code?.split(",").map(Number);
    if (given?.length === this.#latents && given.every(Number.isFinite)) this.#move(given);
    else if (item !== undefined) await this.#from(Number(item));
    else this.#show(this.#sliders.code);
  }

  /** Starts from an item's code, with the item beside what is decoded. */
  async #from(item) {
    const { api } = this.#app;
    const space = this.#space;
    if (!Number.isInteger(item) || item < 0 || item >= space.items) {
      this.#origin.replaceChildren(notice("failed", `There is no such item; they go from 0 to ${number(space.items - 1)}.`));
      return;
    }
    try {
      const { signal } = this.#asked;
      const [{ code }, whole] = await Promise.all([api.json(of(space, `/codes/${item}`), { signal }), wholeItem(api, space, item)]);
      this.#item.value = String(item);
      this.#app.keepQuery({ item });
      this.#move(code);
      const error = h("p", { class: "small" });
      this.#origin.replaceChildren(h("h3", {}, "Item ", h("a", { href: writeRoute({ view: "map", space: space.id, query: { item } }) }, number(item))), whole, error);
      if (space.can.reconstruct) {
        const { errors } = await api.json(of(space, "/reconstruct"), { body: { items: [item] }, signal });
        error.textContent = `Squared error of its reconstruction: ${number(errors[0])}`;
      }
    } catch (error) {
      this.#fail(this.#origin, error);
    }
  }

  async #draw() {
    try {
      this.#draws += 1;
      const body = { count: 1, seed: this.#draws, temperature: 1 };
      const { codes } = await this.#app.api.json(of(this.#space, "/sample"), { body, signal: this.#asked.signal });
      this.#leave();
      this.#move(codes[0]);
      this.#origin.replaceChildren(h("p", { class: "quiet small" }, `Draw with seed ${this.#draws}`));
    } catch (error) {
      this.#fail(this.#origin, error);
    }
  }

  #move(code) {
    this.#sliders.code = code;
    this.#show(code);
  }

  /** The code is no item's any more. */
  #leave() {
    if (this.#origin.hasChildNodes()) this.#origin.replaceChildren();
    this.#app.keepQuery({});
  }

  /** Decodes a code, the newest only; `since` is when it was asked for. */
  #show(code, since = performance.now()) {
    this.#settle(code);
    if (!this.#space.can.decode) return;
    this.#decoding.submit(async () => {
      try {
        const request = { body: { codes: [code] }, signal: this.#asked.signal };
        if (isPicture(this.#space)) this.#picture.show(await this.#app.api.picture(of(this.#space, "/decode"), request));
        else this.#output.replaceChildren(output((await this.#app.api.json(of(this.#space, "/decode"), request)).outputs[0]));
        this.#app.commands.add(decodingCommand(this.#space), of(this.#space, "/decode"));
        this.#speed.textContent = `${took("latent:decode", since).toFixed(0)} ms from hand to eye`;
      } catch (error) {
        this.#fail(this.#speed, error);
      }
    });
  }

  /** What follows once the code rests. */
  #settle = afterPause(250, (code) => {
    this.#nearest(code);
    if (this.#unit !== null) this.#traverse();
  });

  async #nearest(code) {
    const space = this.#space;
    if (!space.can.neighbours || !space.items) {
      this.#near.replaceChildren(notice("empty", space.cannot?.neighbours ?? "The items of this space are not here."));
      return;
    }
    try {
      const body = { of: { code }, count: 12 };
      const { neighbours } = await this.#app.api.json(of(space, "/neighbours"), { body, signal: this.#asked.signal });
      this.#near.replaceChildren(h("ul", { class: isPicture(space) ? "thumbnails" : "thumbnails texts" }, neighbours.map((each) => h("li", {},
        h("button", { type: "button", title: `Item ${each.item}, distance ${number(each.distance)}`, onclick: () => this.#from(each.item) },
          thumbnail(space, each.item), h("span", { class: "caption" }, each.label ?? number(each.distance)))))));
    } catch (error) {
      this.#fail(this.#near, error);
    }
  }

  /** The unit that was reached last, over its range, with all others as they are. */
  async #traverse() {
    const space = this.#space;
    if (!space.can.traverse || !isPicture(space)) return;
    const unit = this.#unit;
    try {
      const body = { start: { code: this.#sliders.code }, units: [unit], range: 2.5, steps: 11 };
      const bitmap = await this.#app.api.picture(of(space, "/traverse"), { body, signal: this.#asked.signal });
      if (unit !== this.#unit) return;
      const strip = new LivePicture(`Unit ${unit} from low to high`, "strip");
      strip.show(bitmap);
      this.#strip.replaceChildren(h("section", { class: "panel", "aria-label": "Traversal" },
        h("h2", {}, `Unit ${unit} from −2.5 to 2.5 deviations`), strip.element));
    } catch (error) {
      this.#fail(this.#strip, error);
    }
  }

  #fail(place, error) {
    if (!this.#asked.signal.aborted) place.replaceChildren(notice("failed", error.message));
  }

  /** Ends what is under way. */
  dispose() {
    this.#asked.abort();
  }
}
