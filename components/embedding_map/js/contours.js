/**
 * Lines of equal density drawn over the points.
 */

import { contour, density, levels } from "./density.js";
import { svg } from "./dom.js";

export class Contours {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.on = false;
    this.element = svg("g", { class: "vs-contours" });
  }

  show(on) {
    this.on = on;
    this.refresh();
  }

  /** Draw the lines anew: other points, other places, or other classes are hidden. */
  refresh() {
    const { model } = this.map;
    if (!this.on || !model.xy) {
      this.element.replaceChildren();
      return;
    }
    const field = density(model.xy, model.canPick);
    const lines = levels(field).map((level, i, all) =>
      svg("path", { d: contour(field, level), "stroke-opacity": 0.3 + (0.6 * i) / all.length }),
    );
    this.element.replaceChildren(...lines);
  }

  draw() {
    if (!this.on) return;
    const { camera, morph } = this.map.stage;
    const { scale } = camera;
    const [left, top] = camera.toScreen(0, 0);
    this.element.setAttribute("transform", `matrix(${scale} 0 0 ${-scale} ${left} ${top})`);
    this.element.setAttribute("visibility", morph ? "hidden" : "visible");
  }
}
