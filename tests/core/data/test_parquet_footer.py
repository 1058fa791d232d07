"""Encrypted Parquet is refused before a library is asked for metadata that it cannot read."""

import struct
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedding_core.base.errors import InputError
from embedding_core.data.read import read_table
from embedding_core.data.tables.parquet_footer import _check_footer, _Footer, check_parquet

TABLE = pa.table(
    {
        "text": ["one", "two", None],
        "flag": [True, None, False],
        "rows": [[1, 2], [], None],
        "deep": [{"a": {"b": [True]}}, None, {"a": None}],
    }
)


@pytest.mark.parametrize("groups", [1, 3])
def test_a_plain_file_passes(tmp_path: Path, groups: int) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(TABLE.replace_schema_metadata({"key": "value" * 50}), path, row_group_size=-(-3 // groups))
    check_parquet(path, "a.parquet")


def footer(column: bytes, after: bytes = b"") -> bytes:
    """Return a file whose footer has a row group with one column chunk of these fields."""
    groups = b"\x49\x1c" + b"\x19\x1c" + column + b"\x00" + b"\x00"  # field 4 of structs, field 1 of structs
    data = groups + after + b"\x00"
    return b"PAR1" + data + struct.pack("<I", len(data)) + b"PAR1"


META = b"\x3c\x00"  # field 3, an empty struct


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (footer(META + b"\x5c\x00"), "encrypted"),  # field 8, crypto metadata
        (footer(META + b"\x68\x01x"), "encrypted"),  # field 9, encrypted metadata
        (footer(META, b"\x4c\x00"), "encrypted"),  # field 8 of the file, the algorithm
        (footer(b"\x26\x00"), "damaged"),  # field 2 alone: no metadata
        (footer(META), ""),
        (b"PAR1" + b"\x00" * 8 + b"\x04\0\0\0PARE", "encrypted"),
        (b"PAR1" + b"\xff" * 40 + b"\x28\0\0\0PAR1", ""),
        (b"PAR1" + b"\0" * 8 + b"\xff\xff\xff\xffPAR1", ""),
        (b"PAR1", ""),
    ],
)
def test_what_is_seen_in_a_footer(tmp_path: Path, content: bytes, summary: str) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    if not summary:
        check_parquet(path, "a.parquet")
        return
    with pytest.raises(InputError, match=summary) as caught:
        read_table(path, "a.parquet")
    assert caught.value.hint


@given(st.binary(max_size=200))
def test_any_bytes_are_gone_through_or_given_up(data: bytes) -> None:
    try:
        _check_footer(_Footer(data), "x")
    except (IndexError, struct.error, RecursionError, InputError):
        pass
