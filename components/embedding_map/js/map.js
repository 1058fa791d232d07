/**
 * One map on the page: joins what Python sends, what hands do and what is drawn.
 */

import { press } from "./buttons.js";
import { Choosing } from "./choosing.js";
import { parseCss } from "./color.js";
import { count, html, settled } from "./dom.js";
import { unpack } from "./envelope.js";
import { Gestures } from "./gestures.js";
import { Hover } from "./hover.js";
import { onKey } from "./keys.js";
import { Layers } from "./layers.js";
import { Legend } from "./legend.js";
import { Minimap } from "./minimap.js";
import { Model } from "./model.js";
import { Overlay } from "./overlay.js";
import { home, wantedRenderer } from "./registry.js";
import { MOST_SVG } from "./saving.js";
import { unpackRows } from "./selection.js";
import { Stage } from "./stage.js";
import { Toolbar } from "./toolbar.js";
import { label, status } from "./words.js";

const NARROW = 560;
/** A map wider than this has room for the legend and the table, in pixels. */
const WIDE = 900;

/** @typedef {{how: string, rows: Uint32Array, row: number, n: number}} Event */

export class EmbeddingMap {
  /**
   * @param {HTMLElement} parent
   * @param {{key: string, emit: (event: Event) => void}} options
   */
  constructor(parent, { key, emit }) {
    this.key = key;
    this.emit = emit;
    this.model = new Model();
    /** @type {Map<string, {bytes: Uint8Array, envelope: import("./envelope.js").Envelope}>} */
    this.read = new Map();
    this.hover = new Hover(this);
    this.choosing = new Choosing(this);
    this.layers = new Layers(this);
    this.minimap = new Minimap(this);
    this.#build(parent);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.stage = new Stage(this.surface, { renderer: wantedRenderer(), still, onframe: () => this.#over() });
    this.gestures = new Gestures(this.surface, this.#actions());
    this.observer = new ResizeObserver(() => this.#resize());
    this.observer.observe(this.root);
    this.mode("pan");
    this.layers.restore();
    this.announce = settled(400, (text) => (this.live.textContent = text));
  }

  #build(parent) {
    const { names, outlines, contours, pictures, twin } = this.layers;
    this.overlay = new Overlay([outlines.element, contours.element], names.element);
    this.legend = new Legend({
      changed: () => this.#recolored(),
      select: (code) => this.choosing.select(this.model.painter.rowsOf(code), "legend"),
      light: (code) => this.#light(code),
    });
    this.toolbar = new Toolbar((name) => press(this, name));
    this.surface = html("div", { class: "vs-surface" }, [pictures.canvas, this.overlay.element]);
    this.status = html("span", { class: "vs-status" });
    this.note = html("span", { class: "vs-note" });
    this.across = html("span", { class: "vs-axis vs-across" });
    this.up = html("span", { class: "vs-axis vs-up" });
    const foot = html("div", { class: "vs-foot" }, [this.status, this.note]);
    this.live = html("div", { class: "vs-unseen", "aria-live": "polite" });
    this.summary = html("p", { class: "vs-unseen", id: `vs-summary-${this.key}` });
    this.root = html(
      "div",
      {
        ...{ class: "vs-map", tabindex: "0", role: "application", "aria-roledescription": "scatter map" },
        ...{ "aria-describedby": `vs-summary-${this.key}`, "aria-label": "Map", "aria-busy": "true" },
        onkeydown: (event) => onKey(this, event),
      },
      [
        ...[this.surface, this.toolbar.element, twin.element, this.legend.element, this.minimap.element, foot],
        ...[this.across, this.up, this.hover.card.element, this.live, this.summary],
      ],
    );
    parent.append(this.root);
  }

  #actions() {
    return {
      pan: (dx, dy) => this.move((camera) => camera.pan(dx, dy)),
      zoom: (x, y, factor) => this.move((camera) => camera.zoomAt(x, y, factor)),
      fit: () => this.fit(),
      click: (x, y, event) => this.choosing.click(x, y, event),
      hover: (x, y, touch) => this.hover.at(x, y, touch),
      leave: () => this.hover.leave(),
      grab: () => {
        this.toolbar.close();
        this.stage.freeze();
        this.hover.leave();
        this.root.focus({ preventScroll: true });
      },
      draw: (shape) => this.choosing.preview(shape),
      finish: (shape, event) => this.choosing.finish(shape, event),
      cancel: () => this.choosing.cancel(),
    };
  }

  // What Python sends

  /** Take over the parts that have come. */
  update() {
    const parts = {};
    for (const [name, { bytes }] of home().parts.get(this.key) ?? []) {
      if (this.read.get(name)?.bytes !== bytes) this.read.set(name, { bytes, envelope: unpack(bytes) });
      parts[name] = this.read.get(name).envelope;
    }
    if (this.#early(parts.view)) parts.view = this.model.parts.view;
    const what = this.model.update(parts);
    if (what) this.#changed(what);
  }

  /** Say whether a view shows what was selected before a gesture made here; it is looked at again later. */
  #early(view) {
    clearTimeout(this.later);
    if (!view || view === this.model.parts.view || view.meta.n !== this.model.n) return false;
    const wait = this.choosing.wait(unpackRows(view.sections));
    if (wait) this.later = setTimeout(() => this.update(), wait + 10);
    return wait > 0;
  }

