/**
 * What stands over the points: outlines of classes, names, rings, ranks of hits, the query's star, lines to neighbours, the drawn line.
 */

import { toCss } from "./colour.js";
import { svg } from "./dom.js";
import { appearances, isShown } from "./labels.js";

const MOST_HITS = 50;
const MOST_LABELS = 60;
const STAR = "M0-12 3.4-4.2 12-3.6 5.5 2.2 7.5 10.6 0 6.1-7.5 10.6-5.5 2.2-12-3.6-3.4-4.2Z";

export class Overlay {
  /** @param {SVGElement} contours */
  constructor(contours) {
    const group = (name) => svg("g", { class: `vs-${name}` });
    this.outlines = group("outlines");
    this.lines = group("lines");
    this.hits = group("hits");
    this.names = group("names");
    this.star = svg("path", { class: "vs-star", d: STAR, visibility: "hidden" });
    this.ring = svg("g", { class: "vs-ring", visibility: "hidden" }, [svg("circle", {}), svg("circle", {})]);
    this.drawn = svg("polygon", { class: "vs-drawn", visibility: "hidden" });
    const layers = [this.outlines, contours, this.lines, this.hits, this.star, this.names, this.ring, this.drawn];
    this.element = svg("svg", { class: "vs-overlay", "aria-hidden": "true" }, layers);
    /** @type {{element: SVGElement, label: any, from: number, shown: boolean}[]} */
    this.labels = [];
  }

  /** Take over what a model has to say. @param {import("./model.js").Model} model */
  set(model, camera) {
    this.model = model;
    const { labels, lines, outlines = [] } = model.view;
    this.classes = outlines.map(({ code }) => code);
    this.outlines.replaceChildren(...outlines.map(({ corners }) => svg("polygon", { points: corners.join(" ") })));
    this.hits.replaceChildren(...Array.from(model.hits.slice(0, MOST_HITS), (row, rank) => ringOf(row, rank)));
    const ends = lines ? lines.rows : [];
    this.lines.replaceChildren(...ends.map((_, i) => svg("line", { "stroke-opacity": 0.9 - (0.6 * i) / ends.length })));
    this.labels = labels.map((label) => ({ label, element: nameOf(label), from: 0, shown: false }));
    this.names.replaceChildren(...this.labels.map(({ element }) => element));
    this.#measure(camera);
  }

  #measure(camera) {
    const scale = camera.fitScale;
    this.measured = scale;
    const places = this.labels.map(({ label }) => ({
      ...{ x: label.x * scale, y: -label.y * scale, priority: label.priority },
      ...{ width: widthOf(label.text) + 10, height: 22 },
    }));
    const from = appearances(places);
    this.labels.forEach((each, i) => (each.from = from[i]));
  }

  /** Put everything where the camera sees it. @param {import("./camera.js").Camera} camera */
  draw(camera) {
    const { model } = this;
    if (!model?.view) return;
    if (Math.abs(camera.fitScale / this.measured - 1) > 0.02) this.#measure(camera);
    this.#surround(camera);
    const at = (row) => camera.toScreen(model.xy[2 * row], model.xy[2 * row + 1]);
    [...this.hits.children].forEach((element, i) => move(element, at(model.hits[i])));
    const { lines, star } = model.view;
    if (lines) this.#spread(lines, at);
    this.star.setAttribute("visibility", star ? "visible" : "hidden");
    if (star) move(this.star, camera.toScreen(...star));
    let room = MOST_LABELS;
    for (const each of this.labels) {
      const [x, y] = camera.toScreen(each.label.x, each.label.y);
      const seen = x > -80 && y > -20 && x < camera.width + 80 && y < camera.height + 20;
      each.shown = seen && room > 0 && isShown(each.from, camera.zoom, each.shown);
      each.element.classList.toggle("vs-gone", !each.shown);
      if (!each.shown) continue;
      room--;
      move(each.element, [x, y]);
    }
  }

  #surround(camera) {
    const { painter } = this.model;
    const [left, top] = camera.toScreen(0, 0);
    this.outlines.setAttribute("transform", `matrix(${camera.scale} 0 0 ${-camera.scale} ${left} ${top})`);
    this.classes.forEach((code, i) => {
      const { style } = this.outlines.children[i];
      style.display = painter.hidden.has(code) ? "none" : "";
      style.color = toCss(this.model.rgb(painter.paintOfClass(code)));
    });
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

function nameOf(label) {
  return svg("text", { class: "vs-name vs-gone", text: label.text });
}

let ruler = null;
function widthOf(text) {
  ruler ??= document.createElement("canvas").getContext("2d");
  ruler.font = "600 13px sans-serif";
  return ruler.measureText(text).width;
}
