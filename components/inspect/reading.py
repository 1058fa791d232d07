"""One text on its way to a vector: its tokens, their vectors, and how they are pooled."""

from enum import StrEnum

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.app.untrusted import md_label
from components.inspect.context import InspectContext
from components.widgets import code, empty
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core import encoders
from embedding_core.encoders.spec import Reading
from embedding_core.inspect import CLOSE, Pooled, PoolingMethod, compare_poolings, pool, snippet
from embedding_core.inspect.stages import ReadText
from embedding_core.workspace import Selection

LEAD = "A text encoder splits a text into **tokens**, computes a vector for each, and **pools** them into one vector."
NOTE = (
    "**Tokens** are pieces from a fixed vocabulary: a rare word is split into several, and `##` marks a piece that "
    "continues a word. In a **contextual** model the vector of each token depends on the whole text. **Mean** "
    "pooling averages the token vectors; a token contributes more the longer its vector is and the better it agrees "
    "with the others. **CLS** takes the vector of the first token, **max** the largest value in each dimension. A "
    "model gives good vectors only with the pooling it was trained with. Text beyond the maximum sequence length is "
    "truncated. Further reading: [WordPiece](https://arxiv.org/abs/1609.08144), "
    "[Sentence-BERT](https://arxiv.org/abs/1908.10084)."
)
EXAMPLE = "The riverbank was unrecognizable after the flood."
_SHOWN_TOKENS, _SHOWN_DIMS = 60, 64
_NAMES = {PoolingMethod.MEAN: "Mean", PoolingMethod.CLS: "CLS", PoolingMethod.MAX: "Max"}


class _Measure(StrEnum):
    SHARE = "Share of the mean"
    COSINE = "Cosine with the mean"
    EFFECT = "Change if removed"


def show(context: InspectContext, key: str) -> Selection | None:
    """Draw what becomes of a text."""
    left, right = st.columns([3, 1], gap="medium")
    text = left.text_area("Text", EXAMPLE, height=112, key=f"{key}-text", persist_state="session")
    name = right.selectbox("Encoder", context.readers, key=f"{key}-encoder", persist_state="session")
    if not text.strip():
        empty.hint("Enter a text to see its tokens.")
        return None
    spec = encoders.resolve(name)
    reading: Reading | None = context.result(ReadText(spec.name, spec.revision, text))
    if reading is None:
        return None
    if not reading.pieces:
        empty.hint("The encoder finds no tokens in this text.")
        return None
    with right:
        how = _choose_pooling(reading, key)
    _tokens(reading, text)
    _pooling(reading, compare_poolings(reading.vectors), how, key)
    code.show(snippet.reading(spec.name, text))
    return None


def _tokens(reading: Reading, text: str) -> None:
    chips = []
    for place, piece in enumerate(reading.pieces[:_SHOWN_TOKENS]):
        color = "gray" if reading.special[place] else ("blue", "orange")[place % 2]
        chips.append(f":{color}-background[{md_label(piece)}\u00a0:small[{int(reading.ids[place])}]]")
    more = len(reading.pieces) - len(chips)
    st.markdown(" ".join(chips) + (f" and {more:,} more" if more else ""))
    dim = reading.layers.shape[2]
    st.caption(
        "Each token with its ID in the vocabulary; gray tokens are added by the model. Each token has a vector with "
        f"{dim:,} dimensions, and so does the text. This model was trained with **{reading.pooling}** pooling."
    )
    if reading.left_out:
        end = int(reading.spans[~reading.special][-1, 1]) if (~reading.special).any() else 0
        st.warning(
            f"**{reading.left_out:,} tokens at the end are truncated:** the model reads {len(reading.pieces):,} and "
            f"stops after “{md_label(text[max(0, end - 40) : end])}”.",
            icon=":material/content_cut:",
        )


