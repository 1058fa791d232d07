"""Classes in words: labels with descriptions, templates, and how sure to be."""

from collections.abc import Sequence

import streamlit as st

from components.app import problem
from embedding_core.base.errors import ParameterError
from embedding_core.base.lines import split_lines
from embedding_core.classify.zero_shot import ZeroShotParams, default_params, read_classes
from embedding_core.encoders.spec import EncoderSpec

_MOST_CLASSES = 1_000


def show(spec: EncoderSpec, suggested: Sequence[str], key: str) -> ZeroShotParams | None:
    """Draw the panel and return the classes as they stand; None while there are none, or something is wrong with them.

    Args:
        spec: the encoder in use; templates and temperature begin as it wants them.
        suggested: labels to begin with.
        key: begins the keys of the widgets.
    """
    default = default_params(spec, ("",))
    with st.form(f"{key}-form", border=False):
        classes = st.text_area(
            "Classes, one per line",
            "\n".join(suggested[:_MOST_CLASSES]),
            height=160,
            key=f"{key}-classes",
            persist_state="session",
            placeholder="sport: matches, players, scores\nmusic",
            help="A class name. If the name alone is ambiguous, add a colon and a description.",
        )
        templates = st.text_area(
            "Prompt templates, one per line",
            "\n".join(default.templates),
            height=70,
            key=f"{key}-templates",
            persist_state="session",
            help=(
                "Sentences like those the encoder was trained on, with {} for the class name. Their vectors are "
                "averaged."
            ),
        )
        st.form_submit_button("Classify", type="primary", width="stretch", key=f"{key}-go")
    shown = round(default.temperature, 3)
    picked = st.slider(
        "Temperature",
        min_value=0.005,
        max_value=0.2,
        value=shown,
        step=0.005,
        format="%.3f",
        key=f"{key}-temperature",
        persist_state="session",
        help=(
            "Cosines are divided by the temperature before the softmax. Small: the best class gets nearly all of "
            "the probability. Large: probabilities become equal."
        ),
    )
    min_confidence = st.slider(
        "Min confidence",
        min_value=0.0,
        max_value=1.0,
        value=0.0,
        step=0.05,
        key=f"{key}-least",
        persist_state="session",
        help="An item whose best class has a lower probability stays unassigned.",
    )
    # The model's own, whole, until somebody moves it: the command line counts with that too.
    return _params(classes, templates, default.temperature if picked == shown else picked, min_confidence)


def _params(classes: str, templates: str, temperature: float, min_confidence: float) -> ZeroShotParams | None:
    """Return what was typed and chosen, or None when there is no class, or with a message when it will not do."""
    labels, descriptions = read_classes(classes)
    lines = tuple(line.strip() for line in split_lines(templates) if line.strip())
    if not labels:
        return None
    try:
        return ZeroShotParams(labels, descriptions, lines, temperature, min_confidence)
    except ParameterError as error:
        problem.show(error)
        return None
