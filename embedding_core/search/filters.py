"""Evaluate filters on the columns of a data set."""

import math
from collections.abc import Callable
from difflib import get_close_matches
from functools import reduce
from operator import eq, ge, gt, le, lt
from typing import Any

import numpy as np
import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.ranking.scores import Mask
from embedding_core.search.conditions import All, Comparison, Condition, Either, Not, Operator, Value, parse_filter

_COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: eq,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.MORE: gt,
    Operator.AT_LEAST: ge,
}


def filter_rows(frame: pd.DataFrame, text: str) -> Mask:
    """Return which rows match a filter, all for an empty one: (n,) bool.

    An empty cell is neither equal to, nor less or more than anything; `!=` and `not` let it through.

    Raises:
        InputError: the filter cannot be read, names no column of the table, or compares what cannot be compared.
    """
    return allowed(frame, parse_filter(text)) if text.strip() else np.ones(len(frame), dtype=bool)


def allowed(frame: pd.DataFrame, condition: Condition) -> Mask:
    """Return which rows match a condition: (n,) bool.

    Raises:
        InputError: it names no column of the table, or compares what cannot be compared.
    """
    match condition:
        case Not(inner):
            return ~allowed(frame, inner)
        case All(conditions):
            return reduce(np.logical_and, (allowed(frame, part) for part in conditions))
        case Either(conditions):
            return reduce(np.logical_or, (allowed(frame, part) for part in conditions))
        case Comparison():
            return _compared(_column(frame, condition.column), condition)


def _column(frame: pd.DataFrame, name: str) -> "pd.Series[Any]":
    names = [str(column) for column in frame.columns]
    alike = [i for i, other in enumerate(names) if other == name] or [
        i for i, other in enumerate(names) if other.casefold() == name.casefold()
    ]
    if len(alike) == 1:
        return frame.iloc[:, alike[0]]
    close = get_close_matches(name, names, n=1)
    listed = ", ".join(names[:20])
    raise InputError(
        f"There is no column {name[:80]!r} to filter by.",
        f"Did you mean {close[0]!r}?" if close else f"There are: {listed}.",
    )


def _compared(column: "pd.Series[Any]", comparison: Comparison) -> Mask:
    filled = column.notna().to_numpy(bool)
    match comparison.operator:
        case Operator.EMPTY:
            return ~filled | (column.astype(str).str.strip() == "").to_numpy(bool)
        case Operator.NOT_EQUAL:
            return ~_each(column, filled, Operator.EQUAL, comparison.values[0])
        case Operator.IN:
            return reduce(np.logical_or, (_each(column, filled, Operator.EQUAL, value) for value in comparison.values))
        case Operator.CONTAINS:
            wanted = _as_text(comparison.values[0]).casefold()
            found = column.astype(str).str.casefold().str.contains(wanted, regex=False)
            return filled & found.to_numpy(bool)
        case operator:
            return _each(column, filled, operator, comparison.values[0])


def _each(column: "pd.Series[Any]", filled: Mask, operator: Operator, value: Value) -> Mask:
    """Compare the filled cells of a column with one value, as what the column holds."""
    cells = column[filled]
    found = np.zeros(len(column), dtype=bool)
    found[filled] = np.asarray(_COMPARE[operator](*_comparable(cells, value)), dtype=bool)
    return found


def _comparable(cells: "pd.Series[Any]", value: Value) -> tuple[Any, Any]:
    """Return cells and value as numbers, moments or texts.

    Raises:
        InputError: the value is of another kind than the column.
    """
    if pd.api.types.is_bool_dtype(cells):
        if isinstance(value, bool) or value in (0, 1):
            return cells.to_numpy(bool), bool(value)
        raise _incompatible(cells, "true and false", value)
    if pd.api.types.is_numeric_dtype(cells):
        if isinstance(value, str):
            raise _incompatible(cells, "numbers", value)
        return cells.to_numpy(np.float64), float(value)
    if pd.api.types.is_datetime64_any_dtype(cells):
        moment = pd.to_datetime(_as_text(value), errors="coerce", utc=True)
        if pd.isna(moment):
            raise _incompatible(cells, "dates", value)
        return pd.to_datetime(cells, utc=True), moment
    return cells.astype(str).to_numpy(object), _as_text(value)


def _incompatible(cells: "pd.Series[Any]", holds: str, value: Value) -> InputError:
    return InputError(
        f"The column {str(cells.name)[:80]!r} contains {holds} but is compared with {_as_text(value)[:80]!r}.",
        "Compare it with a value of that type.",
    )


def _as_text(value: Value) -> str:
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
