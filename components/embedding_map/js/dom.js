/**
 * Elements made of text that stays text: nothing here reads HTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an element.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]  `on…` are listeners, `text` is the text content
 * @param {(Node|string)[]} [children]
 */
export function html(tag, attributes = {}, children = []) {
  return fill(document.createElement(tag), attributes, children);
}

/** Return an SVG element; see `html`. */
export function svg(tag, attributes = {}, children = []) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Return a number as people write it. */
export const count = (n) => n.toLocaleString("en-US");

/** Return a measured number with sensible digits. */
export function figure(value) {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(1);
  return value.toLocaleString("en-US", { maximumSignificantDigits: size >= 1000 ? 5 : 3, useGrouping: size >= 10_000 });
}

/** Return a function that runs another once, a while after the last call. */
export function settled(milliseconds, work) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds, ...values);
  };
}
