// A code as a file that the command line reads: what was found by hand is not lost with the page.

import { commandLine } from "./commands.js";
import { h } from "./dom.js";
import { writeArray } from "./npy.js";

/** A word of a command line, quoted where a shell would take it apart. */
export function word(text) {
  return /^[\w./~+:@%=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The command that decodes the code in `code.npy`.
 * @param {object} space
 */
export function decodingCommand(space) {
  return `latent decode ${word(space.folder)} code.npy --out ${space.kind === "image" ? "decoded.png" : "decoded.npy"}`;
}

/**
 * A button that saves a code as `code.npy`, and says what the command line does with it.
 * @param {object} space
 * @param {() => number[]} code
 * @returns {HTMLElement}
 */
export function codeSaver(space, code) {
  const said = h("div");
  const button = h("button", {
    type: "button", title: "Saves the code as code.npy, which the command line reads", onclick: () => {
      const address = URL.createObjectURL(new Blob([writeArray(code())], { type: "application/octet-stream" }));
      const link = h("a", { href: address, download: "code.npy" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
      said.replaceChildren(commandLine(decodingCommand(space)));
    },
  }, "Save code");
  return h("div", { class: "code-saver" }, button, said);
}
