/**
 * Which points lie inside a drawn line: whole grid cells at once, and one by one only along the line.
 */

import { SIZE } from "./grid.js";

const OUT = 0;
const IN = 1;
const EDGE = 2;

/**
 * Say whether a point lies inside a closed line, by the winding number.
 * @param {Float64Array} polygon  x, y, x, y …; the last point is joined to the first
 */
export function inside(polygon, x, y) {
  let winding = 0;
  let x0 = polygon[polygon.length - 2];
  let y0 = polygon[polygon.length - 1];
  for (let i = 0; i < polygon.length; i += 2) {
    const x1 = polygon[i];
    const y1 = polygon[i + 1];
    if (y0 <= y !== y1 <= y) {
      const side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
      if (y0 <= y && side > 0) winding++;
      else if (y0 > y && side < 0) winding--;
    }
    x0 = x1;
    y0 = y1;
  }
  return winding !== 0;
}

/**
 * Return the rows inside a closed line, ascending.
 * @param {import("./grid.js").Grid} grid
 * @param {Float32Array} xy
 * @param {Float64Array} polygon
 * @param {(row: number) => boolean} [accept]
 * @returns {Uint32Array}
 */
export function rowsInside(grid, xy, polygon, accept) {
  if (polygon.length < 6) return new Uint32Array(0);
  const mask = cellMask(polygon);
  const found = new Uint8Array(xy.length / 2);
  const { offsets, rows: sorted } = grid;
  let count = 0;
  for (let cell = 0; cell < mask.length; cell++) {
    if (mask[cell] === OUT) continue;
    const edge = mask[cell] === EDGE;
    const end = offsets[cell + 1];
    for (let i = offsets[cell]; i < end; i++) {
      const row = sorted[i];
      if (edge && !inside(polygon, xy[2 * row], xy[2 * row + 1])) continue;
      if (accept && !accept(row)) continue;
      found[row] = 1;
      count++;
    }
  }
  const rows = new Uint32Array(count);
  for (let row = 0, next = 0; next < count; row++) if (found[row]) rows[next++] = row;
  return rows;
}

/** Say of each cell whether it lies outside, inside, or on the line. */
function cellMask(polygon) {
  const mask = new Uint8Array(SIZE * SIZE);
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    markEdge(mask, polygon[i] * SIZE, polygon[i + 1] * SIZE, polygon[j] * SIZE, polygon[j + 1] * SIZE);
  }
  for (let y = 0; y < SIZE; y++) fillRow(mask, polygon, y);
  return mask;
}

/** Mark the cells that a piece of the line touches, with a hair to spare. */
function markEdge(mask, x0, y0, x1, y1) {
  const hair = 1e-3;
  const low = Math.max(0, Math.floor(Math.min(y0, y1) - hair));
  const high = Math.min(SIZE - 1, Math.floor(Math.max(y0, y1) + hair));
  const slope = y1 === y0 ? 0 : (x1 - x0) / (y1 - y0);
  for (let y = low; y <= high; y++) {
    let a = x0;
    let b = x1;
    if (Math.abs(y1 - y0) > hair) {
      const from = Math.min(Math.max(y - hair, Math.min(y0, y1)), Math.max(y0, y1));
      const to = Math.max(Math.min(y + 1 + hair, Math.max(y0, y1)), Math.min(y0, y1));
      a = x0 + (from - y0) * slope;
      b = x0 + (to - y0) * slope;
    }
    const left = Math.max(0, Math.floor(Math.min(a, b) - hair));
    const right = Math.min(SIZE - 1, Math.floor(Math.max(a, b) + hair));
    for (let x = left; x <= right; x++) mask[y * SIZE + x] = EDGE;
  }
}

function fillRow(mask, polygon, cy) {
  const y = (cy + 0.5) / SIZE;
  const crossings = [];
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const y0 = polygon[j + 1];
    const y1 = polygon[i + 1];
    if (y0 <= y === y1 <= y) continue;
    const x = polygon[j] + ((y - y0) / (y1 - y0)) * (polygon[i] - polygon[j]);
    crossings.push([x * SIZE, y0 <= y ? 1 : -1]);
  }
  crossings.sort((a, b) => a[0] - b[0]);
  let winding = 0;
  for (let i = 0; i + 1 < crossings.length; i++) {
    winding += crossings[i][1];
    if (winding === 0) continue;
    const from = Math.max(0, Math.ceil(crossings[i][0] - 0.5));
    const to = Math.min(SIZE - 1, Math.floor(crossings[i + 1][0] - 0.5));
    for (let x = from; x <= to; x++) if (mask[cy * SIZE + x] !== EDGE) mask[cy * SIZE + x] = IN;
  }
}

/**
 * Return a line with fewer points that stays within a tolerance of the drawn one (Douglas and Peucker 1973).
 * @param {number[]} line  x, y, x, y …
 */
export function simplify(line, tolerance) {
  const n = line.length / 2;
  if (n < 3) return line.slice();
  const keep = new Uint8Array(n);
  keep[0] = keep[n - 1] = 1;
  const stack = [[0, n - 1]];
  while (stack.length) {
    const [first, last] = stack.pop();
    let far = -1;
    let most = tolerance;
    for (let i = first + 1; i < last; i++) {
      const distance = toSegment(line, i, first, last);
      if (distance > most) {
        most = distance;
        far = i;
      }
    }
    if (far < 0) continue;
    keep[far] = 1;
    stack.push([first, far], [far, last]);
  }
  return Array.from(keep.keys()).flatMap((i) => (keep[i] ? [line[2 * i], line[2 * i + 1]] : []));
}

function toSegment(line, point, from, to) {
  const [x, y] = [line[2 * point], line[2 * point + 1]];
  const [x0, y0] = [line[2 * from], line[2 * from + 1]];
  const dx = line[2 * to] - x0;
  const dy = line[2 * to + 1] - y0;
  const squared = dx * dx + dy * dy;
  const t = squared ? Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squared)) : 0;
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

/** Return the four corners of a box as a closed line. */
export function rectangle(x0, y0, x1, y1) {
  return Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);
}
