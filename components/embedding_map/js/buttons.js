/**
 * What the buttons over the map do.
 */

import { savePng, saveSvg } from "./saving.js";

const mode = (name) => (map) => map.mode(name);
const turn = (name) => (map) => map.layers.turn(name);

const WORK = {
  pan: mode("pan"),
  box: mode("box"),
  lasso: mode("lasso"),
  fit: (map) => map.fit(),
  undo: (map) => map.choosing.undo(),
  invert: (map) => map.choosing.invert(),
  clear: (map) => map.choosing.clear(),
  names: turn("names"),
  outlines: turn("outlines"),
  contours: turn("contours"),
  pictures: turn("pictures"),
  twin: turn("twin"),
  legend: (map) => {
    const beside = map.legend.room;
    if (!beside) map.layers.turn("twin", false);
    map.legend.show(!beside || !map.legend.open);
    map.rearrange();
  },
  png: savePng,
  svg: saveSvg,
};

/** Do what a button says. @param {import("./map.js").EmbeddingMap} map @param {keyof typeof WORK} name */
export const press = (map, name) => WORK[name](map);
