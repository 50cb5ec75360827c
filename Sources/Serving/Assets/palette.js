// Colours that stay apart for colour-blind readers, the same as in Latent's reports.

// After Petroff, Accessible Color Sequences for Data Visualization, arXiv:2107.02270, 2021.
const classes = [
  0x3f90da, 0xffa90e, 0xd0341a, 0x94a4a2, 0x9a4fd0, 0xa96b59, 0xe76300, 0xb9ac70, 0x717581, 0x92dadd,
];

// Viridis at nine places: lightness rises evenly, so it also reads in grey.
const ramp = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];

/** What has no class or no number. */
export const missing = [140, 140, 140];

const parts = (hex) => [hex >> 16, (hex >> 8) & 255, hex & 255];
const mixed = (a, b, fraction) => a.map((from, i) => Math.round(from + (b[i] - from) * fraction));

/**
 * The colour of a class; after ten they come again, lighter and then darker.
 * @param {number} index Its number; -1 is none.
 * @returns {number[]} Red, green and blue, 0 to 255.
 */
export function classColour(index) {
  if (index < 0) return missing;
  const colour = parts(classes[index % classes.length]);
  const round = Math.floor(index / classes.length) % 3;
  return round === 0 ? colour : mixed(colour, round === 1 ? [255, 255, 255] : [0, 0, 0], 0.4);
}

/**
 * The colour of a magnitude.
 * @param {number} fraction From 0, dark, to 1, bright.
 * @returns {number[]} Red, green and blue, 0 to 255.
 */
export function rampColour(fraction) {
  if (!Number.isFinite(fraction)) return missing;
  const place = Math.min(1, Math.max(0, fraction)) * (ramp.length - 1);
  const index = Math.min(ramp.length - 2, Math.floor(place));
  return mixed(parts(ramp[index]), parts(ramp[index + 1]), place - index);
}

/** A colour for style sheets. */
export function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

/**
 * The range that a ramp spans: all but the outermost hundredth on either side, so that one stray
 * value does not flatten the rest.
 * @param {ArrayLike<number>} values The column.
 * @returns {{low: number, high: number, isClipped: boolean}}
 */
export function span(values) {
  // A sorted sample of 20,000 places the hundredths well enough; it only sets the ends of the ramp.
  const step = Math.max(1, Math.floor(values.length / 20000));
  const sample = [];
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (i % step === 0) sample.push(value);
  }
  if (sample.length === 0) return { low: 0, high: 1, isClipped: false };
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(0.01 * (sample.length - 1))];
  const high = sample[Math.ceil(0.99 * (sample.length - 1))];
  if (!(high > low)) return { low: least, high: most > least ? most : least + 1, isClipped: false };
  return { low, high, isClipped: least < low || most > high };
}
