"""What smaller vectors keep: the parameters, the chart, what to choose, the table."""

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
from embedding_core.evaluate.state import EvaluateState
from embedding_core.workspace import Workspace

NOTE = (
    "A vector can be stored with fewer dimensions: by **truncation**, which keeps the first ones and works well only "
    "for models trained for it (**Matryoshka** models), or by **PCA**. And each dimension can be stored in fewer "
    "bits: **float16**, **int8**, one bit (**binary**, compared by **Hamming distance**), or **product "
    "quantization**, one byte per segment. **Recall** is the share of the true nearest neighbors of the test queries "
    "that a search in the smaller vectors finds. With queries judged on the Evaluate page, **nDCG** measures search "
    "quality itself; compare it with the nDCG of the full vectors. **Rescoring** retrieves more candidates than "
    "needed and sorts them with the full vectors. The gray line is the **Pareto front**: no setting of the same or a "
    "smaller size has a higher quality. Further reading: [Matryoshka "
    "representations](https://arxiv.org/abs/2205.13147), [binary and scalar "
    "quantization](https://huggingface.co/blog/embedding-quantization)."
)
_DEFAULT_RESCORING = 8
_TARGET_RECALLS = (0.8, 0.9, 0.95, 0.99)


def show(context: AnalysisContext, workspace: Workspace, pages: dict[str, Any], key: str) -> None:
    """Draw what was measured of a space; also by nDCG where queries of this data set were judged."""
    if len(context.dataset) < LEAST_ROWS:
        empty.hint(f"Compression is measured on at least {LEAST_ROWS} items. Import more rows, or open a sample.")
        return
    params, rescoring, target = _parameters(key)
    judged = compress_judged.known(context, workspace)
    found = context.result(Compress(context.space, params, judged), height=520)
    if found is None:
        return
    by_judgment = judged is not None and _by_judgment(found.k, key)
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        chart = compress_chart.figure(found, rescoring, by_judgment, view.theme())
        st.plotly_chart(chart, key=f"{key}-chart", config=CONFIG, alt="Quality against bytes per vector")
        st.caption(f"Circles: all dimensions. Triangles: truncated. Squares: PCA. Filled: rescored. {_on(found)}")
    with right:
        advice.show(found, rescoring, target, key)
    table.show(found, rescoring, by_judgment, context.dataset.key, key)
    if judged is None:
        compress_judged.offer(context, found.k, pages)
    judgments = None if judged is None else workspace.state(EvaluateState).judgments
    code.show(compression(context.dataset.key, context.space.encoder, params, rescoring, judgments))


def _parameters(key: str) -> tuple[CompressionParams, int, float]:
    default = CompressionParams()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rescoring: Any = st.segmented_control(
            "Rescoring",
            (0, *default.rescorings),
            default=_DEFAULT_RESCORING,
            required=True,
            format_func=lambda size: f"{size} × k" if size else "none",
            key=f"{key}-rescoring",
            help="The number of candidates from the small vectors that are sorted again with the full vectors.",
        )
        target: Any = st.segmented_control(
            "Target recall",
            _TARGET_RECALLS,
            default=0.95,
            required=True,
            format_func=lambda share: f"{share:.0%}",
            key=f"{key}-least",
            help="The recall that the recommended setting must reach.",
        )
        with st.popover("More", icon=":material/tune:"):
            k: Any = st.number_input("Neighbors (k)", min_value=1, max_value=20, value=default.k, key=f"{key}-k")
            queries: Any = st.number_input(
                "Test queries",
                min_value=10,
                max_value=2_000,
                value=default.queries,
                step=50,
                key=f"{key}-queries",
                help="Items held out as queries. More of them give more precise figures.",
            )
            seed: Any = st.number_input(
                "Seed",
                min_value=0,
                max_value=2**31 - 1,
                value=0,
                key=f"{key}-seed",
                help="Another seed holds out other items.",
            )
    return CompressionParams(k=int(k), queries=int(queries), seed=int(seed)), int(rescoring), float(target)


def _by_judgment(k: int, key: str) -> bool:
    return st.toggle(
        f"Chart nDCG@{k}",
        value=True,
        key=f"{key}-judged",
        help=(
            "On: nDCG of the queries judged on the Evaluate page. Off: recall. The Pareto front uses the same measure."
        ),
    )


def _on(found: Compression) -> str:
    judged = f" {found.judged:,} judged queries." if found.judged else ""
    return f"{found.queries:,} test queries among {found.rows:,} vectors, on one core of this machine.{judged}"