  #changed({ fresh, moved, recolored, seen }) {
    const { model, stage } = this;
    this.root.setAttribute("aria-busy", "false");
    if (fresh) this.#arrive();
    if (recolored) this.legend.set(model);
    this.#insets();
    if (fresh || moved) {
      stage.show(model, { travel: moved && !fresh });
      if (fresh) stage.camera.view = home().places.get(this.key)?.[model.layout] ?? stage.camera.fitted;
      this.minimap.paint();
    } else if (recolored) stage.repaint();
    if (seen || fresh || moved) {
      this.overlay.set(model);
      this.layers.names.set();
    }
    this.reselected();
    this.layers.offer();
    this.layers.refresh();
    if (recolored) this.layers.recolor();
    [this.across.textContent, this.up.textContent] = [model.axes[0] ?? "", model.axes[1] ?? ""];
  }

  #arrive() {
    this.hover.leave();
    this.visited = null;
  }

  /** Read the theme again: the page has become light or dark. */
  retheme() {
    const ground = getComputedStyle(this.root).getPropertyValue("--vs-ground").trim();
    this.model.setBackground(parseCss(ground, "#ffffff"));
    this.root.classList.toggle("vs-dark", this.model.dark);
    if (!this.model.painter) return;
    this.legend.set(this.model);
    this.minimap.paint();
    this.layers.recolor();
    this.stage.repaint();
  }

  #resize() {
    const { width, height } = this.root.getBoundingClientRect();
    const narrow = width < NARROW;
    // On a phone the legend would lie over the map: it opens when asked for.
    if (narrow !== this.narrow) this.legend.show(!narrow);
    this.narrow = narrow;
    this.root.classList.toggle("vs-narrow", narrow);
    this.#insets();
    this.stage.resize(width, height);
  }

  /** Leave room for what has been opened beside the points. */
  rearrange() {
    this.#insets();
    this.stage.request();
  }

  #insets() {
    const { element, open, useful } = this.legend;
    const { twin } = this.layers;
    this.legend.room = !twin.on || this.stage.camera.width > WIDE;
    this.legend.show(open);
    const beside = (shown, panel) => (shown && !this.narrow ? panel.offsetWidth + 24 : 20);
    const [left, right] = [beside(twin.on, twin.element), beside(!element.hidden, element)];
    this.stage.camera.insets = { top: 56, right, bottom: 44, left };
    this.toolbar.press("legend", open && this.legend.room);
    this.toolbar.show("legend", useful);
  }

  /** What lies over the points follows the camera. */
  #over() {
    const { camera } = this.stage;
    this.overlay.draw(camera);
    this.layers.draw();
    this.minimap.draw();
    this.hover.ring();
    home().places.set(this.key, { ...home().places.get(this.key), [this.model.layout]: camera.view });
  }

  // What hands do

  /** Move the camera by hand. @param {(camera: import("./camera.js").Camera) => void} change */
  move(change) {
    this.stage.freeze();
    change(this.stage.camera);
    this.hover.leave();
    this.stage.moving();
  }

  fit() {
    this.choosing.keep();
    this.stage.fly(this.stage.camera.fitted);
  }

  /** Fly to the next class of the legend, or the one before. @param {1|-1} step */
  goToClass(step) {
    const { painter } = this.model;
    if (!painter?.classes) return;
    const from = this.visited ?? (step > 0 ? -1 : 0);
    this.visited = (from + step + painter.classes) % painter.classes;
    const code = painter.order[this.visited];
    const rows = painter.rowsOf(code);
    const box = this.model.boxOf(rows);
    if (box) this.stage.fly(this.stage.camera.around(box));
    this.announce(`Class ${painter.coloring.names[code]}, ${count(rows.length)} points.`);
  }

  /** Show the selection as it is now. */
  reselected() {
    const { model } = this;
    model.restate();
    this.stage.restate();
    this.say();
    this.layers.twin.later();
    this.note.textContent = model.view.note;
    this.root.setAttribute("aria-label", label(model));
    this.summary.textContent = model.view.summary;
    this.announce(`${status(model)}.`);
    this.toolbar.enable("undo", model.selection.past.length > 0);
    this.toolbar.enable("clear", model.selection.count > 0);
    this.toolbar.enable("svg", model.n <= MOST_SVG);
  }

  /** Say at the foot how things stand, or something else for a while. */
  say(text = status(this.model)) {
    this.status.textContent = text;
  }

  #recolored() {
    this.model.repaint();
    this.model.restate();
    this.stage.repaint();
    this.legend.set(this.model);
    this.layers.refresh();
    this.layers.recolor();
  }

  #light(code) {
    if (this.model.painter.lit === code) return;
    this.model.painter.lit = code;
    this.model.restate();
    this.stage.restate();
  }

  /** @param {"pan"|"box"|"lasso"} mode  what dragging does */
  mode(mode) {
    this.gestures.mode = mode;
    this.toolbar.mode(mode);
    this.surface.dataset.mode = mode;
  }

  destroy() {
    this.observer.disconnect();
    this.gestures.destroy();
    this.stage.destroy();
    this.choosing.destroy();
    clearTimeout(this.later);
    this.root.remove();
  }
}
