"""Two systems on the same queries: is one better, and on which queries do they differ?"""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components.app.untrusted import md_label
from components.evaluate.run import Run
from components.widgets import code
from components.widgets.context import AnalysisContext
from embedding_core.data.judgments import Judgments
from embedding_core.evaluate import snippet
from embedding_core.evaluate.bootstrap import Difference, paired_bootstrap
from embedding_core.evaluate.measures import measure_names
from embedding_core.workspace import Selection

_SHOWN_QUERIES, _SHOWN_HITS = 100, 10
_ROW_HEIGHT, _HEAD_HEIGHT = 35, 40
_LEAST_P = 0.001


def show(context: AnalysisContext, judgments: Judgments, runs: list[Run], key: str) -> Selection | None:
    """Draw the difference and the queries; return the hits of one query that are to be shown on the map."""
    measures = measure_names(runs[0].stage.k)
    places = list(range(len(runs)))
    # With another encoder the first question is which of the two is better.
    key = f"{key}-{len({run.system.space for run in runs})}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        first: Any = st.selectbox(
            "System", places, index=1, format_func=lambda place: runs[place].name, key=f"{key}-first", width=240
        )
        second: Any = st.selectbox(
            "Baseline", places, index=0, format_func=lambda place: runs[place].name, key=f"{key}-than", width=240
        )
        measure: Any = st.selectbox("Measure", measures, key=f"{key}-measure", width=160)
    if first == second:
        st.caption("Choose two different systems.")
        return None
    one, other = runs[first], runs[second]
    left, right = one.scores.values[measure], other.scores.values[measure]
    st.markdown(summary(one.name, other.name, measure, _difference(right.tobytes(), left.tobytes())))
    texts = list(judgments.queries.values())
    place = _pick(texts, {one.name: left, other.name: right}, key)
    st.caption(f"**{md_label(texts[place])}**: the hits of each system. A grade above 0 means relevant.")
    chosen = None
    for run, column in zip((one, other), st.columns(2, gap="medium"), strict=True):
        with column:
            chosen = _hits(context, judgments, run, place, key) or chosen
    record, stage = (one.record, other.record), runs[0].stage
    named = one.system.model[0] or other.system.model[0]
    code.show(snippet.difference(context.dataset.key, record, stage.judgments, stage.k, measure, named))
    return chosen


def _pick(texts: list[str], values: dict[str, NDArray[np.float64]], key: str) -> int:
    """Draw the queries, first those on which two systems differ most; return the number of the one to look into."""
    left, right = values.values()
    apart = left - right
    order = np.argsort(-np.abs(apart), kind="stable")[:_SHOWN_QUERIES]
    picked = st.dataframe(
        pd.DataFrame(
            {
                "query": [texts[place] for place in order],
                **{name: own[order] for name, own in values.items()},
                "difference": apart[order],
            }
        ),
        hide_index=True,
        height=_HEAD_HEIGHT + _ROW_HEIGHT * min(len(order), 8),
        key=f"{key}-queries",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "query": st.column_config.TextColumn(width="large"),
            **{name: st.column_config.NumberColumn(format="%.3f") for name in (*values, "difference")},
        },
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(order)]
    return int(order[(rows or [0])[0]])


@lru_cache(maxsize=64)
def _difference(first: bytes, second: bytes) -> Difference:
    """Return how far float64 values differ; remembered, since every run of a page asks for it again."""
    return paired_bootstrap(np.frombuffer(first), np.frombuffer(second))


def summary(one: str, other: str, measure: str, found: Difference) -> str:
    """Return the difference in a sentence, as markdown."""
    one, other = md_label(one), md_label(other)
    chance = f"p = {found.p:.3f}" if found.p >= _LEAST_P else f"p < {_LEAST_P}"
    figures = f"{found.mean:+.3f} {measure}, 95% interval {found.low:+.3f} to {found.high:+.3f}, {chance}"
    queries = f"better on {found.better:,} queries, worse on {found.worse:,}"
    if not found.clear:
        return f"**Not significant.** {one} minus {other}: {figures}; {queries}."
    return f"**{'Better' if found.mean > 0 else 'Worse'}.** {one} minus {other}: {figures}; {queries}."


def _hits(context: AnalysisContext, judgments: Judgments, run: "Run", place: int, key: str) -> Selection | None:
    rows = run.stage.ranking.load(context.engine.store)[place, :_SHOWN_HITS]
    found = [row for row in rows.tolist() if row >= 0]
    grades = judgments.grades[run.scores.queries[place]]
    dataset = context.dataset
    st.markdown(f"**{md_label(run.name)}**")
    st.dataframe(
        pd.DataFrame(
            {
                "rank": range(1, len(found) + 1),
                "grade": [str(grades.get(dataset.ids[row], "–")) for row in found],
                "id": [dataset.ids[row] for row in found],
                "item": [dataset.titles[row][:200] for row in found],
            }
        ),
        hide_index=True,
        key=f"{key}-hits-{run.system.key}",
        column_config={
            "rank": st.column_config.NumberColumn("", width=40),
            "grade": st.column_config.TextColumn(width=60, help="–: not judged.", alignment="right"),
            "id": st.column_config.TextColumn(width=70),
        },
    )
    asked = found and st.button(
        "Show on the map", icon=":material/scatter_plot:", key=f"{key}-map-{run.system.key}", type="tertiary"
    )
    return Selection(tuple(sorted(found)), f"hits of {run.name}") if asked else None
