/**
 * The buttons over the map.
 */

import { html } from "./dom.js";
import { icon } from "./icons.js";

/** Name, what it says on pointing, kind; a group a line. Of the modes one is pressed; switches are pressed or not. */
const GROUPS = [
  [
    ["pan", "Pan (drag)", "mode"],
    ["box", "Box select", "mode"],
    ["lasso", "Lasso select (Shift and drag)", "mode"],
  ],
  [["fit", "Reset view (double-click, or 0)", "act"]],
  [
    ["undo", "Undo selection", "act"],
    ["invert", "Invert selection", "act"],
    ["clear", "Clear selection (Escape)", "act"],
  ],
  [
    ["layers", "Layers", "menu"],
    ["twin", "Table of visible points, with text search (T)", "switch"],
    ["legend", "Legend", "switch"],
  ],
  [["save", "Save the map", "menu"]],
];
const MENUS = {
  layers: [
    ["names", "Class names", "switch"],
    ["outlines", "Class outlines", "switch"],
    ["contours", "Density contours", "switch"],
    ["pictures", "Pictures", "switch"],
  ],
  save: [
    ["png", "PNG, print size", "act"],
    ["svg", "SVG", "act"],
  ],
};
const MODES = GROUPS[0].map(([name]) => name);

export class Toolbar {
  /** @param {(name: string) => void} press */
  constructor(press) {
    this.pressed = press;
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {};
    const groups = GROUPS.map((group) =>
      html("div", { class: "vs-group", role: "group" }, group.map((each) => this.#button(each))),
    );
    this.menus = Object.entries(MENUS).map(([name, lines]) => this.#menu(name, lines));
    const about = { class: "vs-toolbar", role: "toolbar", "aria-label": "Map toolbar" };
    this.element = html("div", about, [...groups, ...this.menus]);
  }

  #button([name, title, kind]) {
    const button = html("button", {
      ...{ type: "button", title, "aria-label": title, "data-tool": name },
      onclick: () => (kind === "menu" ? this.open(name) : this.pressed(name)),
    });
    if (kind === "menu") button.setAttribute("aria-expanded", "false");
    else if (kind !== "act") button.setAttribute("aria-pressed", "false");
    button.append(icon(name));
    this.buttons[name] = button;
    return button;
  }

  #menu(name, lines) {
    const buttons = lines.map(([line, text, kind]) => {
      const button = html("button", {
        ...{ type: "button", "data-tool": line, text },
        onclick: () => {
          if (kind === "act") this.close();
          this.pressed(line);
        },
      });
      if (kind === "switch") button.setAttribute("aria-pressed", "false");
      this.buttons[line] = button;
      return button;
    });
    const onkeydown = (event) => event.key === "Escape" && this.close();
    return html("div", { class: "vs-menu", hidden: true, "data-menu": name, role: "group", onkeydown }, buttons);
  }

  /** Open the menu of a button, or close it. */
  open(name) {
    for (const menu of this.menus) {
      const open = menu.dataset.menu === name && menu.hidden;
      const button = this.buttons[menu.dataset.menu];
      menu.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      const room = this.element.parentElement.clientWidth - menu.offsetWidth - 24;
      if (open) menu.style.left = `${Math.max(0, Math.min(button.parentElement.offsetLeft, room))}px`;
    }
  }

  /** Close every menu. */
  close() {
    this.open(null);
  }

  press(name, pressed) {
    this.buttons[name].setAttribute("aria-pressed", String(pressed));
  }

  mode(mode) {
    for (const name of MODES) this.press(name, name === mode);
  }

  enable(name, enabled) {
    this.buttons[name].disabled = !enabled;
  }

  show(name, shown) {
    this.buttons[name].hidden = !shown;
  }
}
