"""The envelope, both halves: what either side packs, the other reads."""

import base64
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from components.embedding_map.envelope import MAGIC, VERSION, EnvelopeError, pack, unpack
from tests.components.javascript import needs_node, run_node

META = {"text": 'Ünïcode 😀 <b> "quoted"', "list": [1, None, True, 0.5]}
SECTIONS = {
    "bytes": np.array([1, 2, 255], dtype=np.uint8),
    "halves": np.array([0, 65_535, 7], dtype=np.uint16),
    "words": np.array([2**32 - 1], dtype=np.uint32),
    "reals": np.array([-1.5, np.inf, 0], dtype=np.float32),
    "none": np.array([], dtype=np.uint8),
}


def test_what_is_packed_is_unpacked_and_lies_aligned() -> None:
    data = pack(META, SECTIONS)
    found = unpack(data)
    assert found.meta == META
    assert list(found.sections) == list(SECTIONS)
    for name, array in SECTIONS.items():
        assert found.sections[name].dtype == array.dtype
        np.testing.assert_array_equal(found.sections[name], array)
    assert len(data) % 8 == 0
    (size,) = struct.unpack_from("<I", data, 8)
    header = json.loads(data[12 : 12 + size])
    assert all(section["offset"] % 8 == 0 for section in header["sections"])


def test_two_dimensional_and_strided_arrays_are_packed_row_by_row() -> None:
    grid = np.arange(12, dtype=np.uint16).reshape(3, 4)
    np.testing.assert_array_equal(unpack(pack({}, {"a": grid[:, ::2]})).sections["a"], grid[:, ::2].ravel())


def test_other_types_and_nan_in_the_json_are_refused() -> None:
    with pytest.raises(EnvelopeError, match="float64"):
        pack({}, {"a": np.zeros(2)})
    with pytest.raises(ValueError, match="JSON"):
        pack({"a": float("nan")}, {})


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"short",
        b"\0" * 64,
        MAGIC + struct.pack("<HHI", VERSION + 1, 0, 2) + b"{}",
        MAGIC + struct.pack("<HHI", VERSION, 0, 2**31) + b"{}",
        MAGIC + struct.pack("<HHI", VERSION, 0, 2) + b"{}",
        pack(META, SECTIONS)[:-12],
    ],
)
def test_damaged_bytes_are_refused(damaged: bytes) -> None:
    with pytest.raises(EnvelopeError):
        unpack(damaged)


@needs_node
def test_the_browser_reads_what_python_packs_and_back(tmp_path: Path) -> None:
    script = """
        import { fromBase64, pack, toBase64, unpack } from "{js}/envelope.js";
        import { readFileSync } from "node:fs";
        const found = unpack(new Uint8Array(readFileSync(process.argv[2])));
        const kinds = Object.fromEntries(Object.entries(found.sections).map(([k, v]) => [k, v.constructor.name]));
        console.log(JSON.stringify({ kinds, meta: found.meta, again: toBase64(pack(found.meta, found.sections)) }));
    """
    (tmp_path / "packed").write_bytes(pack(META, SECTIONS))
    answer = json.loads(run_node(script, str(tmp_path / "packed")))
    assert answer["meta"] == META
    assert answer["kinds"]["halves"] == "Uint16Array"
    back = unpack(base64.b64decode(answer["again"]))
    assert back.meta == META
    for name, array in SECTIONS.items():
        np.testing.assert_array_equal(back.sections[name], array)
