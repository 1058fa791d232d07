/** Lines of equal density run where the density is equal. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { contour, density, holding, levels } from "../../components/embedding_map/js/density.js";
import { inside } from "../../components/embedding_map/js/lasso.js";
import { chance } from "./chance.js";

const rowsOf = (xy) => Uint32Array.from({ length: xy.length / 2 }, (_, row) => row);
const numbers = (path) => path.match(/-?[\d.]+/g).map(Number);

test("no point is lost in smoothing", () => {
  const draw = chance(1);
  const xy = Float32Array.from({ length: 4000 }, () => draw());
  const sum = density(xy, rowsOf(xy)).reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - 2000) < 1);
  assert.ok(Math.abs(density(xy, rowsOf(xy).filter((row) => row < 500)).reduce((a, b) => a + b, 0) - 500) < 1);
});

test("round one spot the lines are circles, the denser the smaller", () => {
  const xy = Float32Array.from({ length: 200 }, () => 0.5);
  const field = density(xy, rowsOf(xy));
  let last = Infinity;
  for (const level of levels(field)) {
    const points = numbers(contour(field, level));
    const radii = points.flatMap((x, i) => (i % 2 ? [] : [Math.hypot(x - 0.5, points[i + 1] - 0.5)]));
    const [least, most] = [Math.min(...radii), Math.max(...radii)];
    assert.ok(most < last && most - least < 0.02, `${least} to ${most}`);
    last = most;
  }
});

test("no points have no density, and none has no lines", () => {
  assert.deepEqual(levels(density(new Float32Array(0), [])), []);
});

test("lines are closed, one for each hill", () => {
  const draw = chance(3);
  const xy = Float32Array.from({ length: 2000 }, (_, i) => (i % 4 < 2 ? 0.2 : 0.8) + 0.05 * draw());
  const path = contour(density(xy, rowsOf(xy)), 1);
  assert.equal(path.match(/M/g).length, 2);
  assert.equal(path.match(/Z/g).length, 2);
  const corners = path.split("Z")[0].slice(1).split("L").map((corner) => corner.split(" ").map(Number));
  corners.forEach(([x, y], i) => {
    const [x1, y1] = corners[(i + 1) % corners.length];
    assert.ok(Math.hypot(x - x1, y - y1) < 0.02);
  });
});

test("a line holds the share of points that it is asked to hold", () => {
  const draw = chance(4);
  const xy = Float32Array.from({ length: 8000 }, () => (draw() + draw() + draw()) / 3);
  const field = density(xy, rowsOf(xy));
  for (const share of [0.5, 0.9]) {
    const [corners] = contour(field, holding(field, xy, rowsOf(xy), share)).split("Z");
    const line = Float64Array.from(numbers(corners));
    const held = rowsOf(xy).filter((row) => inside(line, xy[2 * row], xy[2 * row + 1])).length;
    assert.ok(Math.abs(held / 4000 - share) < 0.03, `${held} of 4000 for ${share}`);
  }
});
