"""A filter on any column: written, or put together from column, comparison and value."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from embedding_core.base.errors import InputError
from embedding_core.search.conditions import MOST_CHARS, NUMBER, Comparison, Operator, Value, as_number
from embedding_core.search.filters import filter_rows

_WORDS = {
    Operator.EQUAL: "is",
    Operator.NOT_EQUAL: "is not",
    Operator.LESS: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.MORE: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.IN: "is one of (comma-separated)",
    Operator.CONTAINS: "contains",
    Operator.EMPTY: "is empty",
}
_HELP = (
    'For example: year >= 1960 and (topic in ("wing", "flow") or not author is empty). Put names with spaces in '
    "`backticks`. Numbers and dates (2020-03-01) are compared as such, text in quotation marks as text; an empty cell "
    "is neither more nor less than anything."
)


@dataclass(frozen=True)
class Filter:
    """A filter as the box has it."""

    text: str
    error: InputError | None
    """Why it cannot be used."""
    built: bool
    """A condition was just added to what is written in the box: it must start anew to show that."""


def show(frame: pd.DataFrame, where: str, key: str) -> Filter:
    """Draw the box and the builder beside it; return the filter as it stands."""
    text = st.text_input(
        "Filter", where, key=f"{key}-where", max_chars=MOST_CHARS, placeholder="No filter", help=_HELP
    ).strip()
    with st.popover("Add a condition", icon=":material/filter_alt:"):
        added = _build(frame, f"{key}-build")
    if added is not None:
        text = f"({text}) and {added}" if text else added
    try:
        filter_rows(frame, text)
    except InputError as error:
        return Filter(text, error, built=added is not None)
    return Filter(text, None, built=added is not None)


def _build(frame: pd.DataFrame, key: str) -> str | None:
    """Draw the builder; return a condition when it was just asked for."""
    with st.form(key, border=False, clear_on_submit=True):
        place = st.selectbox("Column", range(frame.shape[1]), format_func=lambda i: str(frame.columns[i]))
        operator = st.selectbox("Comparison", list(_WORDS), format_func=_WORDS.__getitem__)
        value = st.text_input("Value")
        sent = st.form_submit_button("Add", type="primary", icon=":material/add:")
    if not sent:
        return None
    column = frame.iloc[:, place]
    values = () if operator is Operator.EMPTY else tuple(map(str.strip, value.split(",")))
    values = values if operator is Operator.IN or not values else (value.strip(),)
    return str(
        Comparison(str(frame.columns[place]), operator, tuple(_typed(column, operator, part) for part in values))
    )


def _typed(column: "pd.Series[Any]", operator: Operator, text: str) -> Value:
    """Return what was typed as what it is to be compared with: text only where it need not be a number."""
    if pd.api.types.is_bool_dtype(column) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    ordered = operator in (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
    if (ordered or pd.api.types.is_numeric_dtype(column)) and re.fullmatch(NUMBER, text):
        return as_number(text)
    return text
