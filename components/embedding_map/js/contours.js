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
    const field = density(model.xy, model.order.filter(model.canPick));
    const lines = levels(field).map((level, i, all) =>
      svg("path", { d: contour(field, level), "stroke-opacity": 0.3 + (0.6 * i) / all.length }),
    );
    this.element.replaceChildren(...lines);
  }

  draw() {
    if (this.on) this.map.stage.lay(this.element);
  }
}
