/** From data to pixels and back, and smooth ways between two views. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Camera, flight, MAX_ZOOM, MIN_ZOOM } from "../../components/embedding_map/js/camera.js";
import { chance } from "./chance.js";

function camera() {
  const made = new Camera();
  Object.assign(made, { width: 900, height: 600, insets: { top: 40, right: 200, bottom: 20, left: 10 } });
  return made;
}

const near = (a, b, within = 1e-9) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("pixels lead back to data", () => {
  const draw = chance(1);
  const made = camera();
  for (let i = 0; i < 50; i++) {
    made.view = { x: draw(), y: draw(), zoom: 0.6 + draw() * 40 };
    const [x, y] = [draw(), draw()];
    const back = made.toData(...made.toScreen(x, y));
    near(back[0], x);
    near(back[1], y);
  }
});

test("everything fits between the insets, up is up", () => {
  const made = camera();
  made.box = { x0: 0.2, y0: 0, x1: 0.7, y1: 1 };
  made.view = made.fitted;
  const [left, bottom] = made.toScreen(0.2, 0);
  const [right, top] = made.toScreen(0.7, 1);
  assert.ok(left >= 10 && right <= 700 && top >= 40 - 1e-9 && bottom <= 580 + 1e-9 && top < bottom);
  near(bottom - top, 540);
});

test("zooming keeps what lies under the pointer, within bounds", () => {
  const made = camera();
  const before = made.toData(300, 200);
  made.zoomAt(300, 200, 3);
  const after = made.toData(300, 200);
  near(after[0], before[0]);
  near(after[1], before[1]);
  for (let i = 0; i < 60; i++) made.zoomAt(300, 200, 2);
  assert.equal(made.zoom, MAX_ZOOM);
  for (let i = 0; i < 60; i++) made.zoomAt(300, 200, 0.5);
  assert.equal(made.zoom, MIN_ZOOM);
});

test("a drag moves the points with the hand and never loses them", () => {
  const made = camera();
  made.view = { x: 0.5, y: 0.5, zoom: 4 };
  const [x, y] = made.toScreen(0.5, 0.5);
  made.pan(30, -20);
  const [nx, ny] = made.toScreen(0.5, 0.5);
  near(nx - x, 30);
  near(ny - y, -20);
  made.pan(1e6, 1e6);
  assert.ok(made.x >= 0 && made.y <= 1);
});

test("a flight begins and ends where it should and zooms out on a long way", () => {
  const [from, to] = [{ x: 0.1, y: 0.1, zoom: 20 }, { x: 0.9, y: 0.8, zoom: 30 }];
  const { at, milliseconds } = flight(from, to);
  for (const [view, wanted] of [[at(0), from], [at(1), to]]) {
    for (const name of ["x", "y", "zoom"]) near(view[name], wanted[name], 1e-6);
  }
  assert.ok(at(0.5).zoom < 10);
  assert.ok(milliseconds >= 250 && milliseconds <= 1200);
});

test("a flight on the spot only zooms", () => {
  const { at } = flight({ x: 0.5, y: 0.5, zoom: 1 }, { x: 0.5, y: 0.5, zoom: 8 });
  near(at(1).zoom, 8, 1e-9);
  near(at(0.5).zoom, Math.sqrt(8), 1e-9);
  assert.equal(flight({ x: 0, y: 0, zoom: 2 }, { x: 0, y: 0, zoom: 2 }).milliseconds, 0);
});
