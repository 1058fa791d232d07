/**
 * Names that stand on the map, in the colors of what they name: more of them as one zooms in, never one over another.
 */

import { toCss } from "./color.js";
import { svg } from "./dom.js";
import { appearances, isShown } from "./labels.js";
import { shortened } from "./words.js";

const MOST_SHOWN = 60;
const MOST_CHARS = 36;
const FONT = "600 13px sans-serif";

export class Names {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.on = true;
    this.element = svg("g", { class: "vs-names" });
    /** @type {{element: SVGElement, label: any, text: string, from: number, shown: boolean}[]} */
    this.labels = [];
  }

  /** Show them, or show them no longer. */
  show(on) {
    this.on = on;
    this.element.setAttribute("visibility", on ? "visible" : "hidden");
  }

  /** Take over the names of the model. */
  set() {
    const told = JSON.stringify(this.map.model.view.labels);
    // They come again with every selection; made anew they would flicker.
    if (told === this.told) return;
    this.told = told;
    this.labels = this.map.model.view.labels.map((label) => {
      const text = shortened(label.text, MOST_CHARS);
      return { label, text, element: svg("text", { class: "vs-name vs-gone", text }), from: 0, shown: false };
    });
    this.element.replaceChildren(...this.labels.map(({ element }) => element));
    this.measured = 0;
    this.recolor();
  }

  /** Give each the color that its class has now. */
  recolor() {
    for (const { element, label } of this.labels) element.style.fill = this.colorOf(label);
  }

  /** Return the color of a name, dark or light enough to be read; "" for that of text. */
  colorOf({ code }) {
    const { model } = this.map;
    if (code === null || code === undefined || code >= model.painter.classes) return "";
    return toCss(model.ink(model.painter.paintOfClass(code)));
  }

  #measure(scale) {
    this.measured = scale;
    const places = this.labels.map(({ label, text }) => ({
      ...{ x: label.x * scale, y: -label.y * scale, priority: label.priority },
      ...{ width: widthOf(text) + 10, height: 26 },
    }));
    const from = appearances(places);
    this.labels.forEach((each, i) => (each.from = from[i]));
  }

  /** Put them where the camera sees them. @param {import("./camera.js").Camera} camera */
  draw(camera) {
    if (!this.on) return;
    if (Math.abs(camera.fitScale / this.measured - 1) > 0.02) this.#measure(camera.fitScale);
    const { hidden } = this.map.model.painter;
    let room = MOST_SHOWN;
    for (const each of this.labels) {
      const [x, y] = camera.toScreen(each.label.x, each.label.y);
      const seen = x > -80 && y > -20 && x < camera.width + 80 && y < camera.height + 20 && !hidden.has(each.label.code);
      each.shown = seen && room > 0 && isShown(each.from, camera.zoom, each.shown);
      each.element.classList.toggle("vs-gone", !each.shown);
      if (!each.shown) continue;
      room--;
      each.element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    }
  }
}

let ruler = null;
function widthOf(text) {
  ruler ??= document.createElement("canvas").getContext("2d");
  ruler.font = FONT;
  return ruler.measureText(text).width;
}
