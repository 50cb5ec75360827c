// A picture of very many points that follows the hand: what is drawn moves with the map at once, all points in it, while
// the next picture of all points is drawn piece by piece behind it.

import { Camera } from "./camera.js";
import { took } from "./timing.js";

/** Points up to which every frame of the screen gets a picture of its own. */
const light = 120_000;
/** What is drawn beyond each side, as a share of the view, so that a moved picture has no bare edge. */
const margin = 0.25;
/** Milliseconds of a frame that drawing may take. */
const slice = 7;
/** Milliseconds after which a hand counts as still. */
const rest = 120;

/** Holds a renderer's canvas to what a camera sees. */
export class MovingPicture {
  #canvas;
  #renderer;
  #drawn = null;
  #next = null;
  #steps = null;
  #isDone = () => true;
  #isStale = true;
  #count = 0;
  #moved = { at: 0, x: 0, y: 0, scale: 0 };
  #begun = 0;
  #ratio = 1;

  /**
   * @param {HTMLCanvasElement} canvas What the renderer draws on.
   * @param {object} renderer A `PointRenderer` or `PixelRenderer`.
   */
  constructor(canvas, renderer) {
    [this.#canvas, this.#renderer] = [canvas, renderer];
  }

  /** Takes in how many points there are. */
  setCount(count) {
    this.#count = count;
    this.#drawn = null;
    this.spoil();
  }

  /** Whether there is a picture at all. */
  get isDrawn() {
    return this.#drawn !== null;
  }

  /** Says that what is drawn is no longer right, wherever the camera is. */
  spoil() {
    this.#isStale = true;
    this.#steps = null;
  }

  /** Takes in how many pixels of the screen a CSS pixel has. */
  setRatio(ratio) {
    this.#ratio = ratio;
    // The window is another: the picture before is not waited for.
    this.#isDone = () => true;
    this.spoil();
  }

  get #margin() {
    return this.#count > light ? margin : 0;
  }

  /**
   * Brings the canvas to what a camera sees, or closer to it.
   * @param {Camera} camera
   * @param {number} size Width of a point, in CSS pixels.
   * @returns {boolean} Whether it shows just that; else it is to be asked again at the next frame.
   */
  show(camera, size) {
    const now = performance.now();
    if (camera.x !== this.#moved.x || camera.y !== this.#moved.y || camera.scale !== this.#moved.scale) {
      this.#moved = { at: now, x: camera.x, y: camera.y, scale: camera.scale };
    }
    if (!this.#steps && this.#isDone() && this.#isDue(camera, size, now)) this.#begin(camera, size, now);
    this.#goOn(now);
    this.#place(camera);
    return this.#steps === null && this.#isDone() && this.#fits(camera, size);
  }

  /** Whether the picture is of just this view. */
  #fits(camera, size) {
    const drawn = this.#drawn;
    return drawn !== null && !this.#isStale && drawn.size === size && drawn.x === camera.x && drawn.y === camera.y
      && drawn.scale === camera.scale && drawn.width === camera.width && drawn.height === camera.height;
  }

  /** Whether a new picture is to be begun: at once where it is cheap or the old one shows too little, else when still. */
  #isDue(camera, size, now) {
    if (this.#fits(camera, size)) return false;
    if (this.#drawn === null || this.#isStale || this.#margin === 0 || this.#renderer.isSliced) return true;
    return now - this.#moved.at > rest || !this.#covers(camera);
  }

  /** Whether the moved picture reaches to all sides of the view. */
  #covers(camera) {
    const { left, right, lower, upper } = camera.shown;
    const all = this.#drawn.wide.shown;
    return all.left <= left && all.right >= right && all.lower <= lower && all.upper >= upper
      && this.#drawn.scale < 2 * camera.scale;
  }

  #begin(camera, size, now) {
    const wide = new Camera();
    // Whole pixels, so that the picture of a view that stands still is not between two.
    wide.width = camera.width + 2 * Math.round(camera.width * this.#margin);
    wide.height = camera.height + 2 * Math.round(camera.height * this.#margin);
    [wide.x, wide.y, wide.scale] = [camera.x, camera.y, camera.scale];
    this.#next = { x: camera.x, y: camera.y, scale: camera.scale, width: camera.width, height: camera.height, size, wide };
    this.#isStale = false;
    this.#begun = now;
    this.#steps = this.#renderer.steps(wide, size, this.#ratio);
  }

  #goOn(now) {
    if (!this.#steps) return;
    const isWhole = this.#margin === 0 || this.#drawn === null;
    do {
      if (!this.#steps.next().done) continue;
      this.#steps = null;
      this.#isDone = this.#renderer.mark();
      this.#drawn = this.#next;
      const { width, height } = this.#drawn.wide;
      Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` });
      took("latent:frame", this.#begun);
      return;
    } while (isWhole || performance.now() - now < slice);
  }

  /** Puts the picture where its points are in this view. */
  #place(camera) {
    if (this.#drawn === null) return;
    const { wide, x, y, scale } = this.#drawn;
    const centre = camera.pixel(x, y);
    const factor = scale / camera.scale;
    const left = centre.x - wide.width / 2;
    const top = centre.y - wide.height / 2;
    this.#canvas.style.transform = `translate(${left}px, ${top}px) scale(${factor})`;
    took("latent:shown", performance.now());
  }
}
