/**
 * One map on the page: joins what Python sends, what hands do and what is drawn.
 */

import { Card } from "./card.js";
import { parseCss, toCss } from "./colour.js";
import { count, html, settled } from "./dom.js";
import { unpack } from "./envelope.js";
import { Gestures } from "./gestures.js";
import { onKey } from "./keys.js";
import { rectangle, simplify } from "./lasso.js";
import { Legend } from "./legend.js";
import { Model } from "./model.js";
import { Overlay } from "./overlay.js";
import { home } from "./registry.js";
import { joining, unpackRows } from "./selection.js";
import { Stage } from "./stage.js";
import { Toolbar } from "./toolbar.js";

const REST_MS = 60;
const DOUBLE_MS = 360;
const NARROW = 640;
/** How long a selection made here stands against an older one that is still on its way back from Python. */
const PENDING_MS = 2000;

export class EmbeddingMap {
  /**
   * @param {HTMLElement} parent
   * @param {{key: string, label: string, emit: (event: {how: string, rows: Uint32Array, row: number, n: number}) => void}} options
   */
  constructor(parent, { key, emit }) {
    this.key = key;
    this.emit = emit;
    this.model = new Model();
    this.sent = 0;
    /** @type {Map<string, {bytes: Uint8Array, envelope: import("./envelope.js").Envelope}>} */
    this.read = new Map();
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#build(parent);
    const renderer = home().renderer;
    this.stage = new Stage(this.surface, { renderer, still: this.still, onframe: () => this.#over() });
    this.gestures = new Gestures(this.surface, this.#actions());
    this.observer = new ResizeObserver(() => this.#resize());
    this.observer.observe(this.root);
    this.#mode("pan");
    this.announce = settled(400, (text) => (this.live.textContent = text));
    this.rest = settled(REST_MS, () => this.#openCard());
  }

  #build(parent) {
    this.card = new Card(this.model.items);
    this.overlay = new Overlay();
    this.legend = new Legend({
      changed: () => this.#recoloured(),
      select: (code) => this.select(this.model.painter.rowsOf(code), "legend"),
      light: (code) => this.#light(code),
    });
    this.toolbar = new Toolbar((name, event) => this.#press(name, event));
    this.surface = html("div", { class: "vs-surface" }, [this.overlay.element]);
    this.status = html("span", { class: "vs-status" });
    this.note = html("span", { class: "vs-note" });
    const foot = html("div", { class: "vs-foot" }, [this.status, this.note]);
    this.live = html("div", { class: "vs-unseen", "aria-live": "polite" });
    this.summary = html("p", { class: "vs-unseen", id: `vs-summary-${this.key}` });
    this.root = html(
      "div",
      {
        ...{ class: "vs-map", tabindex: "0", role: "application", "aria-roledescription": "scatter map" },
        ...{ "aria-describedby": `vs-summary-${this.key}`, "aria-busy": "true" },
        onkeydown: (event) => onKey(this, event),
      },
      [this.surface, this.toolbar.element, this.legend.element, foot, this.card.element, this.live, this.summary],
    );
    parent.append(this.root);
  }

  /** Take over the parts that have come. */
  update() {
    const bytes = home().parts.get(this.key) ?? new Map();
    const parts = {};
    for (const [name, raw] of bytes) {
      if (this.read.get(name)?.bytes !== raw) this.read.set(name, { bytes: raw, envelope: unpack(raw) });
      parts[name] = this.read.get(name).envelope;
    }
    if (this.sent && parts.view !== this.model.parts.view && performance.now() - this.sent < PENDING_MS) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.update(), PENDING_MS);
      if (this.model.n === parts.view?.meta.n && !this.#confirms(parts.view)) parts.view = this.model.parts.view;
    }
    const what = this.model.update(parts);
    if (what) this.#changed(what);
  }

  #confirms(view) {
    return this.model.isSelected(unpackRows(view.sections));
  }

  #changed({ fresh, moved, recoloured, seen }) {
    const { model, stage } = this;
    this.root.setAttribute("aria-busy", "false");
    if (fresh) this.#arrive();
    if (recoloured) this.legend.set(model);
    this.#insets();
    if (fresh || moved) {
      stage.show(model, { travel: moved && !fresh });
      if (fresh) stage.camera.view = home().places.get(this.key)?.[model.layout] ?? stage.camera.fitted;
    } else if (recoloured) stage.repaint();
    if (seen || fresh || moved) this.overlay.set(model, stage.camera);
    stage.restate();
    this.#tell();
  }

  #arrive() {
    this.hovered = -1;
    this.card.hide();
    this.toolbar.show("pictures", this.model.items.anyPicture);
  }

  /** Read the theme again: the page has become light or dark. */
  retheme() {
    const style = getComputedStyle(this.root);
    const background = parseCss(style.getPropertyValue("--vs-ground").trim(), "#ffffff");
    this.model.setBackground(background);
    this.root.classList.toggle("vs-dark", this.model.dark);
    if (this.model.painter) {
      this.legend.set(this.model);
      this.stage.repaint();
    }
  }

  #resize() {
    const { width, height } = this.root.getBoundingClientRect();
    const narrow = width < NARROW;
    // On a phone the legend would lie over the map: it opens when asked for.
    if (narrow !== this.narrow) this.legend.show(!narrow);
    this.narrow = narrow;
    this.root.classList.toggle("vs-narrow", narrow);
    this.#insets(width);
    this.stage.resize(width, height);
  }

