"""Judging by hand: the first hits of two engines for a query, to be ticked."""

import numpy as np
import streamlit as st

from components.app import problem
from components.evaluate.bring import Change
from components.widgets.context import AnalysisContext
from components.widgets.tables import bounded
from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.data.judgments import Judgments, judged, keep_judgments
from embedding_core.evaluate.rankings import RankQueries
from embedding_core.ranking.methods import RankingMethod

_POOL = 10
"""First hits of each engine: judging only one engine's would favor it."""


def show(context: AnalysisContext, before: Judgments | None, key: str) -> Change | None:
    """Draw a query and the hits to be ticked; return the judgments with those of this query, once they are kept."""
    query = st.text_input(
        "Judge a query", key=f"{key}-query", placeholder="Search, then tick the relevant items"
    ).strip()
    if not query:
        return None
    with_words = any(context.dataset.texts)
    rankers = (RankingMethod.DENSE, RankingMethod.BM25) if with_words else (RankingMethod.DENSE,)
    found = [context.result(RankQueries(context.space, (query,), method), height=120) for method in rankers]
    if any(rows is None for rows in found):
        return None
    pool = np.array([rows[0, :_POOL] for rows in found if rows is not None]).T.ravel()
    rows = list(dict.fromkeys(row for row in pool.tolist() if row >= 0))
    frame = bounded(context.dataset.frame().iloc[rows].reset_index(drop=True))
    given = {} if before is None else _given(before, query)
    ids = [context.dataset.ids[row] for row in rows]
    frame.insert(0, "relevant", [given.get(name, 0) > 0 for name in ids])
    with st.form(f"{key}-{fingerprint(query)[:8]}", border=False):
        ticked = st.data_editor(
            frame,
            hide_index=True,
            disabled=[name for name in frame.columns if name != "relevant"],
            key=f"{key}-{fingerprint(query)[:8]}-hits",
            column_config={"relevant": st.column_config.CheckboxColumn("relevant", width=80)},
        )
        if not st.form_submit_button("Save judgments", type="primary", icon=":material/bookmark_add:"):
            return None
    chosen = ticked["relevant"].fillna(False).to_numpy(dtype=bool)
    relevant = [name for name, is_good in zip(ids, chosen, strict=True) if is_good]
    others = [name for name, is_good in zip(ids, chosen, strict=True) if not is_good]
    try:
        return Change(keep_judgments(judged(before, query, relevant, others), context.engine.store))
    except InputError as error:
        problem.show(error)
        return None


def _given(before: Judgments, query: str) -> dict[str, int]:
    return next((before.grades.get(name, {}) for name, text in before.queries.items() if text == query), {})
