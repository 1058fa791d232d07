/**
 * The whole map made small, with a frame round what is seen: it appears once one has come nearer.
 */

import { toCss } from "./color.js";
import { html, svg } from "./dom.js";

const CELLS = 128;
const [WIDTH, HEIGHT] = [148, 104];
const FROM_ZOOM = 1.4;

export class Minimap {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.canvas = html("canvas", { width: WIDTH * 2, height: HEIGHT * 2 });
    this.frame = svg("rect", { class: "vs-frame" });
    const over = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, [this.frame]);
    this.element = html(
      "div",
      {
        ...{ class: "vs-minimap", hidden: true, "aria-hidden": "true" },
        onpointerdown: (event) => this.#grab(event),
        onpointermove: (event) => event.buttons && this.#go(event),
      },
      [this.canvas, over],
    );
  }

  /** Paint what the map looks like from afar. */
  paint() {
    const { model } = this.map;
    const context = this.canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const counts = model.grid.counts.get(CELLS);
    const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 1));
    const { scale, left, bottom } = this.#place();
    context.scale(2, 2);
    context.fillStyle = toCss(model.dark ? [230, 234, 240] : [18, 26, 36]);
    const side = Math.max(scale / CELLS, 0.75);
    counts.forEach((n, cell) => {
      if (!n) return;
      context.globalAlpha = 0.2 + (0.6 * Math.log1p(n)) / most;
      const [x, y] = [(cell % CELLS) / CELLS, (Math.floor(cell / CELLS) + 1) / CELLS];
      context.fillRect(left + x * scale, bottom - y * scale, side, side);
    });
  }

  #place() {
    const { box } = this.map.model;
    const scale = Math.min((WIDTH - 12) / (box.x1 - box.x0), (HEIGHT - 12) / (box.y1 - box.y0));
    return {
      scale,
      left: WIDTH / 2 - ((box.x0 + box.x1) / 2) * scale,
      bottom: HEIGHT / 2 + ((box.y0 + box.y1) / 2) * scale,
    };
  }

  draw() {
    const { camera } = this.map.stage;
    this.element.hidden = camera.zoom < FROM_ZOOM || this.map.narrow;
    if (this.element.hidden) return;
    const { scale, left, bottom } = this.#place();
    const { x0, y0, x1, y1 } = camera.seen;
    const at = { x: left + x0 * scale, y: bottom - y1 * scale, width: (x1 - x0) * scale, height: (y1 - y0) * scale };
    for (const [name, value] of Object.entries(at)) this.frame.setAttribute(name, value.toFixed(1));
  }

  #grab(event) {
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.#go(event);
  }

  #go(event) {
    const box = this.element.getBoundingClientRect();
    const { scale, left, bottom } = this.#place();
    const x = (event.clientX - box.left - left) / scale;
    const y = (bottom - (event.clientY - box.top)) / scale;
    this.map.move((camera) => {
      camera.view = { ...camera.view, x, y };
      camera.pan(0, 0);
    });
  }
}