def _choose_pooling(reading: Reading, key: str) -> PoolingMethod:
    picked = st.segmented_control(
        "Pooling",
        list(PoolingMethod),
        default=PoolingMethod(reading.pooling),
        format_func=_NAMES.__getitem__,
        required=True,
        key=f"{key}-pooling-{reading.pooling}",
        help=f"This model was trained with {reading.pooling} pooling.",
    )
    return PoolingMethod(picked or reading.pooling)


def _pooling(reading: Reading, pooled: Pooled, how: PoolingMethod, key: str) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**Token vectors and the pooled vector**")
        figure = _vectors(reading, how)
        st.plotly_chart(figure, key=f"{key}-vectors", config=CONFIG, alt="Token vectors as a heat map")
        own = list(PoolingMethod).index(PoolingMethod(reading.pooling))
        others = [f"{_NAMES[way]} {pooled.cosines[own, i]:.2f}" for i, way in enumerate(PoolingMethod) if i != own]
        st.caption(
            f"Each row is a token, each column one of the first {_SHOWN_DIMS} dimensions; the last row is the pooled "
            f"vector. Cosine of {_NAMES[PoolingMethod(reading.pooling)].lower()} pooling with the others: "
            f"{', '.join(others)}."
        )
    with right:
        measure = (
            st.selectbox("Contribution of each token to the mean", list(_Measure), key=f"{key}-measure")
            or _Measure.SHARE
        )
        st.plotly_chart(
            _bars(reading, pooled, measure), key=f"{key}-bars", config=CONFIG, alt="Contributions to the mean"
        )
        st.caption(_summary(reading, pooled))


def _summary(reading: Reading, pooled: Pooled) -> str:
    """Return one sentence on the token that matters most."""
    n = len(reading.pieces)
    top = int(pooled.effects.argmax()) if n > 1 else 0
    return (
        f"Shares add up to 100%; equal shares would be {1 / n:.0%} each. The mean changes most if "
        f"“{md_label(reading.pieces[top])}” is removed. The mean of the first {pooled.settled} of {n:,} tokens "
        f"already has a cosine above {CLOSE} with the mean of all."
    )


def _vectors(reading: Reading, how: PoolingMethod) -> go.Figure:
    # Of a long text the first tokens are drawn, all are pooled.
    drawn = reading.vectors[:_SHOWN_TOKENS, :_SHOWN_DIMS]
    line = pool(reading.vectors, how)[:_SHOWN_DIMS]
    gap = np.full_like(line, np.nan)
    values = np.concatenate([drawn, gap[None], line[None]])
    widest = float(np.quantile(np.abs(drawn), 0.99)) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=values,
            zmin=-widest,
            zmax=widest,
            zmid=0,
            colorscale="RdBu",
            hovertemplate="dimension %{x}: %{z:.3f}<extra></extra>",
            colorbar={"thickness": 10, "outlinewidth": 0},
        )
    )
    labels = [*(plot_label(piece, 14) for piece in reading.pieces[:_SHOWN_TOKENS]), "", f"<b>{_NAMES[how]}</b>"]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(labels))), ticktext=labels)
    figure.update_xaxes(visible=False)
    return laid_out(figure, min(640, 40 + 20 * len(labels)))


def _bars(reading: Reading, pooled: Pooled, measure: str) -> go.Figure:
    values = {_Measure.SHARE: pooled.shares, _Measure.COSINE: pooled.to_mean, _Measure.EFFECT: pooled.effects}
    shown = values[_Measure(measure)][:_SHOWN_TOKENS]
    share = measure == _Measure.SHARE
    figure = go.Figure(
        go.Bar(
            x=shown,
            y=list(range(len(shown))),
            orientation="h",
            hovertemplate="%{x:.1%}<extra></extra>" if share else "%{x:.4f}<extra></extra>",
        )
    )
    labels = [plot_label(piece, 14) for piece in reading.pieces[:_SHOWN_TOKENS]]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(labels))), ticktext=labels)
    figure.update_xaxes(tickformat=".0%" if share else None)
    return laid_out(figure, min(640, 40 + 20 * len(labels)))
