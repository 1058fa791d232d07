/**
 * What is known of each row: texts that came with the map, and what the app's routes tell of a row on demand.
 */

const REMEMBERED = 400;
const PICTURES = 300;

/** @typedef {{id: string, text: string, picture: boolean, columns: Record<string, string>}} Item */

export class Items {
  constructor() {
    /** @type {string[]|null} */
    this.texts = null;
    this.source = "";
    /** @type {string[]} the columns to ask for; the first few while none is named */
    this.card = [];
    /** @type {Uint8Array|null} one bit a row */
    this.bits = null;
    /** @type {Map<number, Promise<Item|null>>} */
    this.items = new Map();
    /** @type {Map<number, HTMLImageElement>} */
    this.images = new Map();
  }

  /** @param {{source: string, card: string[], texts: string[]|null, pictures: Uint8Array|null}} about */
  set({ source, card, texts, pictures }) {
    const other = source !== this.source || !source;
    if (other) this.images.clear();
    if (other || card.join("\n") !== this.card.join("\n")) this.items.clear();
    [this.source, this.card, this.texts, this.bits] = [source, card, texts, pictures];
  }

  /** Return a row's text, or null where it has to be asked for. */
  text(row) {
    return this.texts ? this.texts[row] : null;
  }

  hasPicture(row) {
    return Boolean(this.source && this.bits && (this.bits[row >> 3] >> (row & 7)) & 1);
  }

  get anyPicture() {
    return Boolean(this.source && this.bits?.some((byte) => byte));
  }

  /** Ask the app for a row; null when it does not answer. @returns {Promise<Item|null>} */
  item(row) {
    if (!this.source) return Promise.resolve(null);
    return remembered(this.items, row, REMEMBERED, () =>
      fetch(`${this.source}/items/${row}${this.#wanted()}`)
        .then((reply) => (reply.ok ? reply.json() : null))
        .catch(() => null),
    );
  }

  #wanted() {
    return this.card.length ? `?${new URLSearchParams(this.card.map((name) => ["column", name]))}` : "";
  }

  /** Return a row's picture, loading at once. @returns {HTMLImageElement} */
  picture(row) {
    return remembered(this.images, row, PICTURES, () => {
      const image = new Image();
      image.decoding = "async";
      image.src = `${this.source}/pictures/${row}`;
      return image;
    });
  }
}

/** Return what a map holds under a key, made if need be; what was not asked for longest is forgotten. */
function remembered(map, key, most, make) {
  const value = map.has(key) ? map.get(key) : make();
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value);
  return value;
}
