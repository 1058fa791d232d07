"""Filters of any shape: what is printed reads back as the same, and rows pass as plain Python says."""

import operator
import re
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedding_core.base.errors import InputError
from embedding_core.search.conditions import All, Comparison, Condition, Either, Not, Operator, parse_filter
from embedding_core.search.filters import allowed, filter_rows

# Surrogates cannot be typed into a browser or a terminal.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WORDS = ("", " ", "wing", "Wing", "flow", "wing flow", "3", "03", "1.5", "true", "Straße")
NUMBERS = (-2.0, 0.0, 1.5, 3.0, 1960.0)
ORDERED = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def comparisons(columns: st.SearchStrategy[str], values: st.SearchStrategy[object]) -> st.SearchStrategy[Comparison]:
    """Return comparisons of columns with values, with every operator."""
    one = [each for each in Operator if each not in (Operator.IN, Operator.EMPTY)]
    return st.one_of(
        st.builds(Comparison, columns, st.sampled_from(one), st.tuples(values)),
        st.builds(Comparison, columns, st.just(Operator.IN), st.lists(values, min_size=1, max_size=3).map(tuple)),
        st.builds(Comparison, columns, st.just(Operator.EMPTY)),
    )


def conditions(leaves: st.SearchStrategy[Comparison]) -> st.SearchStrategy[Condition]:
    """Return trees of conditions over some comparisons."""

    def above(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(All, several), st.builds(Either, several))

    return st.recursive(leaves, above, max_leaves=6)


def written(condition: Condition) -> str:
    """Write a condition as a filter, every part of it in brackets."""
    match condition:
        case Comparison():
            return str(condition)
        case Not(inner):
            return f"not ({written(inner)})"
        case All(parts):
            return " and ".join(f"({written(part)})" for part in parts)
        case Either(parts):
            return " or ".join(f"({written(part)})" for part in parts)


ANY_VALUE = st.one_of(TEXT, st.integers(), st.floats(allow_nan=False), st.booleans())


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(conditions(comparisons(TEXT, ANY_VALUE)))
def test_a_filter_that_is_printed_reads_back_as_the_same(condition: Condition) -> None:
    assert parse_filter(written(condition)) == condition


@given(st.text(max_size=40))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        filter_rows(pd.DataFrame({"a": [1.0, None], "b": ["x", None]}), text)
    except InputError:
        pass


BIG = 1234567890123456789
CODES = ("", " ", "NA", "x", "7", "12", "100", "-3", "1.5", "05", "1e5", str(BIG), str(BIG + 1), "9" * 25)
DAYS = (datetime(2019, 12, 31), datetime(2020, 1, 1), datetime(2020, 1, 1, 12, 30), datetime(2020, 3, 1))
WHOLE = (-3, 0, 7, 12, 100, 2**53, 2**53 + 1, BIG, BIG + 1, 2**63 - 1, -(2**63))
CELLS = st.fixed_dictionaries(
    {
        "word": st.sampled_from(WORDS) | st.none(),
        "number": st.sampled_from((*NUMBERS, 0.1, 2.0**53, 1e300)) | st.none(),
        "whole": st.sampled_from(WHOLE) | st.none(),
        "flag": st.booleans(),
        "code": st.sampled_from(CODES) | st.none(),
        "day": st.sampled_from(DAYS) | st.none(),
    }
)
ANY_NUMBER = st.sampled_from((*NUMBERS, *WHOLE, 0.1, 6.5, 2**64, -(10**400), 10**24, float("inf"), float("-inf")))
VALUES: dict[str, st.SearchStrategy[object]] = {
    "word": st.sampled_from(WORDS),
    "number": ANY_NUMBER,
    "whole": ANY_NUMBER,
    "flag": st.booleans(),
    "code": ANY_NUMBER | st.sampled_from(CODES),
    "day": st.sampled_from(
        (2019, 2020, "2020-01", "2020-01-01", "01.03.2020", "2020-01-01 12:30", "2020-01-01T12:29:59")
    ),
}
FITTING = st.one_of([comparisons(st.just(column), values) for column, values in VALUES.items()])
TIMED = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d", 16: "%Y-%m-%d %H:%M", 19: "%Y-%m-%dT%H:%M:%S"}


def passes(row: dict[str, object], condition: Condition) -> bool:
    """Say whether a row passes, by Python's own comparisons of its cells."""
    match condition:
        case Not(inner):
            return not passes(row, inner)
        case All(parts):
            return all(passes(row, part) for part in parts)
        case Either(parts):
            return any(passes(row, part) for part in parts)
    cell, values = row[condition.column], condition.values
    empty = cell is None or not str(cell).strip()
    match condition.operator:
        case Operator.EMPTY:
            return empty
        case Operator.NOT_EQUAL:
            return not equal(cell, values[0])
        case Operator.EQUAL | Operator.IN:
            return any(equal(cell, value) for value in values)
        case Operator.CONTAINS:
            wanted = values[0]
            text = str(int(wanted)) if isinstance(wanted, float) and wanted.is_integer() else str(wanted)
            return not empty and text.casefold() in str(cell).casefold()
    left, right = alike(cell, values[0])
    return left is not None and ORDERED[condition.operator](left, right)


def equal(cell: object, value: object) -> bool:
    """Say whether a cell is equal to a value; an empty text is equal to an empty cell."""
    if isinstance(value, str) and not value.strip():
        return cell is None or not str(cell).strip()
    left, right = alike(cell, value)
    return left is not None and left == right


def alike(cell: object, value: object) -> tuple[Any, Any]:
    """Return a cell and a value in one type; no cell where it holds nothing of that type."""
    if cell is None or not str(cell).strip():
        return None, value
    if isinstance(cell, datetime):
        text = ".".join(reversed(str(value).split("."))).replace(".", "-")
        form = TIMED[len(text)]
        return cell.strftime(form), text
    if isinstance(cell, str) and not isinstance(value, str):
        plain = re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", cell)
        return (None if plain is None else float(cell) if "." in cell else int(cell)), value
    return cell, value


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CELLS, min_size=1, max_size=5), conditions(FITTING))
def test_rows_pass_as_plain_python_says(rows: list[dict[str, object]], condition: Condition) -> None:
    types = {"word": "object", "number": "float64", "whole": "Int64", "flag": "bool", "code": "str", "day": "M8[us]"}
    frame = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=kind) for name, kind in types.items()})
    expected = [passes(row, condition) for row in rows]
    assert allowed(frame, condition).tolist() == expected
    assert filter_rows(frame, written(condition)).tolist() == expected


def test_a_column_whose_name_holds_a_backtick_is_reached() -> None:
    frame = pd.DataFrame({"a`b": [1, 2]})
    assert filter_rows(frame, "`a``b` = 2").tolist() == [False, True]
    assert str(Comparison("a`b", Operator.EQUAL, (2.0,))) == "`a``b` = 2"


@pytest.mark.parametrize("number", [0.1 + 0.2, 1e300, -1e-300, 123456789012345680.0, 1950.0])
def test_numbers_are_printed_in_full(number: float) -> None:
    comparison = Comparison("n", Operator.EQUAL, (number,))
    assert parse_filter(str(comparison)) == comparison
