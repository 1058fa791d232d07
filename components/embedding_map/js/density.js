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
const NONE = [];

const place = (value) => Math.min(Math.max(value * CELLS - 0.5 + MARGIN, 0), SIDE - 2);

/**
 * Return a smoothed count for every cell, (SIDE * SIDE).
 * @param {Float32Array} xy  in 0 … 1
 * @param {ArrayLike<number>} rows  that have a place
 */
export function density(xy, rows) {
  let field = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < rows.length; i++) {
    // Spread over the four cells round it, or contours show the cells.
    const [x, y] = [place(xy[2 * rows[i]]), place(xy[2 * rows[i] + 1])];
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
 * Return the density above which a share of some rows lies (the highest density region of Hyndman 1996).
 * @param {Float32Array} field
 * @param {Float32Array} xy
 * @param {ArrayLike<number>} rows
 * @param {number} share  0 … 1
 */
export function holding(field, xy, rows, share) {
  const at = Float32Array.from(rows, (row) => field[Math.round(place(xy[2 * row + 1])) * SIDE + Math.round(place(xy[2 * row]))]);
  return at.sort()[Math.floor((1 - share) * (at.length - 1))];
}

/**
 * Return the lines of one density as an SVG path in data coordinates, closed (marching squares).
 * @param {Float32Array} field
 * @param {number} level
 */
export function contour(field, level) {
  /** @type {Map<string, string[]>} what each corner of the lines is joined to */
  const joined = new Map();
  const join = (from, to) => joined.set(from, [...(joined.get(from) ?? []), to]);
  const back = (value) => ((value - MARGIN + 0.5) / CELLS).toFixed(5);
  for (let y = 0; y + 1 < SIDE; y++) {
    for (let x = 0; x + 1 < SIDE; x++) {
      const [a, b] = [field[y * SIDE + x], field[y * SIDE + x + 1]];
      const [d, c] = [field[(y + 1) * SIDE + x], field[(y + 1) * SIDE + x + 1]];
      const edges = crossings(a - level, b - level, c - level, d - level);
      const corners = edges.map(([across, down]) => `${back(x + across)} ${back(y + down)}`);
      for (let i = 0; i + 1 < corners.length; i += 2) {
        join(corners[i], corners[i + 1]);
        join(corners[i + 1], corners[i]);
      }
    }
  }
  return loops(joined).map((corners) => `M${corners.join("L")}Z`).join("");
}

/** Return the loops that corners form, each of which is joined to two others. */
function loops(joined) {
  const found = [];
  const seen = new Set();
  for (const start of joined.keys()) {
    const loop = [];
    for (let corner = start; corner && !seen.has(corner); corner = joined.get(corner).find((next) => !seen.has(next))) {
      seen.add(corner);
      loop.push(corner);
    }
    if (loop.length > 2) found.push(loop);
  }
  return found;
}

/** Return where a line crosses the sides of a cell, in pairs. */
function crossings(a, b, c, d) {
  const signs = (a > 0) + (b > 0) + (c > 0) + (d > 0);
  if (signs === 0 || signs === 4) return NONE;
  const found = [];
  if (a > 0 !== b > 0) found.push([a / (a - b), 0]);
  if (b > 0 !== c > 0) found.push([1, b / (b - c)]);
  if (c > 0 !== d > 0) found.push([d / (d - c), 1]);
  if (d > 0 !== a > 0) found.push([0, a / (a - d)]);
  return found;
}
