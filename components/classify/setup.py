"""Which labels are learned, how, and how it is tested."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components.widgets.label_columns import label_columns
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams
from embedding_core.classifiers.split import SplitParams
from embedding_core.data.dataset import Dataset

_NAMES = {
    ClassifierMethod.LOGISTIC: "Logistic",
    ClassifierMethod.KNN: "Neighbors",
    ClassifierMethod.CENTROID: "Centroid",
}
_EVERY_FOLD, _ONE_FOLD = "Cross-validation", "Hold-out"


@dataclass(frozen=True)
class Setup:
    """What all views of Classify share."""

    label: str
    params: ClassifierParams
    split: SplitParams


def show(dataset: Dataset, key: str) -> Setup | None:
    """Draw the choices in one row and return them; None when no column can hold labels."""
    columns = label_columns(dataset)
    if not columns:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        label = st.selectbox(
            "Labels", columns, key=f"{key}-label-{dataset.items_key[:8]}", width=220, persist_state="session"
        )
        method = st.segmented_control(
            "Method",
            list(ClassifierMethod),
            default=ClassifierMethod.LOGISTIC,
            required=True,
            format_func=lambda method: _NAMES[method],
            key=f"{key}-method",
            persist_state="session",
            help="Logistic: logistic regression, a linear probe of the embedding. Neighbors: k-nearest-neighbor "
            "vote. Centroid: the class with the nearest mean vector.",
        )
        tested = st.segmented_control(
            "Test",
            [_EVERY_FOLD, _ONE_FOLD],
            default=_EVERY_FOLD,
            required=True,
            key=f"{key}-tested",
            persist_state="session",
            help=(
                "Cross-validation tests every row once, with a classifier that was not trained on it. Hold-out "
                "tests one fold only."
            ),
        )
        with st.popover("More", icon=":material/tune:"):
            params, split = _more(ClassifierMethod(method or ClassifierMethod.LOGISTIC), key)
    return Setup(str(label), params, replace(split, tested=1 if tested == _ONE_FOLD else None))


def _more(method: ClassifierMethod, key: str) -> tuple[ClassifierParams, SplitParams]:
    default, cut = ClassifierParams(), SplitParams()
    c: Any = default.c
    k: Any = default.k
    if method is ClassifierMethod.LOGISTIC:
        c = st.select_slider(
            "C",
            [0.001, 0.005, 0.01, 0.02, default.c, 0.1, 0.2, 0.5, 1.0],
            default.c,
            key=f"{key}-c",
            persist_state="session",
            help=(
                "Inverse regularization strength. Small: strong regularization, safer with few labels. Large: a "
                "close fit."
            ),
        )
    if method is ClassifierMethod.KNN:
        k = st.number_input(
            "Neighbors",
            min_value=1,
            max_value=200,
            value=default.k,
            key=f"{key}-k",
            persist_state="session",
            help="How many of the nearest labeled rows vote (k).",
        )
    folds: Any = st.number_input(
        "Folds",
        min_value=2,
        max_value=20,
        value=cut.folds,
        key=f"{key}-folds",
        persist_state="session",
        help="The number of parts that the labeled rows are split into, stratified by class.",
    )
    seed: Any = st.number_input(
        "Seed",
        min_value=0,
        max_value=2**31 - 1,
        value=cut.seed,
        key=f"{key}-seed",
        persist_state="session",
        help="Another seed gives another split.",
    )
    return ClassifierParams(method, float(c), int(k)), SplitParams(int(folds), seed=int(seed))
