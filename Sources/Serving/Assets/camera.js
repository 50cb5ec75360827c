// Which part of a plane a picture shows.

/** A view on a plane with y upwards; sizes in CSS pixels. */
export class Camera {
  x = 0;
  y = 0;
  /** Units of the plane for each pixel. */
  scale = 1;
  width = 1;
  height = 1;
  #whole = null;

  /** Takes in the size of the picture. */
  resize(width, height) {
    const isWhole = this.#whole !== null && this.scale === this.#fitting();
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    if (isWhole) this.scale = this.#fitting();
  }

  /** Shows all of a box, with a margin. */
  fit(bounds) {
    this.#whole = bounds;
    this.x = (bounds.left + bounds.right) / 2;
    this.y = (bounds.lower + bounds.upper) / 2;
    this.scale = this.#fitting();
  }

  #fitting() {
    const { left, right, lower, upper } = this.#whole;
    const margin = Math.min(24, this.width / 8, this.height / 8);
    return Math.max((right - left) / (this.width - 2 * margin), (upper - lower) / (this.height - 2 * margin));
  }

  /** How many times closer this is than the whole. */
  get closeness() {
    return this.#whole ? this.#fitting() / this.scale : 1;
  }

  /** The place in the plane under a pixel. */
  plane(px, py) {
    return { x: this.x + (px - this.width / 2) * this.scale, y: this.y - (py - this.height / 2) * this.scale };
  }

  /** The pixel over a place in the plane. */
  pixel(x, y) {
    return { x: this.width / 2 + (x - this.x) / this.scale, y: this.height / 2 - (y - this.y) / this.scale };
  }

  /** The box in the plane that is shown. */
  get shown() {
    const [half, tall] = [(this.width / 2) * this.scale, (this.height / 2) * this.scale];
    return { left: this.x - half, right: this.x + half, lower: this.y - tall, upper: this.y + tall };
  }

  /** Moves by pixels. */
  pan(dx, dy) {
    this.x -= dx * this.scale;
    this.y += dy * this.scale;
  }

  /** Comes `factor` times closer to what is under a pixel. */
  zoom(factor, px, py) {
    const before = this.plane(px, py);
    const whole = this.#fitting();
    this.scale = Math.min(4 * whole, Math.max(whole / 1e5, this.scale / factor));
    const after = this.plane(px, py);
    this.x += before.x - after.x;
    this.y += before.y - after.y;
  }

  /** Brings a place into view where it is not, without a change of scale. */
  reveal(x, y) {
    const { left, right, lower, upper } = this.shown;
    if (x >= left && x <= right && y >= lower && y <= upper) return;
    [this.x, this.y] = [x, y];
  }
}
