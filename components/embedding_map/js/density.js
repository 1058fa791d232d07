/**
 * How dense the points lie, as lines of equal density.
 */

export const CELLS = 128;
/** Room round the map, in cells, so that lines close. */
const MARGIN = 16;
const SIDE = CELLS + 2 * MARGIN;
/** Three passes of a box this wide come close to a Gaussian of about 4 cells. */
const RADIUS = 4;
const LEVELS = 7;

/**
 * Return a smoothed count for every cell, (SIDE * SIDE).
 * @param {Float32Array} xy  in 0 … 1; NaN is nowhere
 * @param {(row: number) => boolean} accept
 */
export function density(xy, accept) {
  let field = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < xy.length / 2; row++) {
    if (!accept(row)) continue;
    // Spread over the four cells round it, or contours show the cells.
    const x = Math.min(Math.max(xy[2 * row] * CELLS - 0.5 + MARGIN, 0), SIDE - 2);
    const y = Math.min(Math.max(xy[2 * row + 1] * CELLS - 0.5 + MARGIN, 0), SIDE - 2);
    const [cx, cy] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [x - cx, y - cy];
    const at = cy * SIDE + cx;
    field[at] += (1 - fx) * (1 - fy);
    field[at + 1] += fx * (1 - fy);
    field[at + SIDE] += (1 - fx) * fy;
    field[at + SIDE + 1] += fx * fy;
  }
  for (let pass = 0; pass < 3; pass++) field = blurred(blurred(field, 1, SIDE), SIDE, 1);
  return field;
}

/** Return a field after a box blur along one direction. */
function blurred(field, step, across) {
  const made = new Float32Array(field.length);
  for (let line = 0; line < SIDE; line++) {
    let sum = 0;
    const at = (i) => field[line * across + i * step];
    for (let i = -RADIUS; i < SIDE + RADIUS; i++) {
      if (i + RADIUS < SIDE && i + RADIUS >= 0) sum += at(i + RADIUS);
      if (i - RADIUS - 1 >= 0) sum -= at(i - RADIUS - 1);
      if (i >= 0 && i < SIDE) made[line * across + i * step] = sum / (2 * RADIUS + 1);
    }
  }
  return made;
}

/** Return densities to draw lines at, closer together where there is little. @param {Float32Array} field */
export function levels(field) {
  const most = field.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? Array.from({ length: LEVELS }, (_, i) => most * ((i + 1) / (LEVELS + 1)) ** 2) : [];
}

/**
 * Return the line of one density as an SVG path, in data coordinates (marching squares).
 * @param {Float32Array} field
 * @param {number} level
 */
export function contour(field, level) {
  const pieces = [];
  const place = (value) => ((value - MARGIN + 0.5) / CELLS).toFixed(5);
  for (let y = 0; y + 1 < SIDE; y++) {
    for (let x = 0; x + 1 < SIDE; x++) {
      const [a, b] = [field[y * SIDE + x], field[y * SIDE + x + 1]];
      const [d, c] = [field[(y + 1) * SIDE + x], field[(y + 1) * SIDE + x + 1]];
      const edges = crossings(a - level, b - level, c - level, d - level);
      for (let i = 0; i + 1 < edges.length; i += 2) {
        const [[x0, y0], [x1, y1]] = [edges[i], edges[i + 1]];
        pieces.push(`M${place(x + x0)} ${place(y + y0)}L${place(x + x1)} ${place(y + y1)}`);
      }
    }
  }
  return pieces.join("");
}

/** Return where a line crosses the sides of a cell, in pairs. */
function crossings(a, b, c, d) {
  const found = [];
  if (a > 0 !== b > 0) found.push([a / (a - b), 0]);
  if (b > 0 !== c > 0) found.push([1, b / (b - c)]);
  if (c > 0 !== d > 0) found.push([d / (d - c), 1]);
  if (d > 0 !== a > 0) found.push([0, a / (a - d)]);
  return found;
}
