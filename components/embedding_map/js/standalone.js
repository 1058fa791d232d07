/**
 * The map as a page of its own, with everything in it: no server, no network.
 */

import { fromBase64 } from "./envelope.js";
import { EmbeddingMap } from "./map.js";
import { deliver, home } from "./registry.js";

const KEY = "map";

for (const part of document.querySelectorAll("script[data-part]")) {
  deliver(KEY, part.dataset.part, fromBase64(part.textContent.trim()));
}
const map = new EmbeddingMap(document.querySelector("main"), { key: KEY, emit: () => {} });
home().maps.set(KEY, map);
const look = () => map.retheme();
look();
map.update();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
