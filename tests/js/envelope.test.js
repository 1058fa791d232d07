/** The envelope's JavaScript half; tests/components/embedding_map/test_envelope.py holds it to the Python half. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fromBase64, pack, toBase64, unpack } from "../../components/embedding_map/js/envelope.js";

const sections = {
  bytes: Uint8Array.of(1, 2, 255),
  halves: Uint16Array.of(0, 65535, 7),
  words: Uint32Array.of(4294967295),
  reals: Float32Array.of(-1.5, Infinity, NaN),
  none: new Uint8Array(0),
};

test("what is packed is unpacked", () => {
  const meta = { text: "Ünïcode \u{1f600} <b>", list: [1, null, true] };
  const found = unpack(pack(meta, sections));
  assert.deepEqual(found.meta, meta);
  assert.deepEqual(found.sections, sections);
});

test("bytes may begin at any offset", () => {
  const packed = pack({}, sections);
  const shifted = new Uint8Array(packed.length + 3).subarray(3);
  shifted.set(packed);
  assert.deepEqual(unpack(shifted).sections, sections);
});

test("what is not in the expected format, of another version or cut short is refused", () => {
  const packed = pack({}, sections);
  assert.throws(() => unpack(new Uint8Array(40)), /not in the expected format/);
  assert.throws(() => unpack(packed.subarray(0, 8)), /not in the expected format/);
  assert.throws(() => unpack(packed.subarray(0, packed.length - 9)), /truncated/);
  const other = packed.slice();
  other[4] = 9;
  assert.throws(() => unpack(other), /version 9/);
});

test("bytes travel as base64", () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 255);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
});
