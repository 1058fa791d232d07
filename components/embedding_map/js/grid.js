/**
 * Points sorted into 512 x 512 cells: what lies under the pointer, and how full what is seen is.
 */

export const SIZE = 512;
const COARSEST = 16;

/**
 * @typedef {object} Grid
 * @property {Uint32Array} offsets  where each cell begins in `rows`, (SIZE * SIZE + 1)
 * @property {Uint32Array} rows  row numbers, cell by cell; rows without a place are left out
 * @property {Map<number, Uint32Array>} counts  points per cell by cells a side: 512, 256 … 16
 */

/** Return the cell of a coordinate, in 0 … SIZE - 1. */
export const cellOf = (value) => Math.min(SIZE - 1, Math.max(0, (value * SIZE) | 0));

/**
 * @param {Float32Array} xy  (2 n), in 0 … 1; NaN is nowhere
 * @returns {Grid}
 */
export function buildGrid(xy) {
  const n = xy.length / 2;
  const offsets = new Uint32Array(SIZE * SIZE + 1);
  const cells = new Uint32Array(n);
  for (let row = 0; row < n; row++) {
    const x = xy[2 * row];
    if (x !== x) {
      cells[row] = SIZE * SIZE;
      continue;
    }
    cells[row] = cellOf(xy[2 * row + 1]) * SIZE + cellOf(x);
    offsets[cells[row] + 1]++;
  }
  const finest = offsets.slice(1);
  for (let cell = 0; cell < SIZE * SIZE; cell++) offsets[cell + 1] += offsets[cell];
  const rows = new Uint32Array(offsets[SIZE * SIZE]);
  const next = offsets.slice();
  for (let row = 0; row < n; row++) if (cells[row] < SIZE * SIZE) rows[next[cells[row]]++] = row;
  return { offsets, rows, counts: pyramid(finest) };
}

function pyramid(finest) {
  const counts = new Map([[SIZE, finest]]);
  let below = finest;
  for (let size = SIZE / 2; size >= COARSEST; size /= 2) {
    const level = new Uint32Array(size * size);
    for (let y = 0; y < size * 2; y++) {
      for (let x = 0; x < size * 2; x++) level[(y >> 1) * size + (x >> 1)] += below[y * size * 2 + x];
    }
    counts.set(size, level);
    below = level;
  }
  return counts;
}

/**
 * Return the row nearest to (x, y) within a radius, or -1; of two at one spot, the one drawn later.
 * @param {Grid} grid
 * @param {Float32Array} xy
 * @param {(row: number) => boolean} [accept]
 */
export function nearest(grid, xy, x, y, radius, accept = () => true) {
  const left = cellOf(x - radius);
  const right = cellOf(x + radius);
  const top = cellOf(y + radius);
  let best = -1;
  let least = radius * radius;
  for (let cy = cellOf(y - radius); cy <= top; cy++) {
    const end = grid.offsets[cy * SIZE + right + 1];
    for (let i = grid.offsets[cy * SIZE + left]; i < end; i++) {
      const row = grid.rows[i];
      const dx = xy[2 * row] - x;
      const dy = xy[2 * row + 1] - y;
      const distance = dx * dx + dy * dy;
      if (distance <= least && accept(row)) {
        best = row;
        least = distance;
      }
    }
  }
  return best;
}

/**
 * Return how many points lie in what is seen, and the area of its cells that hold any, in data units.
 * @param {Grid} grid
 * @param {import("./camera.js").Box} seen
 * @param {number} cell  the wanted size of a cell, in data units
 */
export function occupancy(grid, seen, cell) {
  let size = SIZE;
  while (size > COARSEST && 1 / size < cell * 0.75) size /= 2;
  const counts = grid.counts.get(size);
  const at = (value) => Math.min(size - 1, Math.max(0, Math.floor(value * size)));
  let points = 0;
  let filled = 0;
  if (seen.x1 < 0 || seen.x0 > 1 || seen.y1 < 0 || seen.y0 > 1) return { points, area: 0 };
  const [left, right, low, high] = [at(seen.x0), at(seen.x1), at(seen.y0), at(seen.y1)];
  for (let y = low; y <= high; y++) {
    for (let i = y * size + left; i <= y * size + right; i++) {
      if (counts[i]) {
        points += counts[i];
        filled++;
      }
    }
  }
  return { points, area: filled / (size * size) };
}