  #insets(width = this.root.clientWidth) {
    const legend = this.legend.element;
    const beside = width >= NARROW && !legend.hidden ? legend.offsetWidth + 24 : 20;
    this.stage.camera.insets = { top: 56, right: beside, bottom: 44, left: 20 };
    this.toolbar.press("legend", this.legend.open);
    this.toolbar.show("legend", this.legend.useful);
  }

  /** What lies over the points follows the camera. */
  #over() {
    const { camera } = this.stage;
    this.overlay.draw(camera);
    this.#ring();
    const places = home().places.get(this.key) ?? {};
    home().places.set(this.key, { ...places, [this.model.layout]: camera.view });
  }

  /** Ring the point under the pointer, else the only one that is selected. */
  #ring() {
    if (!this.model.states) return;
    const row = this.hovered >= 0 ? this.hovered : this.model.only;
    const shown = row >= 0 && !this.stage.morph;
    const { xy } = this.model;
    const place = shown ? this.stage.camera.toScreen(xy[2 * row], xy[2 * row + 1]) : null;
    this.overlay.point(place, shown ? this.stage.style.size : 0);
  }

  // Hands

  #actions() {
    const { stage } = this;
    return {
      pan: (dx, dy) => this.move((camera) => camera.pan(dx, dy)),
      zoom: (x, y, factor) => this.move((camera) => camera.zoomAt(x, y, factor)),
      fit: () => this.fit(),
      click: (x, y, event) => this.#click(x, y, event),
      hover: (x, y, touch) => this.#hover(x, y, touch),
      leave: () => this.#leave(),
      grab: () => {
        stage.freeze();
        this.#leave();
        this.root.focus({ preventScroll: true });
      },
      draw: (shape) => this.overlay.trace(shape),
      finish: (shape, event) => this.#finish(shape, event),
      cancel: () => this.overlay.trace(null),
    };
  }

  /** Move the camera by hand. @param {(camera: import("./camera.js").Camera) => void} change */
  move(change) {
    this.stage.freeze();
    change(this.stage.camera);
    this.#leave();
    this.stage.moving();
  }

  fit() {
    clearTimeout(this.clearing);
    this.stage.fly(this.stage.camera.fitted);
  }

  #hover(x, y, touch) {
    if (touch || this.model.n < 1) return;
    this.pointer = { x, y };
    if (this.looking) return;
    this.looking = requestAnimationFrame(() => {
      this.looking = 0;
      const row = this.pickAt(this.pointer.x, this.pointer.y, 6);
      if (row === this.hovered) {
        if (row >= 0 && !this.card.element.hidden) this.#openCard();
        return;
      }
      this.hovered = row;
      this.#ring();
      this.surface.classList.toggle("vs-over", row >= 0);
      if (row < 0) this.card.hide();
      else if (!this.card.element.hidden) this.#openCard();
      else this.rest();
      // The picture starts on its way before the card opens.
      if (row >= 0 && this.model.items.hasPicture(row)) this.model.items.picture(row);
    });
  }

  /** Return the row at a place in pixels, or -1. */
  pickAt(x, y, radius) {
    if (this.stage.morph || !this.model.states) return -1;
    const { camera, style } = this.stage;
    const reach = Math.max(radius, style.size / 2 + 2) / camera.scale;
    return this.model.pick(...camera.toData(x, y), reach);
  }

  #openCard() {
    const row = this.hovered;
    if (row < 0) return;
    const { width, height } = this.stage.camera;
    const { painter } = this.model;
    const code = painter.classOf(row);
    const css = () => toCss(this.model.rgb(painter.paintOfClass(code)));
    const group = code < 0 ? null : { name: painter.coloring.names[code], css: css() };
    this.card.show(row, { ...this.pointer, width, height }, group);
    const text = this.model.items.text(row);
    if (text) this.announce(text.slice(0, 200));
  }

  #leave() {
    this.hovered = -1;
    this.card.hide();
    this.#ring();
    this.surface.classList.remove("vs-over");
  }

  #click(x, y, event) {
    const row = this.pickAt(x, y, event.pointerType === "touch" ? 22 : 6);
    const how = joining(event);
    clearTimeout(this.clearing);
    if (row >= 0) this.select(Uint32Array.of(row), "click", how, row);
    // A second click would have meant to see everything.
    else if (how === "replace" && this.model.selection?.count) this.clearing = setTimeout(() => this.clear(), DOUBLE_MS);
  }

  #finish(shape, event) {
    this.overlay.trace(null);
    const { camera } = this.stage;
    const corner = (x, y) => camera.toData(x, y);
    const { kind, line } = shape;
    let polygon;
    if (kind === "box") polygon = rectangle(...corner(line[0], line[1]), ...corner(line[2], line[3]));
    else {
      const drawn = simplify(line, 0.75);
      polygon = new Float64Array(drawn.length);
      for (let i = 0; i < drawn.length; i += 2) polygon.set(corner(drawn[i], drawn[i + 1]), i);
    }
    this.select(this.model.inside(polygon), kind, joining(event));
  }

  /** Open and select the point nearest to the middle of what is seen. @param {KeyboardEvent} event */
  pickMiddle(event) {
    const { camera } = this.stage;
    const row = this.pickAt(camera.originX, camera.originY, 120);
    if (row < 0) return;
    this.select(Uint32Array.of(row), "click", joining(event), row);
    this.announce(`${this.model.items.text(row) ?? `Row ${row + 1}`}. ${this.status.textContent}.`);
  }

  /** Fly to the next class of the legend, or the one before. @param {1|-1} step */
  goToClass(step) {
    const { painter } = this.model;
    if (!painter.classes) return;
    this.visited = ((this.visited ?? (step > 0 ? -1 : 0)) + step + painter.classes) % painter.classes;
    const code = painter.order[this.visited];
    const rows = painter.rowsOf(code);
    const box = this.model.boxOf(rows);
    if (box) this.stage.fly(this.stage.camera.around(box));
    this.announce(`Class ${painter.coloring.names[code]}, ${count(rows.length)} points.`);
  }

  // The selection

  /** Join rows with the selection and tell Python. */
  select(rows, how, join = "replace", row = -1) {
    this.model.selection.apply(rows, join);
    this.#selected(how, row);
  }

  clear() {
    if (this.model.selection?.count) this.select(new Uint32Array(0), "clear");
  }

  undo() {
    if (this.model.selection?.undo()) this.#selected("undo", -1);
  }

  invert() {
    this.model.selection.invert(this.model.canPick);
    this.#selected("invert", -1);
  }

  #selected(how, row) {
    this.model.restate();
    this.stage.restate();
    this.#tell();
    this.sent = performance.now();
    this.emit({ how, row, rows: this.model.selection.rows(), n: this.model.n });
  }

  /** Say in words what is seen. */
  #tell() {
    const { model } = this;
    const { count: chosen } = model.selection;
    const points = `${count(model.placed)} ${model.placed === 1 ? "point" : "points"}`;
    this.status.textContent = chosen ? `${points} · ${count(chosen)} selected` : points;
    this.note.textContent = model.view.note;
    const { title, kind, names } = model.painter.coloring;
    const classes = kind === "categories" ? ` in ${count(names.length)} classes` : "";
    this.root.setAttribute("aria-label", `Map of ${points}${title ? `, coloured by ${title}` : ""}${classes}`);
    this.summary.textContent = model.view.summary;
    this.announce(`${this.status.textContent}.`);
    this.toolbar.enable("undo", model.selection.past.length > 0);
    this.toolbar.enable("clear", chosen > 0);
  }

  // Legend and toolbar

  #recoloured() {
    this.model.repaint();
    this.model.restate();
    this.stage.repaint();
    this.legend.set(this.model);
  }

  #light(code) {
    if (this.model.painter.lit === code) return;
    this.model.painter.lit = code;
    this.model.restate();
    this.stage.restate();
  }

  #mode(mode) {
    this.gestures.mode = mode;
    this.toolbar.mode(mode);
    this.surface.dataset.mode = mode;
  }

  #press(name, event) {
    if (["pan", "box", "lasso"].includes(name)) this.#mode(name);
    else if (["fit", "undo", "invert", "clear"].includes(name)) this[name]();
    else if (name === "legend") {
      this.legend.show(!this.legend.open);
      this.#insets();
      this.stage.request();
    }
  }

  destroy() {
    this.observer.disconnect();
    this.gestures.destroy();
    this.stage.destroy();
    clearTimeout(this.clearing);
    clearTimeout(this.later);
    this.root.remove();
  }
}
