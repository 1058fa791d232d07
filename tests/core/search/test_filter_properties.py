"""Filters of any shape: what is printed reads back as the same, and rows pass as plain Python says."""

import operator

import pandas as pd
import pytest
from hypothesis import given
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


ANY_VALUE = st.one_of(TEXT, st.floats(allow_nan=False), st.booleans())


@given(conditions(comparisons(TEXT, ANY_VALUE)))
def test_a_filter_that_is_printed_reads_back_as_the_same(condition: Condition) -> None:
    assert parse_filter(written(condition)) == condition


@given(st.text(max_size=40))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        filter_rows(pd.DataFrame({"a": [1.0, None], "b": ["x", None]}), text)
    except InputError:
        pass


CELLS = st.fixed_dictionaries(
    {
        "word": st.sampled_from(WORDS) | st.none(),
        "number": st.sampled_from(NUMBERS) | st.none(),
        "flag": st.booleans(),
    }
)
VALUES = {"word": st.sampled_from(WORDS), "number": st.sampled_from(NUMBERS), "flag": st.booleans()}
FITTING = st.one_of([comparisons(st.just(column), values) for column, values in VALUES.items()])


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
    match condition.operator:
        case Operator.EMPTY:
            return cell is None or not str(cell).strip()
        case Operator.NOT_EQUAL:
            return cell is None or cell != values[0]
        case Operator.IN:
            return cell is not None and cell in values
        case Operator.CONTAINS:
            wanted = values[0]
            text = str(int(wanted)) if isinstance(wanted, float) and wanted.is_integer() else str(wanted)
            return cell is not None and text.casefold() in str(cell).casefold()
    return cell is not None and ORDERED[condition.operator](cell, values[0])


@given(st.lists(CELLS, min_size=1, max_size=5), conditions(FITTING))
def test_rows_pass_as_plain_python_says(rows: list[dict[str, object]], condition: Condition) -> None:
    frame = pd.DataFrame(
        {
            "word": pd.Series([row["word"] for row in rows], dtype="object"),
            "number": pd.Series([row["number"] for row in rows], dtype="float64"),
            "flag": pd.Series([row["flag"] for row in rows], dtype="bool"),
        }
    )
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
