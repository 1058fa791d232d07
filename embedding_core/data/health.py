"""A health check of a data set: empty, equal and very long texts, missing values and more."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.data.dataset import Dataset

SAMPLED_TEXTS = 5_000
SAMPLED_CHARS = 300
TOP_LABELS = 20
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
SCRIPTS = {"Cjk": "Han", "Halfwidth": "Katakana", "Fullwidth": "Latin", "Mathematical": "Latin"}
"""Unicode names of letters begin with their script, but for these."""


@dataclass(frozen=True)
class Health:
    """The findings of a health check."""

    rows: int
    empty: int
    """Rows whose text is nothing but white space."""
    duplicate_rows: int
    """Rows whose text stands in an earlier row too; empty ones are not counted."""
    duplicate_groups: int
    """Different texts that stand in more than one row."""
    too_long: tuple[int, ...] | None
    """Rows whose text is longer than the encoder reads; None when that is not known, or it reads no text."""
    max_tokens: int | None
    scripts: tuple[tuple[str, float], ...]
    """Alphabets and their share, commonest first; each text with letters weighs the same."""
    without_letters: float
    """Share of the non-empty texts that hold no letter: numbers, emoji, punctuation."""
    labels: tuple[tuple[str, int], ...]
    """The commonest classes and their rows."""
    label_count: int
    """How many different classes there are."""
    unlabeled: int = field(metadata={"key": "unlabelled"})
    """Rows without a class; 0 when the data set has no labels."""
    characters: tuple[float, ...]
    """Text lengths in characters at the quantiles 0, 0.25, 0.5, 0.75, 0.95 and 1."""
    tokens: tuple[float, ...] | None
    """The same in the encoder's tokens, of the texts whose tokens were counted."""


def health(dataset: Dataset, token_counts: Mapping[int, int] | None = None, max_tokens: int | None = None) -> Health:
    """Check the health of a data set.

    Args:
        dataset: the data set.
        token_counts: by row, the length of its text in the encoder's own tokens; of pictures that the encoder looks at
            it reads no text.
        max_tokens: how many of them the encoder reads.

    Raises:
        InputError: a token count is of no row.
    """
    if token_counts is not None and (strange := sorted(set(token_counts) - set(range(len(dataset))))):
        message = f"There is a token count for row {strange[0]:,}, but there are {len(dataset):,} rows."
        raise InputError(message, "Count the texts of the data set.")
    texts = dataset.texts
    filled = [text for text in texts if text.strip()]
    repeated = [count for count in Counter(filled).values() if count > 1]
    too_long = None
    if token_counts is not None and max_tokens is not None:
        too_long = tuple(row for row, count in sorted(token_counts.items()) if count > max_tokens)
    scripts, without = _scripts(filled)
    labels = _labels(dataset)
    return Health(
        rows=len(dataset),
        empty=len(texts) - len(filled),
        duplicate_rows=sum(repeated) - len(repeated),
        duplicate_groups=len(repeated),
        too_long=too_long,
        max_tokens=max_tokens,
        scripts=scripts,
        without_letters=without,
        labels=tuple((str(name), int(count)) for name, count in labels.head(TOP_LABELS).items()),
        label_count=len(labels),
        unlabeled=len(dataset) - int(labels.sum()) if dataset.label is not None else 0,
        characters=_quantiles([len(text) for text in texts]),
        tokens=_quantiles(list(token_counts.values())) if token_counts else None,
    )


def _quantiles(lengths: list[int]) -> tuple[float, ...]:
    return tuple(float(value) for value in np.quantile(lengths, QUANTILES))


def _labels(dataset: Dataset) -> "pd.Series[int]":
    if dataset.label is None:
        return pd.Series(dtype=int)
    column = dataset.columns[dataset.label]
    named = column[column.notna() & (column.astype("str").fillna("").str.strip() != "")]
    return named.value_counts()


def _scripts(texts: list[str]) -> tuple[tuple[tuple[str, float], ...], float]:
    """Return the share of each alphabet and of texts without letters, from an even sample of the texts."""
    sample = [text[:SAMPLED_CHARS] for text in texts[:: -(-len(texts) // SAMPLED_TEXTS) or 1]]
    if not sample:
        return (), 0.0
    codes = np.frombuffer("".join(sample).encode("utf-32-le", "replace"), dtype="<u4")
    owner = np.repeat(np.arange(len(sample)), [len(text) for text in sample])
    distinct, where = np.unique(codes, return_inverse=True)
    names = [_script(int(code)) for code in distinct]
    order = {name: i for i, name in enumerate(dict.fromkeys(name for name in names if name))}
    of_code = np.array([order.get(name, -1) for name in names])[where]
    letters = of_code >= 0
    counts = np.zeros((len(sample), max(1, len(order))))
    np.add.at(counts, (owner[letters], of_code[letters]), 1)
    totals = counts.sum(axis=1)
    shares = (counts[totals > 0] / totals[totals > 0, None]).mean(axis=0) if totals.any() else np.zeros(len(order))
    ranked = sorted(((name, float(shares[i])) for name, i in order.items()), key=lambda pair: -pair[1])
    return tuple(ranked), float((totals == 0).mean())


@lru_cache(maxsize=65_536)
def _script(code: int) -> str:
    """Return the alphabet of a letter by the first word of its Unicode name; nothing for what is no letter."""
    letter = chr(code)
    if not letter.isalpha():
        return ""
    first = unicodedata.name(letter, "Other").split()[0].split("-")[0].capitalize()
    return SCRIPTS.get(first, first)
