/**
 * The card that opens where the pointer rests: text, picture and columns of one row.
 */

import { html } from "./dom.js";

const GAP = 14;
const COLUMNS = 5;

export class Card {
  /** @param {import("./items.js").Items} items */
  constructor(items) {
    this.items = items;
    this.row = -1;
    this.frame = html("div", { class: "vs-card-picture", hidden: true });
    this.text = html("div", { class: "vs-card-text", dir: "auto" });
    this.list = html("dl", { class: "vs-card-columns" });
    this.element = html("div", { class: "vs-card", hidden: true, role: "tooltip" }, [this.frame, this.text, this.list]);
  }

  /**
   * Show a row beside a place.
   * @param {number} row
   * @param {{x: number, y: number, width: number, height: number}} place  in pixels, within a window so large
   * @param {{name: string, css: string}|null} group  the class of the row
   */
  show(row, place, group) {
    if (row !== this.row) this.#fill(row, group);
    this.element.hidden = false;
    this.place = place;
    this.#move();
  }

  hide() {
    this.row = -1;
    this.element.hidden = true;
  }

  #fill(row, group) {
    this.row = row;
    this.group = group;
    const known = this.items.text(row);
    this.text.textContent = known ?? "…";
    this.#picture(row);
    this.#columns({});
    this.items.item(row).then((item) => {
      if (this.row !== row) return;
      if (item?.text) this.text.textContent = item.text;
      else if (known === null) this.text.textContent = item?.id ?? `Row ${row + 1}`;
      this.#columns(item?.columns ?? {});
      this.#move();
    });
  }

  #picture(row) {
    this.frame.hidden = !this.items.hasPicture(row);
    this.frame.replaceChildren();
    if (this.frame.hidden) return;
    const image = this.items.picture(row);
    image.alt = "";
    this.frame.append(image);
  }

  #columns(columns) {
    const shown = Object.entries(columns).slice(0, this.items.card.length || COLUMNS);
    const rows = shown.flatMap(([name, value]) => [
      html("dt", { text: name, dir: "auto" }),
      html("dd", { text: value, dir: "auto" }),
    ]);
    if (this.group && !shown.some(([, value]) => value === this.group.name)) {
      const dot = html("i", { class: "vs-dot", style: `background: ${this.group.css}` });
      rows.unshift(html("dt", {}, [dot]), html("dd", { text: this.group.name, dir: "auto" }));
    }
    this.list.replaceChildren(...rows);
  }

  #move() {
    const { x, y, width, height } = this.place;
    const { offsetWidth, offsetHeight } = this.element;
    const right = x + GAP + offsetWidth < width;
    const left = right ? x + GAP : Math.max(4, x - GAP - offsetWidth);
    const top = Math.min(Math.max(4, y - 20), Math.max(4, height - offsetHeight - 4));
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
