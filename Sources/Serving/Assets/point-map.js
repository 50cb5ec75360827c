// A map of points: canvas, gestures, hover and selection. Views say what the points are.

import { Camera } from "./camera.js";
import { h } from "./dom.js";
import { MapGestures } from "./map-gestures.js";
import { MapOverlay } from "./map-overlay.js";
import { MovingPicture } from "./moving-picture.js";
import { PointIndex } from "./point-index.js";
import { PixelRenderer } from "./point-renderer-2d.js";
import { PointRenderer } from "./point-renderer.js";

const reach = 9;

/**
 * @typedef {object} MapEvents
 * @property {(item: number|null, tip: HTMLElement) => void} [hover] An item is under the pointer; fills its tip.
 * @property {(item: number) => void} [pick] An item was clicked.
 * @property {(x: number, y: number) => void} [place] An empty place was clicked, or one is dragged over to be decoded.
 * @property {(items: Uint32Array) => void} [select] What is selected has changed.
 * @property {(key: string) => boolean} [key] A key that the map does not know.
 */

/** A map in an element of its own. */
export class PointMap {
  /** What stands in the page. */
  element;
  #events;
  #points = h("canvas", { class: "points" });
  #overlay = new MapOverlay();
  #stage;
  #tip = h("div", { class: "tip", hidden: true, role: "status" });
  #camera = new Camera();
  #renderer;
  #gestures;
  #sizes;
  #index = null;
  #base = null;
  #selection = null;
  #isSelected = null;
  #marks = [];
  #outline = null;
  #cursor = null;
  #hovered = -1;
  #isDue = false;
  #picture;

