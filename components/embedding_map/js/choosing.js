/**
 * What is selected by hand: by click, by box and lasso, by class, and the ways back.
 */

import { count } from "./dom.js";
import { rectangle, simplify } from "./lasso.js";
import { joining, Replaced } from "./selection.js";

const DOUBLE_MS = 360;
const MIDDLE_REACH = 120;
const PREVIEW_MS = 80;
/** How long a selection made here stands against the one before it that is still on its way back from Python. */
const PENDING_MS = 2000;

export class Choosing {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.replaced = new Replaced(PENDING_MS);
    this.previewed = 0;
  }

  get selection() {
    return this.map.model.selection;
  }

  click(x, y, event) {
    const row = this.map.hover.pick(x, y, event.pointerType === "touch");
    const join = joining(event);
    clearTimeout(this.clearing);
    if (row >= 0) this.select(Uint32Array.of(row), "click", join, row);
    // A second click would have meant to see everything.
    else if (join === "replace" && this.selection?.count) this.clearing = setTimeout(() => this.clear(), DOUBLE_MS);
  }

  /** Show a line while it is drawn, and how many lie inside. @param {{kind: "box"|"lasso", line: number[]}} shape  in pixels */
  preview(shape) {
    this.map.overlay.trace(shape);
    if (performance.now() < this.previewed + PREVIEW_MS) return;
    this.map.say(`${count(this.#inside(shape).length)} inside`);
    this.previewed = performance.now();
  }

  /** Take what lies inside a drawn line. @param {{kind: "box"|"lasso", line: number[]}} shape  in pixels */
  finish(shape, event) {
    this.map.overlay.trace(null);
    this.select(this.#inside(shape), shape.kind, joining(event));
  }

  /** Forget the line that is being drawn. */
  cancel() {
    this.map.overlay.trace(null);
    this.map.say();
  }

  #inside({ kind, line }) {
    const { camera } = this.map.stage;
    const [x0, y0, x1, y1] = line;
    const drawn = kind === "box" ? [...rectangle(x0, y0, x1, y1)] : simplify(line, 0.75);
    const polygon = new Float64Array(drawn.length);
    for (let i = 0; i < drawn.length; i += 2) polygon.set(camera.toData(drawn[i], drawn[i + 1]), i);
    return this.map.model.inside(polygon);
  }

  /** Take the point nearest to the middle of what is seen. @param {KeyboardEvent} event */
  middle(event) {
    const { hover, stage, model } = this.map;
    const row = hover.near(stage.camera.originX, stage.camera.originY, MIDDLE_REACH);
    if (row < 0) return;
    this.select(Uint32Array.of(row), "click", joining(event), row);
    const text = model.items.text(row) ?? `Row ${row + 1}`;
    this.map.announce(`${text.slice(0, 200)}. ${count(this.selection.count)} selected.`);
  }

  /** Join rows with the selection and tell Python. */
  select(rows, how, join = "replace", row = -1) {
    this.selection.apply(rows, join);
    this.#tell(how, row, this.selection.past.at(-1));
  }

  clear() {
    if (this.selection?.count) this.select(new Uint32Array(0), "clear");
  }

  undo() {
    const before = this.selection?.rows();
    if (this.selection?.undo()) this.#tell("undo", -1, before);
  }

  invert() {
    this.selection?.invert(this.map.model.canPick);
    if (this.selection) this.#tell("invert", -1, this.selection.past.at(-1));
  }

  /** A double click was no click on nothing. */
  keep() {
    clearTimeout(this.clearing);
  }

  destroy() {
    clearTimeout(this.clearing);
    clearTimeout(this.showing);
  }

  /** Return for how many milliseconds a view that selects these rows is to be left aside. @param {Uint32Array} rows */
  wait(rows) {
    if (this.map.model.isSelected(rows)) this.replaced.clear();
    return this.replaced.wait(rows, performance.now());
  }

  #tell(how, row, before) {
    this.replaced.add(before, performance.now());
    this.map.emit({ how, row, rows: this.selection.rows(), n: this.map.model.n });
    // Streamlit sends it from a timer: what is painted before that keeps Python waiting.
    clearTimeout(this.showing);
    this.showing = setTimeout(() => this.map.reselected());
  }
}
