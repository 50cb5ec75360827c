// Points of a plane sorted into the cells of a grid: what is drawn, picked and selected goes by it.

/** Points in a grid; positions are as given, and an item is a point's number as given. */
export class PointIndex {
  /** Number of points. */
  count;
  /** Left, lower, right and upper end of all points. */
  bounds;
  /** Items in the order of the cells. */
  order;
  /** Where each cell begins in `order`; one more than there are cells. */
  starts;
  /** Cells on a side. */
  side;
  #positions;

  /** @param {Float32Array} positions x and y of each point, one after the other; those that are not finite are left out. */
  constructor(positions) {
    this.#positions = positions;
    const count = positions.length >> 1;
    let [left, lower, right, upper] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < count; i += 1) {
      const x = positions[2 * i];
      const y = positions[2 * i + 1];
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < lower) lower = y;
      if (y > upper) upper = y;
    }
    if (left > right) [left, lower, right, upper] = [-1, -1, 1, 1];
    // One point, or all in a line, still has a place in the middle of a view.
    const extent = Math.max(right - left, upper - lower) || 2;
    if (right - left < 1e-6 * extent) [left, right] = [left - extent / 2, right + extent / 2];
    if (upper - lower < 1e-6 * extent) [lower, upper] = [lower - extent / 2, upper + extent / 2];
    this.bounds = { left, lower, right, upper };
    this.side = Math.min(512, Math.max(8, Math.ceil(Math.sqrt(count / 16))));
    this.#sort(count);
  }

  /** A counting sort by cell. */
  #sort(count) {
    const cells = new Int32Array(count).fill(-1);
    const starts = new Uint32Array(this.side * this.side + 1);
    let kept = 0;
    for (let i = 0; i < count; i += 1) {
      const x = this.#positions[2 * i];
      const y = this.#positions[2 * i + 1];
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      cells[i] = this.row(y) * this.side + this.column(x);
      starts[cells[i] + 1] += 1;
      kept += 1;
    }
    for (let cell = 1; cell < starts.length; cell += 1) starts[cell] += starts[cell - 1];
    const next = starts.slice();
    this.order = new Uint32Array(kept);
    for (let i = 0; i < count; i += 1) {
      if (cells[i] >= 0) this.order[next[cells[i]]++] = i;
    }
    this.starts = starts;
    this.count = kept;
  }

  /** The column of cells that x falls in, the outermost for what is outside. */
  column(x) {
    const { left, right } = this.bounds;
    return Math.min(this.side - 1, Math.max(0, Math.floor(((x - left) / (right - left)) * this.side)));
  }

  /** The row of cells that y falls in. */
  row(y) {
    const { lower, upper } = this.bounds;
    return Math.min(this.side - 1, Math.max(0, Math.floor(((y - lower) / (upper - lower)) * this.side)));
  }

  /** The place of an item. */
  place(item) {
    return { x: this.#positions[2 * item], y: this.#positions[2 * item + 1] };
  }

  /**
   * Runs of `order` whose cells touch a box, one for each row of cells.
   * @returns {Generator<[number, number]>} Begin and end of each run.
   */
  * runs({ left, lower, right, upper }) {
    const { bounds } = this;
    if (right < bounds.left || left > bounds.right || upper < bounds.lower || lower > bounds.upper) return;
    const [first, last] = [this.column(left), this.column(right)];
    for (let row = this.row(lower); row <= this.row(upper); row += 1) {
      const begin = this.starts[row * this.side + first];
      const end = this.starts[row * this.side + last + 1];
      if (end > begin) yield [begin, end];
    }
  }

  /**
   * The nearest item to a place.
   * @param {number} x
   * @param {number} y
   * @param {number} radius How far it may be.
   * @param {(item: number) => boolean} [isShown] Whether an item counts.
   * @returns {number} The item, or -1.
   */
  nearest(x, y, radius, isShown = () => true) {
    let found = -1;
    let least = radius * radius;
    const box = { left: x - radius, right: x + radius, lower: y - radius, upper: y + radius };
    for (const [begin, end] of this.runs(box)) {
      for (let i = begin; i < end; i += 1) {
        const item = this.order[i];
        const dx = this.#positions[2 * item] - x;
        const dy = this.#positions[2 * item + 1] - y;
        const distance = dx * dx + dy * dy;
        if (distance <= least && isShown(item)) [found, least] = [item, distance];
      }
    }
    return found;
  }

  /**
   * The items inside a closed line, in rising order; a point inside twice over counts as outside.
   * @param {{x: number, y: number}[]} corners Of the line.
   * @param {(item: number) => boolean} [isShown] Whether an item counts.
   * @returns {Uint32Array}
   */
  inside(corners, isShown = () => true) {
    if (corners.length < 3) return new Uint32Array(0);
    const xs = Float64Array.from(corners, ({ x }) => x);
    const ys = Float64Array.from(corners, ({ y }) => y);
    const box = { left: Math.min(...xs), right: Math.max(...xs), lower: Math.min(...ys), upper: Math.max(...ys) };
    const found = [];
    for (const [begin, end] of this.runs(box)) {
      for (let i = begin; i < end; i += 1) {
        const item = this.order[i];
        if (isWithin(xs, ys, this.#positions[2 * item], this.#positions[2 * item + 1]) && isShown(item)) found.push(item);
      }
    }
    return Uint32Array.from(found).sort();
  }
}

/** Whether a ray from a point to the right crosses the line an odd number of times. */
function isWithin(xs, ys, x, y) {
  let isIn = false;
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i, i += 1) {
    if (ys[i] > y !== ys[j] > y && x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i]) isIn = !isIn;
  }
  return isIn;
}
