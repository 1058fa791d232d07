/**
 * What hands do on the map: drag, wheel, pinch, click, and lines drawn round points.
 */

const THRESHOLD = 4;
const DOUBLE_MS = 350;
const SCROLLING_MS = 250;

/**
 * @typedef {object} Actions
 * @property {(dx: number, dy: number) => void} pan
 * @property {(x: number, y: number, factor: number) => void} zoom
 * @property {(x: number, y: number, event: PointerEvent) => void} click
 * @property {() => void} fit
 * @property {(x: number, y: number, touch: boolean) => void} hover
 * @property {() => void} leave
 * @property {(shape: {kind: "box"|"lasso", line: number[]}) => void} draw  while a line is drawn
 * @property {(shape: {kind: "box"|"lasso", line: number[]}, event: PointerEvent) => void} finish
 * @property {() => void} cancel
 * @property {() => void} grab  a hand is on the map
 */

export class Gestures {
  /**
   * @param {HTMLElement} surface
   * @param {Actions} actions
   */
  constructor(surface, actions) {
    this.surface = surface;
    this.actions = actions;
    /** @type {"pan"|"box"|"lasso"} */
    this.mode = "pan";
    /** @type {Map<number, {x: number, y: number}>} */
    this.pointers = new Map();
    this.shape = null;
    this.lastClick = { time: 0, x: 0, y: 0 };
    this.ended = new AbortController();
    const options = { signal: this.ended.signal };
    const on = (name, work, extra = {}) => surface.addEventListener(name, work, { ...options, ...extra });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#drop(event));
    on("pointerleave", () => this.pointers.size || actions.leave());
    on("wheel", (event) => this.#wheel(event), { passive: false });
    on("contextmenu", (event) => this.shape && event.preventDefault());
    this.scrolled = 0;
    // A page that is being scrolled goes on scrolling when the map slides under the pointer.
    const note = (event) => {
      if (!event.composedPath().includes(surface)) this.scrolled = event.timeStamp;
    };
    window.addEventListener("wheel", note, { ...options, passive: true, capture: true });
  }

  #at(event) {
    const box = this.surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event) {
    if (event.button !== 0) return;
    this.surface.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.#at(event));
    this.actions.grab();
    if (this.pointers.size > 1) {
      this.shape = null;
      this.moved = true;
      this.actions.cancel();
      return;
    }
    this.moved = false;
    this.start = this.#at(event);
    const kind = this.mode === "pan" && event.shiftKey ? "lasso" : this.mode;
    this.pending = kind === "pan" ? null : kind;
  }

  #move(event) {
    const now = this.#at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.actions.hover(now.x, now.y, event.pointerType === "touch");
      return;
    }
    if (this.pointers.size === 2) {
      this.#pinch(event.pointerId, now);
      return;
    }
    if (!this.moved && Math.hypot(now.x - this.start.x, now.y - this.start.y) < THRESHOLD) return;
    if (!this.moved && this.pending) {
      this.shape = { kind: this.pending, line: [this.start.x, this.start.y] };
    }
    this.moved = true;
    if (this.shape) this.#extend(now);
    else this.actions.pan(now.x - before.x, now.y - before.y);
    this.pointers.set(event.pointerId, now);
  }

  #extend({ x, y }) {
    const { kind, line } = this.shape;
    if (kind === "box") this.shape.line = [line[0], line[1], x, y];
    else if (Math.hypot(x - line.at(-2), y - line.at(-1)) >= 2) line.push(x, y);
    this.actions.draw(this.shape);
  }

  #pinch(id, now) {
    const other = [...this.pointers].find(([pointer]) => pointer !== id)[1];
    const before = this.pointers.get(id);
    const middle = (a, b) => [(a.x + b.x) / 2, (a.y + b.y) / 2];
    const apart = (a, b) => Math.max(8, Math.hypot(a.x - b.x, a.y - b.y));
    const [x0, y0] = middle(before, other);
    const [x1, y1] = middle(now, other);
    this.actions.pan(x1 - x0, y1 - y0);
    this.actions.zoom(x1, y1, apart(now, other) / apart(before, other));
    this.pointers.set(id, now);
  }

  #up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    const now = this.#at(event);
    const { shape } = this;
    this.shape = null;
    if (shape) this.actions.finish(shape, event);
    else if (!this.moved && this.pointers.size === 0) this.#click(now, event);
  }

  #click({ x, y }, event) {
    const { time, x: x0, y: y0 } = this.lastClick;
    const twice = event.timeStamp - time < DOUBLE_MS && Math.hypot(x - x0, y - y0) < 8;
    this.lastClick = { time: twice ? 0 : event.timeStamp, x, y };
    if (twice) this.actions.fit();
    else this.actions.click(x, y, event);
  }

  #drop(event) {
    this.pointers.delete(event.pointerId);
    this.cancel();
  }

  /** Forget the line that is being drawn; say whether there was one. */
  cancel() {
    const drawing = Boolean(this.shape);
    this.shape = null;
    this.moved = true;
    if (drawing) this.actions.cancel();
    return drawing;
  }

  #wheel(event) {
    if (event.timeStamp - this.scrolled < SCROLLING_MS) {
      this.scrolled = event.timeStamp;
      return;
    }
    event.preventDefault();
    const { x, y } = this.#at(event);
    const pixels = event.deltaY * (event.deltaMode === 1 ? 25 : event.deltaMode === 2 ? 500 : 1);
    const factor = 2 ** (-pixels * 0.002 * (event.ctrlKey ? 10 : 1));
    this.actions.zoom(x, y, Math.min(2, Math.max(0.5, factor)));
  }

  destroy() {
    this.ended.abort();
  }
}
