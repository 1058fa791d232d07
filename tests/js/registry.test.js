/** How the parts of a map and the map find each other. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { deliver, home } from "../../components/embedding_map/js/registry.js";

const kept = (name) => home().parts.get("map").get(name)?.bytes;

test("a part lies where its map finds it, and the map hears of it", () => {
  let heard = 0;
  home().listeners.set("map", () => (heard += 1));
  const bytes = Uint8Array.of(1);
  const away = deliver("map", "view", bytes);
  assert.equal(kept("view"), bytes);
  assert.equal(heard, 1);
  away();
  assert.equal(kept("view"), undefined);
});

test("what takes a part away late leaves a newer one, even of the same bytes", () => {
  const bytes = Uint8Array.of(2);
  const late = deliver("map", "coordinates", bytes);
  const away = deliver("map", "coordinates", bytes);
  late();
  assert.equal(kept("coordinates"), bytes);
  away();
  assert.equal(kept("coordinates"), undefined);
});