  /**
   * @param {string} label What the map is of, for those who do not see it.
   * @param {MapEvents} events Whom to tell.
   */
  constructor(label, events) {
    this.#events = events;
    const redraw = () => { this.#picture.spoil(); this.#schedule(); };
    this.#renderer = this.#drawing(redraw);
    this.#picture = new MovingPicture(this.#points, this.#renderer);
    this.#stage = h("div", {
      class: "stage", tabindex: "0", role: "application", "aria-label": label,
      "aria-description": "Arrow keys move a cursor, Enter picks what is under it, plus and minus zoom, 0 shows all.",
    }, this.#points, this.#overlay.canvas);
    this.element = h("div", { class: "point-map" }, this.#stage, this.#tip);
    this.element.dataset.renderer = this.#renderer.kind;
    this.#gestures = new MapGestures(this.#stage, this.#heard());
    this.#sizes = new ResizeObserver(() => this.#resize());
    this.#sizes.observe(this.#stage);
  }

  /** WebGL where it is there and fast, else pixels; the address may ask for one of them. */
  #drawing(redraw) {
    const forced = new URLSearchParams(location.search).get("renderer");
    const card = forced !== "2d" && PointRenderer.on(this.#points, redraw, forced === "webgl2");
    // A canvas that was asked for WebGL has nothing else to give.
    if (!card) this.#points = h("canvas", { class: "points" });
    return card || new PixelRenderer(this.#points);
  }

  #heard() {
    const camera = this.#camera;
    const seen = (work) => (...values) => { work(...values); this.#schedule(); };
    return {
      hover: (x, y) => this.#hover(x, y),
      leave: () => this.#setHovered(-1),
      click: (x, y) => this.#click(x, y),
      drag: seen((x, y) => this.#place(x, y)),
      pan: seen((dx, dy) => { camera.pan(dx, dy); this.#setHovered(-1); }),
      zoom: seen((factor, x, y) => { if (this.#index) camera.zoom(factor, x, y); this.#setHovered(-1); }),
      outline: seen((corners) => { this.#outline = corners; }),
      select: seen((corners, how) => this.#select(corners, how)),
      cursor: seen((place) => { this.#cursor = place; }),
      key: (key) => this.#key(key),
    };
  }

  /** What dragging does: `move`, `box`, `lasso` or `decode`. */
  set tool(tool) {
    this.#gestures.tool = tool;
    this.element.dataset.tool = tool;
  }

  /** The items that are selected, in rising order, or `null`. */
  get selection() {
    return this.#selection;
  }

  /** Puts points in place of those before; x and y of each item, one after the other. */
  setPoints(positions) {
    this.#index = new PointIndex(positions);
    this.#renderer.setPoints(this.#index);
    this.#picture.setCount(this.#index.count);
    this.element.dataset.points = String(this.#index.count);
    this.#marks = [];
    this.#hovered = -1;
    if (this.#base && this.#base.length !== 2 * positions.length) this.#base = null;
    this.fit();
    this.#recolour();
  }

  /** Gives each item red, green, blue and cover; items without cover are hidden and not picked. */
  setColours(colours) {
    this.#base = colours;
    this.#recolour();
  }

  /**
   * Selects items; others are drawn paler.
   * @param {Uint32Array|null} items In rising order; none is the same as `null`.
   */
  setSelection(items) {
    this.#selection = items?.length ? items : null;
    this.#isSelected = null;
    if (this.#selection && this.#index) {
      this.#isSelected = new Uint8Array(this.#base ? this.#base.length / 4 : this.#index.count);
      for (const item of this.#selection) this.#isSelected[item] = 1;
    }
    this.#recolour();
  }

  /** Draws rings around items and crosses at places, `[{item, kind}, {x, y, kind}]`. */
  setMarks(marks) {
    this.#marks = marks;
    this.#schedule();
  }

  /** Brings an item into view. */
  reveal(item) {
    if (!this.#index) return;
    const { x, y } = this.#index.place(item);
    this.#camera.reveal(x, y);
    this.#schedule();
  }

  /** Shows all points. */
  fit() {
    if (!this.#index) return;
    this.#camera.fit(this.#index.bounds);
    this.#schedule();
  }

  /** Moves the keyboard here. */
  focus() {
    this.#stage.focus();
  }

  /** Gives back what the map holds. */
  dispose() {
    this.#sizes.disconnect();
    this.#renderer.dispose();
    this.#index = null;
  }

  #recolour() {
    if (!this.#index || !this.#base) return;
    let colours = this.#base;
    if (this.#isSelected) {
      colours = colours.slice();
      for (let i = 0; i < this.#isSelected.length; i += 1) {
        if (!this.#isSelected[i]) colours[4 * i + 3] = Math.ceil(colours[4 * i + 3] * 0.13);
        else if (colours[4 * i + 3] > 0) colours[4 * i + 3] = 255;
      }
    }
    this.#renderer.setColours(colours, this.#selection);
    this.#picture.spoil();
    this.#schedule();
  }

  #isShown = (item) => !this.#base || this.#base[4 * item + 3] > 0;

  #hover(x, y) {
    if (!this.#index) return;
    const place = this.#camera.plane(x, y);
    this.#setHovered(this.#index.nearest(place.x, place.y, reach * this.#camera.scale, this.#isShown));
  }

  #setHovered(item) {
    if (item === this.#hovered) return;
    this.#hovered = item;
    this.#tip.hidden = item < 0;
    this.element.dataset.hovered = item < 0 ? "" : String(item);
    this.#tip.replaceChildren();
    this.#events.hover?.(item < 0 ? null : item, this.#tip);
    if (item >= 0 && !this.#tip.hasChildNodes()) this.#tip.hidden = true;
    this.#schedule();
  }

  #click(x, y) {
    if (!this.#index) return;
    const place = this.#camera.plane(x, y);
    const item = this.#index.nearest(place.x, place.y, reach * this.#camera.scale, this.#isShown);
    if (item >= 0) this.#events.pick?.(item);
    else this.#place(x, y);
  }

  #place(x, y) {
    if (!this.#index) return;
    const place = this.#camera.plane(x, y);
    this.#events.place?.(place.x, place.y);
  }

  #select(corners, how) {
    if (!this.#index) return;
    const inside = this.#index.inside(corners.map(({ x, y }) => this.#camera.plane(x, y)), this.#isShown);
    const before = this.#selection ?? new Uint32Array(0);
    let items = inside;
    if (how !== "set") {
      const chosen = new Set(before);
      for (const item of inside) if (how === "add") chosen.add(item); else chosen.delete(item);
      items = Uint32Array.from(chosen).sort();
    }
    this.setSelection(items);
    this.#events.select?.(items);
  }

  #key(key) {
    if (key === "0") { this.fit(); return true; }
    if (key === "Escape" && this.#selection) {
      this.setSelection(null);
      this.#events.select?.(new Uint32Array(0));
      return true;
    }
    return this.#events.key?.(key) ?? false;
  }

  #resize() {
    const { clientWidth, clientHeight } = this.#stage;
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.#camera.resize(clientWidth, clientHeight);
    this.#overlay.canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.#overlay.canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    this.#picture.setRatio(ratio);
    this.#draw();
  }

  #schedule() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => { this.#isDue = false; this.#draw(); });
  }

  /** The width of a point: smaller the more there are, larger the closer the camera is. */
  get #size() {
    const room = Math.sqrt((this.#camera.width * this.#camera.height) / Math.max(1, this.#index.count));
    return Math.min(14, Math.max(1.5, 0.55 * room) * Math.min(4, Math.max(1, this.#camera.closeness ** 0.35)));
  }

  #draw() {
    // Nothing is seen before the page has given it room.
    if (!this.#index || this.#camera.width <= 1) return;
    if (this.#base) {
      if (!this.#picture.show(this.#camera, this.#size)) this.#schedule();
      if (!this.element.dataset.drawn && this.#picture.isDrawn) {
        this.element.dataset.drawn = "true";
        performance.mark("latent:map-drawn");
      }
    }
    this.#drawOverlay();
  }

  #drawOverlay() {
    const hovered = this.#overlay.draw(this.#camera, this.#index, this.#size, {
      marks: this.#marks, hovered: this.#hovered, cursor: this.#cursor, outline: this.#outline,
    });
    if (hovered) this.#putTip(hovered.x, hovered.y);
  }

  /** Beside what it is of, on the side where there is room. */
  #putTip(x, y) {
    if (this.#tip.hidden) return;
    const { offsetWidth: width, offsetHeight: height } = this.#tip;
    const left = x + 16 + width > this.#camera.width ? Math.max(0, x - 16 - width) : x + 16;
    const top = Math.min(Math.max(0, y - height / 2), Math.max(0, this.#camera.height - height));
    this.#tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
