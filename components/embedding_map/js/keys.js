/**
 * The map by keyboard.
 */

const STEP = 100;
const ZOOM = 1.5;

/**
 * @param {import("./map.js").EmbeddingMap} map
 * @param {KeyboardEvent} event
 */
export function onKey(map, event) {
  if (event.target !== map.root || event.ctrlKey || event.metaKey) return;
  const work = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!work) return;
  event.preventDefault();
  event.stopPropagation();
  work(map, event);
}

const pan = (dx, dy) => (map) => map.move((camera) => camera.pan(dx, dy));
const zoom = (factor) => (map) =>
  map.move((camera) => camera.zoomAt(camera.originX, camera.originY, factor));

const KEYS = {
  ArrowLeft: pan(STEP, 0),
  ArrowRight: pan(-STEP, 0),
  ArrowUp: pan(0, STEP),
  ArrowDown: pan(0, -STEP),
  "+": zoom(ZOOM),
  "=": zoom(ZOOM),
  "-": zoom(1 / ZOOM),
  0: (map) => map.fit(),
  Escape: (map) => map.gestures.cancel() || map.choosing.clear(),
  Enter: (map, event) => map.choosing.middle(event),
  t: (map) => map.layers.turn("twin"),
  n: (map) => map.goToClass(1),
  p: (map) => map.goToClass(-1),
};
