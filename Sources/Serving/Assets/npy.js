// NumPy's file format, version 1 and 2: what the server's bulk answers are made of.

/**
 * @typedef {object} NumberArray
 * @property {number[]} shape Sizes of its axes.
 * @property {Float32Array|Float64Array|Int32Array|Uint8Array} data Values in C order.
 */

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads a NumPy file. Whole numbers of 64 bits become 32 bits wide, as item numbers and classes fit in them.
 * @param {ArrayBuffer} buffer The file.
 * @returns {NumberArray} Its shape and values.
 * @throws {Error} Where it is no such file, or another kind of number than the server sends.
 */
export function readArray(buffer) {
  const bytes = new Uint8Array(buffer);
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new Error("The server's answer is no NumPy file.");
  }
  const view = new DataView(buffer);
  const isLong = bytes[6] > 1;
  const start = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const axes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || axes === undefined || /'fortran_order':\s*True/.test(header)) {
    throw new Error("The server's NumPy header cannot be read.");
  }
  const shape = axes.split(",").map((text) => text.trim()).filter(Boolean).map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, data: values(buffer, start + length, count, descr) };
}

/**
 * Writes a NumPy file of one row of single numbers.
 * @param {number[]} row
 * @returns {ArrayBuffer}
 */
export function writeArray(row) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (1, ${row.length}), }`;
  // The values begin at a multiple of 64 bytes.
  const padded = header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11) + "\n";
  const buffer = new ArrayBuffer(10 + padded.length + 4 * row.length);
  const bytes = new Uint8Array(buffer);
  bytes.set(magic);
  bytes.set([1, 0, padded.length & 255, padded.length >> 8], 6);
  bytes.set(new TextEncoder().encode(padded), 10);
  const view = new DataView(buffer, 10 + padded.length);
  row.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return buffer;
}

/** The `count` values from `offset` on, of the kind that `descr` names. */
function values(buffer, offset, count, descr) {
  const width = Number(descr.slice(2));
  if (!(offset + count * width <= buffer.byteLength)) {
    throw new Error("The server's NumPy answer ends early.");
  }
  const part = buffer.slice(offset, offset + count * width);
  switch (descr) {
    case "<f4": return new Float32Array(part);
    case "<f8": return new Float64Array(part);
    case "<i4": return new Int32Array(part);
    case "|u1": case "|b1": return new Uint8Array(part);
    case "<i8": {
      // The low half has the same value for all that fits in 32 bits, negative ones too.
      const halves = new Int32Array(part);
      return Int32Array.from({ length: count }, (_, i) => halves[2 * i]);
    }
    default: throw new Error(`The server sent numbers of kind ${descr}, which the page cannot read.`);
  }
}
