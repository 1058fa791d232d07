/**
 * The picture of the points and the camera before it: draws when something changed, and moves smoothly.
 */

import { Camera, flight } from "./camera.js";
import { opacity, pointSize } from "./marks.js";
import { makeRenderer } from "./renderer.js";

const SETTLE_MS = 120;
const FRAME_MS = 16;
const FEWEST = 20_000;
const MOST_PIXELS = 8.3e6;
/** A first picture slower than this is left to the other renderer. */
const TOO_SLOW_MS = 80;
const MORPH_MS = 700;
const RESTORE_MS = 3000;

const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

export class Stage {
  /**
   * @param {HTMLElement} surface
   * @param {{renderer: "auto"|"webgl2"|"canvas", still: boolean, onframe: () => void}} options
   */
  constructor(surface, { renderer, still, onframe }) {
    this.surface = surface;
    this.still = still;
    /** Somebody wants this renderer and no other. */
    this.kept = renderer !== "auto";
    this.onframe = onframe;
    this.camera = new Camera();
    this.model = null;
    /** What the map shown has said of itself: with the same window, the next lies over it. */
    this.window = "";
    this.budget = Infinity;
    this.timings = [];
    this.motion = null;
    this.morph = null;
    this.handle = 0;
    this.#use(makeRenderer(renderer));
  }

  #use(renderer) {
    this.renderer?.canvas.remove();
    this.renderer = renderer;
    const { canvas } = renderer;
    canvas.setAttribute("aria-hidden", "true");
    canvas.addEventListener("webglcontextlost", (event) => this.#lost(event));
    canvas.addEventListener("webglcontextrestored", () => this.#restored());
    this.surface.prepend(canvas);
    this.judged = renderer.kind === "canvas";
  }

  #lost(event) {
    event.preventDefault();
    cancelAnimationFrame(this.handle);
    this.handle = 0;
    this.lost = true;
    this.waiting = setTimeout(() => this.fallBack(), RESTORE_MS);
  }

