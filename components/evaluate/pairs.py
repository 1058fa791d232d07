"""Sentence pairs: does the encoder find alike what people find alike?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.app import job_panel, problem
from components.app.untrusted import md_label
from components.embedding_map import view
from components.widgets import code, upload
from components.widgets.export import download
from components.widgets.metric import metric
from components.widgets.palette import PLAIN, Theme
from components.widgets.plots import CONFIG, laid_out, plot_label
from components.widgets.tables import bounded
from embedding_core.base.errors import VectorscopeError
from embedding_core.data.export import to_csv
from embedding_core.data.stages import ReadTable
from embedding_core.engine import Engine
from embedding_core.evaluate import snippet
from embedding_core.evaluate.pairs import PairScores, ScoredPairs, read_pairs
from embedding_core.evaluate.stages import ScorePairs

NOTE = (
    "People rated how similar two sentences are; the encoder gives each pair a cosine similarity. **Spearman's** "
    "correlation asks whether both rank the pairs in the same order, **Pearson's** whether they are linearly "
    "related. The 95% interval comes from a bootstrap over pairs. On the STS benchmark MiniLM reaches 0.82, word "
    "counts about 0.6. Further reading: [STS benchmark](https://arxiv.org/abs/1708.00055), [Reimers and others, "
    "2016](https://aclanthology.org/C16-1009)."
)
_FORMATS = "A table with two text columns and a score column: CSV, TSV, JSON, Parquet or Excel."
_DRAWN = 4_000


def bring(engine: Engine, *, others: bool, key: str) -> ReadTable | None:
    """Draw a place for a table of pairs, folded away under a result; return it, once, after which the key must change.

    Args:
        engine: keeps what is brought.
        others: whether there are some already.
        key: of the place.
    """
    with st.expander("Import other pairs" if others else "Import pairs", expanded=not others):
        brought = upload.show_one("Drop pairs", key, _FORMATS)
    return None if brought is None else ReadTable(engine.keep_upload(brought.data, brought.name), brought.name)


def show(engine: Engine, owner: str, table: ReadTable, encoder: str, key: str) -> None:
    """Draw how far cosines agree with the scores of a table."""
    read = job_panel.result(engine, table, owner)
    if read is None:
        return
    frame = read.frame
    columns = _choose(frame, f"{key}-{table.key[:8]}")
    try:
        pairs = read_pairs(frame, columns)
        dataset = pairs.dataset(table.name)
        engine.keep_dataset(dataset)
        stage = ScorePairs(engine.embedding(dataset, encoder))
    except VectorscopeError as error:
        problem.show(error)
        return
    found = job_panel.result(engine, stage, owner)
    if found is None:
        return
    _measures(found, pairs, encoder)
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        chart = figure(pairs, found, columns[2], view.theme())
        st.plotly_chart(chart, key=f"{key}-scatter", config=CONFIG, alt="Human scores against cosine similarities")
    with right:
        st.markdown("**Largest disagreements**")
        record = disagreements(pairs, found)
        st.dataframe(
            bounded(record.head(200)),
            hide_index=True,
            height=330,
            key=f"{key}-table",
            column_config={name: st.column_config.NumberColumn(format="%.2f", width=90) for name in _NUMBERS},
        )
        download("CSV", lambda: to_csv(record), f"pairs-{stage.key[:8]}.csv", f"{key}-csv")
    code.show(snippet.pairs(dataset.key, stage.space.encoder))


def _choose(frame: pd.DataFrame, key: str) -> tuple[str, str, str]:
    """Draw the choice of columns, of which the likely ones are chosen."""
    names = [str(name) for name in frame.columns]
    first, second, score = guessed(frame)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        one = st.selectbox("First sentence", names, index=names.index(first), key=f"{key}-first", width=220)
        two = st.selectbox("Second sentence", names, index=names.index(second), key=f"{key}-second", width=220)
        scored = st.selectbox("Score", names, index=names.index(score), key=f"{key}-score", width=220)
    return one or first, two or second, scored or score


def guessed(frame: pd.DataFrame) -> tuple[str, str, str]:
    """Return the two columns of the longest texts, as they stand, and the last of the rest that holds scores."""
    names = [str(name) for name in frame.columns]
    head = frame.head(200).set_axis(names, axis=1)
    length = {name: float(head[name].astype("string").fillna("").str.len().mean()) for name in names}
    texts = sorted(sorted(names, key=lambda name: -length[name])[:2], key=names.index)
    numeric = [
        name for name in names if name not in texts and pd.to_numeric(head[name], errors="coerce").notna().mean() > 0.9
    ]
    # Fractions are scores sooner than whole numbers, which may be years or ids.
    broken = [name for name in numeric if (pd.to_numeric(head[name], errors="coerce") % 1 > 0).any()]
    score = (broken or numeric or [name for name in names if name not in texts] or names)[-1]
    return texts[0], texts[-1], score


def _measures(found: PairScores, pairs: ScoredPairs, encoder: str) -> None:
    left_out = f", {pairs.left_out:,} rows without a score skipped" if pairs.left_out else ""
    with st.grid(3, min_column_width=200):
        record = f"95% interval {found.low:.3f} to {found.high:.3f}"
        metric("Spearman", f"{found.spearman:.4f}", record)
        metric("Pearson", f"{found.pearson:.4f}", "cosine against score")
        metric("Pairs", f"{len(pairs.scores):,}", f"by {md_label(encoder)}{left_out}")


def figure(pairs: ScoredPairs, found: PairScores, score: str, theme: Theme) -> go.Figure:
    """Return a point for each pair, or for some thousands of them: what people said and the cosine."""
    shown = slice(None, None, max(1, -(-len(pairs.scores) // _DRAWN)))
    chart = go.Figure(
        go.Scattergl(
            x=pairs.scores[shown],
            y=found.cosines[shown],
            mode="markers",
            marker={"size": 5, "opacity": 0.45, "color": PLAIN[theme]},
            hovertemplate="score %{x:.2f}, cosine %{y:.3f}<extra></extra>",
        )
    )
    chart.update_xaxes(title=plot_label(score))
    chart.update_yaxes(title="cosine")
    return laid_out(chart, 370)


_NUMBERS = ("score", "cosine", "rank difference")


def disagreements(pairs: ScoredPairs, found: PairScores) -> pd.DataFrame:
    """Return the pairs with what people and the encoder say, those first whose ranks are farthest apart, as a share."""
    record = pd.DataFrame(
        {"score": pairs.scores, "cosine": found.cosines.astype(float), "first": pairs.left, "second": pairs.right}
    )
    ranks = record[["score", "cosine"]].rank(pct=True)
    record.insert(0, "rank difference", ranks["cosine"] - ranks["score"])
    order = np.argsort(-np.abs(record["rank difference"].to_numpy(dtype=np.float64)), kind="stable")
    return record.take(order.tolist()).reset_index(drop=True)
