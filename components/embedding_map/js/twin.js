/**
 * Table of visible points: what is in sight, or what a text is found in, row by row; for eyes that want to read, for the
 * keyboard and for screen readers.
 */

import { figure, count, html, settled } from "./dom.js";
import { LEVELS } from "./color.js";
import { rectangle } from "./lasso.js";
import { joining } from "./selection.js";
import { shortened } from "./words.js";

const MOST_ROWS = 40;
const MOST_CHARS = 160;
const SETTLE_MS = 250;

export class Twin {
  /** @param {import("./map.js").EmbeddingMap} map */
  constructor(map) {
    this.map = map;
    this.on = false;
    const find = { class: "vs-search", type: "search", placeholder: "Find a text", "aria-label": "Find a text" };
    this.later = settled(SETTLE_MS, () => this.refresh());
    this.search = html("input", { ...find, oninput: () => this.later() });
    this.caption = html("caption", {});
    this.head = html("tr", {});
    this.body = html("tbody", { onclick: (event) => this.#pick(event), onpointerover: (event) => this.#point(event) });
    this.body.addEventListener("pointerleave", () => map.hover.leave());
    this.table = html("table", {}, [this.caption, html("thead", {}, [this.head]), this.body]);
    this.all = html("button", { type: "button", class: "vs-link", onclick: (event) => this.#take(event) });
    this.rest = html("p", { class: "vs-none" });
    const onkeydown = (event) => event.key === "Escape" && this.#leave();
    const scrolled = html("div", { class: "vs-twin-rows", tabindex: "0", role: "group", "aria-label": "Rows" }, [
      this.table,
      this.rest,
    ]);
    this.element = html("section", { class: "vs-twin", hidden: true, "aria-label": "Table of visible points", onkeydown }, [
      this.search,
      this.all,
      scrolled,
    ]);
  }

  /** Open or close it. */
  show(on) {
    this.on = on;
    this.element.hidden = !on;
    this.refresh();
  }

  #leave() {
    this.map.layers.turn("twin", false);
    this.map.root.focus({ preventScroll: true });
  }

  /** Fill it anew: the camera stands elsewhere, or what is shown is something else. */
  refresh() {
    const { model } = this.map;
    if (!this.on || !model.painter) return;
    const wanted = this.search.value.trim().toLowerCase();
    this.search.hidden = !model.items.texts;
    this.rows = wanted && model.items.texts ? this.#holding(wanted) : this.#inSight();
    const shown = Array.from(this.rows.subarray(0, MOST_ROWS));
    this.caption.textContent = wanted ? `${count(this.rows.length)} found` : `${count(this.rows.length)} visible`;
    this.all.textContent = this.rows.length ? "Select all" : "";
    const { title } = model.painter.coloring;
    this.head.replaceChildren(...["Item", ...(title ? [title] : [])].map((text) => html("th", { scope: "col", text })));
    this.body.replaceChildren(...shown.map((row) => this.#line(row)));
    const left = this.rows.length - shown.length;
    this.rest.textContent = left > 0 ? `and ${count(left)} more` : "";
  }

  /** Return the rows whose text holds what is wanted. */
  #holding(wanted) {
    const { items, canPick, n } = this.map.model;
    const rows = [];
    for (let row = 0; row < n; row++) {
      if (canPick(row) && items.texts[row].toLowerCase().includes(wanted)) rows.push(row);
    }
    return Uint32Array.from(rows);
  }

  /** Return the rows that are seen, those nearest to the middle first. */
  #inSight() {
    const { model, stage } = this.map;
    const { x0, y0, x1, y1 } = stage.camera.seen;
    const rows = model.inside(rectangle(x0, y0, x1, y1));
    const { x, y } = stage.camera;
    const far = (row) => (model.xy[2 * row] - x) ** 2 + (model.xy[2 * row + 1] - y) ** 2;
    const bound = Float64Array.from(rows, far).sort()[Math.min(MOST_ROWS, rows.length) - 1];
    const near = rows.filter((row) => far(row) <= bound).sort((a, b) => far(a) - far(b));
    const others = rows.filter((row) => far(row) > bound);
    return Uint32Array.from([...near, ...others]);
  }

  #line(row) {
    const { model } = this.map;
    const known = model.items.text(row);
    const item = html("button", { type: "button", class: "vs-link", dir: "auto", "data-row": row });
    const name = (text) => (item.textContent = shortened(text || `Row ${row + 1}`, MOST_CHARS));
    name(known);
    if (known === null) model.items.item(row).then((told) => name(told?.text || told?.id));
    item.setAttribute("aria-pressed", String(model.selection.has(row)));
    const cells = [html("th", { scope: "row" }, [item])];
    if (model.painter.coloring.title) cells.push(html("td", { text: valueOf(model.painter, row), dir: "auto" }));
    return html("tr", {}, cells);
  }

  #pick(event) {
    const { row } = event.target.dataset;
    if (row !== undefined) this.map.choosing.select(Uint32Array.of(row), "click", joining(event), Number(row));
  }

  /** Ring the point of the row that is pointed at. */
  #point(event) {
    const { row } = event.target.dataset;
    this.map.hover.row = row === undefined ? -1 : Number(row);
    this.map.hover.ring();
  }

  #take(event) {
    this.map.choosing.select(this.rows, "search", joining(event));
  }
}

/** Return what the color of a row means, in words. */
function valueOf(painter, row) {
  const { kind, names, low, high } = painter.coloring;
  if (kind === "categories") return names[painter.classOf(row)] ?? "no value";
  const level = painter.codes?.[row];
  return level < LEVELS ? `about ${figure(low + ((high - low) * level) / (LEVELS - 1))}` : "no value";
}
