"""Build a data set from a table and a choice of its columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.base.types import Key, Matrix
from embedding_core.data.choose import ColumnChoice, kept_columns
from embedding_core.data.columns import holds_vectors
from embedding_core.data.dataset import Dataset
from embedding_core.data.table import Table
from embedding_core.data.vectors.features import column_features
from embedding_core.data.vectors.read import row_vectors, vector_columns

PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")
MISSING_WORDS = frozenset({"nan", "na", "n/a", "#n/a", "null", "none", "<na>"})
JOINED = "text"
UNUSED_VECTORS = "The pictures are embedded; the vectors in column"


@dataclass(frozen=True)
class RowPictures:
    """The picture of an album that belongs to each row."""

    keys: tuple[Key, ...]
    """(rows,) the SHA-256 of a picture's file, "" where there is none."""
    album: Key


def build_dataset(table: Table, choice: ColumnChoice, name: str, pictures: RowPictures | None = None) -> Dataset:
    """Return the chosen rows and columns as a data set; missing texts are empty.

    Args:
        table: what was read.
        choice: what each column is for.
        name: what the data set is called.
        pictures: of the table's rows, when there are any; a row with neither text nor picture is left out.

    Raises:
        InputError: a column is not there, no text is in the text column, or ids repeat or are missing.
    """
    if pictures is not None:
        return _with_pictures(table, choice, name, pictures)
    frame = table.frame
    named = [*choice.text, choice.label, choice.id, *(choice.keep or ()), choice.vector_column, *choice.numeric]
    _check_columns(frame, [column for column in named if column is not None], name)
    rows = _sampled_rows(len(frame), choice)
    frame = frame if rows is None else frame.iloc[rows]
    vectors: Matrix | None = None
    features: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    if choice.vector_column is not None:
        found = row_vectors(frame, choice.vector_column, name)
        vectors, warnings = found.matrix, tuple(filter(None, [found.warning]))
        if len(found.rows) < len(frame):
            rows = frame.index.to_numpy()[found.rows]
            frame = frame.iloc[found.rows]
    elif choice.numeric:
        made = column_features(frame, choice.numeric, name)
        vectors, features, warnings = made.matrix, made.names, made.warnings
    kept = frame[list(kept_columns(frame, choice.text, choice.id, choice.label, choice.keep))]
    ids = _ids(frame, choice.id, name) if choice.id is not None else None
    if ids is None and rows is not None:
        ids = [str(row) for row in rows]
    if vectors is None:
        texts = _texts(frame, choice, table, name)
    else:
        texts = _joined(frame, choice, name)
        texts = texts if any(map(str.strip, texts)) else _captions(frame, choice, ids)
    return Dataset.create(
        name,
        texts,
        ids=ids,
        columns=kept,
        label=choice.label,
        vectors=vectors,
        text_name=_text_name(choice, JOINED),
        feature_names=features,
        warnings=warnings,
    )


def _with_pictures(table: Table, choice: ColumnChoice, name: str, pictures: RowPictures) -> Dataset:
    if not any(pictures.keys):
        message = f"No row of {name} names any of the pictures"
        hint = "Choose the column that contains their file names."
        raise InputError(f"{message} in column {choice.pictures!r}." if choice.pictures else f"{message}.", hint)
    frame = table.frame
    _check_columns(frame, [c for c in (*choice.text, choice.label, choice.id, *(choice.keep or ())) if c], name)
    texts = _joined(frame, choice, name)
    there = [row for row, (key, text) in enumerate(zip(pictures.keys, texts, strict=True)) if key or text.strip()]
    sampled = _sampled_rows(len(there), choice)
    rows = there if sampled is None else [there[i] for i in sampled]
    frame = frame.iloc[rows]
    kept = frame[list(kept_columns(frame, choice.text, choice.id, choice.label, choice.keep))]
    ids = _ids(frame, choice.id, name) if choice.id is not None else [str(row) for row in rows]
    dataset = Dataset.create(
        name,
        [texts[row] for row in rows],
        ids=ids,
        columns=kept,
        label=choice.label,
        text_name=_text_name(choice, "caption"),
        pictures=[pictures.keys[row] for row in rows],
        album=pictures.album,
        warnings=() if choice.vector_column is None else (f"{UNUSED_VECTORS} {choice.vector_column!r} were not used.",),
    )
    return set_apart(dataset) if choice.apart else dataset


def set_apart(dataset: Dataset) -> Dataset:
    """Return a data set with captions split into rows: the text of a picture follows it as a row of its own."""
    both = [bool(key and text.strip()) for key, text in zip(dataset.pictures, dataset.texts, strict=True)]
    rows = [row for row, two in enumerate(both) for _ in range(1 + two)]
    second = [i > 0 and rows[i - 1] == row for i, row in enumerate(rows)]
    taken = set(dataset.ids)
    ids = []
    for row, is_text in zip(rows, second, strict=True):
        name = dataset.ids[row]
        while is_text and name in taken:
            name += " (text)"
        taken.add(name)
        ids.append(name)
    return Dataset.create(
        dataset.name,
        [dataset.texts[row] for row in rows],
        ids=ids,
        columns=dataset.columns.iloc[rows],
        label=dataset.label,
        text_name=dataset.text_name,
        pictures=["" if is_text else dataset.pictures[row] for row, is_text in zip(rows, second, strict=True)],
        album=dataset.album,
    )


def _text_name(choice: ColumnChoice, otherwise: str) -> str:
    single = choice.text[0] if len(choice.text) == 1 and choice.template is None else ""
    return single if single and single != "id" else otherwise


