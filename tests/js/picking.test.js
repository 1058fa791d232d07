/** What lies under the pointer and inside a drawn line, held to going through every point. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { buildGrid, nearest, occupancy } from "../../components/embedding_map/js/grid.js";
import { inside, rectangle, rowsInside, simplify } from "../../components/embedding_map/js/lasso.js";
import { chance, clumps } from "./chance.js";

function nearestOfAll(xy, x, y, radius, accept) {
  let best = Infinity;
  for (let row = 0; row < xy.length / 2; row++) {
    if (!accept(row)) continue;
    const [dx, dy] = [xy[2 * row] - x, xy[2 * row + 1] - y];
    if (dx * dx + dy * dy <= radius * radius) best = Math.min(best, dx * dx + dy * dy);
  }
  return best;
}

test("the nearest point is the nearest of all", () => {
  const draw = chance(1);
  const xy = clumps(4000, 2);
  const grid = buildGrid(xy);
  const odd = (row) => row % 2 === 1;
  for (let i = 0; i < 400; i++) {
    const [x, y, radius] = [draw() * 1.2 - 0.1, draw() * 1.2 - 0.1, draw() * 0.05];
    const row = nearest(grid, xy, x, y, radius, odd);
    const best = nearestOfAll(xy, x, y, radius, odd);
    assert.equal(row < 0, best === Infinity);
    if (row >= 0) {
      assert.ok(odd(row));
      assert.equal((xy[2 * row] - x) ** 2 + (xy[2 * row + 1] - y) ** 2, best);
    }
  }
});

test("points without a place are never found, points on the border are", () => {
  const xy = Float32Array.of(NaN, NaN, 1, 1, 0, 0);
  const grid = buildGrid(xy);
  assert.deepEqual([...grid.rows].sort(), [1, 2]);
  assert.equal(nearest(grid, xy, 1.001, 1.001, 0.01), 1);
  assert.equal(nearest(grid, xy, 0.5, 0.5, 0.4), -1);
});

test("a lasso finds what going through every point finds", () => {
  const draw = chance(3);
  const xy = clumps(6000, 4);
  const grid = buildGrid(xy);
  for (let i = 0; i < 60; i++) {
    const corners = 3 + Math.floor(draw() * 40);
    const wide = i % 3 === 0 ? 1.6 : 0.3;
    const polygon = Float64Array.from({ length: corners * 2 }, () => 0.5 + (draw() - 0.5) * wide);
    const expected = [];
    for (let row = 0; row < xy.length / 2; row++) {
      if (inside(polygon, xy[2 * row], xy[2 * row + 1])) expected.push(row);
    }
    assert.deepEqual([...rowsInside(grid, xy, polygon)], expected);
  }
});

test("a line drawn twice round its middle holds the middle too", () => {
  const twice = [];
  for (let i = 0; i < 40; i++) {
    const [angle, r] = [(i / 20) * 2 * Math.PI, i < 20 ? 0.4 : 0.2];
    twice.push(0.5 + r * Math.cos(angle), 0.5 + r * Math.sin(angle));
  }
  assert.ok(inside(Float64Array.from(twice), 0.5, 0.5));
});

test("a box over everything holds everything with a place, what is not accepted excepted", () => {
  const xy = clumps(3000, 5);
  const grid = buildGrid(xy);
  const all = rowsInside(grid, xy, rectangle(-1, -1, 2, 2));
  assert.equal(all.length, grid.rows.length);
  const even = rowsInside(grid, xy, rectangle(-1, -1, 2, 2), (row) => row % 2 === 0);
  assert.deepEqual([...even], [...all].filter((row) => row % 2 === 0));
  assert.equal(rowsInside(grid, xy, new Float64Array(4)).length, 0);
});

test("a simplified line stays near the drawn one and keeps its ends", () => {
  const draw = chance(6);
  const line = Array.from({ length: 400 }, (_, i) => (i % 2 ? Math.sin(i / 30) * 50 + draw() : i));
  const short = simplify(line, 0.75);
  assert.ok(short.length < line.length / 4);
  assert.deepEqual(short.slice(0, 2), line.slice(0, 2));
  assert.deepEqual(short.slice(-2), line.slice(-2));
});

test("how full the window is follows what is seen", () => {
  const xy = clumps(3000, 7);
  const grid = buildGrid(xy);
  const everything = occupancy(grid, { x0: 0, y0: 0, x1: 1, y1: 1 }, 1 / 64);
  assert.equal(everything.points, grid.rows.length);
  assert.ok(everything.area > 0 && everything.area < 1);
  assert.equal(occupancy(grid, { x0: 2, y0: 0, x1: 3, y1: 1 }, 1 / 64).points, 0);
  const corner = occupancy(grid, { x0: 0.99, y0: 0, x1: 1, y1: 0.01 }, 1 / 512);
  assert.equal(corner.points, Array.from({ length: 3000 }, (_, row) => row).filter((row) => xy[2 * row] > 0.98 && xy[2 * row + 1] < 0.02).length);
});
