/**
 * What the maps of one browser tab share: the parts that arrived, by the key of the map they belong to.
 *
 * The map and its parts are separate elements of the page, so that a new selection does not bring the coordinates
 * again; they arrive in any order and find each other here.
 */

const HOME = Symbol.for("vectorscope.maps");

/**
 * @typedef {object} Home
 * @property {Map<string, Map<string, {bytes: Uint8Array}>>} parts  by map and part
 * @property {Map<string, () => void>} listeners
 * @property {Map<string, object>} maps  the maps on the page
 * @property {Map<string, object>} places  where each was looked from last, by layout
 * @property {Map<string, object>} looks  which layers each showed last
 */

/** @returns {Home} */
export function home() {
  globalThis[HOME] ??= { parts: new Map(), listeners: new Map(), maps: new Map(), places: new Map(), looks: new Map() };
  return globalThis[HOME];
}

/** Return what a new map draws with, "webgl2" or "canvas"; unless a test says so, what is found to be quicker. */
export const wantedRenderer = () => globalThis[Symbol.for("vectorscope.renderer")] ?? "auto";

/** Put a part where its map finds it; return what takes it away again. */
export function deliver(key, name, bytes) {
  const { parts, listeners } = home();
  if (!parts.has(key)) parts.set(key, new Map());
  // Streamlit may say that an element has gone after it has brought the same bytes again: each delivery is its own.
  const delivery = { bytes };
  parts.get(key).set(name, delivery);
  listeners.get(key)?.();
  return () => {
    if (parts.get(key)?.get(name) === delivery) parts.get(key).delete(name);
  };
}
