"""Clusters beside labels that people gave: who is where, and how far both agree."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.app.untrusted import shorten
from components.clusters.found import Found
from components.widgets import empty
from components.widgets.context import AnalysisContext
from components.widgets.label_columns import label_columns
from components.widgets.metric import metric
from components.widgets.plots import CONFIG, laid_out, plot_label
from components.widgets.tables import bounded
from embedding_core.clusters import NOISE, Agreement, agreement
from embedding_core.workspace import Selection

NOTE = (
    "Each cell counts the items of a cluster that carry a label; the color is their share of the cluster. The "
    "**adjusted Rand index** is computed over all pairs of items: how often do clusters and labels agree on whether "
    "a pair belongs together? 1 is identical groups, 0 is the value expected for random clusters. **Normalized "
    "mutual information** says how much one grouping tells about the other, from 0 to 1; for random clusters it "
    "grows with their number. Clusters that differ from the labels are not wrong: they may show another aspect of "
    "the items. Further reading: [Hubert and Arabie, 1985](https://doi.org/10.1007/BF01908075)."
)
_MOST_ROWS, _MOST_COLUMNS, _MOST_PAIRS = 40, 40, 300


def show(context: AnalysisContext, found: Found, key: str) -> Selection | None:
    """Draw the cross table; return the items of a pair that was picked."""
    columns = label_columns(context.dataset)
    if not columns:
        empty.hint("This data set has no label column to compare with.")
        return None
    label = str(st.selectbox("Labels", columns, key=f"{key}-label-{context.key}", width=260))
    agree = agreement(found.clusters.labels, context.dataset.columns[label])
    if not agree.rows:
        empty.hint("This column is empty.")
        return None
    _measures(agree, len(context.dataset))
    st.plotly_chart(_figure(found, agree), key=f"{key}-{found.mark}-{label}", config=CONFIG, alt="Clusters by labels")
    if agree.table.shape[0] > _MOST_ROWS or agree.table.shape[1] > _MOST_COLUMNS:
        st.caption(f"Shown: the {_MOST_ROWS} largest clusters and the {_MOST_COLUMNS} most frequent labels.")
    return _pairs(context, found, agree, label, key)


def _measures(agree: Agreement, rows: int) -> None:
    labeled = f"{agree.rows / rows:.0%} of items"
    with st.grid(3, min_column_width=130):
        for name, value, meaning in (
            ("Adjusted Rand", f"{agree.adjusted_rand:.3f}", "0 is random"),
            ("NMI", f"{agree.nmi:.3f}", "from 0 to 1"),
            ("Labels", f"{agree.table.shape[1]:,}", labeled),
        ):
            metric(name, value, meaning)


def _figure(found: Found, agree: Agreement) -> go.Figure:
    order = [number for number in (*found.clusters.numbers, NOISE) if number in agree.table.index][:_MOST_ROWS]
    rows = agree.table.loc[order]
    # The commonest label of each cluster is shown, then the labels with the most items.
    wanted = dict.fromkeys([*rows.to_numpy().argmax(axis=1).tolist(), *range(rows.shape[1])])
    counts = rows.iloc[:, list(wanted)[:_MOST_COLUMNS]]
    shares = counts.to_numpy() / rows.sum(axis=1).to_numpy()[:, None]
    # A label beside its cluster: columns go by the first cluster that holds most of them.
    placed = np.argsort(shares.argmax(axis=0), kind="stable")
    figure = go.Figure(
        go.Heatmap(
            z=shares[:, placed].round(3),
            customdata=counts.to_numpy()[:, placed],
            colorscale="Blues",
            zmin=0,
            zmax=1,
            hovertemplate="%{customdata:,} items, %{z:.0%} of the cluster<extra></extra>",
            colorbar={"thickness": 12, "outlinewidth": 0, "tickformat": ".0%"},
            xgap=1,
            ygap=1,
        )
    )
    names = [plot_label(found.name(number), 28) for number in order]
    labels = [plot_label(str(counts.columns[place]), 22) for place in placed]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(names))), ticktext=names)
    figure.update_xaxes(tickvals=list(range(len(labels))), ticktext=labels, tickangle=-45)
    return laid_out(figure, min(900, 180 + 18 * len(order)))


def _pairs(context: AnalysisContext, found: Found, agree: Agreement, label: str, key: str) -> Selection | None:
    """Draw the commonest pairs of a cluster and a label; return the items of the one picked."""
    table = agree.table
    down, across = np.nonzero(table.to_numpy())
    counts = table.to_numpy()[down, across]
    order = np.argsort(-counts, kind="stable")[:_MOST_PAIRS]
    numbers = [int(table.index[down[place]]) for place in order]
    names = [str(table.columns[across[place]]) for place in order]
    pairs = {
        "cluster": [shorten(found.name(number), 60) for number in numbers],
        label if label not in {"cluster", "items"} else "label": names,
        "items": counts[order].tolist(),
        "share of cluster": (counts / table.sum(axis=1).to_numpy()[down])[order].tolist(),
        "share of label": (counts / table.sum(axis=0).to_numpy()[across])[order].tolist(),
    }
    shares = {name: st.column_config.NumberColumn(format="percent", width=80) for name in list(pairs)[-2:]}
    picked: Any = st.dataframe(
        bounded(pd.DataFrame(pairs)),
        hide_index=True,
        height=300,
        key=f"{key}-{found.mark}-{label}-pairs",
        on_select="rerun",
        selection_mode="multi-row",
        column_config=shares,
    )
    chosen = picked["selection"]["rows"]
    if not chosen:
        st.caption("Tick rows at the left edge of the table to highlight their items on the map.")
        return None
    given = context.dataset.columns[label].astype("string").fillna("").to_numpy(dtype=object)
    masks = [(found.clusters.labels == numbers[place]) & (given == names[place]) for place in chosen]
    return Selection(tuple(np.flatnonzero(np.logical_or.reduce(masks)).tolist()), "clusters by labels")
