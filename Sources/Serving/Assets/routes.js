// What the address shows: `#/VIEW/SPACE?NAME=VALUE`. A view is one of the tabs.

/** The views, in the order of the tabs and of the keys 1 to 7. */
export const views = ["map", "decode", "compare", "training", "card", "runs", "systems"];

/** Views that are of one space. */
export const ofSpace = new Set(["map", "decode", "compare", "training", "card"]);

/**
 * @typedef {object} Route
 * @property {string} view One of `views`.
 * @property {string|null} space Identifier of a space, or `null`.
 * @property {Record<string, string>} query Settings of the view.
 */

/**
 * Reads an address.
 * @param {string} hash From `#` on.
 * @returns {Route}
 */
export function readRoute(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, space] = path.split("/").map(decoded);
  return {
    view: views.includes(view) ? view : "map",
    space: space || null,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/**
 * Writes an address; settings that are empty are left out.
 * @param {Route} route
 * @returns {string} From `#` on.
 */
export function writeRoute({ view, space, query = {} }) {
  const kept = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const settings = new URLSearchParams(kept).toString();
  return `#/${view}${space ? `/${encodeURIComponent(space)}` : ""}${settings ? `?${settings}` : ""}`;
}

/** A part of an address as text; what is badly written stays as it is. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
