/**
 * How each row is painted: a color of the table, and whether it is hidden, dimmed, plain or chosen.
 */

import { LEVELS, MISSING, OTHER, PLAIN } from "./color.js";

export const HIDDEN = 0;
export const DIM = 1;
export const NORMAL = 2;
export const CHOSEN = 3;
/** What stands for "no value" among codes of one and of two bytes, and among levels. */
const NO_VALUE = { 1: 255, 2: 65535 };

/**
 * @typedef {object} Coloring
 * @property {"none"|"categories"|"numbers"} kind
 * @property {string} [title]  the column
 * @property {string[]} [names]  every class, the most frequent first
 * @property {number[]} [counts]
 * @property {number} [missing]  rows without a value
 * @property {number} [shown]  how many classes have a color of their own
 * @property {number} [low]
 * @property {number} [high]
 * @property {{light: import("./color.js").Colors, dark: import("./color.js").Colors}} colors
 */

/** Classes with their colors: which class has which paint, and which are hidden or alone on stage. */
export class Painter {
  /**
   * @param {Coloring} coloring
   * @param {Uint8Array|Uint16Array|null} codes  a class or a level for every row
   * @param {number} n
   */
  constructor(coloring, codes, n) {
    this.coloring = coloring;
    this.n = n;
    this.codes = codes && codes.length === n ? codes : null;
    this.noValue = codes ? NO_VALUE[codes.BYTES_PER_ELEMENT] : -1;
    /** @type {Set<number>} classes that are hidden; -1 is "no value" */
    this.hidden = new Set();
    /** @type {number|null} a class that is pointed at in the legend */
    this.lit = null;
    this.order = coloring.kind === "categories" ? coloring.names.map((_, i) => i) : [];
  }

  get classes() {
    return this.coloring.kind === "categories" ? this.coloring.names.length : 0;
  }

  /** Return the class of a row; -1 without a value. */
  classOf(row) {
    if (this.coloring.kind !== "categories" || !this.codes) return -1;
    const code = this.codes[row];
    return code === this.noValue ? -1 : code;
  }

  /** Return the paint of a class. */
  paintOfClass(code) {
    if (code < 0) return MISSING;
    const place = this.order.indexOf(code);
    return place < this.coloring.shown ? place : OTHER;
  }

  /** Give a class that shares the gray a color of its own; the last that had one goes without. */
  promote(code) {
    const place = this.order.indexOf(code);
    const last = this.coloring.shown - 1;
    if (place > last) [this.order[last], this.order[place]] = [this.order[place], this.order[last]];
  }

  /** @returns {Uint8Array} a paint for every row */
  paints() {
    const paints = new Uint8Array(this.n);
    const { kind } = this.coloring;
    if (kind === "none" || !this.codes) return paints.fill(PLAIN);
    const lookup = new Uint8Array(65536).fill(MISSING);
    if (kind === "numbers") for (let level = 0; level < LEVELS; level++) lookup[level] = level;
    else this.order.forEach((code, place) => (lookup[code] = place < this.coloring.shown ? place : OTHER));
    for (let row = 0; row < this.n; row++) paints[row] = lookup[this.codes[row]];
    return paints;
  }

  isHidden(row) {
    return this.hidden.size > 0 && this.hidden.has(this.classOf(row));
  }

  /**
   * @param {import("./selection.js").Selection} selection
   * @returns {Uint8Array} HIDDEN, DIM, NORMAL or CHOSEN for every row
   */
  states(selection) {
    const states = new Uint8Array(this.n);
    // One chosen point is ringed: it would be lost on a map that is all dimmed, and so would what lies round it.
    const rest = selection.count > 1 ? DIM : NORMAL;
    for (let row = 0; row < this.n; row++) states[row] = selection.flags[row] ? CHOSEN : rest;
    if (this.hidden.size || this.lit !== null) {
      for (let row = 0; row < this.n; row++) {
        const code = this.classOf(row);
        if (this.hidden.has(code)) states[row] = HIDDEN;
        else if (this.lit !== null) states[row] = code === this.lit ? CHOSEN : DIM;
      }
    }
    return states;
  }

  /** Show or hide a class. */
  toggle(code) {
    if (!this.hidden.delete(code)) this.hidden.add(code);
  }

  /** Show this class alone; all again if it was alone. */
  isolate(code) {
    const others = [-1, ...this.coloring.names.keys()].filter((other) => other !== code);
    const alone = !this.hidden.has(code) && others.every((other) => this.hidden.has(other));
    this.hidden = new Set(alone ? [] : others);
  }

  /** @returns {Uint32Array} the rows of a class */
  rowsOf(code) {
    const rows = [];
    for (let row = 0; row < this.n; row++) if (this.classOf(row) === code) rows.push(row);
    return Uint32Array.from(rows);
  }
}
