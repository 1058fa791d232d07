"""The pictures in the cells of a table that is no Parquet file: they are taken out into one, which is read by rows."""

from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from embedding_core.base.errors import InputError
from embedding_core.data.columns import unique_names
from embedding_core.data.detect import find_format
from embedding_core.data.packing import unpacked
from embedding_core.data.pictures.columns import LOOKED_AT, bytes_of, can_hold_pictures
from embedding_core.data.pictures.decode import decode
from embedding_core.data.pictures.in_text import may_hold_pictures
from embedding_core.data.read import read_raw
from embedding_core.data.table import Format, RawTable, ReadOptions

_HEAD_BYTES = 1 << 20
_ROW_GROUP = 100
_READ = (None, Format.PARQUET, Format.ARROW, Format.ORC)


def held_pictures(path: Path, name: str, target: Path) -> tuple[str | None, bool]:
    """Write the first column of pictures into a Parquet file; return its name, and whether the table has no other.

    Args:
        path: where the table lies.
        name: what it is called.
        target: the file to write; nothing is written when the table holds no pictures.

    Raises:
        InputError: the table cannot be read.
    """
    with unpacked(path, name) as file:
        form = find_format(file.path, file.name)
        if form not in _READ or (form is None and not _may_hold(file.path)):
            return None, False
        raw = read_raw(file.path, file.name, ReadOptions())
    names, _ = unique_names(list(raw.names))
    place = _first_of_pictures(raw)
    if place is None:
        return None, False
    column = raw.columns[place]
    column = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
    pq.write_table(pa.table({names[place]: column}), target, row_group_size=_ROW_GROUP)
    return names[place], len(names) == 1


def _may_hold(path: Path) -> bool:
    """Look at the beginning only, since every text that is brought is looked at."""
    with path.open("rb") as file:
        return may_hold_pictures(file.read(_HEAD_BYTES))


def _first_of_pictures(raw: RawTable) -> int | None:
    return next((place for place, column in enumerate(raw.columns) if _shows_pictures(column)), None)


def _shows_pictures(column: pa.ChunkedArray | pa.Array) -> bool:
    if not can_hold_pictures(column.type):
        return False
    for cell in column.drop_null()[:LOOKED_AT].to_pylist():
        with suppress(InputError):
            decode(bytes_of(cell), wanted=1)
            return True
    return False
