"""How well each item fits: silhouettes cluster by cluster, and the items on a border."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.clusters.found import Found
from components.embedding_map import view
from components.widgets import empty, row_table
from components.widgets.context import AnalysisContext
from components.widgets.palette import CATEGORY_COLORS, GRAY, SHOWN_CATEGORIES
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core.clusters import rivals
from embedding_core.workspace import Selection

NOTE = (
    "Each item is a thin horizontal line whose length is its **silhouette**; the lines of a cluster stand together, "
    "longest first. A cluster of long lines is compact and well separated. An item left of 0 is, on average, closer "
    "to another cluster. The dashed line is the mean of all items. **Borderline** items have the lowest silhouettes; "
    "the table names their second-best cluster. Select some to move them there. Further reading: [Rousseeuw, "
    "1987](https://doi.org/10.1016/0377-0427(87)90125-7)."
)
_MOST_CLUSTERS, _MOST_LINES = 40, 120
_BORDERLINE = 100


def show(context: AnalysisContext, found: Found, key: str) -> Selection | None:
    """Draw the silhouettes and the borderline items; return rows to highlight on the map."""
    clusters = found.clusters
    if clusters.silhouette is None:
        empty.hint("The silhouette needs at least two clusters.")
        return None
    st.plotly_chart(_figure(found), key=f"{key}-{found.mark}-knives", config=CONFIG, alt="Silhouette of each item")
    if clusters.k > _MOST_CLUSTERS:
        st.caption(f"Shown: the largest {_MOST_CLUSTERS} of {clusters.k:,} clusters.")
    rows = clusters.borderline(_BORDERLINE)
    columns = {
        "silhouette": clusters.silhouettes[rows].astype(float).tolist(),
        "cluster": [found.names[number] for number in clusters.labels[rows].tolist()],
        "second-best cluster": [found.name(number) for number in rivals(found.rows, clusters.labels, rows).tolist()],
    }
    below = int(np.count_nonzero(clusters.silhouettes < 0))
    st.markdown(f"**Borderline items.** {below:,} of {len(clusters.labels):,} are closer to another cluster.")
    return row_table.show(context.dataset, rows.tolist(), columns, f"{key}-{found.mark}", "borderline items")


def _figure(found: Found) -> go.Figure:
    clusters, theme = found.clusters, view.theme()
    numbers = clusters.numbers[:_MOST_CLUSTERS]
    codes = {number: code for code, number in enumerate(sorted(clusters.numbers))}
    figure, top, middles = go.Figure(), 0.0, []
    for number in numbers:
        lines = np.sort(clusters.silhouettes[clusters.labels == number])[::-1]
        height = len(lines)
        # More lines than pixels cannot be seen, but have to travel; one area is drawn sooner than its lines.
        lines = lines[np.linspace(0, height - 1, min(height, _MOST_LINES)).round().astype(int)]
        steps = top + np.linspace(0, height, len(lines) + 1)
        figure.add_scatter(
            x=np.r_[0, np.repeat(lines.round(4), 2), 0],
            y=np.r_[steps[0], np.repeat(steps, 2)[1:-1], steps[-1]],
            mode="lines",
            fill="toself",
            line={"width": 0},
            fillcolor=CATEGORY_COLORS[theme][codes[number]] if codes[number] < SHOWN_CATEGORIES else GRAY[theme],
            hoveron="fills",
            name=plot_label(found.names[number]),
            hoverinfo="name",
        )
        middles.append(top + height / 2)
        top += height + max(1.0, len(clusters.labels) / 200)
    figure.add_vline(x=clusters.silhouette, line={"width": 1.5, "dash": "dash", "color": "#8a919e"})
    names = [f"{plot_label(found.names[number], 26)} ({clusters.sizes[number]:,})" for number in numbers]
    figure.update_yaxes(autorange="reversed", tickvals=middles, ticktext=names, showgrid=False)
    figure.update_xaxes(title="Silhouette")
    figure.update_xaxes(zeroline=True)
    return laid_out(figure, min(900, max(300, 60 + 26 * len(numbers))))
