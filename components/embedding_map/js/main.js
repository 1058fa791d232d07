/**
 * The map as an element of a Streamlit page.
 */

import { pack, toBase64 } from "./envelope.js";
import { EmbeddingMap } from "./map.js";
import { home } from "./registry.js";
import { packRows } from "./selection.js";

/** What else is on a page whose map fills the window: the strip, the controls and the caption, in pixels. */
const REST = 330;

/** @type {WeakMap<object, EmbeddingMap>} */
const maps = new WeakMap();

/** Called by Streamlit when the element appears, and again when its data or the theme changes. */
export default function show({ data, parentElement, setTriggerValue }) {
  let map = maps.get(parentElement);
  if (map && map.key !== data.key) {
    leave(parentElement, map);
    map = null;
  }
  const emit = ({ how, row, rows, n }) => {
    const bytes = pack({ how, row, n }, packRows(rows, n));
    setTriggerValue("picked", toBase64(bytes));
  };
  if (!map) map = arrive(parentElement, data.key, emit);
  map.emit = emit;
  map.root.style.height = data.least ? `max(${data.least}px, 100vh - ${REST}px)` : "";
  map.retheme();
  map.update();
  const visit = {};
  map.visit = visit;
  // Streamlit may say that an element has gone after it has come again.
  return () => map.visit === visit && leave(parentElement, map);
}

function arrive(parent, key, emit) {
  const map = new EmbeddingMap(parent, { key, emit });
  maps.set(parent, map);
  home().maps.set(key, map);
  home().listeners.set(key, () => map.update());
  return map;
}

function leave(parent, map) {
  if (home().maps.get(map.key) === map) {
    home().maps.delete(map.key);
    home().listeners.delete(map.key);
  }
  if (maps.get(parent) === map) maps.delete(parent);
  map.destroy();
}
