/**
 * The map as a file to take home: PNG at print size, SVG while there are not too many points.
 */

import { toCss } from "./color.js";
import { count, html, svg } from "./dom.js";
import { reach, SHAPES } from "./marks.js";
import { HIDDEN } from "./paint.js";
import { shortened } from "./words.js";

export const MOST_SVG = 20_000;
const PRINT = 3;
const MOST_PIXELS = 40e6;
const FONT = "sans-serif";

/** Save what is seen as a PNG. @param {import("./map.js").EmbeddingMap} map */
export function savePng(map) {
  const { stage, model, layers } = map;
  const { camera } = stage;
  const ratio = Math.min(PRINT, Math.sqrt(MOST_PIXELS / (camera.width * camera.height)));
  const points = stage.snapshot(ratio);
  const context = points.getContext("2d");
  context.setTransform(points.width / camera.width, 0, 0, points.height / camera.height, 0, 0);
  if (layers.pictures.on) context.drawImage(layers.pictures.canvas, 0, 0, camera.width, camera.height);
  const { x, y, width, height } = panel(map);
  Object.assign(context, { globalAlpha: 0.92, fillStyle: toCss(model.background) });
  context.fillRect(x, y, width, height);
  Object.assign(context, { globalAlpha: 1, textBaseline: "middle", lineJoin: "round" });
  for (const { x, y, text, color, size, anchor } of texts(map)) {
    Object.assign(context, { font: `600 ${size}px ${FONT}`, textAlign: anchor === "middle" ? "center" : "left" });
    Object.assign(context, { strokeStyle: toCss(model.background), lineWidth: 4, fillStyle: color || ink(model) });
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
  for (const { x, y, color } of swatches(map)) {
    context.fillStyle = color;
    context.fill(new Path2D(`M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0`));
  }
  points.toBlob((blob) => download(blob, "map.png"), "image/png");
}

/** Save what is seen as an SVG. @param {import("./map.js").EmbeddingMap} map */
export function saveSvg(map) {
  const text = new XMLSerializer().serializeToString(drawing(map));
  download(new Blob([text], { type: "image/svg+xml" }), "map.svg");
}

/** Return what is seen as an SVG element. @param {import("./map.js").EmbeddingMap} map */
export function drawing(map) {
  const { stage, model } = map;
  const { width, height } = stage.camera;
  const root = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` });
  root.append(svg("rect", { width, height, fill: toCss(model.background) }));
  const group = svg("g", { "fill-opacity": stage.style.alpha.toFixed(2) });
  for (const row of model.order) {
    const [x, y] = stage.camera.toScreen(model.xy[2 * row], model.xy[2 * row + 1]);
    const seen = x > -10 && y > -10 && x < width + 10 && y < height + 10;
    if (!seen || model.states[row] === HIDDEN) continue;
    group.append(shape(x, y, stage.style.size / 2, model.marks?.[row] ?? 0, toCss(model.rgb(model.paints[row]))));
  }
  const words = texts(map).map(({ x, y, text, color, size, anchor }) =>
    svg("text", {
      ...{ x, y, text, fill: color || ink(model), stroke: toCss(model.background), "stroke-width": 4 },
      "paint-order": "stroke",
      ...{ "font-family": FONT, "font-size": size, "font-weight": 600 },
      ...{ "text-anchor": anchor, "dominant-baseline": "middle" },
    }),
  );
  const dots = swatches(map).map(({ x, y, color }) => svg("circle", { cx: x, cy: y, r: 5, fill: color }));
  const under = svg("rect", { ...panel(map), fill: toCss(model.background), "fill-opacity": 0.92 });
  root.append(group, under, ...words, ...dots);
  return root;
}

function shape(x, y, radius, mark, fill) {
  const [cx, cy] = [x.toFixed(2), y.toFixed(2)];
  if (mark === SHAPES.indexOf("disc")) return svg("circle", { cx, cy, r: radius.toFixed(2), fill });
  const far = radius / reach(mark, 1, 0);
  if (mark === SHAPES.indexOf("diamond")) {
    return svg("path", { d: `M${cx} ${(y - far).toFixed(2)}l${far} ${far}l${-far} ${far}l${-far} ${-far}z`, fill });
  }
  return svg("rect", { x: (x - far).toFixed(2), y: (y - far).toFixed(2), width: 2 * far, height: 2 * far, fill });
}

const ink = (model) => (model.dark ? "#e6eaf0" : "#121a24");

/** Return the names on the map and in the legend, with their places. */
function texts({ layers, stage, model }) {
  const { names } = layers;
  const shown = names.labels
    .filter((each) => names.on && each.shown)
    .map(({ label, text }) => {
      const [x, y] = stage.camera.toScreen(label.x, label.y);
      return { x, y, text, color: names.colorOf(label), size: 14, anchor: "middle" };
    });
  const legend = entries(model).map(({ text }, i) => ({ ...line(stage.camera, i, 16), text, size: 12, anchor: "start" }));
  return [...shown, ...legend];
}

function swatches({ stage, model }) {
  return entries(model).flatMap(({ color }, i) => (color ? [{ ...line(stage.camera, i, 4), color }] : []));
}

const line = (camera, place, indent) => ({ x: camera.width - 180 + indent, y: 24 + place * 20 });

/** Return the place of the legend. */
function panel({ stage, model }) {
  const lines = entries(model).length;
  return { x: stage.camera.width - 196, y: 10, width: lines ? 186 : 0, height: lines ? lines * 20 + 8 : 0 };
}

/** Return the lines of the legend. */
function entries(model) {
  const { coloring, order, hidden } = model.painter;
  if (coloring.kind !== "categories") return coloring.title ? [{ text: coloring.title, color: null }] : [];
  const shown = order.slice(0, coloring.shown).filter((code) => !hidden.has(code));
  return [
    { text: coloring.title, color: null },
    ...shown.map((code) => ({
      text: `${shortened(coloring.names[code], 24)} (${count(coloring.counts[code])})`,
      color: toCss(model.rgb(model.painter.paintOfClass(code))),
    })),
  ];
}

function download(blob, name) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
