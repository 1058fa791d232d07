"""The role of each column of a table: text, id, label, pictures, kept or dropped."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from embedding_core.base.errors import ParameterError
from embedding_core.data.columns import holds_vectors
from embedding_core.data.tables.header import ID_NAMES, LABEL_NAMES, TEXT_NAMES, known_name
from embedding_core.data.vectors.features import numeric_columns
from embedding_core.data.vectors.names import LIKELY, OTHERS, is_usual, name_words

MAX_KEPT = 50
LOOKED_AT = 2_000
MAX_CLASSES = 50
MAX_NAMED_CLASSES = 1_000
ROWS_A_CLASS = 5
MAX_LABEL_CHARS = 40
LIKELY_VECTORS = 3
"""Eight numbers without a name that tells are as likely as two with a likely one."""
VECTORS_LOOKED_AT = 20
FEATURES = 3
"""Beside so many columns of measurements, a column of few words is their class."""
NOT_LABELS = frozenset({"split", "fold", "source", "url", "date"})
SPLIT_NAMES = frozenset({"split", "subset", "partition"})
SPLIT_VALUES = frozenset("train training test testing dev development val valid validation unsupervised".split())


@dataclass(frozen=True)
class ColumnChoice:
    """The role of each column of a table."""

    text: tuple[str, ...] = ()
    """The columns that are embedded; several are joined, each on its own line, or as the template says."""
    template: str | None = None
    """Text with column names in braces, such as "{title}. {body}"; doubled braces stand for themselves."""
    label: str | None = None
    id: str | None = None
    split: str | None = None
    """The column that says which rows are for training and which for testing."""
    keep: tuple[str, ...] | None = None
    """Columns for color, filters and export; None keeps all others, up to 50."""
    vector_column: str | None = None
    """A column of ready-made vectors, used instead of an encoder."""
    numeric: tuple[str, ...] = ()
    """Columns that together are the vector of a row: numbers standardized, categories one-hot."""
    pictures: str | None = None
    """A column that names, or holds, the picture of each row."""
    apart: bool = False
    """A row with a picture and a text becomes two rows; else it is a picture, and the text its caption."""
    sample: int | None = None
    """Take so many rows at random; None takes all."""
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", tuple(self.text))
        object.__setattr__(self, "numeric", tuple(self.numeric))
        if self.keep is not None:
            split = () if self.split is None or self.split in self.keep else (self.split,)
            object.__setattr__(self, "keep", (*self.keep, *split))
        if self.sample is not None and self.sample < 1:
            raise ParameterError(f"The sample size is {self.sample:,}.", "Choose at least 1.")
        if self.seed < 0:
            raise ParameterError(f"The seed is {self.seed}.", "Use 0 or above.")


def guess(frame: pd.DataFrame) -> ColumnChoice:
    """Return a choice of columns guessed from their names and values."""
    head = frame.iloc[:: max(1, len(frame) // LOOKED_AT)].head(LOOKED_AT)
    names = [str(name) for name in frame.columns]
    text = _best(names, lambda name: _text_score(name, head[name]))
    if text is not None and _is_class_of_numbers(text, frame):
        text = None
    ids = next((name for name in names if name != text and _is_id(name, frame[name])), None)
    label = _best([n for n in names if n not in (text, ids)], lambda name: _label_score(name, frame[name]))
    texts = () if text is None else (text,)
    ready = default_vectors(frame, alone=text is None)
    numeric: tuple[str, ...] = ()
    if text is None and ready is None:
        found = [name for name in numeric_columns(frame) if name not in (ids, label)]
        numeric = tuple(found) if len(found) > 1 else ()
    kept = kept_columns(frame, texts, ids, label)
    split = next((name for name in names if _is_split(name, frame[name])), None)
    return ColumnChoice(text=texts, label=label, id=ids, split=split, keep=kept, vector_column=ready, numeric=numeric)


def _is_class_of_numbers(name: str, frame: pd.DataFrame) -> bool:
    """Say whether single words that come again stand beside measurements: their class, and nothing to read."""
    measured = [column for column in frame.columns if pd.api.types.is_float_dtype(frame[column].dtype)]
    if len(measured) < FEATURES or _words(name) & TEXT_NAMES or _label_score(name, frame[name]) == 0:
        return False
    return not bool(frame[name].str.strip().str.contains(" ", regex=False).fillna(False).any())


def default_vectors(frame: pd.DataFrame, *, alone: bool) -> str | None:
    """Return the column whose vectors are used when nobody chose one; None when none is likely to be meant.

    Args:
        frame: the table.
        alone: there is nothing else to embed, so that any vectors will do.
    """
    likely = {name: _vector_score(name, frame[name]) for name in map(str, frame.columns) if holds_vectors(frame[name])}
    best = max(likely, key=lambda name: likely[name], default=None)
    return best if best is not None and (alone or likely[best] >= LIKELY_VECTORS) else None


def _vector_score(name: str, column: "pd.Series[Any]") -> float:
    """Score how much a column of lists looks like embeddings: by its name, its length and its numbers."""
    cells = column[column.notna()].iloc[:VECTORS_LOOKED_AT]
    dim, words = float(np.log2(len(cells.iloc[0]))), name_words(name)
    if is_usual(name):
        return 10 + dim
    whole = all(bool((cell == np.round(cell)).all()) for cell in cells)
    return dim + 2 * bool(words & LIKELY) - 10 * bool(words & OTHERS) - 4 * whole


def _best(names: list[str], score: Callable[[str], float]) -> str | None:
    """Return the first name of the highest score above 0; a tenth more is no difference."""
    scores = {name: round(score(name), 1) for name in names}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 0 else None


def kept_columns(
    frame: pd.DataFrame, text: tuple[str, ...], ids: str | None, label: str | None, keep: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Return the further columns to keep: those asked for, else all up to 50, and always the label."""
    used = {ids, *(text if len(text) == 1 else ())} - {label}
    wanted = [n for n in (frame.columns if keep is None else keep) if n not in used and not holds_vectors(frame[n])]
    kept = wanted if keep is not None else wanted[:MAX_KEPT]
    return tuple(kept if label is None or label in kept else [*kept, label])


