/**
 * The part of a map that brings it something: it shows nothing itself.
 */

import { deliver } from "./registry.js";
import { unpack } from "./envelope.js";

/** Called by Streamlit when the element appears and whenever its bytes change. */
export default function feed({ data }) {
  if (!data) return;
  const { map, part } = unpack(data).meta;
  return deliver(map, part, data);
}
