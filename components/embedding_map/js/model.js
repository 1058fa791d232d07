/**
 * The state of one map, made of the parts that Python sends; a row number means the same item everywhere.
 */

import { isDark, mix, table } from "./color.js";
import { buildGrid, nearest } from "./grid.js";
import { Items } from "./items.js";
import { rowsInside } from "./lasso.js";
import { HIDDEN, Painter } from "./paint.js";
import { Selection, unpackRows } from "./selection.js";

const NOWHERE = 65535;
const PARTS = ["coordinates", "items", "colors", "view"];

export class Model {
  constructor() {
    this.items = new Items();
    this.n = -1;
    this.parts = {};
    this.dark = false;
    this.background = [255, 255, 255];
  }

  /**
   * Take over what came.
   * @param {Record<string, import("./envelope.js").Envelope>} parts
   * @returns {null|{fresh: boolean, moved: boolean, recolored: boolean, seen: boolean}} what changed; null as long as
   *   the parts do not belong together
   */
  update(parts) {
    const n = parts.coordinates?.meta.n;
    if (n === undefined || PARTS.some((name) => parts[name]?.meta.n !== n)) return null;
    const changed = (name) => parts[name] !== this.parts[name];
    const fresh = n !== this.n || parts.items.meta.name !== this.parts.items?.meta.name;
    const what = {
      fresh,
      moved: changed("coordinates"),
      recolored: changed("colors") || fresh,
      seen: changed("view") || fresh,
    };
    const before = this.parts;
    this.parts = { ...parts };
    if (fresh) this.#begin(n);
    if (fresh || parts.items !== before.items) this.#known(parts.items);
    if (what.moved || fresh) this.#place(parts.coordinates);
    if (what.recolored) this.#color(parts.colors);
    if (what.seen) this.#look(parts.view);
    if (what.recolored || what.seen) this.restate();
    return what;
  }

  #begin(n) {
    this.n = n;
    this.selection = new Selection(n);
    this.order = shuffled(n);
  }

  #known({ meta, sections }) {
    const texts = sections.texts ? JSON.parse(new TextDecoder().decode(sections.texts)) : null;
    this.items.set({ source: meta.source, card: meta.card ?? [], texts, pictures: sections.pictures ?? null });
    this.marks = sections.marks ?? null;
    this.markNames = meta.marks;
    /** The rows with a picture, in drawing order. */
    this.pictured = this.order.filter((row) => this.items.hasPicture(row));
  }

  #place({ meta, sections }) {
    const { xy } = sections;
    this.layout = meta.name;
    this.axes = meta.axes;
    this.xy = new Float32Array(xy.length);
    for (let i = 0; i < xy.length; i++) this.xy[i] = xy[i] === NOWHERE ? NaN : xy[i] / (NOWHERE - 1);
    this.grid = buildGrid(this.xy);
    this.placed = this.grid.rows.length;
    const [x0, y0, x1, y1] = meta.window ?? [];
    /** The window as words; empty without one. */
    this.window = String(meta.window ?? "");
    this.box = meta.window ? { x0, y0, x1, y1 } : bounds(this.xy);
  }

  #color({ meta, sections }) {
    const kept = this.painter?.coloring.title === meta.title ? this.painter : null;
    this.painter = new Painter(meta, sections.codes ?? null, this.n);
    if (kept && JSON.stringify(kept.coloring.names) === JSON.stringify(meta.names)) {
      this.painter.hidden = kept.hidden;
      this.painter.order = kept.order;
    }
    this.repaint();
  }

  #look({ meta, sections }) {
    this.view = meta;
    this.hits = sections.hits ?? new Uint32Array(0);
    const wanted = unpackRows(sections);
    if (!this.isSelected(wanted)) this.selection.take(wanted);
  }

  /** Say whether exactly these rows are selected. @param {Uint32Array} rows */
  isSelected(rows) {
    return rows.length === this.selection.count && rows.every((row) => this.selection.has(row));
  }

  /** @param {import("./color.js").Rgb} background */
  setBackground(background) {
    this.background = background;
    this.dark = isDark(background);
    if (this.painter) this.repaint();
  }

  repaint() {
    const { kind, colors } = this.painter.coloring;
    this.table = table(kind, this.dark ? colors.dark : colors.light);
    this.paints = this.painter.paints();
  }

  restate() {
    this.states = this.painter.states(this.selection);
    /** The only selected row, or -1. */
    this.only = this.selection.count === 1 ? this.selection.flags.indexOf(1) : -1;
  }

  /** Return the color of a paint. @returns {import("./color.js").Rgb} */
  rgb(paint) {
    return Array.from(this.table.subarray(paint * 3, paint * 3 + 3));
  }

  /** Return a color of a paint that can be read on the background, for text. */
  ink(paint) {
    return mix(this.rgb(paint), this.dark ? [255, 255, 255] : [0, 0, 0], 0.35);
  }

  canPick = (row) => this.states[row] !== HIDDEN && this.xy[2 * row] === this.xy[2 * row];

  /** Return the row under a place, or -1; a selected one is preferred. */
  pick(x, y, radius) {
    const chosen = this.selection.count
      ? nearest(this.grid, this.xy, x, y, radius / 2, (row) => this.selection.has(row) && this.canPick(row))
      : -1;
    return chosen >= 0 ? chosen : nearest(this.grid, this.xy, x, y, radius, this.canPick);
  }

  /** Return some rows near a place, in no order. */
  around(x, y, radius, most) {
    const found = [];
    nearest(this.grid, this.xy, x, y, radius, (row) => {
      if (found.length < most && this.canPick(row)) found.push(row);
      return false;
    });
    return found;
  }

  /** @param {Float64Array} polygon  in data coordinates @returns {Uint32Array} */
  inside(polygon) {
    // What has no place is in no cell, so only hidden rows have to be asked about.
    const accept = this.painter.hidden.size ? this.canPick : undefined;
    return rowsInside(this.grid, this.xy, polygon, accept);
  }

  /** Return the box round some rows, or null. @param {ArrayLike<number>} rows */
  boxOf(rows) {
    const xy = Float32Array.from({ length: rows.length * 2 }, (_, i) => this.xy[2 * rows[i >> 1] + (i & 1)]);
    return rows.length ? bounds(xy) : null;
  }
}

/** Return the box round points, never of size nought. */
function bounds(xy) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  if (!(x1 >= x0)) return { x0: 0, y0: 0, x1: 1, y1: 1 };
  const room = Math.max(x1 - x0, y1 - y0) > 1e-4 ? 0 : 0.5;
  return { x0: x0 - room, y0: y0 - room, x1: x1 + room, y1: y1 + room };
}

/** Return 0 … n - 1 in an order that is always the same and favors nobody: any first part is a fair sample. */
export function shuffled(n) {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let state = 0x9e3779b9;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5) >>> 0;
    const j = Math.floor((state / 4294967296) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
