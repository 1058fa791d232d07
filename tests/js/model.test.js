/** The parts of a map find together, in any order, and only when they belong together. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Model, shuffled } from "../../components/embedding_map/js/model.js";

const colors = { categories: ["#010203"], scale: ["#000000", "#ffffff"], gray: "#808080", plain: "#0000ff" };

function parts(n, layout = "a", selected = []) {
  const xy = Uint16Array.from({ length: 2 * n }, (_, i) => (i % 3 === 2 && n > 2 ? i * 100 : i * 10));
  return {
    coordinates: { meta: { n, name: layout, axes: [] }, sections: { xy } },
    items: { meta: { n, name: "items", source: "", marks: [] }, sections: {} },
    colors: { meta: { n, kind: "none", colors: { light: colors, dark: colors } }, sections: {} },
    view: { meta: { n, labels: [], note: "" }, sections: { rows: Uint32Array.from(selected) } },
  };
}

test("nothing is shown until all parts are of the same rows", () => {
  const model = new Model();
  assert.equal(model.update({}), null);
  assert.equal(model.update({ ...parts(4), view: undefined }), null);
  assert.equal(model.update({ ...parts(4), colors: parts(5).colors }), null);
  assert.ok(model.update(parts(4)).fresh);
  assert.equal(model.states.length, 4);
});

test("each part changes only what hangs on it", () => {
  const model = new Model();
  const first = parts(4, "a", [1]);
  model.update(first);
  const { xy, paints } = model;
  const what = model.update({ ...first, view: parts(4, "a", [2, 3]).view });
  assert.deepEqual(what, { fresh: false, moved: false, recolored: false, seen: true });
  assert.deepEqual([...model.selection.rows()], [2, 3]);
  assert.equal(model.xy, xy);
  assert.equal(model.paints, paints);
  const moved = model.update({ ...model.parts, coordinates: parts(4, "b").coordinates });
  assert.deepEqual(moved, { fresh: false, moved: true, recolored: false, seen: false });
  assert.deepEqual([...model.selection.rows()], [2, 3]);
});

test("no rows, one row and rows on one spot have a box to fit", () => {
  for (const n of [0, 1, 2]) {
    const model = new Model();
    const given = parts(n);
    given.coordinates.sections.xy.fill(500);
    model.update(given);
    assert.ok(model.box.x1 > model.box.x0 && model.box.y1 > model.box.y0);
    assert.equal(model.pick(0.5, 0.5, 0.001), -1);
  }
});

test("a window is what is fitted to, however far the points reach", () => {
  const model = new Model();
  const given = parts(4);
  model.update(given);
  assert.equal(model.window, "");
  const meta = { ...given.coordinates.meta, window: [0, 0.25, 1, 0.75] };
  model.update({ ...given, coordinates: { ...given.coordinates, meta } });
  assert.deepEqual(model.box, { x0: 0, y0: 0.25, x1: 1, y1: 0.75 });
  assert.equal(model.window, "0,0.25,1,0.75");
});

test("the drawing order holds every row once", () => {
  const order = shuffled(1000);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
  const low = order.subarray(0, 200).filter((row) => row < 500).length;
  assert.ok(low > 70 && low < 130);
});
