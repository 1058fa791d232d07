"""Which columns are embedded, which name and class the rows, which are kept; and how many rows."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from components.data.intake import SAMPLE_ABOVE
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.vectors.features import can_be_feature, numeric_columns

_MOST_SAMPLED = 2_000_000


def show(
    frame: pd.DataFrame, choice: ColumnChoice, vector_columns: list[str], pictured: bool, key: str
) -> ColumnChoice:
    """Draw the choice, each part changeable; return it as it now stands.

    Args:
        frame: the table.
        choice: what each column is for so far.
        vector_columns: those that hold ready-made vectors.
        pictured: there are pictures beside the table, or in it.
        key: begins the keys of the widgets.
    """
    names = [str(name) for name in frame.columns if name not in vector_columns]
    vectors = _vectors(choice, vector_columns, key)
    chosen = replace(choice, vector_column=vectors, numeric=() if vectors else choice.numeric)
    if not vectors and not pictured and (features := _feature_columns(frame, names)):
        numeric = _columns("Embed numeric columns", features, choice.numeric, f"{key}-numeric", _HELP["numeric"])
        chosen = replace(chosen, numeric=numeric)
    if pictured:
        own = [] if choice.pictures is None or choice.pictures in names else [choice.pictures]
        picked = _column("Picture", [*own, *names], choice.pictures, f"{key}-pictures", _HELP["pictures"])
        chosen = replace(chosen, pictures=picked)
    what = "Caption" if chosen.vector_column or chosen.numeric or chosen.pictures else "Text"
    text = _columns(f"{what} column", names, choice.text, f"{key}-text", _HELP["text"])
    template = _template(text, choice, key) if len(text) > 1 else None
    if chosen.pictures and text:
        apart = st.checkbox("Split captions into rows", choice.apart, key=f"{key}-apart", help=_HELP["apart"])
        chosen = replace(chosen, apart=apart)
    label = _column("Label", names, choice.label, f"{key}-label", _HELP["label"])
    ids = _column("ID", names, choice.id, f"{key}-id", _HELP["id"])
    with st.expander("More", icon=":material/tune:"):
        split = _column("Split", names, choice.split, f"{key}-split", _HELP["split"])
        keep = _columns("Other columns to keep", names, choice.keep or (), f"{key}-keep", _HELP["keep"])
        sample, seed = _sample(len(frame), choice, key)
    return replace(
        chosen,
        text=text,
        template=template,
        label=label,
        id=ids,
        split=split,
        keep=keep,
        sample=sample,
        seed=seed,
    )


def reset(key: str) -> bool:
    """Draw the button that forgets what was decided for this file; return its press."""
    return st.button(
        "Automatic",
        icon=":material/restart_alt:",
        type="tertiary",
        key=key,
        help="Forget what you chose for this file: detect its format and its columns again.",
    )


def confirm(used: bool) -> bool:
    """Draw the button that opens the data set as chosen, quieter when it is open already; return its press."""
    return st.button(
        "Open the map" if used else "Use this data",
        type="secondary" if used else "primary",
        icon=":material/scatter_plot:",
        width="stretch",
        key="use",
    )


_HELP = {
    "pictures": "The picture of each row: its file name, or the picture itself.",
    "apart": "A row with a picture and a caption becomes two items, which an encoder such as CLIP puts on one map.",
    "text": "The text to embed. Several columns are joined.",
    "label": "The class of each row, if there is one. It colors the map.",
    "id": "A unique name for each row. Without one, rows are numbered.",
    "split": "Says which rows are for training and which for testing.",
    "vectors": "Precomputed vectors, used as they are instead of an encoder.",
    "numeric": (
        "Columns that together are the vector of each row, used instead of an encoder. Numbers are standardized, "
        "missing ones take the median, categories become a 0 or 1 each."
    ),
    "keep": "Kept for colors, filters and exports.",
}


def _vectors(choice: ColumnChoice, vector_columns: list[str], key: str) -> str | None:
    if not vector_columns:
        return None
    return _column("Vectors", vector_columns, choice.vector_column, f"{key}-vectors", _HELP["vectors"])


def _feature_columns(frame: pd.DataFrame, names: list[str]) -> list[str]:
    """Return the columns that can be part of a vector; none where no two of them are numbers."""
    if len(numeric_columns(frame[names])) < 2:
        return []
    return [name for name in names if can_be_feature(frame[name])]


def _template(text: tuple[str, ...], choice: ColumnChoice, key: str) -> str | None:
    example = ". ".join(f"{{{name}}}" for name in text[:2])
    given = st.text_input(
        "Template",
        choice.template or "",
        key=f"{key}-template",
        placeholder=f"one column per line, or: {example}",
        help="Column names in braces; other text stays as it is.",
    )
    return given or None


def _columns(label: str, names: list[str], chosen: tuple[str, ...], key: str, text: str) -> tuple[str, ...]:
    return tuple(st.multiselect(label, names, [name for name in chosen if name in names], key=key, help=text))


def _column(label: str, names: list[str], chosen: str | None, key: str, text: str) -> str | None:
    # None would mean to Streamlit that nothing is chosen; no column has an empty name.
    options = ("", *names)
    picked = st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else 0,
        format_func=lambda name: name or "none",
        key=key,
        help=text,
    )
    return picked or None


def _sample(rows: int, choice: ColumnChoice, key: str) -> tuple[int | None, int]:
    large = rows > SAMPLE_ABOVE
    why = f"Offered because the table has {rows:,} rows, and embedding all of them takes many minutes." if large else ""
    wanted = st.checkbox("Take a random sample", choice.sample is not None, key=f"{key}-sampled", help=why or None)
    if not wanted:
        return None, choice.seed
    left, right = st.columns(2)
    default = min(choice.sample or max(rows // 10, 1), rows)
    sample: Any = left.number_input(
        "Rows", min_value=1, max_value=min(rows, _MOST_SAMPLED), value=default, key=f"{key}-sample"
    )
    seed: Any = right.number_input(
        "Seed",
        min_value=0,
        max_value=2**31 - 1,
        value=choice.seed,
        key=f"{key}-seed",
        help="The same seed draws the same rows.",
    )
    return int(sample), int(seed)
