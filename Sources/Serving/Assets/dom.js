// Elements without strings of markup: what comes from files is always text, never HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

/** Sets attributes, properties and listeners, and appends children. */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && ["value", "checked", "disabled", "selected", "htmlFor", "hidden"].includes(name)) {
      element[name] = value;
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * An HTML element.
 * @param {string} tag Its name.
 * @param {Record<string, unknown>} [attributes] Attributes; `onclick` and the like take functions.
 * @param {...(Node|string|number|null|false|Array)} children What it holds; `null` and `false` are left out.
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * An SVG element.
 * @param {string} tag Its name.
 * @param {Record<string, unknown>} [attributes] Attributes.
 * @param {...(Node|string)} children What it holds.
 * @returns {SVGElement}
 */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), attributes, children);
}

/**
 * A list of choices, labelled for readers of the screen and for others.
 * @param {string} label What is chosen.
 * @param {{value: string, text: string, group?: string}[]} options The choices.
 * @param {string} chosen The value that is chosen at first.
 * @param {(value: string) => void} changed Called with a new choice.
 * @returns {HTMLLabelElement}
 */
export function choice(label, options, chosen, changed) {
  const select = h("select", { onchange: () => changed(select.value) });
  const groups = new Map();
  for (const { value, text, group } of options) {
    const option = h("option", { value, selected: value === chosen }, text);
    if (!group) { select.append(option); continue; }
    if (!groups.has(group)) {
      groups.set(group, h("optgroup", { label: group }));
      select.append(groups.get(group));
    }
    groups.get(group).append(option);
  }
  return h("label", { class: "field" }, h("span", {}, label), select);
}

/**
 * A row of buttons of which one is pressed.
 * @param {string} label What is chosen.
 * @param {{value: string, text: string, title?: string, disabled?: boolean}[]} options The choices.
 * @param {string} chosen The value that is pressed at first.
 * @param {(value: string) => void} changed Called with a new choice.
 * @returns {HTMLElement & {choose: (value: string) => void}} `choose` presses one without a call of `changed`.
 */
export function segments(label, options, chosen, changed) {
  const buttons = options.map(({ value, text, title, disabled }) => h("button", {
    type: "button", title, disabled, dataset: { value }, "aria-pressed": String(value === chosen),
    onclick: () => { group.choose(value); changed(value); },
  }, text));
  const group = h("div", { class: "segments", role: "group", "aria-label": label }, buttons);
  group.choose = (value) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
  };
  return group;
}

/**
 * A sentence in place of what is not there: empty, at work or failed.
 * @param {"empty"|"working"|"failed"} state Which of them.
 * @param {string} text The sentence.
 * @param {...Node} more What follows it, such as a button.
 */
export function notice(state, text, ...more) {
  return h("div", { class: `notice ${state}`, role: state === "failed" ? "alert" : "status" }, h("p", {}, text), more);
}

/** A bar for work under way; `done` from 0 to 1. */
export function progress(text, done, secondsLeft) {
  const left = Number.isFinite(secondsLeft) ? `, about ${Math.max(1, Math.round(secondsLeft))} s left` : "";
  return h("div", { class: "notice working", role: "status" },
    h("p", {}, `${text}: ${Math.round(100 * done)} %${left}`), h("progress", { max: "1", value: done }));
}

/** Calls `work` once things have been still for `milliseconds`. */
export function afterPause(milliseconds, work) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), milliseconds);
  };
}
