// The page: opens what the address names, and keeps tabs, space and keys in step with it.

import { Api } from "./api.js";
import { CommandBar } from "./commands.js";
import { h, notice } from "./dom.js";
import { keySheet, listenForKeys } from "./keys.js";
import { ofSpace, readRoute, views, writeRoute } from "./routes.js";

const modules = {
  map: async () => (await import("./map-view.js")).MapView,
  decode: async () => (await import("./decode-view.js")).DecodeView,
  compare: async () => (await import("./compare-view.js")).CompareView,
  training: async () => (await import("./training-view.js")).TrainingView,
  card: async () => (await import("./card-view.js")).CardView,
  runs: async () => (await import("./runs-view.js")).RunsView,
  systems: async () => (await import("./systems-view.js")).SystemsView,
};

/** What views see of the page. */
class App {
  /** Descriptions of the spaces that are open. */
  spaces = [];
  /** Selected items of each space, by its identifier. */
  selections = new Map();
  commands = new CommandBar(document.getElementById("commands"));
  api = new Api((command, path) => this.commands.add(command, path));
  #place = document.getElementById("view");
  #choice = document.getElementById("space");
  #keys = keySheet();
  #view = null;
  #space = null;
  #shown = "";
  #turn = 0;

  /** Reads the spaces and opens what the address names. */
  async start() {
    document.body.append(this.#keys);
    document.getElementById("help").addEventListener("click", () => this.#keys.showModal());
    document.getElementById("theme").addEventListener("click", () => this.#switchTheme());
    document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); this.#place.focus(); });
    this.#choice.addEventListener("change", () => this.#chooseSpace(this.#choice.value));
    listenForKeys((key) => this.#key(key));
    try {
      this.spaces = (await this.api.json("/v1/spaces")).spaces;
    } catch (error) {
      this.#place.replaceChildren(notice("failed", error.message, h("button", { type: "button", onclick: () => location.reload() }, "Try again")));
      return;
    }
    const options = this.spaces.map(({ id, title }) => h("option", { value: id }, title && title !== id ? `${id}: ${title}` : id));
    this.#choice.replaceChildren(...(options.length ? options : [h("option", {}, "no space")]));
    this.#choice.disabled = options.length === 0;
    // Before the spaces are known no view of one can be opened.
    addEventListener("hashchange", () => this.#open());
    await this.#open();
  }

  /** Goes to a route. */
  go(route) {
    location.hash = writeRoute(route);
  }

  /** Writes a view's settings into the address, without opening it anew. */
  keepQuery(query) {
    // Where another address has been asked for and is not open yet, it stays.
    if (location.hash !== this.#shown) return;
    const { view } = readRoute(location.hash);
    const route = writeRoute({ view, space: ofSpace.has(view) ? this.#space?.id : null, query });
    // Browsers take this only so often, and a drag asks for it at every move.
    if (route !== location.hash) history.replaceState(null, "", route);
    this.#shown = location.hash;
  }

  async #open() {
    if (this.#shown !== "" && location.hash === this.#shown) return;
    this.#shown = location.hash;
    this.#turn += 1;
    const turn = this.#turn;
    const route = readRoute(location.hash);
    const space = this.spaces.find(({ id }) => id === route.space) ?? this.#space ?? this.spaces[0] ?? null;
    this.#space = space;
    this.#mark(route.view);
    let View;
    try {
      View = await modules[route.view]();
    } catch {
      this.#place.replaceChildren(notice("failed", "The server does not answer; is latent serve still running?"));
      return;
    }
    if (turn !== this.#turn) return;
    this.#view?.dispose();
    this.#view = null;
    if (ofSpace.has(route.view) && !space) {
      this.#place.dataset.opened = String(turn);
      this.#place.replaceChildren(notice("empty", "No space is open. latent serve SPACE opens one; Runs and Systems are here without."));
      return;
    }
    this.#view = ofSpace.has(route.view) ? new View(this, space, route.query) : new View(this, route.query);
    this.#place.replaceChildren(this.#view.element);
    this.#place.dataset.opened = String(turn);
  }

  #mark(view) {
    if (this.#space) this.#choice.value = this.#space.id;
    for (const tab of document.querySelectorAll("#tabs a")) {
      const name = tab.dataset.view;
      tab.href = writeRoute({ view: name, space: ofSpace.has(name) ? this.#space?.id : null });
      if (name === view) {
        tab.setAttribute("aria-current", "page");
        tab.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else tab.removeAttribute("aria-current");
    }
    document.title = `${view[0].toUpperCase()}${view.slice(1)}${this.#space && ofSpace.has(view) ? `: ${this.#space.id}` : ""} – Latent`;
  }

  #chooseSpace(id) {
    const { view } = readRoute(location.hash);
    this.go({ view: ofSpace.has(view) ? view : "map", space: id });
  }

  #switchTheme() {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    try {
      localStorage.setItem("latent-theme", root.dataset.theme);
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  }

  #key(key) {
    const view = views[Number(key) - 1];
    if (view) this.go({ view, space: ofSpace.has(view) ? this.#space?.id : null });
    else if (key === "?") this.#keys.showModal();
    else if (key === "t") this.#switchTheme();
    else if ((key === "[" || key === "]") && this.spaces.length > 1) {
      const at = this.spaces.indexOf(this.#space) + (key === "]" ? 1 : -1);
      this.#chooseSpace(this.spaces.at(at % this.spaces.length).id);
    } else return this.#view?.key?.(key) ?? false;
    return true;
  }
}

new App().start();
