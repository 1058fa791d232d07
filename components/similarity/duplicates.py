"""Near-duplicates: what they are, which to keep, what leaks across a split, and the data without them."""

from typing import Any

import numpy as np
import streamlit as st

from components.app.items import picture_address
from components.app.untrusted import md_label, shorten
from components.widgets import code, empty, row_table
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from components.widgets.metric import metric
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv, to_parquet
from embedding_core.similarity import Duplicates, DuplicatesParams, leaks, snippet
from embedding_core.similarity.stages import FindDuplicates
from embedding_core.workspace import Selection

NOTE = (
    "All pairs of items are compared. Pairs whose cosine reaches the **similarity threshold** are "
    "**near-duplicates**. Linked pairs form a group, whose members may be less similar to each other than the "
    "threshold, so each group shows its **weakest link**. The suggested threshold comes from **random pairs** of "
    "your data: the cosine distance of near-duplicates is at most a third of the 1st percentile of the distances of "
    "random pairs. Duplicates count twice in every average. A duplicate of a training item in the test set is "
    "**leakage**: the test then measures memorization. Further reading: [Deduplicating training "
    "data](https://arxiv.org/abs/2107.06499), Lee and others, 2022."
)
_SPLIT_NAMES = {"split", "fold", "subset", "partition", "set"}
_MOST_PARTS = 10


