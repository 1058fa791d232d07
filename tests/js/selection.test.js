/** What a gesture does to a selection, the way back, and how rows travel. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { joining, packRows, Replaced, Selection, unpackRows } from "../../components/embedding_map/js/selection.js";
import { chance } from "./chance.js";

const rows = (selection) => [...selection.rows()];

test("rows replace, join, leave and meet a selection", () => {
  const selection = new Selection(10);
  selection.apply([3, 1]);
  assert.deepEqual(rows(selection), [1, 3]);
  selection.apply([1, 8], "add");
  assert.deepEqual(rows(selection), [1, 3, 8]);
  selection.apply([3, 9], "remove");
  assert.deepEqual(rows(selection), [1, 8]);
  selection.apply([8, 9], "intersect");
  assert.deepEqual(rows(selection), [8]);
  assert.equal(selection.count, 1);
});

test("keys held at the end of a gesture say which", () => {
  assert.equal(joining({ shiftKey: false, altKey: false }), "replace");
  assert.equal(joining({ shiftKey: true, altKey: false }), "add");
  assert.equal(joining({ shiftKey: false, altKey: true }), "remove");
  assert.equal(joining({ shiftKey: true, altKey: true }), "intersect");
});

test("each step can be undone, twenty at most", () => {
  const selection = new Selection(50);
  for (let i = 0; i < 30; i++) selection.apply([i]);
  for (let i = 28; i >= 9; i--) {
    assert.ok(selection.undo());
    assert.deepEqual(rows(selection), [i]);
  }
  assert.ok(!selection.undo());
});

test("inverting selects only what can be selected, and what Python says is no step", () => {
  const selection = new Selection(6);
  selection.take([0, 5, 99]);
  assert.deepEqual(rows(selection), [0, 5]);
  selection.invert((row) => row !== 2);
  assert.deepEqual(rows(selection), [1, 3, 4]);
  assert.ok(selection.undo());
  assert.deepEqual(rows(selection), [0, 5]);
  assert.ok(!selection.undo());
});

test("a view of what a gesture has replaced is late, any other is news", () => {
  const replaced = new Replaced(2000);
  replaced.add(Uint32Array.of(), 1000);
  replaced.add(Uint32Array.of(1, 2), 1500);
  assert.equal(replaced.wait(Uint32Array.of(), 2000), 1000);
  assert.equal(replaced.wait(Uint32Array.of(1, 2), 2000), 1500);
  assert.equal(replaced.wait(Uint32Array.of(1, 3), 2000), 0);
  assert.equal(replaced.wait(Uint32Array.of(), 3000), 0);
  replaced.clear();
  assert.equal(replaced.wait(Uint32Array.of(1, 2), 2000), 0);
});

test("rows travel as the smaller of a list and bits", () => {
  const draw = chance(1);
  for (const share of [0, 0.001, 0.3, 1]) {
    const wanted = Uint32Array.from({ length: 5000 }, (_, i) => i).filter(() => draw() < share);
    const packed = packRows(wanted, 5000);
    assert.equal("bits" in packed, share > 0.01);
    assert.deepEqual(unpackRows(packed), wanted);
  }
});
