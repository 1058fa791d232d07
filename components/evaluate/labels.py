"""Labels: classification and clustering as MTEB measures an encoder."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.app.untrusted import md_label
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from components.widgets.metric import metric
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv
from embedding_core.evaluate import snippet
from embedding_core.evaluate.protocols import MEASURES, ProtocolParams, ProtocolScores
from embedding_core.evaluate.stages import RunProtocols

NOTE = (
    "The protocols of the **Massive Text Embedding Benchmark (MTEB)**, on your labels. Classification: ten times, a "
    "logistic regression is trained on a few rows per class and tested on the rest, or on the rows that a split "
    "column marks as “test”. Clustering: ten times, up to 2,048 rows are drawn, k-means makes as many clusters as "
    "there are classes, and the **V-measure** says how well clusters and classes match, from 0 to 1. **Random "
    "baseline**: the score of always predicting the most frequent class, and the V-measure of the same clusters with "
    "permuted labels. With many classes that value is far above 0. These figures are for comparing encoders; the "
    "Classify page shows what a classifier reaches with all labels. Further reading: [Muennighoff and others, "
    "2023](https://arxiv.org/abs/2210.07316), [V-measure](https://aclanthology.org/D07-1043)."
)
_TITLES = {"accuracy": "Accuracy", "macro_f1": "Macro-F1", "v_measure": "V-measure"}
_MOST_CLASSES = 500
_SPLIT_NAMES = {"split", "fold", "subset", "partition", "set"}


def show(context: AnalysisContext, key: str) -> None:
    """Draw the choice of labels and what was measured with them."""
    dataset = context.dataset
    names = [str(name) for name in dataset.columns if 1 < dataset.columns[name].nunique() <= _MOST_CLASSES]
    if not names:
        empty.hint("This data set has no label column. Import a table with a column of labels.")
        return
    label, split, params = _choose(dataset, names, f"{key}-{context.key}")
    found = context.result(RunProtocols(context.space, label, split, params), height=200)
    if found is None:
        return
    _measures(found)
    frame = table(found)
    st.dataframe(
        frame,
        hide_index=True,
        width="content",
        key=f"{key}-table",
        column_config={name: st.column_config.NumberColumn(format="%.3f") for name in frame.columns[1:]},
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        mark = fingerprint(context.space.key, label, split, params)[:8]
        download("CSV", lambda: to_csv(frame), f"labels-{mark}.csv", f"{key}-csv")
        st.caption(
            f"{found.classes:,} classes; {len(found.accuracy)} rounds, each trained on {found.trained:,} rows and "
            f"tested on {found.tested:,}, with {md_label(context.space.encoder)}. Random baseline: always the most "
            "frequent class; for the V-measure, permuted labels."
        )
    code.show(snippet.labels(dataset.key, context.space.encoder, label, split, params))


def _choose(dataset: Dataset, names: list[str], key: str) -> tuple[str, str | None, ProtocolParams]:
    """Draw the choice of classes, of test rows and of how many are learned from."""
    splits = [name for name in names if dataset.columns[name].astype("string").str.casefold().eq("test").any()]
    default = next((name for name in splits if name.casefold() in _SPLIT_NAMES), None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        label: Any = st.selectbox(
            "Classes",
            names,
            index=names.index(dataset.label) if dataset.label in names else 0,
            key=f"{key}-label",
            width=220,
        )
        split = st.selectbox(
            "Split column",
            # None would mean to Streamlit that nothing is chosen.
            ["", *splits],
            index=0 if default is None else 1 + splits.index(default),
            format_func=lambda name: name or "None",
            key=f"{key}-split",
            width=220,
            help="Rows with the value “test” in this column are the test set, all others the training set.",
        )
        per_class: Any = st.segmented_control(
            "Training rows", [8, 16], default=8, required=True, format_func=lambda n: f"{n} per class", key=f"{key}-per"
        )
    return label, split or None, ProtocolParams(int(per_class or 8))


def _measures(found: ProtocolScores) -> None:
    with st.grid(3, min_column_width=200):
        for name in MEASURES:
            values, chance = np.array(getattr(found, name)), np.mean(getattr(found, f"{name}_chance"))
            metric(_TITLES[name], f"{values.mean():.3f}", f"± {values.std():.3f}, random {chance:.3f}")


def table(found: ProtocolScores) -> pd.DataFrame:
    """Return a row for each round: every measure, and what chance gives."""
    frame = pd.DataFrame({"round": range(1, len(found.accuracy) + 1)})
    for name in MEASURES:
        frame[_TITLES[name]] = getattr(found, name)
        frame[f"{_TITLES[name]} random baseline"] = getattr(found, f"{name}_chance")
    return frame