def show(context: AnalysisContext, key: str) -> Selection | None:
    """Draw the duplicates and return what is to be shown on the map."""
    dataset = context.dataset
    parts = [str(name) for name in dataset.columns if 1 < dataset.columns[name].nunique() <= _MOST_PARTS]
    default = next((name for name in parts if name.casefold() in _SPLIT_NAMES), None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        threshold: Any = st.number_input(
            "Similarity threshold",
            min_value=0.0,
            max_value=1.0,
            value=None,
            step=0.01,
            key=f"{key}-threshold",
            placeholder="suggested",
            width=170,
            persist_state="session",
            help="The lowest cosine of a near-duplicate pair. Empty: suggested from random pairs of this data.",
        )
        split = st.selectbox(
            "Split column",
            [None, *parts],
            index=0 if default is None else 1 + parts.index(default),
            format_func=lambda name: "none" if name is None else name,
            key=f"{key}-split",
            width=200,
            help="The column that assigns each row to the training or the test set.",
        )
    params = DuplicatesParams(threshold)
    found = context.result(FindDuplicates(context.space, params))
    if found is None:
        return None
    _measures(found, len(dataset), threshold is None)
    if not found.count:
        empty.hint("No pair reaches the threshold. Lower it to see the most similar pairs.")
        return None
    leaking = _leaks(dataset, found, split, key) if split is not None else None
    chosen = _groups(context, found, key)
    code.show(snippet.duplicates(dataset.key, context.space.encoder, params))
    return leaking or chosen


def _measures(found: Duplicates, rows: int, suggested: bool) -> None:
    surplus = int(np.count_nonzero(~found.keep))
    origin = ("suggested, then raised" if found.raised else "suggested") if suggested else "set by hand"
    why = "Suggested from random pairs" + (
        ", then raised until groups no longer chain together." if found.raised else "."
    )
    with st.grid(4, min_column_width=170):
        metric("Groups", f"{found.count:,}", f"{found.pairs:,} pairs", "Linked pairs form a group.")
        metric("Redundant rows", f"{surplus:,}", f"{surplus / rows:.1%} of {rows:,}", "All rows of a group except one.")
        metric(
            "Similarity threshold",
            f"{found.threshold:.3f}",
            origin,
            why if suggested else "Clear the field to use the suggestion.",
        )
        metric(
            "Random-pair rate",
            f"{found.by_chance:.3%}",
            "of random pairs",
            "The share of random pairs that reach the threshold.",
        )


def _groups(context: AnalysisContext, found: Duplicates, key: str) -> Selection | None:
    """Draw the groups beside the rows of the one that is open."""
    dataset, titles = context.dataset, context.dataset.titles
    left, right = st.columns([1, 1], gap="medium")
    members = [found.rows_of(group) for group in range(min(found.count, row_table.SHOWN_ROWS))]
    with left:
        table: dict[str, Any] = {
            "size": [len(rows) for rows in members],
            "weakest": found.weakest_cosines[: len(members)],
            "keep": [shorten(" ".join(titles[rows[0]].split()), 120) for rows in members],
        }
        if dataset.pictures:
            table["picture"] = [picture_address(dataset.key, rows[0]) for rows in members]
        picked = st.dataframe(
            table,
            hide_index=True,
            height=420,
            key=f"{key}-groups-{context.key}",
            on_select="rerun",
            selection_mode="single-row",
            column_config={
                "size": st.column_config.NumberColumn(width=60),
                "weakest": st.column_config.NumberColumn("weakest link", format="%.3f", width=100),
                "keep": st.column_config.TextColumn("to keep: the row most similar to the others", width="large"),
                "picture": st.column_config.ImageColumn(width="small"),
            },
        )
        chosen = _export(dataset, found, key)
    opened = (picked["selection"]["rows"] or [0])[0]
    with right:
        first, vectors = members[opened][0], context.vectors
        alike = vectors[list(members[opened])] @ vectors[first]
        order = np.lexsort((-alike, [row != first for row in members[opened]]))
        rows, cosines = [members[opened][place] for place in order], alike[order].astype(float).tolist()
        weak = [titles[row] for row in found.weakest[opened].tolist()]
        st.caption(
            f"Group {opened + 1:,}. Its weakest link is {found.weakest_cosines[opened]:.3f}: "
            f"“{md_label(shorten(weak[0], 60))}” and “{md_label(shorten(weak[1], 60))}”."
        )
        keeps = {"keep": [row == first for row in rows], "cosine": cosines}
        shown = row_table.show(dataset, rows, keeps, f"{key}-group-{opened}", "near-duplicates of a group")
    return chosen or shown


def _export(dataset: Dataset, found: Duplicates, key: str) -> Selection | None:
    """Draw what can be done with all of them."""
    rows = np.flatnonzero(found.keep).tolist()
    stem = f"without-duplicates-{fingerprint(dataset.key, found.threshold)[:8]}"
    with st.container(horizontal=True, gap="small"):
        asked = st.button("All groups on the map", type="primary", icon=":material/scatter_plot:", key=f"{key}-all")
        download(
            "Export deduplicated (CSV)",
            lambda: to_csv(dataset.frame().iloc[rows]),
            f"{stem}.csv",
            f"{key}-csv",
            help=f"The {len(rows):,} rows to keep",
        )
        download(
            "Export deduplicated (Parquet)",
            lambda: to_parquet(dataset.frame().iloc[rows]),
            f"{stem}.parquet",
            f"{key}-parquet",
            help=f"The {len(rows):,} rows to keep",
        )
    return Selection(tuple(np.flatnonzero(found.groups >= 0).tolist()), "near-duplicates") if asked else None


def _leaks(dataset: Dataset, found: Duplicates, split: str, key: str) -> Selection | None:
    """Draw which rows of each part of a split have a double in another."""
    st.markdown(f"**Leakage across {md_label(split)}**")
    seen = leaks(found, dataset.columns[split])
    if not seen:
        st.caption("No row has a duplicate in another part.")
        return None
    chosen = None
    for place, leak in enumerate(seen):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f"**{len(leak.rows):,}** rows of {md_label(leak.part)} ({leak.share:.1%}) have a duplicate in "
                f"{md_label(leak.other)}."
            )
            if st.button("Show on the map", icon=":material/scatter_plot:", key=f"{key}-leak-{place}", type="tertiary"):
                chosen = Selection(leak.rows, "leakage")
    return chosen
