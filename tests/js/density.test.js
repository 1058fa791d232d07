/** Lines of equal density run where the density is equal. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { contour, density, levels } from "../../components/embedding_map/js/density.js";
import { chance } from "./chance.js";

const everything = () => true;
const numbers = (path) => path.match(/-?[\d.]+/g).map(Number);

test("no point is lost in smoothing", () => {
  const draw = chance(1);
  const xy = Float32Array.from({ length: 4000 }, () => draw());
  const sum = density(xy, everything).reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - 2000) < 1);
  assert.ok(Math.abs(density(xy, (row) => row < 500).reduce((a, b) => a + b, 0) - 500) < 1);
});

test("round one spot the lines are circles, the denser the smaller", () => {
  const field = density(Float32Array.from({ length: 200 }, () => 0.5), everything);
  let last = Infinity;
  for (const level of levels(field)) {
    const points = numbers(contour(field, level));
    const radii = points.flatMap((x, i) => (i % 2 ? [] : [Math.hypot(x - 0.5, points[i + 1] - 0.5)]));
    const [least, most] = [Math.min(...radii), Math.max(...radii)];
    assert.ok(most < last && most - least < 0.02, `${least} to ${most}`);
    last = most;
  }
});

test("points without a place have no density, and none has no lines", () => {
  const field = density(Float32Array.of(NaN, NaN), (row) => row > 0);
  assert.deepEqual(levels(field), []);
});
