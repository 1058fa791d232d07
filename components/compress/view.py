"""What smaller vectors keep: the knobs, the chart, what to choose, the table."""

from typing import Any

import streamlit as st

from components.compress import advice, table
from components.compress import chart as compress_chart
from components.compress import judged as compress_judged
from components.embedding_map import view
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.plots import CONFIG
from embedding_core.compress import LEAST_ROWS, Compression, CompressionParams
from embedding_core.compress.snippet import compression
from embedding_core.compress.stages import Compress
from embedding_core.workspace import Workspace

NOTE = (
    "A vector of hundreds of numbers can be kept in fewer: the **first** of them, which only a model trained for it "
    "(**Matryoshka**) puts up with, or **principal axes** of this data; and in fewer bits: **float16**, **int8**, one "
    "bit (**binary**, compared by **Hamming distance**), or the numbers of learned examples (**product "
    "quantization**). Some items were held out and asked for their neighbors; **recall** is the share of the true "
    "nearest that the smaller vectors find. Where queries were judged on Evaluate, **nDCG** says what is left of a "
    "search; the full vectors' own is what to compare it with. **Rescoring** takes more candidates than are wanted and "
    "puts them in order by the full vectors. The gray line is the **Pareto front**: nothing as small is better. To "
    "read: [Matryoshka representations](https://arxiv.org/abs/2205.13147), [binary and scalar "
    "quantization](https://huggingface.co/blog/embedding-quantization)."
)
_USUAL_RESCORING = 8
_LEAST = (0.8, 0.9, 0.95, 0.99)


def show(context: AnalysisContext, workspace: Workspace, pages: dict[str, Any], key: str) -> None:
    """Draw what was measured of a space; also by nDCG where queries of this data set were judged."""
    if len(context.dataset) < LEAST_ROWS:
        empty.hint(f"Smaller vectors are measured on at least {LEAST_ROWS} items. Bring more rows, or open a sample.")
        return
    params, rescoring, least = _knobs(key)
    judged = compress_judged.known(context, workspace)
    found = context.result(Compress(context.space, params, judged), height=520)
    if found is None:
        return
    by_judgment = judged is not None and _by_judgment(found.k, key)
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        chart = compress_chart.figure(found, rescoring, by_judgment, view.theme())
        st.plotly_chart(chart, key=f"{key}-chart", config=CONFIG, alt="Quality against bytes an item")
        st.caption(
            f"Circles: all numbers. Triangles: the first ones. Squares: PCA. Filled: looked at again. {_on(found)}"
        )
    with right:
        advice.show(found, rescoring, least, key)
    table.show(found, rescoring, by_judgment, context.dataset.key, key)
    if judged is None:
        compress_judged.offer(context, found.k, pages)
    judgments = None if judged is None else workspace.judgments
    code.show(compression(context.dataset.key, context.space.encoder, params, rescoring, judgments))


def _knobs(key: str) -> tuple[CompressionParams, int, float]:
    default = CompressionParams()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rescoring: Any = st.segmented_control(
            "Look again at",
            (0, *default.rescorings),
            default=_USUAL_RESCORING,
            required=True,
            format_func=lambda size: f"{size} × k" if size else "none",
            key=f"{key}-rescoring",
            help="So many candidates of the small vectors are put in order by the full ones.",
        )
        least: Any = st.segmented_control(
            "Keep at least",
            _LEAST,
            default=0.95,
            required=True,
            format_func=lambda share: f"{share:.0%}",
            key=f"{key}-least",
            help="Of the true nearest, for the advice.",
        )
        with st.popover("More", icon=":material/tune:"):
            k: Any = st.number_input("Neighbors (k)", 1, 20, default.k, key=f"{key}-k")
            queries: Any = st.number_input(
                "Items held out",
                10,
                2_000,
                default.queries,
                step=50,
                key=f"{key}-queries",
                help="More: steadier figures.",
            )
            seed: Any = st.number_input("Seed", 0, 2**31 - 1, 0, key=f"{key}-seed", help="Other items are held out.")
    return CompressionParams(k=int(k), queries=int(queries), seed=int(seed)), int(rescoring), float(least)


def _by_judgment(k: int, key: str) -> bool:
    return st.toggle(
        f"Chart nDCG@{k}",
        value=True,
        key=f"{key}-judged",
        help="By the queries judged on Evaluate. Off: recall. The front follows.",
    )


def _on(found: Compression) -> str:
    judged = f" {found.judged:,} judged queries." if found.judged else ""
    return f"{found.queries:,} items held out, {found.rows:,} searched, on one core of this machine.{judged}"
