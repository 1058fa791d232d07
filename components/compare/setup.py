"""Which encoder is held against the one in use."""

from typing import Any

import streamlit as st

from components.widgets.encoder_choice import candidates, titled
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.encoders import OWN_VECTORS


def show(dataset: Dataset, current: str, other: str, key: str) -> tuple[str, int] | None:
    """Draw the choice of an encoder and of k; return both, or None when there is no second encoder.

    Args:
        dataset: is embedded by both.
        current: the encoder in use.
        other: the one chosen last; empty when none was.
        key: begins the keys of the widgets.
    """
    current = OWN_VECTORS if dataset.kind is Kind.VECTORS else current
    specs = {spec.name: spec for spec in candidates(dataset, current)}
    if not specs:
        return None
    names = list(specs)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen: Any = st.selectbox(
            f"Compare {titled(current)} with",
            names,
            index=names.index(other) if other in specs else 0,
            format_func=titled,
            key=f"{key}-other-{current}",
            width=280,
        )
        k: Any = st.number_input(
            "Neighbors",
            min_value=1,
            max_value=32,
            value=10,
            key=f"{key}-k",
            width=130,
            help="How many nearest neighbors of each row are compared (k).",
        )
    return str(chosen), int(k)
