"""What the browser says was done on the map."""

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.embedding_map.envelope import EnvelopeError, unpack
from components.embedding_map.points import MapEvent

HOWS = ("lasso", "box", "click", "legend", "search", "invert", "undo", "clear")


def read_event(message: object, n: int) -> MapEvent | None:
    """Return what was done on a map of n rows; None for anything that cannot have come from it.

    The message is a visitor's, so nothing in it is believed: a row that is not there is left out.
    """
    if not isinstance(message, str):
        return None
    try:
        envelope = unpack(base64.b64decode(message, validate=True))
    except (EnvelopeError, binascii.Error, ValueError):
        return None
    meta = envelope.meta
    if not isinstance(meta, dict) or meta.get("how") not in HOWS or meta.get("n") != n:
        return None
    rows = unpack_rows(envelope.sections)
    # Sorting half a million rows takes longer than all else.
    flags = np.zeros(n, dtype=bool)
    flags[rows[rows < n]] = True
    row = meta.get("row")
    clicked = row if isinstance(row, int) and 0 <= row < n else None
    return MapEvent(tuple(np.flatnonzero(flags).tolist()), meta["how"], clicked)


def unpack_rows(sections: dict[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return the rows that `packRows` in js/selection.js has packed."""
    if "rows" in sections:
        return sections["rows"].astype(np.int64)
    bits = sections.get("bits", np.array([], dtype=np.uint8)).astype(np.uint8)
    return np.flatnonzero(np.unpackbits(bits, bitorder="little"))
