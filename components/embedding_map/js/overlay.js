/**
 * What stands over the points: rings, ranks of hits, the query's star, lines to neighbors, the drawn line.
 */

import { svg } from "./dom.js";

const MOST_HITS = 50;
const STAR = "M0-12 3.4-4.2 12-3.6 5.5 2.2 7.5 10.6 0 6.1-7.5 10.6-5.5 2.2-12-3.6-3.4-4.2Z";

export class Overlay {
  /**
   * @param {SVGElement[]} under  layers that lie under all of this
   * @param {SVGElement} names
   */
  constructor(under, names) {
    const group = (name) => svg("g", { class: `vs-${name}` });
    this.lines = group("lines");
    this.hits = group("hits");
    this.star = svg("path", { class: "vs-star", d: STAR, visibility: "hidden" });
    this.ring = svg("g", { class: "vs-ring", visibility: "hidden" }, [svg("circle", {}), svg("circle", {})]);
    this.drawn = svg("polygon", { class: "vs-drawn", visibility: "hidden" });
    const layers = [...under, this.lines, this.hits, this.star, names, this.ring, this.drawn];
    this.element = svg("svg", { class: "vs-overlay", "aria-hidden": "true" }, layers);
  }

  /** Take over what a model has to say. @param {import("./model.js").Model} model */
  set(model) {
    this.model = model;
    const { lines } = model.view;
    this.hits.replaceChildren(...Array.from(model.hits.slice(0, MOST_HITS), (row, rank) => ringOf(row, rank)));
    const ends = lines ? lines.rows : [];
    this.lines.replaceChildren(...ends.map((_, i) => svg("line", { "stroke-opacity": 0.9 - (0.6 * i) / ends.length })));
  }

  /** Put everything where the camera sees it. @param {import("./camera.js").Camera} camera */
  draw(camera) {
    const { model } = this;
    if (!model?.view) return;
    const at = (row) => camera.toScreen(model.xy[2 * row], model.xy[2 * row + 1]);
    [...this.hits.children].forEach((element, i) => move(element, at(model.hits[i])));
    const { lines, star } = model.view;
    if (lines) this.#spread(lines, at);
    this.star.setAttribute("visibility", star ? "visible" : "hidden");
    if (star) move(this.star, camera.toScreen(...star));
  }

  #spread({ from, rows }, at) {
    const [x1, y1] = at(from);
    rows.forEach((row, i) => {
      const [x2, y2] = at(row);
      const ends = Object.entries({ x1, y1, x2, y2 });
      if (ends.every(([, value]) => Number.isFinite(value))) {
        for (const [name, value] of ends) this.lines.children[i].setAttribute(name, value);
      }
    });
  }

  /** Ring a point, or none. @param {[number, number]|null} place */
  point(place, size) {
    this.ring.setAttribute("visibility", place ? "visible" : "hidden");
    if (!place) return;
    move(this.ring, place);
    [...this.ring.children].forEach((circle) => circle.setAttribute("r", Math.max(4, size / 2 + 2)));
  }

  /** Show the line that is being drawn, or none. @param {{kind: string, line: number[]}|null} shape */
  trace(shape) {
    this.drawn.setAttribute("visibility", shape ? "visible" : "hidden");
    if (!shape) return;
    const [x0, y0, x1, y1] = shape.line;
    const line = shape.kind === "box" ? [x0, y0, x1, y0, x1, y1, x0, y1] : shape.line;
    this.drawn.setAttribute("points", line.join(" "));
  }
}

function move(element, [x, y]) {
  const placed = Number.isFinite(x) && Number.isFinite(y);
  element.setAttribute("transform", `translate(${placed ? `${x.toFixed(1)} ${y.toFixed(1)}` : "-999 -999"})`);
}

function ringOf(row, rank) {
  const ring = svg("g", { class: "vs-hit", "data-row": row }, [svg("circle", { r: 8 }), svg("circle", { r: 8 })]);
  if (rank < 10) ring.append(svg("text", { x: 11, y: -7, text: rank + 1 }));
  return ring;
}