def _check_columns(frame: pd.DataFrame, wanted: Iterable[str], name: str) -> None:
    for column in wanted:
        if column not in frame:
            near = get_close_matches(column, [str(c) for c in frame.columns], n=1)
            some = ", ".join(str(c) for c in frame.columns[:10])
            hint = f"Did you mean {near[0]!r}?" if near else f"It has: {some}."
            raise InputError(f"{name} has no column {column!r}.", hint)


def _sampled_rows(rows: int, choice: ColumnChoice) -> "np.ndarray[Any, np.dtype[np.int64]] | None":
    """Return the rows of a random sample in their own order; None for all."""
    if choice.sample is None or choice.sample >= rows:
        return None
    return np.sort(np.random.default_rng(choice.seed).choice(rows, choice.sample, replace=False))


def _ids(frame: pd.DataFrame, column: str, name: str) -> list[str]:
    ids = column_texts(frame[column])
    if empty := ids.count(""):
        message = f"Column {column!r} of {name} has no ID in {empty:,} of {len(ids):,} rows."
        raise InputError(message, "Choose another ID column, or none to number the rows.")
    counted = pd.Series(ids).value_counts()
    if (repeated := counted[counted > 1]).size:
        some = ", ".join(f"{value!r} ({count} times)" for value, count in repeated.head(3).items())
        message = f"Column {column!r} of {name} repeats {repeated.size:,} IDs: {some}."
        raise InputError(message, "Choose a column without repeats, or none to number the rows.")
    return ids


def column_texts(column: "pd.Series[Any]") -> list[str]:
    """Return the cells of a column as texts, missing ones empty."""
    texts: list[str] = column.astype("str").fillna("").tolist()
    return texts


def _texts(frame: pd.DataFrame, choice: ColumnChoice, table: Table, name: str) -> list[str]:
    if not choice.text and choice.template is None:
        raise _no_text(table, name)
    texts = _joined(frame, choice, name)
    what = f"Column {choice.text[0]!r}" if len(choice.text) == 1 else f"The columns {', '.join(choice.text)}"
    what = what if choice.template is None else f"The template {choice.template!r}"
    words = {text.strip().lower() for text in texts}
    if words <= {""}:
        raise InputError(f"{what} of {name} has no text: all {len(texts):,} rows are empty.", "Choose another column.")
    if words <= {"", *MISSING_WORDS}:
        summary = ", ".join(sorted(word for word in words if word))
        raise InputError(f"{what} of {name} contains nothing but {summary}.", "Choose another column.")
    return texts


def _joined(frame: pd.DataFrame, choice: ColumnChoice, name: str) -> list[str]:
    """Return the text of each row, as the template or the chosen columns say; empty texts when nothing is chosen."""
    if choice.template is not None:
        return render(frame, choice.template, name)
    if not choice.text:
        return [""] * len(frame)
    columns = [column_texts(_readable(frame, column, name)) for column in choice.text]
    if len(columns) == 1:
        return columns[0]
    return ["\n".join(cell for cell in row if cell) for row in zip(*columns, strict=True)]


def _no_text(table: Table, name: str) -> InputError:
    if vectors := vector_columns(table):
        return InputError(f"No text column of {name} is chosen.", f"Choose one, or use the vectors in {vectors[0]!r}.")
    if all(pd.api.types.is_numeric_dtype(dtype) for dtype in table.frame.dtypes):
        message = f"All {table.frame.shape[1]:,} columns of {name} are numbers; there is no text to embed."
        return InputError(message, "Embed the columns themselves, or use a table with a text column.")
    said = "".join(f" {warning}" for warning in table.how.warnings[:1])
    return InputError(f"No text column of {name} is chosen.{said}", "Choose the column to embed.")


def _readable(frame: pd.DataFrame, column: str, name: str) -> "pd.Series[Any]":
    """Return a column that can be read as text.

    Raises:
        InputError: its cells are vectors.
    """
    cells = frame[column]
    if holds_vectors(cells):
        raise InputError(f"Column {column!r} of {name} contains vectors, not text.", "Choose it under Vectors instead.")
    return cells


def render(frame: pd.DataFrame, template: str, name: str) -> list[str]:
    """Return the template filled in for each row; a row whose columns are all empty gives an empty text.

    Names in braces are columns and nothing else: no attributes, no formats.

    Raises:
        InputError: a brace is open or a name is no column.
    """
    parts: list[str | None] = []
    names: list[str] = []
    end = 0
    for match in PIECE.finditer(template):
        if match[2]:
            message = f"The template {template!r} has a single {match[2]!r} at character {match.start() + 1}."
            raise InputError(message, "Write {column} for a column, {{ and }} for braces.")
        parts.append(template[end : match.start()])
        if match[1] is not None:
            names.append(match[1])
            parts.append(None)
        else:
            parts.append(match[0][0])
        end = match.end()
    parts.append(template[end:])
    if not names:
        raise InputError(f"The template {template!r} names no column.", "Write {column} for the value of a column.")
    _check_columns(frame, names, name)
    columns = [column_texts(_readable(frame, column, name)) for column in names]
    return [_fill(parts, cells) for cells in zip(*columns, strict=True)]


def _fill(parts: list[str | None], cells: tuple[str, ...]) -> str:
    if not any(cell.strip() for cell in cells):
        return ""
    values = iter(cells)
    return "".join(next(values) if part is None else part for part in parts)


def _captions(frame: pd.DataFrame, choice: ColumnChoice, ids: list[str] | None) -> list[str]:
    """Return what to call vectors that come without a text: their class, else their id, else their row."""
    if choice.label is not None:
        return column_texts(frame[choice.label])
    return ids or [f"row {row}" for row in range(len(frame))]
