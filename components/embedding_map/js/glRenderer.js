/**
 * Points drawn by WebGL2, from a few bytes each.
 */

import { census, ordered, orderedPlaces } from "./order.js";
import { CHOSEN, DIM, NORMAL } from "./paint.js";
import { DIM_ALPHA, DIMMED, RIM, RIM_FROM } from "./marks.js";

const VERTEX = `#version 300 es
precision highp float;
in vec2 a_xy;
in uint a_paint;
in uint a_state;
in uint a_mark;
uniform vec2 u_center, u_origin, u_window;
uniform float u_scale, u_size;
uniform uint u_state;
flat out uint v_paint, v_mark;
out float v_size;
void main() {
  vec2 pixel = u_origin + (a_xy - u_center) * vec2(u_scale, -u_scale);
  vec2 place = pixel / u_window * 2.0 - 1.0;
  bool shown = a_state == u_state && a_xy.x == a_xy.x;
  gl_Position = shown ? vec4(place.x, -place.y, 0.0, 1.0) : vec4(4.0, 4.0, 0.0, 1.0);
  gl_PointSize = u_size + 1.0;
  v_size = u_size;
  v_paint = a_paint;
  v_mark = a_mark;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in uint v_paint, v_mark;
in float v_size;
uniform sampler2D u_table;
uniform vec3 u_background;
uniform float u_alpha, u_dim, u_rimFrom, u_rim;
out vec4 color;
void main() {
  vec2 p = (2.0 * gl_PointCoord - 1.0) * (v_size + 1.0) / 2.0;
  float radius = v_size / 2.0;
  float far = length(p);
  if (v_mark == 1u) far = max(abs(p.x), abs(p.y)) * 1.14;
  if (v_mark == 2u) far = (abs(p.x) + abs(p.y)) * 0.86;
  float cover = clamp(radius - far + 0.5, 0.0, 1.0) * u_alpha;
  vec3 rgb = texelFetch(u_table, ivec2(int(v_paint), 0), 0).rgb;
  rgb = mix(rgb, u_background, u_dim);
  if (v_size >= u_rimFrom && far > radius - 1.0 && u_dim == 0.0) rgb *= 1.0 - u_rim;
  color = vec4(rgb * cover, cover);
}`;

const LAYOUT = [
  ["a_xy", 2, "FLOAT"],
  ["a_paint", 1, "UNSIGNED_BYTE"],
  ["a_state", 1, "UNSIGNED_BYTE"],
  ["a_mark", 1, "UNSIGNED_BYTE"],
];

export class GlRenderer {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.kind = "webgl2";
    this.canvas = canvas;
    const wanted = { alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: true };
    this.gl = canvas.getContext("webgl2", wanted);
    if (!this.gl) throw new Error("This browser does not support WebGL2.");
    this.ratio = 1;
    this.prepare();
  }

  /** Make what lives in the context: at first, and again when a lost one comes back. */
  prepare() {
    const { gl } = this;
    this.program = link(gl);
    this.uniform = (name) => gl.getUniformLocation(this.program, name);
    this.buffers = LAYOUT.map(([name, size, type]) => {
      const buffer = gl.createBuffer();
      const place = gl.getAttribLocation(this.program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      if (type === "FLOAT") gl.vertexAttribPointer(place, size, gl.FLOAT, false, 0, 0);
      else gl.vertexAttribIPointer(place, size, gl[type], 0, 0);
      return buffer;
    });
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  #fill(place, array) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[place]);
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.DYNAMIC_DRAW);
  }

  /** @param {Float32Array} xy  of all rows @param {Uint32Array} order  in which they are drawn */
  setPoints(xy, order) {
    this.order = order;
    this.#fill(0, orderedPlaces(xy, order));
  }

  setPaints(paints) {
    this.#fill(1, ordered(paints, this.order));
  }

  setStates(states) {
    this.counts = census(states);
    this.#fill(2, ordered(states, this.order));
  }

  setMarks(marks) {
    this.#fill(3, marks ? ordered(marks, this.order) : new Uint8Array(this.order.length));
  }

  /** @param {Uint8Array} table  256 colors @param {[number, number, number]} background */
  setColors(table, background) {
    const { gl } = this;
    this.background = background;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, table);
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
  }

  /**
   * @param {import("./camera.js").Camera} camera
   * @param {{size: number, alpha: number, limit: number}} style  diameter in pixels, opacity, how many to draw
   */
  draw(camera, { size, alpha, limit }) {
    const { gl, ratio, uniform } = this;
    const background = this.background.map((value) => value / 255);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(...background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniform2f(uniform("u_center"), camera.x, camera.y);
    gl.uniform2f(uniform("u_origin"), camera.originX * ratio, camera.originY * ratio);
    gl.uniform2f(uniform("u_window"), this.canvas.width, this.canvas.height);
    gl.uniform1f(uniform("u_scale"), camera.scale * ratio);
    gl.uniform3f(uniform("u_background"), ...background);
    gl.uniform1f(uniform("u_rimFrom"), RIM_FROM);
    gl.uniform1f(uniform("u_rim"), RIM);
    const pass = (state, diameter, opacity) => {
      if (!this.counts[state]) return;
      gl.uniform1ui(uniform("u_state"), state);
      gl.uniform1f(uniform("u_size"), diameter * ratio);
      gl.uniform1f(uniform("u_alpha"), opacity);
      gl.uniform1f(uniform("u_dim"), state === DIM ? DIMMED : 0);
      gl.drawArrays(gl.POINTS, 0, Math.min(limit, this.order.length));
    };
    pass(DIM, size, alpha * DIM_ALPHA);
    pass(NORMAL, size, alpha);
    pass(CHOSEN, size + 1, Math.min(0.95, alpha * 1.6));
  }

  /** Wait until what was drawn is there: one pixel is read back. */
  finish() {
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  destroy() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function link(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  // One buffer has to be the first attribute: some drivers draw nothing while attribute 0 is off.
  gl.bindAttribLocation(program, 0, "a_xy");
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The map's shaders did not compile: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
