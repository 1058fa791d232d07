/**
 * A line round each class: as Python drew it, or where nine tenths of the class's points are densest.
 */

import { toCss } from "./color.js";
import { contour, density, holding } from "./density.js";
import { svg } from "./dom.js";

const SHARE = 0.9;
const FEWEST = 5;

export class Outlines {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.on = false;
    this.element = svg("g", { class: "vs-outlines" });
  }

  /** Python has drawn lines of its own. */
  get given() {
    return this.map.model.view?.outlines?.length > 0;
  }

  show(on) {
    this.on = on;
    this.refresh();
  }

  /** Draw the lines anew: other points, other places, other colors, or other classes are hidden. */
  refresh() {
    const { painter, view } = this.map.model;
    if (!this.on || !painter?.classes) return this.element.replaceChildren();
    const wanted = this.given ? view.outlines : this.#found();
    const lines = wanted
      .filter(({ code }) => !painter.hidden.has(code))
      .map(({ code, corners, d = `M${corners.join(" ")}Z` }) =>
        svg("path", { d, "data-code": code, color: toCss(this.map.model.ink(painter.paintOfClass(code))) }),
      );
    this.element.replaceChildren(...lines);
  }

  #found() {
    const { painter, xy, canPick } = this.map.model;
    const codes = painter.order.slice(0, painter.coloring.shown);
    const classes = codes.map((code) => ({ code, rows: painter.rowsOf(code).filter(canPick) }));
    return classes
      .filter(({ rows }) => rows.length >= FEWEST)
      .map(({ code, rows }) => {
        const field = density(xy, rows);
        return { code, d: contour(field, holding(field, xy, rows, SHARE)) };
      });
  }

  draw() {
    if (this.on) this.map.stage.lay(this.element);
  }
}
