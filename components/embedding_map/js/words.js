/**
 * The map in words: for its foot and for those who do not see it.
 */

import { count } from "./dom.js";

/** Return what the foot says. @param {import("./model.js").Model} model */
export function status(model) {
  const chosen = model.selection.count;
  const nowhere = model.n - model.placed;
  const parts = [points(model)];
  if (nowhere) parts.push(`${count(nowhere)} not on the map`);
  if (chosen) parts.push(`${count(chosen)} selected`);
  return parts.join(" · ");
}

/** Return the name of the map for a screen reader. @param {import("./model.js").Model} model */
export function label(model) {
  const { title, kind, names } = model.painter.coloring;
  const classes = kind === "categories" ? ` in ${count(names.length)} classes` : "";
  return `Map of ${points(model)}${title ? `, colored by ${title}` : ""}${classes}`;
}

/** Return a text cut to so many characters. */
export const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const points = (model) => `${count(model.placed)} ${model.placed === 1 ? "point" : "points"}`;
