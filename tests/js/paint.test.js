/** Which color and which state each row has. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fromHex, LEVELS, MISSING, OTHER, PLAIN, table } from "../../components/embedding_map/js/color.js";
import { CHOSEN, DIM, HIDDEN, NORMAL, Painter } from "../../components/embedding_map/js/paint.js";
import { Selection } from "../../components/embedding_map/js/selection.js";

const classes = {
  ...{ kind: "categories", title: "kind", names: ["a", "b", "c", "d"], counts: [3, 2, 1, 1], shown: 2, missing: 1 },
};
const codes = Uint8Array.of(0, 0, 0, 1, 1, 2, 3, 255);

test("classes, the gray ones and no value have their paints", () => {
  const painter = new Painter(classes, codes, 8);
  assert.deepEqual([...painter.paints()], [0, 0, 0, 1, 1, OTHER, OTHER, MISSING]);
  assert.equal(painter.classOf(7), -1);
  assert.deepEqual([...painter.rowsOf(-1)], [7]);
});

test("a class of the gray ones can be given a color", () => {
  const painter = new Painter(classes, codes, 8);
  painter.promote(3);
  assert.deepEqual([...painter.paints()], [0, 0, 0, OTHER, OTHER, OTHER, 1, MISSING]);
});

test("300 classes need two bytes and lose none", () => {
  const names = Array.from({ length: 300 }, (_, i) => `c${i}`);
  const wide = { ...classes, names, counts: names.map(() => 1), shown: 19 };
  const painter = new Painter(wide, Uint16Array.of(0, 18, 19, 299, 65535), 5);
  assert.deepEqual([...painter.paints()], [0, 18, OTHER, OTHER, MISSING]);
  assert.equal(painter.classOf(3), 299);
});

test("numbers are levels of the scale", () => {
  const painter = new Painter({ kind: "numbers" }, Uint8Array.of(0, LEVELS - 1, 255), 3);
  assert.deepEqual([...painter.paints()], [0, LEVELS - 1, MISSING]);
});

test("without colors, and while the colors of other rows are still here, all are plain", () => {
  assert.deepEqual([...new Painter({ kind: "none" }, null, 2).paints()], [PLAIN, PLAIN]);
  assert.deepEqual([...new Painter(classes, codes, 2).paints()], [PLAIN, PLAIN]);
});

test("a selection dims the rest, hidden classes stay hidden, one pointed at stands out", () => {
  const painter = new Painter(classes, codes, 8);
  const selection = new Selection(8);
  assert.deepEqual([...painter.states(selection)], Array(8).fill(NORMAL));
  selection.take([0, 3]);
  painter.toggle(1);
  assert.deepEqual([...painter.states(selection)], [CHOSEN, DIM, DIM, HIDDEN, HIDDEN, DIM, DIM, DIM]);
  selection.take([0]);
  assert.deepEqual([...painter.states(selection)], [CHOSEN, NORMAL, NORMAL, HIDDEN, HIDDEN, NORMAL, NORMAL, NORMAL]);
  painter.lit = 2;
  assert.deepEqual([...painter.states(selection)], [DIM, DIM, DIM, HIDDEN, HIDDEN, CHOSEN, DIM, DIM]);
});

test("a class is seen alone, and all again at the second wish", () => {
  const painter = new Painter(classes, codes, 8);
  painter.isolate(1);
  assert.deepEqual([...painter.hidden].sort(), [-1, 0, 2, 3]);
  painter.isolate(1);
  assert.equal(painter.hidden.size, 0);
});

test("the table holds the palette, the scale from end to end, and the grays", () => {
  const colors = { categories: ["#010203", "#040506"], scale: ["#000000", "#ffffff"], gray: "#808080", plain: "#0000ff" };
  const at = (rgb, paint) => [...rgb.subarray(paint * 3, paint * 3 + 3)];
  const named = table("categories", colors);
  assert.deepEqual(at(named, 1), [4, 5, 6]);
  assert.deepEqual(at(named, MISSING), [128, 128, 128]);
  const scale = table("numbers", colors);
  assert.deepEqual([at(scale, 0), at(scale, LEVELS - 1)], [[0, 0, 0], [255, 255, 255]]);
  assert.deepEqual(fromHex("#56b4e9"), [86, 180, 233]);
});
