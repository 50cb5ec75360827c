// The bar at the foot: the command line that does what was done last, and all of them on demand.

import { h } from "./dom.js";

const longest = 200;

/**
 * A line of code with a button that copies it.
 * @param {string} text The command.
 * @returns {HTMLElement}
 */
export function commandLine(text) {
  const code = h("code", { tabindex: "0" }, text);
  return h("span", { class: "command" }, code, copyButton(() => code.textContent));
}

/** A button that copies what `text` gives, and says whether it could. */
export function copyButton(text, label = "Copy") {
  const button = h("button", {
    type: "button", class: "quiet-button", onclick: async () => {
      button.textContent = (await copied(text())) ? "Copied" : "Not copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    },
  }, label);
  return button;
}

/** Puts text on the clipboard; over plain HTTP off the machine browsers have only the old way. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "visually-hidden", readonly: true }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** The commands of a session, the newest in the bar. */
export class CommandBar {
  #entries = [];
  #code = h("code", { tabindex: "0" });
  #list = h("ol", { class: "command-list" });
  #panel = h("div", { class: "command-panel", hidden: true });
  #more;
  #isDue = false;

  /** @param {HTMLElement} element The foot of the page. */
  constructor(element) {
    this.#code.textContent = "Every action here is also a command; it appears in this line.";
    this.#more = h("button", {
      type: "button", class: "quiet-button", "aria-expanded": "false", disabled: true,
      onclick: () => this.#toggle(this.#panel.hidden),
    }, "All");
    this.#panel.append(
      h("div", { class: "command-head" }, h("strong", {}, "Commands of this session"),
        copyButton(() => this.#entries.map(({ command }) => command).join("\n"), "Copy all")),
      this.#list);
    element.append(this.#panel, h("span", { class: "prompt", "aria-hidden": "true" }, "$"), this.#code,
      copyButton(() => this.#entries.at(-1)?.command ?? ""), this.#more);
    element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#toggle(false); });
  }

  /**
   * Takes in a command; while one thing is dragged, its newest form replaces the ones before.
   * @param {string} command The line.
   * @param {string} path Of the request that it repeats.
   */
  add(command, path) {
    const last = this.#entries.at(-1);
    if (last?.command === command) return;
    if (last?.path === path) this.#entries.pop();
    this.#entries.push({ command, path });
    if (this.#entries.length > longest) this.#entries.shift();
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => { this.#isDue = false; this.#show(); });
  }

  #show() {
    this.#code.textContent = this.#entries.at(-1).command;
    this.#more.disabled = false;
    if (!this.#panel.hidden) this.#fill();
  }

  #toggle(isOpen) {
    this.#panel.hidden = !isOpen;
    this.#more.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.#fill();
  }

  #fill() {
    this.#list.replaceChildren(...this.#entries.map(({ command }) => h("li", {}, h("code", {}, command))));
    this.#panel.scrollTop = this.#panel.scrollHeight;
  }
}
