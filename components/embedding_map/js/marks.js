/**
 * How large and how dense points are drawn, and the shapes they have.
 */

import { occupancy } from "./grid.js";

export const DISC = 0;
export const SQUARE = 1;
export const DIAMOND = 2;
export const SHAPES = ["disc", "square", "diamond"];
/** Beyond this diameter, in pixels, a point has a darker rim. */
export const RIM_FROM = 5;
export const RIM = 0.3;
/** How far a dimmed point goes over to the background, and what is left of its opacity. */
export const DIMMED = 0.5;
export const DIM_ALPHA = 0.65;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Return the diameter of a point in CSS pixels: smaller where there are many, larger as one comes nearer. */
export function pointSize(n, area, zoom) {
  const most = clamp(7 * (area / 500_000) ** 0.25, 7, 11);
  const base = clamp(0.85 * Math.sqrt(area / Math.max(n, 1)), 1.5, most);
  return clamp(base * zoom ** 0.35, 1.5, 14);
}

/**
 * Return the opacity at which the part of the map that holds points is about 60 % covered.
 * @param {import("./grid.js").Grid} grid
 * @param {import("./camera.js").Camera} camera
 */
export function opacity(grid, camera, size) {
  const { points, area } = occupancy(grid, camera.seen, 16 / camera.scale);
  if (!points) return 0.85;
  const layers = (points * 0.785 * size * size) / (area * camera.scale ** 2);
  // Colors have 256 steps: fainter points would leave none where they lie alone, and never reach their own color.
  return clamp(0.92 / layers, 0.05, 0.85);
}

/** Return how far (x, y) lies from a mark's middle, in units of its radius: 1 is its edge. */
export function reach(mark, x, y) {
  if (mark === SQUARE) return Math.max(Math.abs(x), Math.abs(y)) * 1.14;
  if (mark === DIAMOND) return (Math.abs(x) + Math.abs(y)) * 0.86;
  return Math.hypot(x, y);
}
