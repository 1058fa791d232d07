/**
 * The items' own pictures standing on the map: one for each part of it, never one over another.
 */

import { toCss } from "./color.js";
import { html } from "./dom.js";

const CELL = 72;
const GAP = 6;
const BORDER = 2;
/** So many points are looked through for pictures to show; their order is random, so they are a fair sample. */
const LOOKED_AT = 60_000;

/** @typedef {{row: number, x: number, y: number}} Shown  where a picture's middle is, in pixels */

export class Pictures {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.on = false;
    this.canvas = html("canvas", { class: "vs-pictures", "aria-hidden": "true", hidden: true });
    /** @type {Shown[]} */
    this.shown = [];
    this.side = 0;
  }

  /** Show them, or show them no longer. */
  show(on) {
    this.on = on;
    this.canvas.hidden = !on;
    if (!on) this.shown = [];
  }

  /** Return the row whose picture lies at a place in pixels, or -1. */
  at(x, y) {
    const half = this.side / 2;
    return this.shown.find((each) => Math.abs(each.x - x) <= half && Math.abs(each.y - y) <= half)?.row ?? -1;
  }

  draw() {
    if (!this.on) return;
    const { stage, model } = this.map;
    const { camera } = stage;
    this.shown = this.#choose(camera, model);
    const { ratio } = stage.renderer;
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    context.imageSmoothingQuality = "high";
    for (const each of this.shown) this.#draw(context, each, model);
  }

  /** Return what to show: in every cell the first row in drawing order. @returns {Shown[]} */
  #choose(camera, model) {
    // Cells keep their place on the map while it moves, and are halved each time it has become twice as large.
    const level = 2 ** Math.floor(Math.log2(camera.zoom));
    const cell = CELL / (camera.fitScale * level);
    const side = (this.side = Math.min(CELL * (camera.zoom / level), 112) - GAP);
    const taken = new Set();
    const shown = [];
    const { xy } = model;
    for (const row of model.pictured.subarray(0, LOOKED_AT)) {
      const [cx, cy] = [Math.floor(xy[2 * row] / cell), Math.floor(xy[2 * row + 1] / cell)];
      // In the middle of its cell a picture is at most half a cell from its point, and never over another.
      const [x, y] = camera.toScreen((cx + 0.5) * cell, (cy + 0.5) * cell);
      if (!(x > -side && y > -side && x < camera.width + side && y < camera.height + side)) continue;
      if (taken.has(`${cx} ${cy}`) || !model.canPick(row)) continue;
      taken.add(`${cx} ${cy}`);
      shown.push({ row, x, y });
    }
    return shown;
  }

  #draw(context, { row, x, y }, model) {
    const image = model.items.picture(row);
    if (!image.complete) {
      // A picture that arrives later is drawn then.
      image.onload = () => this.map.stage.request();
      return;
    }
    if (!image.naturalWidth) return;
    const scale = this.side / Math.max(image.naturalWidth, image.naturalHeight);
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    const [left, top] = [x - width / 2, y - height / 2];
    context.globalAlpha = model.selection.count > 1 && !model.selection.has(row) ? 0.35 : 1;
    context.fillStyle = toCss(model.rgb(model.paints[row]));
    context.fillRect(left - BORDER, top - BORDER, width + 2 * BORDER, height + 2 * BORDER);
    context.drawImage(image, left, top, width, height);
  }
}
