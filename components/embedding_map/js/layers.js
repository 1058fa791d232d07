/**
 * What can be switched on and off over the points: names, outlines, density, pictures, and the table beside them.
 */

import { Contours } from "./contours.js";
import { Names } from "./names.js";
import { Outlines } from "./outlines.js";
import { Pictures } from "./pictures.js";
import { home } from "./registry.js";
import { Twin } from "./twin.js";

/** @typedef {"names"|"outlines"|"contours"|"pictures"|"twin"} Layer */

export class Layers {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.names = new Names(map);
    this.outlines = new Outlines(map);
    this.contours = new Contours(map);
    this.pictures = new Pictures(map);
    this.twin = new Twin(map);
    this.given = false;
  }

  get #kept() {
    return home().looks.get(this.map.key) ?? {};
  }

  /** Switch them as they were when this map was last on the page. */
  restore() {
    for (const name of ["names", "outlines", "contours", "pictures"]) this.#turn(name, this.#kept[name] ?? this[name].on);
  }

  /** Switch one on or off, by hand. @param {Layer} name */
  turn(name, on = !this[name].on) {
    this.#turn(name, on);
    if (name !== "twin") home().looks.set(this.map.key, { ...this.#kept, [name]: on });
    this.map.rearrange();
  }

  #turn(name, on) {
    this[name].show(on);
    this.map.toolbar.press(name, on);
  }

  /** Offer those that this map has something for. */
  offer() {
    const { toolbar, model } = this.map;
    toolbar.show("pictures", model.items.anyPicture);
    toolbar.show("names", model.view.labels.length > 0);
    toolbar.show("outlines", model.painter.classes > 0);
    if (!model.items.anyPicture) this.#turn("pictures", false);
    // Outlines that Python has drawn are meant to be seen.
    if (this.outlines.given && !this.given) this.#turn("outlines", this.#kept.outlines ?? true);
    this.given = this.outlines.given;
  }

  /** Other points, places or classes are shown. */
  refresh() {
    this.contours.refresh();
    this.outlines.refresh();
    this.twin.later();
  }

  /** The colors are others. */
  recolor() {
    this.names.recolor();
    this.outlines.refresh();
  }

  /** Follow the camera. */
  draw() {
    this.names.draw(this.map.stage.camera);
    this.contours.draw();
    this.outlines.draw();
    this.pictures.draw();
    this.twin.later();
  }
}
