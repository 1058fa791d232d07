/**
 * Colors as three numbers, and the table of 256 from which a map is painted.
 */

export const OTHER = 253;
export const MISSING = 254;
export const PLAIN = 255;
/** With numbers, paints 0 … LEVELS - 1 are the scale. */
export const LEVELS = 250;

/** @typedef {[number, number, number]} Rgb */

/** Return the color of `#rrggbb`. @returns {Rgb} */
export function fromHex(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** @param {Rgb} rgb */
export const toCss = (rgb) => `rgb(${rgb.map(Math.round).join(" ")})`;

/** @param {Rgb} a @param {Rgb} b @param {number} share of b @returns {Rgb} */
export const mix = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);

/** Return a color along a list of colors. @param {Rgb[]} stops @param {number} t  0 … 1 */
export function along(stops, t) {
  const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const i = Math.min(Math.floor(at), stops.length - 2);
  return mix(stops[i], stops[i + 1], at - i);
}

/**
 * @typedef {object} Colors
 * @property {string[]} categories  `#rrggbb`
 * @property {string[]} scale
 * @property {string} gray
 * @property {string} plain
 */

/**
 * Return the 256 colors of a map, three bytes each.
 * @param {string} kind  "none", "categories" or "numbers"
 * @param {Colors} colors
 */
export function table(kind, colors) {
  const rgb = new Uint8Array(256 * 3);
  const put = (paint, color) => rgb.set(color.map(Math.round), paint * 3);
  if (kind === "categories") colors.categories.forEach((hex, i) => put(i, fromHex(hex)));
  if (kind === "numbers") {
    const stops = colors.scale.map(fromHex);
    for (let level = 0; level < LEVELS; level++) put(level, along(stops, level / (LEVELS - 1)));
  }
  put(OTHER, fromHex(colors.gray));
  put(MISSING, fromHex(colors.gray));
  put(PLAIN, fromHex(colors.plain));
  return rgb;
}

/** Say whether a background is dark. @param {Rgb} rgb */
export const isDark = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;

/** Return the color that CSS text names, as the browser reads it. @param {string} css @returns {Rgb} */
export function parseCss(css, fallback) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = fallback;
  context.fillStyle = css;
  const text = context.fillStyle;
  return text.startsWith("#") ? fromHex(text) : text.match(/[\d.]+/g).slice(0, 3).map(Number);
}
