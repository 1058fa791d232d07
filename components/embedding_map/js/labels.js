/**
 * Names on the map that never cover each other: each appears from the zoom on at which there is room for it.
 */

/** @typedef {{x: number, y: number, width: number, height: number, priority: number}} Place  x, y in pixels at zoom 1 */

const HYSTERESIS = 0.97;

/**
 * Return for every label the zoom from which it is shown. Labels that are shown at some zoom do not overlap at it, and
 * a label once shown stays as one zooms in (after Been, Daiches and Yap 2006).
 * @param {Place[]} places
 * @returns {Float64Array}
 */
export function appearances(places) {
  const order = places.map((_, i) => i).sort((a, b) => places[b].priority - places[a].priority || a - b);
  const from = new Float64Array(places.length);
  order.forEach((i, rank) => {
    for (let k = 0; k < rank; k++) {
      const j = order[k];
      const room = roomAt(places[i], places[j]);
      if (room > from[j] && room > from[i]) from[i] = room;
    }
  });
  return from;
}

/** Return the zoom from which two labels of fixed size no longer overlap. */
function roomAt(a, b) {
  const across = (a.width + b.width) / 2 / Math.abs(a.x - b.x);
  const down = (a.height + b.height) / 2 / Math.abs(a.y - b.y);
  return Math.min(across, down);
}

/** Say whether a label is shown at a zoom; one that is shown goes a little later than it came. */
export const isShown = (from, zoom, shown) => zoom >= from * (shown ? HYSTERESIS : 1);
