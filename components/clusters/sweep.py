"""How many clusters? What each number would give, drawn, and one recommendation with its reason."""

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from components.app import problem
from components.widgets import empty
from components.widgets.context import AnalysisContext
from components.widgets.plots import CONFIG, laid_out
from embedding_core.base.errors import ParameterError
from embedding_core.clusters import ClusterParams, KMeansParams, Sweep, SweepParams, SweepScores
from embedding_core.clusters.stages import SweepClusters

NOTE = (
    "k-means runs once for each k. **Silhouette**: how well items fit their clusters. **Stability**: the mean "
    "**adjusted Rand index** between clusterings of bootstrap samples with different seeds. **Calinski-Harabasz**: "
    "the ratio of between-cluster to within-cluster variance. **Davies-Bouldin**: the mean similarity of each "
    "cluster to its most similar one. **Inertia** falls with every k; only an elbow in its curve is informative. The "
    "measures seldom agree, and none of them knows what you need the clusters for. Further reading: "
    "[silhouettes](https://doi.org/10.1016/0377-0427(87)90125-7), "
    "[stability](https://doi.org/10.1142/9789812799623_0002)."
)
_DRAWN = (
    ("silhouette", "Silhouette ↑", ".3f"),
    ("stability", "Stability ↑", ".2f"),
    ("calinski_harabasz", "Calinski-Harabasz ↑", ",.1f"),
    ("davies_bouldin", "Davies-Bouldin ↓", ".2f"),
    ("inertia", "Inertia", ",.1f"),
)
_HEIGHT = 560


def show(context: AnalysisContext, key: str) -> ClusterParams | None:
    """Draw the sweep; return how to cluster when its recommendation is taken."""
    params = _params(f"{key}-{context.key}")
    swept: Sweep | None = context.result(SweepClusters(context.space, params), height=_HEIGHT)
    if swept is None:
        return None
    if not swept.measured:
        empty.hint(swept.reason)
        return None
    with st.container(border=True):
        st.markdown(f"**{swept.recommended} clusters.** {swept.reason}")
        if swept.rows < len(context.dataset):
            st.caption(f"Measured on a sample of {swept.rows:,} items.")
        taken = st.button(
            f"Use {swept.recommended} clusters", type="primary", icon=":material/check:", key=f"{key}-use"
        )
    st.plotly_chart(_figure(swept), key=f"{key}-curves", config=CONFIG, alt="Measures for each number of clusters")
    return KMeansParams(swept.recommended) if taken else None


def _params(key: str) -> SweepParams:
    default = SweepParams()
    with st.popover("Values of k", icon=":material/tune:"), st.form(f"{key}-form", border=False):
        text = st.text_input(
            "Values of k",
            ", ".join(map(str, default.ks)),
            key=f"{key}-ks",
            help="Values above a tenth of the number of items are skipped.",
        )
        st.form_submit_button("Compare", type="primary", key=f"{key}-go")
    ks = [part.strip() for part in text.split(",") if part.strip()]
    try:
        if not all(part.isdecimal() and len(part) < 5 for part in ks):
            raise ParameterError("That is not a list of numbers.", "Write comma-separated numbers, such as 5, 10, 20.")
        return SweepParams(tuple(map(int, ks)))
    except ParameterError as error:
        problem.show(error)
        return default


def _figure(swept: Sweep) -> go.Figure:
    figure = make_subplots(rows=3, cols=2, subplot_titles=[title for _, title, _ in _DRAWN], vertical_spacing=0.11)
    ks = [one.k for one in swept.measured]
    for place, (name, title, digits) in enumerate(_DRAWN):
        row, column = divmod(place, 2)
        where = {"row": row + 1, "col": column + 1}
        figure.add_scatter(
            x=ks,
            y=[_value(one, name) for one in swept.measured],
            mode="lines+markers",
            line={"color": "#0072b2"},
            hovertemplate=f"k = %{{x}}: %{{y:{digits}}}<extra>{title}</extra>",
            **where,
        )
        figure.add_vline(x=swept.recommended, line={"width": 2, "dash": "dash", "color": "#d55e00"}, **where)
    figure.update_xaxes(type="log", tickvals=_ticks(ks), ticktext=[*map(str, _ticks(ks))])
    return laid_out(figure, _HEIGHT).update_layout(margin={"t": 28})


def _value(one: SweepScores, name: str) -> float:
    return float(getattr(one, name))


def _ticks(ks: list[int]) -> list[int]:
    """Return few enough of some numbers to be read along a short axis."""
    return ks if len(ks) <= 6 else [k for k in ks if k in {2, 4, 8, 15, 30, 50, 100}] or ks[:: len(ks) // 4]
