/**
 * The buttons over the map.
 */

import { html } from "./dom.js";
import { icon } from "./icons.js";

/** Name, icon, what it says on pointing; a group a line. Modes are pressed one at a time, switches by themselves. */
const GROUPS = [
  [
    ["pan", "Move the map (drag)", "mode"],
    ["box", "Select with a box", "mode"],
    ["lasso", "Select with a lasso (Shift and drag)", "mode"],
  ],
  [["fit", "See everything (double-click, or 0)", "act"]],
  [
    ["undo", "Undo the last selection", "act"],
    ["invert", "Select all the others", "act"],
    ["clear", "Select nothing (Escape)", "act"],
  ],
  [
    ["pictures", "Show pictures on the map", "switch"],
    ["contours", "Show how dense the points lie", "switch"],
    ["legend", "Show the legend", "switch"],
  ],
  [["save", "Save the map", "switch"]],
];
const WAYS = [
  ["png", "Picture (PNG), print size"],
  ["svg", "Drawing (SVG)"],
];

export class Toolbar {
  /** @param {(name: string) => void} press */
  constructor(press) {
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {};
    const groups = GROUPS.map((group) =>
      html("div", { class: "vs-group", role: "group" }, group.map((each) => this.#button(each, press))),
    );
    this.menu = html("div", { class: "vs-menu", hidden: true }, WAYS.map(([name, text]) => this.#way(name, text, press)));
    this.element = html("div", { class: "vs-toolbar", role: "toolbar", "aria-label": "Map tools" }, [
      ...groups,
      this.menu,
    ]);
  }

  #way(name, text, press) {
    const save = () => {
      this.open(false);
      press(name);
    };
    return (this.buttons[name] = html("button", { type: "button", "data-tool": name, text, onclick: save }));
  }

  /** Open or close the menu of ways to save. */
  open(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.press("save", open);
    if (open) this.menu.style.left = `${this.buttons.save.parentElement.offsetLeft}px`;
  }

  #button([name, title, kind], press) {
    const button = html("button", {
      ...{ type: "button", title, "aria-label": title, "data-tool": name },
      onclick: () => (name === "save" ? this.open() : press(name)),
    });
    if (kind !== "act") button.setAttribute("aria-pressed", "false");
    button.append(icon(name));
    this.buttons[name] = button;
    return button;
  }

  press(name, pressed) {
    this.buttons[name].setAttribute("aria-pressed", String(pressed));
  }

  mode(mode) {
    for (const name of ["pan", "box", "lasso"]) this.press(name, name === mode);
  }

  enable(name, enabled) {
    this.buttons[name].disabled = !enabled;
  }

  show(name, shown) {
    this.buttons[name].hidden = !shown;
  }
}
