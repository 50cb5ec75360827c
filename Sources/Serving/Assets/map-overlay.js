// What lies over the points of a map: rings, crosses, the cursor and the line being drawn.

import { h } from "./dom.js";

/** A second canvas, so that a moving ring does not draw a million points again. */
export class MapOverlay {
  /** What stands in the page. */
  canvas = h("canvas", { class: "overlay" });

  /**
   * Draws all of it.
   * @param {import("./camera.js").Camera} camera
   * @param {import("./point-index.js").PointIndex} index
   * @param {number} size Width of a point, in CSS pixels.
   * @param {{marks: object[], hovered: number, cursor: object|null, outline: object[]|null}} what
   * @returns {{x: number, y: number}|null} The pixel of the item under the pointer.
   */
  draw(camera, index, size, { marks, hovered, cursor, outline }) {
    // By the processor: what a busy graphics card draws was seen to stay behind the points.
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    const ratio = this.canvas.width / camera.width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    const ink = getComputedStyle(this.canvas).color;
    const radius = Math.max(5, size / 2 + 3);
    for (const { item, x, y, kind } of marks) {
      const place = item === undefined ? { x, y } : index.place(item);
      const pixel = camera.pixel(place.x, place.y);
      if (item === undefined) cross(context, pixel, 8, ink);
      else if (kind === "near") ring(context, pixel, radius - 1, ink, 1.25);
      else ring(context, pixel, radius + 1, ink, 2.5);
    }
    if (cursor) cross(context, cursor, 14, ink);
    if (outline?.length > 1) line(context, outline, ink);
    if (hovered < 0) return null;
    const place = index.place(hovered);
    const pixel = camera.pixel(place.x, place.y);
    ring(context, pixel, radius, ink, 2);
    return pixel;
  }
}

function ring(context, { x, y }, radius, ink, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = width;
  context.strokeStyle = ink;
  context.stroke();
}

function cross(context, { x, y }, size, ink) {
  context.beginPath();
  context.moveTo(x - size, y);
  context.lineTo(x + size, y);
  context.moveTo(x, y - size);
  context.lineTo(x, y + size);
  context.lineWidth = 1.5;
  context.strokeStyle = ink;
  context.stroke();
}

function line(context, corners, ink) {
  context.beginPath();
  corners.forEach(({ x, y }, i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
  context.globalAlpha = 0.08;
  context.fillStyle = ink;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.25;
  context.strokeStyle = ink;
  context.setLineDash([5, 4]);
  context.stroke();
  context.setLineDash([]);
}
