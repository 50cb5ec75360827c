// A place on the map that was clicked or dragged over: what the decoder makes of it.

import { LatestOnly, of } from "./api.js";
import { afterPause, h, notice } from "./dom.js";
import { isPicture, LivePicture, output } from "./example.js";
import { number } from "./format.js";
import { writeRoute } from "./routes.js";
import { codeSaver, decodingCommand } from "./saved-code.js";

/** A section of the map's side. */
export class PlacePanel {
  /** What stands in the page. */
  element = h("section", { class: "panel place-panel", "aria-label": "Place" });
  #app;
  #space;
  #latest = new LatestOnly();
  #picture = new LivePicture("What is decoded at this place");
  #where = h("p", { class: "quiet small" });
  #around = h("div");
  #isShown = false;
  #asked = new AbortController();

  /**
   * @param {object} app The page.
   * @param {object} space
   */
  constructor(app, space) {
    [this.#app, this.#space] = [app, space];
    const sentence = space.can.decode
      ? "Click an empty place on the map to decode it, or drag with the tool Decode."
      : space.cannot?.decode ?? "This space cannot decode, so that places between items have no picture.";
    this.element.append(h("h2", {}, "Place"), notice("empty", sentence));
  }

  /**
   * Decodes a place of a map.
   * @param {string} map `pca` or `neighbours`.
   * @param {number} x
   * @param {number} y
   */
  show(map, x, y) {
    if (!this.#space.can.decode) return;
    if (!this.#isShown) {
      this.#isShown = true;
      this.element.replaceChildren(h("h2", {}, "Place"), this.#where, isPicture(this.#space) ? this.#picture.element : "", this.#around);
    }
    this.#where.textContent = `${number(x)}, ${number(y)} on the map`;
    const body = { map, x, y };
    this.#latest.submit(async () => {
      try {
        if (isPicture(this.#space)) {
          this.#picture.show(await this.#app.api.picture(of(this.#space, "/place"), { body, signal: this.#asked.signal }));
        }
      } catch (error) {
        this.#fail(error);
      }
    });
    this.#tell(body);
  }

  /** The code and what it was made of, once the pointer rests. */
  #tell = afterPause(150, async (body) => {
    try {
      const { api } = this.#app;
      const { signal } = this.#asked;
      const { code, items } = await api.json(of(this.#space, "/place"), { body, signal });
      const query = { code: code.map((each) => Number(each.toPrecision(5))).join(",") };
      const decoded = isPicture(this.#space) ? null
        : output((await api.json(of(this.#space, "/decode"), { body: { codes: [code] }, signal })).outputs[0]);
      this.#around.replaceChildren(decoded ?? "",
        items?.length ? h("p", { class: "quiet small" }, `from the nearest on the map: items ${items.slice(0, 5).map(number).join(", ")}`) : "",
        h("p", { class: "links" }, h("a", { href: writeRoute({ view: "decode", space: this.#space.id, query }) }, "Decode from here")),
        codeSaver(this.#space, () => code));
      this.#app.commands.add(decodingCommand(this.#space), of(this.#space, "/place"));
    } catch (error) {
      this.#fail(error);
    }
  });

  #fail(error) {
    if (!this.#asked.signal.aborted) this.#around.replaceChildren(notice("failed", error.message));
  }

  /** Ends what is under way. */
  dispose() {
    this.#asked.abort();
  }
}
