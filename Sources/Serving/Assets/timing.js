// Measures that a browser's tools and Tests/Web/measure.py read.

const most = 1000;
const counts = new Map();

/**
 * Notes how long something took, until now; a page that is open for days keeps no more than the newest thousand.
 * @param {string} name Such as `latent:decode`.
 * @param {number} start When it began, by the clock of `performance`.
 * @returns {number} Milliseconds.
 */
export function took(name, start) {
  const seen = (counts.get(name) ?? 0) + 1;
  if (seen > most) performance.clearMeasures(name);
  counts.set(name, seen > most ? 1 : seen);
  return performance.measure(name, { start, end: performance.now() }).duration;
}
