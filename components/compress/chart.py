"""Quality against bytes: every form of the vectors, and the line that none beats."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.widgets.palette import CATEGORY_COLORS, GRAY, Theme
from components.widgets.plots import LEGEND_ABOVE, laid_out
from embedding_core.compress import Compression, Option, Precision, Reduction, pareto

NAMES = {
    Precision.FLOAT32: "float32",
    Precision.FLOAT16: "float16",
    Precision.INT8: "int8",
    Precision.BINARY: "binary",
    Precision.PQ: "product quantization",
}
REDUCTIONS = {Reduction.NONE: "all", Reduction.TRUNCATED: "truncated to", Reduction.PCA: "PCA to"}
_SYMBOLS = {Reduction.NONE: "circle", Reduction.TRUNCATED: "triangle-down", Reduction.PCA: "square"}
_HEIGHT = 460


def sizes(options: Sequence[Option]) -> list[int]:
    """Return the bytes an item of each option takes."""
    return [option.trial.item_bytes for option in options]


def value(option: Option, judged: bool) -> float:
    """Return the quality of an option: nDCG where it is asked for, else recall."""
    gain = option.quality.ndcg
    return gain if judged and gain is not None else option.quality.recall


def figure(found: Compression, rescoring: int, judged: bool, theme: Theme) -> go.Figure:
    """Return the chart of all forms without a second look, and with one of a certain size where it is not 0."""
    options = found.options(rescoring)
    chart = go.Figure()
    best = pareto(sizes(options), [value(option, judged) for option in options])
    front = sorted(
        (option.trial.item_bytes, value(option, judged)) for option, on in zip(options, best, strict=True) if on
    )
    chart.add_scatter(
        x=[size for size, _ in front],
        y=[quality for _, quality in front],
        mode="lines",
        line={"shape": "hv", "color": GRAY[theme], "width": 2},
        name="Pareto front",
        hoverinfo="skip",
    )
    for color, precision in zip(CATEGORY_COLORS[theme], NAMES, strict=False):
        some = [option for option in options if option.trial.precision is precision]
        if some:
            chart.add_scatter(**_points(found, some, judged), name=NAMES[precision], marker=_marker(some, color))
    name = f"nDCG@{found.k}" if judged else f"Recall@{found.k}"
    values = [value(option, judged) for option in options]
    chart.update_yaxes(title=name, range=[max(0, min(values) - 0.05), max(values) + 0.03])
    ticks = [2**power for power in range(0, 20)]
    chart.update_xaxes(
        title="Bytes per vector (= GB per billion vectors)", type="log", tickvals=ticks, ticktext=[*map(str, ticks)]
    )
    return laid_out(chart, _HEIGHT, showlegend=True, legend=LEGEND_ABOVE)


def _points(found: Compression, options: Sequence[Option], judged: bool) -> dict[str, object]:
    return {
        "x": sizes(options),
        "y": [value(option, judged) for option in options],
        "mode": "markers",
        "text": [words(option, found.k) for option in options],
        "hovertemplate": "%{text}<br>%{y:.3f} at %{x:,} bytes<extra></extra>",
    }


def _marker(options: Sequence[Option], color: str) -> dict[str, object]:
    marks = (_SYMBOLS[option.trial.reduction] for option in options)
    symbols = [
        mark if option.quality.rescoring else f"{mark}-open" for mark, option in zip(marks, options, strict=True)
    ]
    return {"color": color, "size": 10, "symbol": symbols, "line": {"width": 2, "color": color}}


def words(option: Option, k: int) -> str:
    """Return what an option is, in a few words."""
    trial = option.trial
    short = "" if trial.reduction is Reduction.NONE else f", {REDUCTIONS[trial.reduction]} {trial.dims}"
    again = f", {option.quality.rescoring * k} rescored" if option.quality.rescoring else ""
    return f"{NAMES[trial.precision]}{short}{again}"
