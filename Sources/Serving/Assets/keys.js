// What the keys do, and the sheet that tells of them.

import { h } from "./dom.js";

const sheet = [
  ["Anywhere", [
    ["1 … 7", "Map, Decode, Compare, Training, Card, Runs, Systems"], ["[ and ]", "the space before, the next space"],
    ["/", "search"], ["t", "light or dark"], ["?", "this sheet"], ["Escape", "close, or clear the selection"],
  ]],
  ["On a map", [
    ["arrows", "move a cursor; with Shift faster"], ["Enter", "pick the item under it, or decode the empty place"],
    ["+ and −", "closer, farther"], ["0", "show all"], ["m, b, l, d", "move, box, lasso, decode"],
    ["Shift, Alt", "add to the selection, take from it, while drawing"],
  ]],
  ["On a slider", [["arrows", "a small step"], ["Page up, Page down", "a large step"], ["double click", "the mean"]]],
];

/** The sheet of keys, to be opened with `showModal`. */
export function keySheet() {
  const dialog = h("dialog", { class: "keys", "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title" }, "Keys"),
    sheet.map(([title, rows]) => [h("h3", {}, title), h("dl", {}, rows.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, text))))]),
    h("form", { method: "dialog" }, h("button", { autofocus: true }, "Close")));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  return dialog;
}

/**
 * Listens for keys of the whole page; those that go into a field, or that a part took, are left alone.
 * @param {(key: string) => boolean} handle Whether the key was taken.
 */
export function listenForKeys(handle) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const isField = target.matches?.("input:not([type=range]):not([type=checkbox]), select, textarea, dialog *");
    if (isField) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (handle(event.key)) event.preventDefault();
  });
}