  #restored() {
    clearTimeout(this.waiting);
    this.lost = false;
    this.renderer.prepare();
    this.#upload();
  }

  /** Go on without WebGL. */
  fallBack() {
    this.lost = false;
    this.#use(makeRenderer("canvas"));
    this.#upload();
  }

  #upload() {
    if (!this.model) return;
    this.#size();
    this.#place(this.model.xy);
    this.renderer.setPaints(this.model.paints);
    this.renderer.setStates(this.model.states);
    this.renderer.setMarks(this.model.marks);
    this.renderer.setColors(this.model.table, this.model.background);
    this.request();
  }

  /** Show this model from now on; its points travel there when they are the same rows. */
  show(model, { travel }) {
    const from = travel && !this.still ? this.#now() : null;
    const { scale } = this.camera;
    const over = model.window !== "" && model.window === this.window;
    this.window = model.window;
    this.model = model;
    this.camera.box = model.box;
    if (!from) this.morph = null;
    else this.morph = { from, to: model.xy, begun: 0, mixed: new Float32Array(model.xy.length) };
    if (from && !over) this.#lead(scale);
    this.#upload();
  }

  /** Begin where one is and go to where all is seen, since places on one layout mean nothing on another. */
  #lead(scale) {
    const { camera } = this;
    camera.view = { ...camera.view, zoom: scale / camera.fitScale };
    this.fly(camera.fitted);
  }

  /** Where the points are now, which may be half-way. */
  #now() {
    return this.morph ? this.morph.mixed : this.model.xy;
  }

  #place(xy) {
    this.renderer.setPoints(this.morph ? this.morph.from : xy, this.model.order);
  }

  repaint() {
    this.renderer.setPaints(this.model.paints);
    this.renderer.setColors(this.model.table, this.model.background);
    this.restate();
  }

  restate() {
    this.renderer.setStates(this.model.states);
    this.request();
  }

  /** @param {number} width @param {number} height  in CSS pixels */
  resize(width, height) {
    if (!width || !height) return;
    this.camera.width = width;
    this.camera.height = height;
    this.#size();
    // A canvas that changes its size is empty until it is drawn on again: no frame may show that.
    if (this.model) this.#frame(performance.now());
  }

  #size() {
    const { width, height } = this.camera;
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2, Math.sqrt(MOST_PIXELS / (width * height)));
    this.renderer.resize(width, height, ratio);
  }

  /** Draw in the next frame. */
  request() {
    if (!this.handle && !this.lost) this.handle = requestAnimationFrame((time) => this.#frame(time));
  }

  /** Something moves under a hand: draw as many points as there is time for, and all of them when it rests. */
  moving() {
    this.hasty = true;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.hasty = false;
      this.request();
    }, SETTLE_MS);
    this.request();
  }

  /** Move the camera there; whatever a hand does ends it. @param {import("./camera.js").View} view */
  fly(view) {
    const way = flight(this.camera.view, view);
    if (this.still || way.milliseconds === 0) {
      this.camera.view = view;
      this.motion = null;
    } else this.motion = { way, begun: 0 };
    this.request();
  }

  freeze() {
    this.motion = null;
  }

  /** Lay a layer that is drawn in data coordinates over the points; while these travel it is not seen. */
  lay(element) {
    const { scale } = this.camera;
    const [left, top] = this.camera.toScreen(0, 0);
    element.setAttribute("transform", `matrix(${scale} 0 0 ${-scale} ${left} ${top})`);
    element.setAttribute("visibility", this.morph ? "hidden" : "visible");
  }

  get style() {
    const { camera, model } = this;
    const size = pointSize(model.placed, camera.width * camera.height, camera.zoom);
    return { size, alpha: opacity(model.grid, camera, size) };
  }

  #frame(time) {
    cancelAnimationFrame(this.handle);
    this.handle = 0;
    if (!this.model || this.lost) return;
    this.#step(time);
    const hasty = this.hasty || this.motion || this.morph;
    const begun = performance.now();
    this.renderer.draw(this.camera, { ...this.style, limit: hasty ? Math.max(FEWEST, this.budget) : Infinity });
    if (!this.judged) this.#judge(begun);
    this.#learn(performance.now() - begun, Boolean(hasty));
    this.onframe();
    if (this.motion || this.morph) this.request();
  }

  /** Return a canvas with what is seen, so many pixels to a CSS pixel. */
  snapshot(ratio) {
    const { camera, renderer } = this;
    renderer.resize(camera.width, camera.height, ratio, true);
    renderer.draw(camera, { ...this.style, limit: Infinity });
    const { width, height } = renderer.canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height });
    copy.getContext("2d").drawImage(renderer.canvas, 0, 0);
    this.#size();
    this.#frame(performance.now());
    return copy;
  }

  #step(time) {
    if (this.motion) {
      this.motion.begun ||= time;
      const t = Math.min(1, (time - this.motion.begun) / this.motion.way.milliseconds);
      this.camera.view = this.motion.way.at(ease(t));
      if (t >= 1) this.motion = null;
    }
    if (this.morph) this.#travel(time);
  }

  #travel(time) {
    const { from, to, mixed } = this.morph;
    this.morph.begun ||= time;
    const t = Math.min(1, (time - this.morph.begun) / MORPH_MS);
    const share = ease(t);
    // A point that has no place in one of the two is where it is in the other.
    for (let i = 0; i < to.length; i++) {
      const [a, b] = [from[i], to[i]];
      mixed[i] = a !== a ? b : b !== b ? a : a + (b - a) * share;
    }
    this.renderer.setPoints(t < 1 ? mixed : to, this.model.order);
    if (t >= 1) this.morph = null;
  }

  #judge(begun) {
    this.judged = true;
    this.renderer.finish();
    if (performance.now() - begun > TOO_SLOW_MS && !this.kept) this.fallBack();
  }

  /** Keep the time of a frame, and draw more or fewer points in a hurry from now on. */
  #learn(milliseconds, hasty) {
    this.timings.push(milliseconds);
    if (this.timings.length > 120) this.timings.shift();
    if (!hasty) return;
    const n = this.model.xy.length / 2;
    const wish = Math.min(1.25, Math.max(0.5, FRAME_MS / Math.max(milliseconds, 1)));
    if (Math.abs(wish - 1) > 0.15) this.budget = Math.min(n, Math.max(FEWEST, Math.min(this.budget, n) * wish));
  }

  destroy() {
    cancelAnimationFrame(this.handle);
    clearTimeout(this.settling);
    clearTimeout(this.waiting);
    this.renderer.destroy();
  }
}
