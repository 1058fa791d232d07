"""The learning curve: how many labeled rows a class it takes."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.classify.setup import Setup
from components.widgets import code
from components.widgets.context import AnalysisContext
from components.widgets.plots import CONFIG, laid_out
from embedding_core.classify import snippet
from embedding_core.classify.curve import LearningCurve
from embedding_core.classify.stages import DrawLearningCurve

NOTE = (
    "One fold of the rows is held out, the same each time, and a classifier is trained on 1, 2, 5 and more rows per "
    "class, three random draws each. Where the **learning curve** still rises, more labels help; where it is flat, "
    "better labels or another encoder would. Good embeddings need few labels, which is called **few-shot** learning. "
    "Further reading: [SetFit](https://arxiv.org/abs/2209.11055), Tunstall and others, 2022."
)


def show(context: AnalysisContext, setup: Setup, key: str) -> None:
    """Draw the curve."""
    found = context.result(DrawLearningCurve(context.space, setup.label, setup.params, setup.split), height=420)
    if found is not None:
        st.plotly_chart(_curve(found), key=f"{key}-curve", config=CONFIG, alt="Accuracy by labeled rows per class")
        st.caption(f"Tested on {found.tested:,} rows. {_summary(found)}")
        shown = (context.dataset.key, context.space.encoder, setup.label, setup.params, setup.split)
        code.show(snippet.curve(*shown))


def _summary(found: LearningCurve) -> str:
    means = found.accuracy.mean(axis=1)
    enough = int(np.argmax(means >= 0.95 * means[-1]))
    return f"{found.sizes[enough]:,} rows per class reach 95% of the accuracy with all rows."


def _curve(found: LearningCurve) -> go.Figure:
    figure = go.Figure()
    for name, values in (("accuracy", found.accuracy), ("macro-F1", found.macro_f1)):
        means = values.mean(axis=1)
        figure.add_scatter(
            x=list(found.sizes),
            y=means,
            name=name,
            mode="lines+markers",
            error_y={
                "type": "data",
                "symmetric": False,
                "thickness": 1,
                "array": values.max(axis=1) - means,
                "arrayminus": means - values.min(axis=1),
            },
            hovertemplate="%{x:,} per class: %{y:.3f}<extra>" + name + "</extra>",
        )
    figure.update_xaxes(
        title="Labeled rows per class", type="log", tickvals=list(found.sizes), ticktext=[*map(str, found.sizes)]
    )
    figure.update_yaxes(range=[0, 1.02])
    return laid_out(figure, 420, showlegend=True, legend={"x": 0.99, "y": 0.02, "xanchor": "right"})
