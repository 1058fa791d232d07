"""What smaller vectors keep: the knobs, the chart, what to choose, the table."""

from typing import Any

import streamlit as st

from components import compress_advice, compress_chart, compress_judged, compress_table, empty, map_view, show_code
from components.plots import CONFIG
from components.scene import Scene
from embedding_core.compression import LEAST_ROWS, Compression, CompressionParams
from embedding_core.snippets.compression import compression
from embedding_core.stages import Compress
from embedding_core.workspace import Workspace

NOTE = (
    "A vector of hundreds of numbers can be kept in fewer: the **first** of them, which only a model trained for it "
    "(**Matryoshka**) puts up with, or **principal axes** of this data; and in fewer bits: **float16**, **int8**, one "
    "bit (**binary**, compared by **Hamming distance**), or the numbers of learned examples (**product "
    "quantisation**). Some items were held out and asked for their neighbours; **recall** is the share of the true "
    "nearest that the smaller vectors find. Where queries were judged on Evaluate, **nDCG** says what is left of a "
    "search; the full vectors' own is what to compare it with. **Rescoring** takes more candidates than are wanted and "
    "puts them in order by the full vectors. The grey line is the **Pareto front**: nothing as small is better. To "
    "read: [Matryoshka representations](https://arxiv.org/abs/2205.13147), [binary and scalar "
    "quantisation](https://huggingface.co/blog/embedding-quantization)."
)
_USUAL_RESCORING = 8
_LEAST = (0.8, 0.9, 0.95, 0.99)


def show(scene: Scene, workspace: Workspace, pages: dict[str, Any], key: str) -> None:
    """Draw what was measured of a space; also by nDCG where queries of this data set were judged."""
    if len(scene.dataset) < LEAST_ROWS:
        empty.hint(f"Smaller vectors are measured on at least {LEAST_ROWS} items. Bring more rows, or open a sample.")
        return
    params, rescoring, least = _knobs(key)
    judged = compress_judged.known(scene, workspace)
    found = scene.result(Compress(scene.space, params, judged), height=520)
    if found is None:
        return
    by_judgement = judged is not None and _by_judgement(found.k, key)
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        chart = compress_chart.figure(found, rescoring, by_judgement, map_view.theme())
        st.plotly_chart(chart, key=f"{key}-chart", config=CONFIG, alt="Quality against bytes an item")
        st.caption(
            f"Circles: all numbers. Triangles: the first ones. Squares: PCA. Filled: looked at again. {_on(found)}"
        )
    with right:
        compress_advice.show(found, rescoring, least, key)
    compress_table.show(found, rescoring, by_judgement, scene.dataset.key, key)
    if judged is None:
        compress_judged.offer(scene, found.k, pages)
    judgements = None if judged is None else workspace.judgements
    show_code.show(compression(scene.dataset.key, scene.space.encoder, params, rescoring, judgements))


def _knobs(key: str) -> tuple[CompressionParams, int, float]:
    usual = CompressionParams()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rescoring: Any = st.segmented_control(
            "Look again at",
            (0, *usual.rescorings),
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
            k: Any = st.number_input("Neighbours (k)", 1, 20, usual.k, key=f"{key}-k")
            queries: Any = st.number_input(
                "Items held out",
                10,
                2_000,
                usual.queries,
                step=50,
                key=f"{key}-queries",
                help="More: steadier figures.",
            )
            seed: Any = st.number_input("Seed", 0, 2**31 - 1, 0, key=f"{key}-seed", help="Other items are held out.")
    return CompressionParams(k=int(k), queries=int(queries), seed=int(seed)), int(rescoring), float(least)


def _by_judgement(k: int, key: str) -> bool:
    return st.toggle(
        f"Chart nDCG@{k}",
        value=True,
        key=f"{key}-judged",
        help="By the queries judged on Evaluate. Off: recall. The front follows.",
    )


def _on(found: Compression) -> str:
    judged = f" {found.judged:,} judged queries." if found.judged else ""
    return f"{found.queries:,} items held out, {found.rows:,} searched, on one core of this machine.{judged}"
