"""The format in which arrays travel between Python and the browser; `js/envelope.js` is its other half.

Little-endian throughout::

    0   4 bytes   "VSMP"
    4   u16       version
    6   u16       zero
    8   u32       bytes of the header
    12            header: JSON, {"meta": anything, "sections": [{"name", "dtype", "length", "offset"}]}
    then zeros up to a multiple of 8, and the sections, each beginning at a multiple of 8 after that point

`offset` counts from where the sections begin, `length` counts elements.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"VSMP"
VERSION = 1
_ALIGN = 8
_PREFIX = struct.Struct("<4sHHI")
_DTYPES: dict[str, np.dtype[Any]] = {
    "u8": np.dtype("u1"),
    "u16": np.dtype("<u2"),
    "u32": np.dtype("<u4"),
    "f32": np.dtype("<f4"),
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


class EnvelopeError(ValueError):
    """The bytes are no envelope of this version."""


@dataclass(frozen=True, eq=False)
class Envelope:
    """What was packed."""

    meta: Any
    sections: dict[str, NDArray[Any]]
    """One-dimensional, read-only."""


def pack(meta: Any, sections: Mapping[str, NDArray[Any]]) -> bytes:
    """Return one bytes object with JSON and arrays of uint8, uint16, uint32 or float32.

    Raises:
        EnvelopeError: an array has another type.
        ValueError: the JSON would hold a NaN, which no browser reads.
    """
    described, body, offset = [], [], 0
    for name, array in sections.items():
        flat = np.ascontiguousarray(array).reshape(-1)
        dtype = _NAMES.get(flat.dtype.newbyteorder("<") if flat.dtype.itemsize > 1 else flat.dtype)
        if dtype is None:
            raise EnvelopeError(f"section {name} has type {flat.dtype}, not one of {', '.join(_DTYPES)}")
        raw = flat.astype(_DTYPES[dtype], copy=False).tobytes()
        described.append({"name": name, "dtype": dtype, "length": len(flat), "offset": offset})
        body += [raw, bytes(-len(raw) % _ALIGN)]
        offset += len(raw) + len(body[-1])
    header = json.dumps(
        {"meta": meta, "sections": described}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode("utf-8", errors="replace")
    gap = bytes(-(_PREFIX.size + len(header)) % _ALIGN)
    return b"".join([_PREFIX.pack(MAGIC, VERSION, 0, len(header)), header, gap, *body])


def unpack(data: bytes) -> Envelope:
    """Return what `pack`, here or in the browser, has put into the bytes.

    Raises:
        EnvelopeError: they are something else, of another version, or cut short.
    """
    if len(data) < _PREFIX.size:
        raise EnvelopeError(f"{len(data)} bytes are too few for an envelope")
    magic, version, _, size = _PREFIX.unpack_from(data)
    if magic != MAGIC or version != VERSION:
        raise EnvelopeError(f"this is no envelope of version {VERSION}: it begins with {data[:6]!r}")
    try:
        header = json.loads(data[_PREFIX.size : _PREFIX.size + size])
        meta, described = header["meta"], header["sections"]
        begin = _PREFIX.size + size + (-(_PREFIX.size + size) % _ALIGN)
        sections = {
            each["name"]: np.frombuffer(data, _DTYPES[each["dtype"]], each["length"], begin + each["offset"])
            for each in described
        }
    except (KeyError, TypeError, ValueError) as error:
        raise EnvelopeError(f"the envelope is damaged: {error}") from error
    return Envelope(meta, sections)
