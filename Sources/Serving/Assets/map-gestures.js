// What pointer, wheel, fingers and keys on a map mean.

const still = 4;

/**
 * @typedef {object} GestureEvents
 * @property {(x: number, y: number) => void} hover The pointer is over a pixel, with nothing pressed.
 * @property {() => void} leave The pointer is gone.
 * @property {(x: number, y: number) => void} click A pixel was clicked.
 * @property {(x: number, y: number) => void} drag The pointer is dragged with the tool that decodes.
 * @property {(dx: number, dy: number) => void} pan The plane is moved.
 * @property {(factor: number, x: number, y: number) => void} zoom The plane comes closer to a pixel.
 * @property {(corners: {x: number, y: number}[]|null) => void} outline The line drawn so far, or `null` where there is none.
 * @property {(corners: {x: number, y: number}[], how: "set"|"add"|"remove") => void} select A line is closed.
 * @property {(place: {x: number, y: number}|null) => void} cursor The cursor of the keyboard.
 * @property {(key: string) => boolean} key Another key; whether it was taken.
 */

/** Listens on one element. */
export class MapGestures {
  /** What dragging does: `move`, `box`, `lasso` or `decode`. */
  tool = "move";
  #element;
  #events;
  #pointers = new Map();
  #begun = null;
  #path = [];
  #cursor = null;

  /**
   * @param {HTMLElement} element Where.
   * @param {GestureEvents} events Whom to tell.
   */
  constructor(element, events) {
    [this.#element, this.#events] = [element, events];
    const on = (name, work, options) => element.addEventListener(name, work.bind(this), options);
    on("pointerdown", this.#down);
    on("pointermove", this.#move);
    on("pointerup", this.#up);
    on("pointercancel", this.#cancel);
    on("pointerleave", () => { if (this.#pointers.size === 0) events.leave(); });
    on("wheel", this.#wheel, { passive: false });
    on("keydown", this.#key);
    on("blur", () => this.#setCursor(null));
  }

  #at(event) {
    const box = this.#element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event) {
    if (event.button > 1) return;
    const place = this.#at(event);
    this.#pointers.set(event.pointerId, place);
    this.#element.setPointerCapture(event.pointerId);
    this.#setCursor(null);
    if (this.#pointers.size > 1) { this.#begun = null; this.#events.outline(null); return; }
    // The middle button pans whatever the tool is.
    this.#begun = { ...place, tool: event.button === 1 ? "move" : this.tool, isDrag: false };
    this.#path = [place];
    this.#events.leave();
    if (this.#begun.tool === "decode") this.#events.drag(place.x, place.y);
    if (event.button === 1) event.preventDefault();
  }

  #move(event) {
    const place = this.#at(event);
    if (!this.#pointers.has(event.pointerId)) {
      if (event.pointerType !== "touch") this.#events.hover(place.x, place.y);
      return;
    }
    if (this.#pointers.size === 2) this.#pinch(event.pointerId, place);
    const last = this.#pointers.get(event.pointerId);
    this.#pointers.set(event.pointerId, place);
    const begun = this.#begun;
    if (!begun) return;
    if (!begun.isDrag && Math.hypot(place.x - begun.x, place.y - begun.y) < still) return;
    begun.isDrag = true;
    if (begun.tool === "move") this.#events.pan(place.x - last.x, place.y - last.y);
    if (begun.tool === "decode") this.#events.drag(place.x, place.y);
    if (begun.tool === "lasso") this.#path.push(place);
    if (begun.tool === "box") {
      this.#path = [begun, { x: place.x, y: begun.y }, place, { x: begun.x, y: place.y }];
    }
    if (begun.tool === "lasso" || begun.tool === "box") this.#events.outline(this.#path);
  }

  /** Two fingers: what was under each stays under it, as nearly as one scale allows. */
  #pinch(id, place) {
    const [other] = [...this.#pointers].filter(([key]) => key !== id).map(([, value]) => value);
    const last = this.#pointers.get(id);
    const [before, after] = [last, place].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
    this.#events.pan((place.x - last.x) / 2, (place.y - last.y) / 2);
    if (before > 0) this.#events.zoom(after / before, (place.x + other.x) / 2, (place.y + other.y) / 2);
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const begun = this.#begun;
    this.#begun = null;
    if (!begun) return;
    this.#events.outline(null);
    const place = this.#at(event);
    if (!begun.isDrag) {
      if (begun.tool !== "decode") this.#events.click(place.x, place.y);
    } else if (begun.tool === "lasso" || begun.tool === "box") {
      this.#events.select(this.#path, event.altKey ? "remove" : event.shiftKey ? "add" : "set");
    }
  }

  #cancel(event) {
    this.#pointers.delete(event.pointerId);
    this.#begun = null;
    this.#events.outline(null);
  }

  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#at(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.#events.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.target !== this.#element) return;
    const { clientWidth: width, clientHeight: height } = this.#element;
    const cursor = this.#cursor ?? { x: width / 2, y: height / 2 };
    const step = event.shiftKey ? 48 : 12;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (move) {
      const next = { x: cursor.x + move[0], y: cursor.y + move[1] };
      const held = { x: Math.min(width - 1, Math.max(0, next.x)), y: Math.min(height - 1, Math.max(0, next.y)) };
      // At the edge the plane moves on under the cursor.
      if (held.x !== next.x || held.y !== next.y) this.#events.pan(held.x - next.x, held.y - next.y);
      this.#setCursor(held);
    } else if (event.key === "Enter" || event.key === " ") {
      this.#setCursor(cursor);
      if (this.tool === "decode") this.#events.drag(cursor.x, cursor.y);
      else this.#events.click(cursor.x, cursor.y);
    } else if (event.key === "+" || event.key === "=") this.#events.zoom(1.4, cursor.x, cursor.y);
    else if (event.key === "-") this.#events.zoom(1 / 1.4, cursor.x, cursor.y);
    else if (event.key === "Escape" && this.#begun) this.#cancel({ pointerId: -1 });
    else if (!this.#events.key(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #setCursor(place) {
    if (this.#cursor === place) return;
    this.#cursor = place;
    this.#events.cursor(place);
    if (place) this.#events.hover(place.x, place.y);
  }
}
