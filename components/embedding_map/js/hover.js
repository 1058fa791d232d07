/**
 * The point under the pointer: its ring and its card.
 */

import { Card } from "./card.js";
import { toCss } from "./color.js";
import { settled } from "./dom.js";

const REST_MS = 50;
const PREFETCH_MS = 120;
const PREFETCHED = 6;
const REACH = 6;
const TOUCH_REACH = 22;

export class Hover {
  /**
   * @param {import("./map.js").EmbeddingMap} map
   */
  constructor(map) {
    this.map = map;
    this.card = new Card(map.model.items);
    this.row = -1;
    this.pointer = { x: 0, y: 0 };
    this.rest = settled(REST_MS, () => this.open());
    this.prefetch = settled(PREFETCH_MS, () => this.#prefetch());
  }

  /** The pointer is at (x, y): look once a frame. */
  at(x, y, touch) {
    if (touch || this.map.model.n < 1) return;
    this.pointer = { x, y };
    this.looking ||= requestAnimationFrame(() => {
      this.looking = 0;
      this.#look();
    });
  }

  #look() {
    const row = this.pick(this.pointer.x, this.pointer.y, false);
    const open = !this.card.element.hidden;
    if (row !== this.row) {
      this.row = row;
      this.ring();
      this.map.surface.classList.toggle("vs-over", row >= 0);
      // The picture starts on its way before the card opens.
      if (row >= 0 && this.map.model.items.hasPicture(row)) this.map.model.items.picture(row);
      if (row < 0) this.card.hide();
      else if (!open) this.rest();
      this.prefetch();
    }
    if (open && row >= 0) this.open();
  }

  /** Return the row at a place in pixels, or -1. */
  pick(x, y, touch) {
    const { stage, model, layers } = this.map;
    if (stage.morph || !model.states) return -1;
    const shown = layers.pictures.at(x, y);
    return shown >= 0 ? shown : this.near(x, y, touch ? TOUCH_REACH : REACH);
  }

  /** Return the row within so many pixels of a place, or -1. */
  near(x, y, reach) {
    const { camera, style } = this.map.stage;
    return this.map.model.pick(...camera.toData(x, y), Math.max(reach, style.size / 2 + 2) / camera.scale);
  }

  open() {
    if (this.row < 0) return;
    const { model, stage } = this.map;
    const { width, height } = stage.camera;
    const code = model.painter.classOf(this.row);
    const css = () => toCss(model.rgb(model.painter.paintOfClass(code)));
    const group = code < 0 ? null : { name: model.painter.coloring.names[code], css: css() };
    this.card.show(this.row, { ...this.pointer, width, height }, group);
  }

  /** Fetch the pictures of the next points, where the pointer is likely to go. */
  #prefetch() {
    const { model, stage } = this.map;
    if (this.row < 0 || !model.items.anyPicture) return;
    const [x, y] = stage.camera.toData(this.pointer.x, this.pointer.y);
    for (const row of model.around(x, y, 60 / stage.camera.scale, PREFETCHED)) {
      if (model.items.hasPicture(row)) model.items.picture(row);
    }
  }

  leave() {
    this.row = -1;
    this.card.hide();
    this.ring();
    this.map.surface.classList.remove("vs-over");
  }

  /** Ring the point under the pointer, else the one whose card is open, else the only one that is selected. */
  ring() {
    const { model, stage, overlay } = this.map;
    if (!model.states || !stage.model) return;
    const row = this.row >= 0 ? this.row : (model.view.lines?.from ?? model.only);
    const shown = row >= 0 && !stage.morph;
    const place = shown ? stage.camera.toScreen(model.xy[2 * row], model.xy[2 * row + 1]) : null;
    overlay.point(place, shown ? stage.style.size : 0);
  }
}
