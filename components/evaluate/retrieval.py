"""Retrieval: engines and encoders on judged queries, how sure the difference is, and the queries where it lies."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.app.untrusted import md_label
from components.evaluate import difference
from components.evaluate import systems as evaluate_systems
from components.evaluate.run import Run
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from embedding_core.base.keys import fingerprint
from embedding_core.base.statistics import Interval
from embedding_core.base.types import Key
from embedding_core.data.export import to_csv
from embedding_core.data.judgments import Judgments
from embedding_core.evaluate import snippet
from embedding_core.evaluate.bootstrap import mean_interval
from embedding_core.evaluate.measures import measure_names
from embedding_core.evaluate.stages import EvaluateRetrieval
from embedding_core.workspace import Selection

NOTE = (
    "People judged which items answer which queries; each system is scored by how well it ranks these items. "
    "**nDCG@k** rewards relevant items near the top; **recall@k** is the share of relevant items among the first k "
    "hits; **precision@k** is the share of the first k hits that are relevant; **MAP** and **MRR** are computed over "
    "the first hundred hits. The measures match trec_eval's. The 95% interval comes from a **bootstrap** over "
    "queries. Unjudged items count as irrelevant, so a system whose hits were never judged is underrated. Further "
    "reading: [BEIR](https://arxiv.org/abs/2104.08663), [Sakai, 2006](https://doi.org/10.1145/1148170.1148261)."
)


def show(context: AnalysisContext, judgments: Judgments, judged: Key, cross_encoder: str, key: str) -> Selection | None:
    """Draw the systems beside each other; return hits that are to be shown on the map."""
    for warning in judgments.warnings:
        st.caption(f":material/info: {md_label(warning)}")
    systems, k = evaluate_systems.choose(context, cross_encoder, key)
    if not systems:
        empty.hint("Choose a ranking method to measure.")
        return None
    queries = tuple(judgments.queries.values())
    stages = {one: EvaluateRetrieval(one.space, judged, queries, one.method, k, *one.model) for one in systems}
    runs = []
    for one, stage in stages.items():
        first = one is systems[0]
        # The page waits once, not once for each.
        scores = context.result(stage, height=80 if first else 0, wait=0.5 if first else 0)
        runs += [] if scores is None else [Run(one, stage, scores)]
    if not runs:
        return None
    frame = table(runs)
    st.dataframe(frame, hide_index=True, key=f"{key}-table", column_config=_config(frame))
    queried = "query" if len(queries) == 1 else "queries"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        each = per_query(judgments, runs)
        mark = fingerprint(judged, [run.stage.key for run in runs])[:8]
        download("CSV", lambda: to_csv(frame), f"engines-{mark}.csv", f"{key}-csv")
        download("CSV, per query", lambda: to_csv(each), f"queries-{mark}.csv", f"{key}-each")
        by = " and ".join(dict.fromkeys(md_label(one.space.encoder) for one in systems))
        st.caption(f"{len(queries):,} {queried}, {judgments.count:,} judgments, {by}.")
    named = next((one.model[0] for one in systems if one.model[0]), "")
    code.show(snippet.retrieval(context.dataset.key, [run.record for run in runs], judged, k, named))
    return difference.show(context, judgments, runs, key) if len(runs) > 1 else None


def table(runs: list[Run]) -> pd.DataFrame:
    """Return a row for each system: its measures, and the interval of the first."""
    first = measure_names(runs[0].stage.k)[0]
    rows = []
    for run in runs:
        whole = _interval(run.scores.values[first].tobytes())
        head = {"engine": run.name, first: whole.value, "low": whole.low, "high": whole.high}
        rows.append(head | {name: value for name, value in run.scores.means.items() if name != first})
    return pd.DataFrame(rows)


@lru_cache(maxsize=64)
def _interval(values: bytes) -> Interval:
    """Return the interval of float64 values; remembered, since every run of a page asks for it again."""
    return mean_interval(np.frombuffer(values))


def _config(frame: pd.DataFrame) -> dict[str, Any]:
    config = {name: st.column_config.NumberColumn(format="%.3f", width=95) for name in frame.columns[1:]}
    for name, end in (("low", "lower"), ("high", "upper")):
        config[name] = st.column_config.NumberColumn(f"{end} 95%", format="%.3f", width=95)
    return config


def per_query(judgments: Judgments, runs: list[Run]) -> pd.DataFrame:
    """Return a row for each query and system, with every measure."""
    parts = [
        pd.DataFrame(
            {"query": list(judgments.queries), "text": list(judgments.queries.values()), "engine": run.name}
            | run.scores.values
        )
        for run in runs
    ]
    return pd.concat(parts, ignore_index=True)
