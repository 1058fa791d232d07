/**
 * Where one looks from: data coordinates (0 … 1, y up) to pixels (y down) and back.
 */

export const MAX_ZOOM = 64;
export const MIN_ZOOM = 0.5;
const SQRT2 = Math.SQRT2;

/** @typedef {{x: number, y: number, zoom: number}} View  the middle of what is seen, and the zoom; 1 shows all */
/** @typedef {{x0: number, y0: number, x1: number, y1: number}} Box */
/** @typedef {{top: number, right: number, bottom: number, left: number}} Insets */

export class Camera {
  constructor() {
    this.width = 1;
    this.height = 1;
    this.insets = { top: 0, right: 0, bottom: 0, left: 0 };
    this.box = { x0: 0, y0: 0, x1: 1, y1: 1 };
    this.x = 0.5;
    this.y = 0.5;
    this.zoom = 1;
  }

  /** The middle of the part of the window that nothing covers, in pixels. */
  get originX() {
    return (this.insets.left + this.width - this.insets.right) / 2;
  }

  get originY() {
    return (this.insets.top + this.height - this.insets.bottom) / 2;
  }

  /** Pixels per unit at zoom 1. */
  get fitScale() {
    const { box, insets } = this;
    const wide = Math.max(1, this.width - insets.left - insets.right);
    const high = Math.max(1, this.height - insets.top - insets.bottom);
    return Math.min(wide / Math.max(box.x1 - box.x0, 1e-3), high / Math.max(box.y1 - box.y0, 1e-3));
  }

  get scale() {
    return this.fitScale * this.zoom;
  }

  /** @returns {View} */
  get view() {
    return { x: this.x, y: this.y, zoom: this.zoom };
  }

  set view({ x, y, zoom }) {
    this.x = x;
    this.y = y;
    this.zoom = clampZoom(zoom);
  }

  /** @returns {View} what shows everything */
  get fitted() {
    return { x: (this.box.x0 + this.box.x1) / 2, y: (this.box.y0 + this.box.y1) / 2, zoom: 1 };
  }

  toScreen(x, y) {
    return [this.originX + (x - this.x) * this.scale, this.originY - (y - this.y) * this.scale];
  }

  toData(px, py) {
    return [this.x + (px - this.originX) / this.scale, this.y - (py - this.originY) / this.scale];
  }

  /** Move what is seen by pixels; some of the data always stays in sight. */
  pan(dx, dy) {
    this.x = clamp(this.x - dx / this.scale, this.box.x0, this.box.x1);
    this.y = clamp(this.y + dy / this.scale, this.box.y0, this.box.y1);
  }

  /** Zoom so that what lies under (px, py) stays there. */
  zoomAt(px, py, factor) {
    const [x, y] = this.toData(px, py);
    this.zoom = clampZoom(this.zoom * factor);
    const [nx, ny] = this.toData(px, py);
    this.x = clamp(this.x + x - nx, this.box.x0, this.box.x1);
    this.y = clamp(this.y + y - ny, this.box.y0, this.box.y1);
  }

  /** @param {Box} box @returns {View} what shows this box with some room round it */
  around(box) {
    const room = 1.25;
    const wide = (this.width - this.insets.left - this.insets.right) / Math.max((box.x1 - box.x0) * room, 1e-6);
    const high = (this.height - this.insets.top - this.insets.bottom) / Math.max((box.y1 - box.y0) * room, 1e-6);
    return {
      x: (box.x0 + box.x1) / 2,
      y: (box.y0 + box.y1) / 2,
      zoom: clamp(Math.min(wide, high) / this.fitScale, MIN_ZOOM, 16),
    };
  }

  /** @returns {Box} what is seen, in data coordinates */
  get seen() {
    const [x0, y1] = this.toData(0, 0);
    const [x1, y0] = this.toData(this.width, this.height);
    return { x0, y0, x1, y1 };
  }
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const clampZoom = (zoom) => clamp(zoom, MIN_ZOOM, MAX_ZOOM);

/**
 * Return the smooth way between two views: zoom out, go over, zoom in (van Wijk and Nuij 2003).
 * @param {View} from
 * @param {View} to
 * @returns {{milliseconds: number, at: (t: number) => View}} `at(0)` is `from`, `at(1)` is `to`
 */
export function flight(from, to) {
  const w0 = 1 / from.zoom;
  const w1 = 1 / to.zoom;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const d = Math.hypot(dx, dy);
  if (d < 1e-9) {
    const length = Math.log(w1 / w0) / SQRT2;
    return {
      milliseconds: d === 0 && w0 === w1 ? 0 : clamp(Math.abs(length) * 1000, 250, 1200),
      at: (t) => ({ x: to.x, y: to.y, zoom: 1 / (w0 * Math.exp(SQRT2 * length * t)) }),
    };
  }
  const rho2 = 2;
  const b0 = (w1 * w1 - w0 * w0 + rho2 * rho2 * d * d) / (2 * w0 * rho2 * d);
  const b1 = (w1 * w1 - w0 * w0 - rho2 * rho2 * d * d) / (2 * w1 * rho2 * d);
  const r0 = Math.log(Math.sqrt(b0 * b0 + 1) - b0);
  const r1 = Math.log(Math.sqrt(b1 * b1 + 1) - b1);
  const length = (r1 - r0) / SQRT2;
  return {
    milliseconds: clamp(1000 * Math.abs(length), 250, 1200),
    at(t) {
      if (t >= 1) return { ...to };
      const s = t * length;
      const u = (w0 / (rho2 * d)) * (Math.cosh(r0) * Math.tanh(SQRT2 * s + r0) - Math.sinh(r0));
      const w = (w0 * Math.cosh(r0)) / Math.cosh(SQRT2 * s + r0);
      return { x: from.x + u * dx, y: from.y + u * dy, zoom: 1 / w };
    },
  };
}
