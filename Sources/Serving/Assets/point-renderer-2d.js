// Draws points pixel by pixel, where there is no graphics card: all of those in view, every time.

/** Points drawn between two looks at the clock. */
const piece = 4096;

/** A canvas of points drawn by the processor. */
export class PixelRenderer {
  /** Which kind of drawing this is, for those who ask. */
  kind = "2d";
  /** Whether a picture can be drawn piece by piece. */
  isSliced = true;
  #canvas;
  #context;
  #index = null;
  #places = null;
  #colours = null;
  #top = null;
  #image = null;
  #pixels = null;

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
    for (let i = 0; i < order.length; i += 1) this.#colours[i] = covered(given[order[i]]);
    this.#top = top && { items: top, colours: Uint32Array.from(top, (item) => covered(given[item])) };
  }

  /**
   * Draws what a camera sees, piece by piece; the canvas has the new picture after the last.
   * @param {import("./camera.js").Camera} camera
   * @param {number} size Width of a point, in CSS pixels.
   * @param {number} ratio Pixels of the canvas for each CSS pixel.
   * @returns {Generator<void>}
   */
  * steps(camera, size, ratio) {
    if (!this.#colours) return;
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    if (this.#image?.width !== width || this.#image?.height !== height) {
      this.#image = this.#context.createImageData(width, height);
      this.#pixels = new Uint32Array(width * height);
    }
    const pixels = this.#pixels.fill(0);
    const side = Math.max(1, Math.round(size * ratio));
    const disc = rows(side);
    const unit = ratio / camera.scale;
    const left = width / 2 - camera.x * unit - side / 2 + 0.5;
    const top = height / 2 + camera.y * unit - side / 2 + 0.5;
    const reach = size * camera.scale;
    const { left: west, right: east, lower: south, upper: north } = camera.shown;
    for (const [begin, end] of this.#index.runs({
      left: west - reach, right: east + reach, lower: south - reach, upper: north + reach,
    })) {
      for (let i = begin; i < end; i += 1) {
        if (this.#colours[i] === 0) continue;
        const x = Math.floor(this.#places[2 * i] * unit + left);
        const y = Math.floor(top - this.#places[2 * i + 1] * unit);
        stamp(pixels, width, height, x, y, disc, this.#colours[i]);
      }
      yield;
    }
    for (const [i, item] of this.#top?.items.entries() ?? []) {
      const { x, y } = this.#index.place(item);
      stamp(pixels, width, height, Math.floor(x * unit + left), Math.floor(top - y * unit), disc, this.#top.colours[i]);
      if (i % piece === piece - 1) yield;
    }
    const image = new Uint32Array(this.#image.data.buffer);
    for (let at = 0; at < pixels.length; at += 16 * piece) {
      uncover(pixels, image, at, Math.min(pixels.length, at + 16 * piece));
      yield;
    }
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** The processor has drawn all once the last step is back. */
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

/** A colour whose parts are multiplied by its cover, as laying one over another is quickest. */
function covered(colour) {
  const cover = colour >>> 24;
  const part = (shift) => (Math.round((((colour >>> shift) & 255) * cover) / 255) << shift) >>> 0;
  return ((cover << 24) | part(16) | part(8) | part(0)) >>> 0;
}

/** Lays one disc over what is there, two of the four parts of a pixel in each product. */
function stamp(pixels, width, height, left, top, disc, colour) {
  const rest = 256 - (colour >>> 24);
  for (let row = 0; row < disc.length; row += 1) {
    const y = top + row;
    if (y < 0 || y >= height) continue;
    const from = y * width + Math.max(0, left + disc[row][0]);
    const to = y * width + Math.min(width, left + disc[row][1]);
    for (let at = from; at < to; at += 1) {
      const under = pixels[at];
      const even = (Math.imul(under & 0xff00ff, rest) >>> 8) & 0xff00ff;
      const odd = Math.imul((under >>> 8) & 0xff00ff, rest) & 0xff00ff00;
      pixels[at] = colour + (even | odd);
    }
  }
}

/** Takes the cover out of the colours again, as canvases have them. */
function uncover(pixels, image, begin, end) {
  for (let at = begin; at < end; at += 1) {
    const pixel = pixels[at];
    const cover = pixel >>> 24;
    if (cover === 0 || cover === 255) { image[at] = pixel; continue; }
    const red = Math.min(255, ((pixel & 255) * 255) / cover);
    const green = Math.min(255, (((pixel >>> 8) & 255) * 255) / cover);
    const blue = Math.min(255, (((pixel >>> 16) & 255) * 255) / cover);
    image[at] = (cover << 24) | (blue << 16) | (green << 8) | red;
  }
}
