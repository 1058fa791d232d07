"""What the datasets library of Hugging Face says of the columns of a Parquet or Arrow file, in the file's schema."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at

_METADATA = b"huggingface"


def name_classes(table: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return a table with names in place of the numbers of classes, and a note for each such column.

    A number that is none of a class, such as the -1 of unlabeled rows, becomes an empty cell.
    """
    notes = []
    for column, names in _class_names(table.schema).items():
        place = table.schema.get_field_index(column)
        if place < 0:
            continue
        named = _named(table.column(place), pa.array(names, pa.large_string()))
        if named is not None:
            table = table.set_column(place, column, named)
            notes.append(f"Column {column!r} shows the names of its {len(names):,} classes, which the file defines.")
    return table, notes


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Return the names of the classes of each column that holds classes; anything but the library may write these."""
    try:
        features = json.loads((schema.metadata or {})[_METADATA])["info"]["features"]
        found = {str(column): _names_of(feature) for column, feature in features.items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return {column: names for column, names in found.items() if names}


def _names_of(feature: Any) -> list[str]:
    """Return the names of a `ClassLabel`, or of a list of them."""
    while not (isinstance(feature, dict) and feature.get("_type") == "ClassLabel"):
        inner = feature.get("feature") if isinstance(feature, dict) else feature
        feature = inner[0] if isinstance(inner, list) and inner else inner
        if not isinstance(feature, dict):
            return []
    names = feature.get("names")
    return list(names) if isinstance(names, list) and all(isinstance(name, str) for name in names) else []


def _named(column: pa.ChunkedArray, names: pa.Array) -> pa.ChunkedArray | None:
    """Return the names that stand for numbers, or for lists of numbers; None when the column holds something else."""
    kind = column.type
    if at.is_integer(kind):
        places = column.cast(pa.int64())
        known = pc.and_(pc.greater_equal(places, 0), pc.less(places, len(names)))
        return pc.take(names, pc.if_else(known, places, None))
    if (at.is_list(kind) or at.is_large_list(kind)) and at.is_integer(kind.value_type):
        known = dict(enumerate(names.to_pylist()))
        lists = [None if cell is None else [known.get(one) for one in cell] for cell in column.to_pylist()]
        return pa.chunked_array([pa.array(lists, pa.list_(pa.large_string()))])
    return None
