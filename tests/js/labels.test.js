/** Names never cover each other at any zoom, and once there they stay. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { appearances, isShown } from "../../components/embedding_map/js/labels.js";
import { chance } from "./chance.js";

function scattered(n) {
  const draw = chance(1);
  return Array.from({ length: n }, () => ({
    ...{ x: draw() * 800, y: draw() * 500, width: 30 + draw() * 120, height: 20, priority: Math.floor(draw() * 9) },
  }));
}

test("no two shown names overlap", () => {
  const places = scattered(300);
  const from = appearances(places);
  for (const zoom of [1, 1.7, 3, 8, 40]) {
    const shown = places.filter((_, i) => isShown(from[i], zoom, false));
    for (const [i, a] of shown.entries()) {
      for (const b of shown.slice(0, i)) {
        const apart = Math.abs(a.x - b.x) * zoom + 1e-9 >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) * zoom + 1e-9 >= 20;
        assert.ok(apart, `two names overlap at zoom ${zoom}`);
      }
    }
  }
});

test("the heaviest is there from the start, more follow as one comes nearer", () => {
  const places = scattered(300);
  const from = appearances(places);
  const heaviest = places.findIndex((place) => place.priority === Math.max(...places.map((each) => each.priority)));
  assert.equal(from[heaviest], 0);
  const shown = (zoom) => from.filter((each) => isShown(each, zoom, false)).length;
  assert.ok(shown(1) < shown(4) && shown(4) < shown(16));
});

test("of two names on one spot the lighter one never appears", () => {
  const place = { x: 5, y: 5, width: 40, height: 20 };
  const from = appearances([{ ...place, priority: 1 }, { ...place, priority: 2 }]);
  assert.deepEqual([...from], [Infinity, 0]);
});

test("a shown name goes a little later than it came", () => {
  assert.ok(!isShown(2, 1.95, false));
  assert.ok(isShown(2, 1.95, true));
  assert.ok(!isShown(2, 1.9, true));
});
