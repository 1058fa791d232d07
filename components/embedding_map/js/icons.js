/**
 * The icons of the toolbar: strokes on a grid of 20 x 20.
 */

import { svg } from "./dom.js";

const PATHS = {
  pan: "M10 2.5v15M2.5 10h15M10 2.5 7.8 4.7M10 2.5l2.2 2.2M10 17.5l-2.2-2.2M10 17.5l2.2-2.2M2.5 10l2.2-2.2M2.5 10l2.2 2.2M17.5 10l-2.2-2.2M17.5 10l-2.2 2.2",
  box: "M3.5 6.5v-3h3M13.5 3.5h3v3M16.5 13.5v3h-3M6.5 16.5h-3v-3M9 3.5h2M9 16.5h2M3.5 9v2M16.5 9v2",
  lasso: "M10 3.5c4 0 7 2 7 4.7s-3 4.8-7 4.8-7-2.1-7-4.8 3-4.7 7-4.7ZM6.2 12.3c-1.3.9-1.2 2.6.3 2.7 1.3 0 1.7-1.3.9-2.4M6.5 15c.3 1-.2 1.9-1.3 2.3",
  fit: "M7 3.5H3.5V7M13 3.5h3.5V7M7 16.5H3.5V13M13 16.5h3.5V13M10 8.2v3.6M8.2 10h3.6",
  clear: "M5 5l10 10M15 5 5 15",
  undo: "M7.5 4 4 7.5 7.5 11M4.3 7.5H12a4.2 4.2 0 0 1 0 8.4H8",
  invert: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM10 3.5v13M12 4v12M14 5.2v9.6M16 8v4",
  layers: "M10 3.5 3 7.3l7 3.8 7-3.8zM4.3 10.4 3 11.1l7 3.8 7-3.8-1.3-.7",
  twin: "M3.5 4.5h13v11h-13zM3.5 8.2h13M3.5 11.8h13M8 8.2v7.3",
  save: "M10 3v9M6.5 8.7 10 12.2l3.5-3.5M3.5 13.5v3h13v-3",
  legend: "M4 5.5h.01M4 10h.01M4 14.5h.01M7.5 5.5h9M7.5 10h9M7.5 14.5h9",
};

/** Return an icon. @param {keyof typeof PATHS} name */
export function icon(name) {
  const path = svg("path", { d: PATHS[name] });
  return svg("svg", { viewBox: "0 0 20 20", class: "vs-icon", "aria-hidden": "true" }, [path]);
}
