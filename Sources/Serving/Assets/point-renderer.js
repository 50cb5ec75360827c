// Draws points by WebGL 2: all of those in view, every time.

const vertexSource = `#version 300 es
uniform vec2 centre;
uniform vec2 stretch;
uniform float size;
in vec2 place;
in vec4 colour;
out vec4 ink;
void main() {
  gl_Position = vec4((place - centre) * stretch, 0.0, 1.0);
  // What is hidden is put outside, so that it costs no pixel.
  if (colour.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = size;
  ink = vec4(colour.rgb * colour.a, colour.a);
}`;

const fragmentSource = `#version 300 es
precision highp float;
uniform float size;
in vec4 ink;
out vec4 result;
void main() {
  if (size <= 2.5) { result = ink; return; }
  float distance = length(gl_PointCoord - 0.5) * size;
  result = ink * clamp(size * 0.5 - distance + 0.5, 0.0, 1.0);
}`;

/** Whether the card is only software, which some browsers do not count as slow. */
function isSoftware(gl) {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  return names !== null && /swiftshader|llvmpipe|software|basic render/i.test(gl.getParameter(names.UNMASKED_RENDERER_WEBGL));
}

/** A canvas of points on the graphics card. */
export class PointRenderer {
  /** Which kind of drawing this is, for those who ask. */
  kind = "webgl2";
  /** Whether a picture can be drawn piece by piece. */
  isSliced = false;
  #canvas;
  #gl;
  #parts = null;
  #index = null;
  #colours = null;
  #top = null;
  #origin = { x: 0, y: 0, extent: 1 };
  #lost;

  /**
   * @param {HTMLCanvasElement} canvas Where to draw.
   * @param {() => void} redraw Called when a lost graphics card is back.
   * @param {boolean} takesSlow Whether a graphics card that is only software will do.
   * @returns {PointRenderer|null} Nothing where there is no WebGL 2, or none that can draw the points.
   */
  static on(canvas, redraw, takesSlow) {
    const gl = canvas.getContext("webgl2", {
      alpha: true, antialias: false, depth: false, stencil: false, failIfMajorPerformanceCaveat: !takesSlow,
    });
    try {
      return gl && (takesSlow || !isSoftware(gl)) ? new PointRenderer(canvas, gl, redraw) : null;
    } catch {
      return null;
    }
  }

  constructor(canvas, gl, redraw) {
    [this.#canvas, this.#gl] = [canvas, gl];
    this.#lost = new AbortController();
    const { signal } = this.#lost;
    canvas.addEventListener("webglcontextlost", (event) => { event.preventDefault(); this.#parts = null; }, { signal });
    canvas.addEventListener("webglcontextrestored", () => { this.#prepare(); this.#upload(); redraw(); }, { signal });
    this.#prepare();
  }

  #prepare() {
    const gl = this.#gl;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertexSource], [gl.FRAGMENT_SHADER, fragmentSource]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "place");
    gl.bindAttribLocation(program, 1, "colour");
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error("The graphics card refuses the map's program.");
    const uniform = (name) => gl.getUniformLocation(program, name);
    this.#parts = {
      program, places: gl.createBuffer(), colours: gl.createBuffer(), top: gl.createBuffer(),
      centre: uniform("centre"), stretch: uniform("stretch"), size: uniform("size"),
    };
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.enableVertexAttribArray(0);
    gl.enableVertexAttribArray(1);
  }

  /**
   * Takes in points.
   * @param {import("./point-index.js").PointIndex} index
   */
  setPoints(index) {
    this.#index = index;
    const { left, right, lower, upper } = index.bounds;
    // Kept near zero, where single precision is finest.
    this.#origin = { x: (left + right) / 2, y: (lower + upper) / 2, extent: Math.max(right - left, upper - lower) / 2 };
    this.#colours = null;
    this.#top = null;
    this.#upload();
  }

  /**
   * Takes in colours.
   * @param {Uint8Array} colours Red, green, blue and cover of each item.
   * @param {Uint32Array|null} top Items to draw again above all others.
   */
  setColours(colours, top) {
    [this.#colours, this.#top] = [colours, top];
    this.#uploadColours();
  }

  #upload() {
    if (!this.#index || !this.#parts) return;
    const gl = this.#gl;
    const { order } = this.#index;
    const { x, y, extent } = this.#origin;
    const places = new Float32Array(2 * order.length);
    for (let i = 0; i < order.length; i += 1) {
      const place = this.#index.place(order[i]);
      places[2 * i] = (place.x - x) / extent;
      places[2 * i + 1] = (place.y - y) / extent;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#parts.places);
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.#uploadColours();
  }

  #uploadColours() {
    if (!this.#colours || !this.#parts) return;
    const gl = this.#gl;
    const { order } = this.#index;
    const given = new Uint32Array(this.#colours.buffer, this.#colours.byteOffset, this.#colours.length / 4);
    const sorted = new Uint32Array(order.length);
    for (let i = 0; i < order.length; i += 1) sorted[i] = given[order[i]];
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#parts.colours);
    gl.bufferData(gl.ARRAY_BUFFER, sorted, gl.DYNAMIC_DRAW);
    gl.vertexAttribPointer(1, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    if (!this.#top) return;
    const slots = new Uint32Array(given.length).fill(0xffffffff);
    for (let i = 0; i < order.length; i += 1) slots[order[i]] = i;
    const top = Uint32Array.from(this.#top, (item) => slots[item]).filter((slot) => slot !== 0xffffffff);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#parts.top);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, top, gl.DYNAMIC_DRAW);
    this.#top = top.length === this.#top.length ? this.#top : this.#top.filter((item) => slots[item] !== 0xffffffff);
  }

  /**
   * Draws what a camera sees, in one step.
   * @param {import("./camera.js").Camera} camera
   * @param {number} size Width of a point, in CSS pixels.
   * @param {number} ratio Pixels of the canvas for each CSS pixel.
   * @returns {Generator<void>}
   */
  * steps(camera, size, ratio) {
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#draw(camera, size);
  }

  #draw(camera, size) {
    if (!this.#parts || !this.#colours) return;
    const gl = this.#gl;
    const { x, y, extent } = this.#origin;
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const reach = size * camera.scale;
    const { left, right, lower, upper } = camera.shown;
    gl.uniform2f(this.#parts.centre, (camera.x - x) / extent, (camera.y - y) / extent);
    gl.uniform2f(
      this.#parts.stretch, (2 * extent) / (camera.scale * camera.width), (2 * extent) / (camera.scale * camera.height));
    const ratio = this.#canvas.width / camera.width;
    gl.uniform1f(this.#parts.size, size * ratio);
    for (const [begin, end] of this.#index.runs({
      left: left - reach, right: right + reach, lower: lower - reach, upper: upper + reach,
    })) gl.drawArrays(gl.POINTS, begin, end - begin);
    if (!this.#top?.length) return;
    gl.uniform1f(this.#parts.size, (size + 1.5) * ratio);
    gl.drawElements(gl.POINTS, this.#top.length, gl.UNSIGNED_INT, 0);
  }

  /** Whether the card has drawn all it was given; the next picture waits for it. */
  mark() {
    const gl = this.#gl;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    return () => {
      if (!fence || gl.isContextLost()) return true;
      const isDone = gl.clientWaitSync(fence, 0, 0) !== gl.TIMEOUT_EXPIRED;
      if (isDone) gl.deleteSync(fence);
      return isDone;
    };
  }

  /** Gives the card back. */
  dispose() {
    this.#lost.abort();
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
