/**
 * Points drawn without a GPU: every point is stamped into the picture's bytes. Where WebGL runs in software this is
 * about thirty times as fast; where there is no WebGL it is the way there is.
 */

import { census, ordered, orderedPlaces } from "./order.js";
import { CHOSEN, DIM, NORMAL } from "./paint.js";
import { DIM_ALPHA, DIMMED, reach, RIM, RIM_FROM, SHAPES } from "./marks.js";

/** Stamps are kept for so many places within a pixel, each way. */
const PARTS = 4;
const MOST_DENSE = 100_000;

export class CanvasRenderer {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.kind = "canvas";
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!this.context) throw new Error("This browser does not support canvas.");
    this.image = null;
    this.states = this.paints = this.marks = new Uint8Array(0);
    this.xy = new Float32Array(0);
  }

  /** @param {Float32Array} xy  of all rows @param {Uint32Array} order  in which they are drawn */
  setPoints(xy, order) {
    this.order = order;
    this.xy = orderedPlaces(xy, order);
  }

  setPaints(paints) {
    this.paints = ordered(paints, this.order);
  }

  setStates(states) {
    this.states = ordered(states, this.order);
    this.counts = census(states);
  }

  setMarks(marks) {
    this.marks = marks ? ordered(marks, this.order) : null;
  }

  /** @param {Uint8Array} table  256 colors @param {[number, number, number]} background */
  setColors(table, background) {
    this.table = table;
    this.background = background;
  }

  /** @param {boolean} [exact]  keep the ratio at any price */
  resize(width, height, ratio, exact = false) {
    // Four times the pixels cost four times the work, so a dense display counts only while points are few.
    this.ratio = !exact && this.order?.length > MOST_DENSE ? 1 : ratio;
    this.canvas.width = Math.max(1, Math.round(width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(height * this.ratio));
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.bytes = new Uint8Array(this.image.data.buffer);
  }

  /**
   * @param {import("./camera.js").Camera} camera
   * @param {{size: number, alpha: number, limit: number}} style  diameter in pixels, opacity, how many to draw
   */
  draw(camera, style) {
    if (!this.image) return;
    const [r, g, b] = this.background;
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
    if (this.counts[DIM]) this.#pass(camera, DIM, style, style.size, style.alpha * DIM_ALPHA);
    if (this.counts[NORMAL]) this.#pass(camera, NORMAL, style, style.size, style.alpha);
    if (this.counts[CHOSEN]) this.#pass(camera, CHOSEN, style, style.size + 1, Math.min(0.95, style.alpha * 1.6));
    this.context.putImageData(this.image, 0, 0);
  }

  #pass(camera, state, { limit }, size, alpha) {
    const { ratio, xy, states, paints, marks, bytes } = this;
    const { width, height } = this.image;
    const stamps = stampsOf(size * ratio, Math.round(alpha * 256), marks, width);
    const { side } = stamps;
    const scale = camera.scale * ratio;
    const left = camera.originX * ratio - camera.x * scale - (side - 1) / 2;
    const top = camera.originY * ratio + camera.y * scale - (side - 1) / 2;
    const colors = this.#colors(state);
    const end = Math.min(limit, states.length);
    const [right, bottom] = [width - side, height - side];
    for (let i = 0; i < end; i++) {
      if (states[i] !== state) continue;
      const x = left + xy[2 * i] * scale;
      const y = top - xy[2 * i + 1] * scale;
      // A point without a place is NaN, which is in no range.
      if (!(x >= -side && x < width && y >= -side && y < height)) continue;
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      const part = (((y - iy) * PARTS) | 0) * PARTS + (((x - ix) * PARTS) | 0);
      const { offsets, cover, rim, xs, ys } = stamps.all[(marks ? marks[i] : 0) * PARTS * PARTS + part];
      const whole = ix >= 0 && iy >= 0 && ix <= right && iy <= bottom;
      const c = paints[i] * 6;
      const base = (iy * width + ix) * 4;
      for (let k = 0; k < offsets.length; k++) {
        if (!whole && (ix + xs[k] < 0 || ix + xs[k] >= width || iy + ys[k] < 0 || iy + ys[k] >= height)) continue;
        const at = base + offsets[k];
        const from = c + rim[k];
        const a = cover[k];
        bytes[at] += ((colors[from] - bytes[at]) * a) >> 8;
        bytes[at + 1] += ((colors[from + 1] - bytes[at + 1]) * a) >> 8;
        bytes[at + 2] += ((colors[from + 2] - bytes[at + 2]) * a) >> 8;
      }
    }
  }

  /** Return for every paint its color and the color of its rim, three bytes each. */
  #colors(state) {
    const colors = new Uint8Array(256 * 6);
    for (let paint = 0; paint < 256; paint++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = this.table[paint * 3 + channel];
        if (state === DIM) value += (this.background[channel] - value) * DIMMED;
        colors[paint * 6 + channel] = value;
        colors[paint * 6 + 3 + channel] = state === DIM ? value : value * (1 - RIM);
      }
    }
    return colors;
  }

  destroy() {
    this.image = null;
  }
}

/**
 * Return the stamps of every mark in use, one for each part of a pixel a point may lie in: the pixels it covers, how
 * much of each (0 … 256, opacity included), and whether a pixel belongs to the rim (3) or not (0).
 */
function stampsOf(size, alpha, marks, width) {
  const side = Math.ceil(size + 2);
  const all = [];
  for (let mark = 0; mark < (marks ? SHAPES.length : 1); mark++) {
    for (let part = 0; part < PARTS * PARTS; part++) {
      const x = (side - 1) / 2 + ((part % PARTS) + 0.5) / PARTS;
      const y = (side - 1) / 2 + (Math.floor(part / PARTS) + 0.5) / PARTS;
      all.push(stampOf(mark, size / 2, side, x, y, alpha, width));
    }
  }
  return { side, all };
}

function stampOf(mark, radius, side, cx, cy, alpha, width) {
  const [offsets, cover, rim, xs, ys] = [[], [], [], [], []];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = reach(mark, (x + 0.5 - cx) / radius, (y + 0.5 - cy) / radius) * radius;
      const share = Math.min(1, Math.max(0, radius - distance + 0.5));
      // The faintest pixels of a stamp cost as much as the others.
      if (share * alpha < 6) continue;
      offsets.push((y * width + x) * 4);
      cover.push(Math.round(share * alpha));
      rim.push(radius * 2 >= RIM_FROM && distance > radius - 1 ? 3 : 0);
      xs.push(x);
      ys.push(y);
    }
  }
  return {
    offsets: Int32Array.from(offsets),
    cover: Uint16Array.from(cover),
    rim: Uint8Array.from(rim),
    xs: Uint8Array.from(xs),
    ys: Uint8Array.from(ys),
  };
}
