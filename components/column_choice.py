"""Which columns are embedded, which name and class the rows, which are kept; and how many rows."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from components.intake import SAMPLE_ABOVE
from embedding_core.sources import ColumnChoice

_MOST_SAMPLED = 2_000_000


def show(frame: pd.DataFrame, choice: ColumnChoice, vector_columns: list[str], key: str) -> ColumnChoice:
    """Draw the choice, each part changeable; return it as it now stands."""
    names = [str(name) for name in frame.columns if name not in vector_columns]
    chosen = replace(choice, vector_column=_vectors(choice, vector_columns, key))
    what = "Caption" if chosen.vector_column else "Text"
    text = tuple(st.multiselect(f"{what} column", names, list(choice.text), key=f"{key}-text", help=_HELP["text"]))
    template = _template(text, choice, key) if len(text) > 1 else None
    label = _column("Label", names, choice.label, f"{key}-label", _HELP["label"])
    ids = _column("Id", names, choice.id, f"{key}-id", _HELP["id"])
    with st.expander("More", icon=":material/tune:"):
        keep = tuple(
            st.multiselect("Columns to keep", names, list(choice.keep or ()), key=f"{key}-keep", help=_HELP["keep"])
        )
        sample, seed = _sample(len(frame), choice, key)
    return replace(chosen, text=text, template=template, label=label, id=ids, keep=keep, sample=sample, seed=seed)


_HELP = {
    "text": "What is embedded. Several columns are joined.",
    "label": "The class of each row, if it has one: colours the map.",
    "id": "Names each row, so must not repeat. Without one, rows are numbered.",
    "keep": "For colours, filters and export.",
}


def _vectors(choice: ColumnChoice, vector_columns: list[str], key: str) -> str | None:
    if not vector_columns:
        return None
    options: tuple[str | None, ...] = (None, *vector_columns)
    chosen = choice.vector_column if choice.vector_column in vector_columns else None
    picked: str | None = st.selectbox(
        "Vectors",
        options,
        index=options.index(chosen),
        format_func=lambda name: "none: embed the text" if name is None else name,
        key=f"{key}-vectors",
        help="A column of vectors of your own, used instead of an encoder.",
    )
    return picked


def _template(text: tuple[str, ...], choice: ColumnChoice, key: str) -> str:
    default = choice.template if choice.text == text and choice.template else " ".join(f"{{{name}}}" for name in text)
    return st.text_input(
        "Joined as",
        default,
        key=f"{key}-template-{'-'.join(text)}",
        help="Column names in braces, other text as it is.",
    )


def _column(label: str, names: list[str], chosen: str | None, key: str, text: str) -> str | None:
    options: tuple[str | None, ...] = (None, *names)
    picked: str | None = st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else 0,
        format_func=lambda name: "none" if name is None else name,
        key=key,
        help=text,
    )
    return picked


def _sample(rows: int, choice: ColumnChoice, key: str) -> tuple[int | None, int]:
    large = rows > SAMPLE_ABOVE
    why = f"Offered because there are {rows:,} rows: embedding them all takes many minutes." if large else ""
    wanted = st.checkbox("Take a random sample", choice.sample is not None, key=f"{key}-sampled", help=why or None)
    if not wanted:
        return None, choice.seed
    left, right = st.columns(2)
    default = min(choice.sample or max(rows // 10, 1), rows)
    sample: Any = left.number_input("Rows", 1, min(rows, _MOST_SAMPLED), default, key=f"{key}-sample")
    seed: Any = right.number_input("Seed", 0, 2**31 - 1, choice.seed, key=f"{key}-seed", help="Same seed, same rows.")
    return int(sample), int(seed)
