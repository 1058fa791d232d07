/**
 * What the colors mean: classes to hide, to see alone, to select and to find; a scale for numbers; the shapes.
 */

import { LEVELS, MISSING, toCss } from "./color.js";
import { count, figure, html, svg } from "./dom.js";
import { SHAPES } from "./marks.js";

const SEARCH_FROM = 12;
const MOST_ROWS = 100;

/**
 * @typedef {object} Wishes
 * @property {() => void} changed  classes were hidden, shown or given colors
 * @property {(code: number) => void} select
 * @property {(code: number|null) => void} light  a class is pointed at
 */

export class Legend {
  /** @param {Wishes} wishes */
  constructor(wishes) {
    this.wishes = wishes;
    this.open = true;
    /** Nothing else takes its place beside the points. */
    this.room = true;
    /** There is something to say about the colors or the shapes. */
    this.useful = false;
    this.title = html("h3", { class: "vs-legend-title", dir: "auto" });
    const search = { class: "vs-search", type: "search", placeholder: "Find a class", "aria-label": "Find a class" };
    this.search = html("input", { ...search, oninput: () => this.#list() });
    this.all = html("button", { class: "vs-link", text: "Show all", onclick: () => this.#showAll() });
    this.list = html("ul", { class: "vs-classes", onpointerleave: () => this.wishes.light(null) });
    this.body = html("div", { class: "vs-legend-body" });
    const head = html("header", {}, [this.title, this.all]);
    this.element = html("section", { class: "vs-legend", "aria-label": "Legend", hidden: true }, [head, this.search, this.body]);
  }

  /** @param {import("./model.js").Model} model */
  set(model) {
    const { coloring } = model.painter;
    const other = this.model?.painter.coloring !== coloring;
    this.model = model;
    if (other) this.search.value = "";
    this.title.textContent = coloring.title ?? "";
    this.search.hidden = coloring.kind !== "categories" || coloring.names.length <= SEARCH_FROM;
    this.useful = coloring.kind !== "none" || model.markNames.length > 0;
    this.show(this.open);
    const shapes = this.#shapes();
    if (coloring.kind === "categories") this.body.replaceChildren(this.list, ...shapes);
    else if (coloring.kind === "numbers") this.body.replaceChildren(this.#scale(), ...shapes);
    else this.body.replaceChildren(...shapes);
    this.#list();
  }

  /** Open or close it. */
  show(open) {
    this.open = open;
    this.element.hidden = !open || !this.useful || !this.room;
  }

  #showAll() {
    this.model.painter.hidden.clear();
    this.wishes.changed();
  }

  #list() {
    const { painter } = this.model;
    this.all.hidden = painter.hidden.size === 0;
    if (painter.coloring.kind !== "categories") return;
    const wanted = this.search.value.trim().toLowerCase();
    const { names, counts, missing, shown } = painter.coloring;
    const found = painter.order.filter((code, place) =>
      wanted ? names[code].toLowerCase().includes(wanted) : place < shown,
    );
    const rows = found.slice(0, MOST_ROWS).map((code) => this.#row(code, names[code], counts[code]));
    const rest = names.length - shown;
    if (!wanted && rest > 0) rows.push(this.#rest(rest, counts));
    if (!wanted && missing) rows.push(this.#row(-1, "no value", missing));
    if (wanted && !found.length) rows.push(html("li", { class: "vs-none", text: "No class name matches." }));
    this.list.replaceChildren(...rows);
  }

  #rest(rest, counts) {
    const rows = this.model.painter.order.slice(-rest).reduce((sum, code) => sum + counts[code], 0);
    const dot = html("i", { class: "vs-dot", style: `background: ${toCss(this.model.rgb(MISSING))}` });
    const name = html("span", { class: "vs-class-name", text: `${count(rest)} other classes` });
    return html("li", { class: "vs-rest" }, [dot, name, html("span", { class: "vs-count", text: count(rows) })]);
  }

  #row(code, name, rows) {
    const { painter } = this.model;
    const hidden = painter.hidden.has(code);
    const color = toCss(this.model.rgb(painter.paintOfClass(code)));
    const box = html("input", {
      ...{ type: "checkbox", class: "vs-swatch", style: `--swatch: ${color}`, "aria-label": `Show ${name}` },
      onchange: () => this.#act(() => painter.toggle(code)),
    });
    box.checked = !hidden;
    const label = html("button", {
      ...{ class: "vs-class-name", text: name, dir: "auto", title: `${name}: show only this class` },
      onclick: () => this.#act(() => this.#alone(code)),
    });
    const pick = html("button", {
      ...{ class: "vs-link", text: "Select", "aria-label": `Select ${name}` },
      onclick: () => this.wishes.select(code),
    });
    const number = html("span", { class: "vs-count", text: count(rows) });
    return html(
      "li",
      { class: hidden ? "vs-hidden" : "", onpointerenter: () => this.wishes.light(hidden ? null : code) },
      [box, label, pick, number],
    );
  }

  #act(change) {
    change();
    this.wishes.light(null);
    this.wishes.changed();
  }

  #alone(code) {
    this.model.painter.promote(code);
    this.model.painter.isolate(code);
  }

  #scale() {
    const { low, high, missing } = this.model.painter.coloring;
    const stops = [0, 0.2, 0.4, 0.6, 0.8, 1].map((t) => toCss(this.model.rgb(Math.round(t * (LEVELS - 1)))));
    const parts = [
      html("div", { class: "vs-scale", style: `background: linear-gradient(to right, ${stops.join(", ")})` }),
      html("div", { class: "vs-ends" }, [
        html("span", { text: figure(low), title: "2nd percentile" }),
        html("span", { text: figure(high), title: "98th percentile" }),
      ]),
    ];
    if (missing) {
      const dot = html("i", { class: "vs-dot", style: `background: ${toCss(this.model.rgb(MISSING))}` });
      const name = html("span", { class: "vs-class-name", text: "no value" });
      parts.push(html("div", { class: "vs-rest" }, [dot, name, html("span", { class: "vs-count", text: count(missing) })]));
    }
    return html("div", {}, parts);
  }

  #shapes() {
    const shapes = { disc: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12Z", square: "M5 5h10v10H5z", diamond: "M10 3l7 7-7 7-7-7z" };
    const rows = this.model.markNames.map((name, mark) => {
      const path = svg("path", { d: shapes[SHAPES[mark]] });
      const shape = svg("svg", { viewBox: "0 0 20 20", class: "vs-shape", "aria-hidden": "true" }, [path]);
      return html("div", { class: "vs-rest" }, [shape, html("span", { class: "vs-class-name", text: name })]);
    });
    return rows.length ? [html("div", { class: "vs-shapes" }, rows)] : [];
  }
}
