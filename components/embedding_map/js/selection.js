/**
 * Which rows are selected, and the way back.
 */

const REMEMBERED = 20;

export class Selection {
  /** @param {number} n  rows of the map */
  constructor(n) {
    this.flags = new Uint8Array(n);
    this.count = 0;
    /** @type {Uint32Array[]} */
    this.past = [];
  }

  has(row) {
    return this.flags[row] === 1;
  }

  /** @returns {Uint32Array} ascending */
  rows() {
    const rows = new Uint32Array(this.count);
    for (let row = 0, next = 0; next < this.count; row++) if (this.flags[row]) rows[next++] = row;
    return rows;
  }

  /**
   * Take over what was decided elsewhere, without a step to undo; rows that are not there are left out.
   * @param {ArrayLike<number>} rows
   */
  take(rows) {
    this.flags.fill(0);
    this.count = 0;
    for (let i = 0; i < rows.length; i++) this.#set(rows[i], 1);
  }

  /**
   * Join rows with what is selected.
   * @param {ArrayLike<number>} rows
   * @param {"replace"|"add"|"remove"|"intersect"} how
   */
  apply(rows, how = "replace") {
    this.#remember();
    if (how === "replace") this.take(rows);
    else if (how === "intersect") this.take(Array.from(rows).filter((row) => this.has(row)));
    else for (let i = 0; i < rows.length; i++) this.#set(rows[i], how === "add" ? 1 : 0);
  }

  /**
   * Select what is not selected.
   * @param {(row: number) => boolean} accept  what can be selected
   */
  invert(accept) {
    this.#remember();
    for (let row = 0; row < this.flags.length; row++) {
      this.#set(row, !this.flags[row] && accept(row) ? 1 : 0);
    }
  }

  /** Go back one step; say whether there was one. */
  undo() {
    const rows = this.past.pop();
    if (!rows) return false;
    this.take(rows);
    return true;
  }

  #set(row, flag) {
    if (row >= this.flags.length) return;
    this.count += flag - this.flags[row];
    this.flags[row] = flag;
  }

  #remember() {
    this.past.push(this.rows());
    if (this.past.length > REMEMBERED) this.past.shift();
  }
}

/**
 * The selections that gestures have just replaced. A view that shows one of these left Python before it heard of the
 * gesture; a view that shows anything else is somebody's newer choice.
 */
export class Replaced {
  /** @param {number} patience  how long Python may need, in milliseconds */
  constructor(patience) {
    this.patience = patience;
    /** @type {{rows: Uint32Array, until: number}[]} */
    this.kept = [];
  }

  /** @param {Uint32Array} rows @param {number} now */
  add(rows, now) {
    this.kept.push({ rows, until: now + this.patience });
  }

  /** Python has heard of everything. */
  clear() {
    this.kept = [];
  }

  /** Return for how many more milliseconds a view of these rows is out of date, 0 if it is not. */
  wait(rows, now) {
    const same = (old) => old.length === rows.length && old.every((row, i) => row === rows[i]);
    const found = this.kept.filter((each) => each.until > now && same(each.rows));
    return found.length ? found.at(-1).until - now : 0;
  }
}

/** Return what a gesture with these keys held does to a selection. */
export function joining({ shiftKey, altKey }) {
  if (shiftKey && altKey) return "intersect";
  if (shiftKey) return "add";
  return altKey ? "remove" : "replace";
}

/**
 * Return rows as the smaller of a list and one bit a row, as sections of an envelope.
 * @param {Uint32Array} rows
 * @param {number} n
 * @returns {Record<string, Uint8Array|Uint32Array>}
 */
export function packRows(rows, n) {
  if (rows.length * 4 <= n / 8) return { rows };
  const bits = new Uint8Array(Math.ceil(n / 8));
  for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
  return { bits };
}

/**
 * Return the rows that `packRows`, here or in Python, has packed.
 * @param {Record<string, Uint8Array|Uint32Array>} sections
 * @returns {Uint32Array}
 */
export function unpackRows(sections) {
  if (sections.rows) return Uint32Array.from(sections.rows);
  const rows = [];
  const { bits } = sections;
  for (let i = 0; i < bits.length; i++) {
    for (let bit = 0; bits[i] >> bit; bit++) if ((bits[i] >> bit) & 1) rows.push(i * 8 + bit);
  }
  return Uint32Array.from(rows);
}
