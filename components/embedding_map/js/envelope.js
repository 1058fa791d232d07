/**
 * The format in which arrays travel between Python and the browser; `envelope.py` says how it is laid out.
 */

const MAGIC = [0x56, 0x53, 0x4d, 0x50];
export const VERSION = 1;
const PREFIX = 12;
const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array };

const aligned = (size) => Math.ceil(size / 8) * 8;

/**
 * @typedef {{meta: any, sections: Record<string, Uint8Array|Uint16Array|Uint32Array|Float32Array>}} Envelope
 */

/**
 * Return what `pack`, here or in Python, has put into the bytes.
 * @param {Uint8Array} bytes of any byte offset; they are copied, so views into them are aligned
 * @returns {Envelope}
 */
export function unpack(bytes) {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (copy.length < PREFIX || MAGIC.some((byte, i) => copy[i] !== byte)) throw new Error("The map data is not in the expected format.");
  const version = view.getUint16(4, true);
  if (version !== VERSION) throw new Error(`The map data has version ${version}; this page reads version ${VERSION}.`);
  const size = view.getUint32(8, true);
  const begin = aligned(PREFIX + size);
  if (begin > aligned(copy.length)) throw new Error("The map data is truncated.");
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(PREFIX, PREFIX + size)));
  const sections = {};
  for (const { name, dtype, length, offset } of header.sections) {
    const Type = TYPES[dtype];
    if (!Type) throw new Error(`The map data has an unknown type, ${dtype}.`);
    if (begin + offset + length * Type.BYTES_PER_ELEMENT > copy.length) throw new Error("The map data is truncated.");
    sections[name] = new Type(copy.buffer, begin + offset, length);
  }
  return { meta: header.meta, sections };
}

/**
 * Return one array of bytes with JSON and arrays.
 * @param {any} meta
 * @param {Envelope["sections"]} sections
 * @returns {Uint8Array}
 */
export function pack(meta, sections) {
  let offset = 0;
  const described = Object.entries(sections).map(([name, array]) => {
    const dtype = Object.keys(TYPES).find((key) => array instanceof TYPES[key]);
    if (!dtype) throw new Error(`Section ${name} has a type that cannot be packed.`);
    const each = { name, dtype, length: array.length, offset };
    offset += aligned(array.byteLength);
    return each;
  });
  const header = new TextEncoder().encode(JSON.stringify({ meta, sections: described }));
  const begin = aligned(PREFIX + header.length);
  const bytes = new Uint8Array(begin + offset);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(4, VERSION, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, PREFIX);
  for (const { name, offset: at } of described) {
    const array = sections[name];
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), begin + at);
  }
  return bytes;
}

/**
 * Return bytes as text that JSON can carry.
 * @param {Uint8Array} bytes
 */
export function toBase64(bytes) {
  const parts = [];
  for (let i = 0; i < bytes.length; i += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  return btoa(parts.join(""));
}

/**
 * Return the bytes of base64 text.
 * @param {string} text
 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