def _is_string(column: "pd.Series[Any]") -> bool:
    return isinstance(column.dtype, pd.StringDtype)


def _words(name: str) -> set[str]:
    """Return the words of a column name, and the name as a whole."""
    known = known_name(name)
    return {known, *re.split(r"[_\d.]+", known)}


def _text_score(name: str, column: "pd.Series[Any]") -> float:
    """Score how much a column looks like natural language; 0 or less when it does not."""
    if not _is_string(column):
        return 0.0
    filled = column[column.fillna("").str.strip() != ""]
    if filled.empty:
        return 0.0
    length = filled.str.len().mean()
    spaced = filled.str.contains(" ", regex=False).mean()
    distinct = filled.nunique() / len(filled)
    constant = filled.nunique() == 1 and len(filled) > 1 and not _words(name) & TEXT_NAMES
    if constant or filled.str.fullmatch(r"[-+\d\s.,;:eE|/%\[\](){}]*").all():
        return 0.0
    coded = filled.str.match(r"https?://|[\[{]|[0-9a-fA-F-]{16,}$").mean()
    words = _words(name)
    named = 1.0 * bool(words & TEXT_NAMES) - 1.0 * bool(words & ID_NAMES) - 0.5 * bool(words & LABEL_NAMES)
    looks = min(length, 200) / 200 + spaced + distinct - 2 * coded
    repeated = distinct < 0.1 and len(filled) >= 20 and not words & TEXT_NAMES
    return 0.0 if repeated else float((looks + named) * len(filled) / len(column))


def _is_id(name: str, column: "pd.Series[Any]") -> bool:
    known = known_name(name)
    named = known in ID_NAMES or known.endswith("_id")
    whole = not pd.api.types.is_float_dtype(column.dtype) and not holds_vectors(column)
    return named and whole and bool(column.notna().all()) and column.is_unique


def _is_split(name: str, column: "pd.Series[Any]") -> bool:
    if known_name(name) not in SPLIT_NAMES or not _is_string(column):
        return False
    parts = set(column.dropna().str.strip().str.lower().unique())
    return len(parts) > 1 and parts <= SPLIT_VALUES


def _label_score(name: str, column: "pd.Series[Any]") -> float:
    """Score how much a column looks like the class of a row; 0 when it does not."""
    words, named, rows = _words(name), bool(_words(name) & LABEL_NAMES), len(column)
    string, boolean = _is_string(column), pd.api.types.is_bool_dtype(column.dtype)
    number = named and pd.api.types.is_integer_dtype(column.dtype)
    if words & NOT_LABELS or not (string or boolean or number):
        return 0.0
    if string:
        column = column[column.fillna("").str.strip() != ""]
    if 2 * len(column) < rows:
        return 0.0
    classes = column.nunique()
    most = min(MAX_NAMED_CLASSES, rows / 2) if named else min(MAX_CLASSES, rows / ROWS_A_CLASS)
    if not 2 <= classes <= max(2, most) or classes == len(column):
        return 0.0
    if string and column.str.len().mean() > MAX_LABEL_CHARS:
        return 0.0
    return 2.0 * named + string + 1 / (1 + classes)
