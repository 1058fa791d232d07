/**
 * From rows to drawing order: what is asked for row by row is kept in the order in which it is drawn.
 */

/** Return one byte a row in drawing order. @param {Uint8Array} values @param {Uint32Array} order */
export function ordered(values, order) {
  const placed = new Uint8Array(order.length);
  for (let i = 0; i < placed.length; i++) placed[i] = values[order[i]];
  return placed;
}

/** Return the places of rows in drawing order. @param {Float32Array} xy @param {Uint32Array} order */
export function orderedPlaces(xy, order) {
  const placed = new Float32Array(xy.length);
  for (let i = 0; i < order.length; i++) {
    placed[2 * i] = xy[2 * order[i]];
    placed[2 * i + 1] = xy[2 * order[i] + 1];
  }
  return placed;
}

/** Return how many rows have each of the four states. @param {Uint8Array} states */
export function census(states) {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < states.length; i++) counts[states[i]]++;
  return counts;
}
