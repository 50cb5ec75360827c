// Draws points pixel by pixel, where there is no graphics card: all of those in view, every time.

/** A canvas of points drawn by the processor. */
export class PixelRenderer {
  /** Which kind of drawing this is, for those who ask. */
  kind = "2d";
  #canvas;
  #context;
  #index = null;
  #places = null;
  #colours = null;
  #top = null;
  #image = null;

  /** @param {HTMLCanvasElement} canvas Where to draw. */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
  }

  /**
   * Takes in points.
   * @param {import("./point-index.js").PointIndex} index
   */
  setPoints(index) {
    this.#index = index;
    this.#places = new Float32Array(2 * index.order.length);
    for (let i = 0; i < index.order.length; i += 1) {
      const { x, y } = index.place(index.order[i]);
      this.#places[2 * i] = x;
      this.#places[2 * i + 1] = y;
    }
    this.#colours = null;
    this.#top = null;
  }

  /**
   * Takes in colours.
   * @param {Uint8Array} colours Red, green, blue and cover of each item.
   * @param {Uint32Array|null} top Items to draw again above all others.
   */
  setColours(colours, top) {
    const { order } = this.#index;
    const given = new Uint32Array(colours.buffer, colours.byteOffset, colours.length / 4);
    this.#colours = new Uint32Array(order.length);
    for (let i = 0; i < order.length; i += 1) this.#colours[i] = given[order[i]];
    this.#top = top && { items: top, colours: Uint32Array.from(top, (item) => given[item]) };
  }

  /**
   * Draws what a camera sees.
   * @param {import("./camera.js").Camera} camera
   * @param {number} size Width of a point, in CSS pixels.
   */
  draw(camera, size) {
    if (!this.#colours) return;
    const { width, height } = this.#canvas;
    if (this.#image?.width !== width || this.#image?.height !== height) {
      this.#image = this.#context.createImageData(width, height);
    }
    const pixels = this.#image.data.fill(0);
    const ratio = width / camera.width;
    const side = Math.max(1, Math.round(size * ratio));
    const disc = rows(side);
    const shift = side / 2 - 0.5;
    const unit = ratio / camera.scale;
    const put = (x, y, colour) => stamp(
      pixels, width, height, Math.floor((x - camera.x) * unit + width / 2 - shift),
      Math.floor(height / 2 - (y - camera.y) * unit - shift), disc, colour);
    const reach = size * camera.scale;
    const { left, right, lower, upper } = camera.shown;
    for (const [begin, end] of this.#index.runs({
      left: left - reach, right: right + reach, lower: lower - reach, upper: upper + reach,
    })) {
      for (let i = begin; i < end; i += 1) put(this.#places[2 * i], this.#places[2 * i + 1], this.#colours[i]);
    }
    this.#top?.items.forEach((item, i) => {
      const { x, y } = this.#index.place(item);
      put(x, y, this.#top.colours[i]);
    });
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** The processor has drawn all once `draw` is back. */
  mark() {
    return () => true;
  }

  /** Nothing is held. */
  dispose() {}
}

/** From and to of each row of a disc. */
function rows(side) {
  const radius = side / 2;
  return Array.from({ length: side }, (_, y) => {
    const dy = y + 0.5 - radius;
    const half = side <= 2 ? radius : Math.sqrt(Math.max(0, radius * radius - dy * dy));
    return [Math.round(radius - half), Math.round(radius + half)];
  });
}

/** Lays one disc over what is there; colours are not yet multiplied by their cover, as in the canvas. */
function stamp(pixels, width, height, left, top, disc, colour) {
  const cover = colour >>> 24;
  if (cover === 0) return;
  const [red, green, blue] = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  for (let row = 0; row < disc.length; row += 1) {
    const y = top + row;
    if (y < 0 || y >= height) continue;
    const from = Math.max(0, left + disc[row][0]);
    const to = Math.min(width, left + disc[row][1]);
    for (let x = from, at = 4 * (y * width + from); x < to; x += 1, at += 4) {
      const under = pixels[at + 3];
      const sum = cover + (under * (255 - cover)) / 255;
      const weight = cover / sum;
      pixels[at] += (red - pixels[at]) * weight;
      pixels[at + 1] += (green - pixels[at + 1]) * weight;
      pixels[at + 2] += (blue - pixels[at + 2]) * weight;
      pixels[at + 3] = sum;
    }
  }
}
