"""Two items, picked or typed: how alike they are by every measure, what chance does, and which tokens answer."""

from dataclasses import dataclass
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from components.app.untrusted import shorten
from components.similarity import item
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.metric import metric
from components.widgets.plots import CONFIG, histogram, laid_out, plot_label
from embedding_core import encoders
from embedding_core.base.types import Vector
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine
from embedding_core.similarity import (
    Alignment,
    Chance,
    PairMeasure,
    SimilarityMeasure,
    compare,
    measure_chance,
    snippet,
)
from embedding_core.similarity.stages import AlignTokens
from embedding_core.workspace import Selection

NOTE = (
    "The **cosine similarity** is the cosine of the angle between two vectors; the **dot product** also grows with "
    "their lengths; the **Euclidean distance** is the straight-line distance. For vectors of length 1, which most "
    "encoders produce, all of them rank pairs in the same order. A high value for one model may be low for another, "
    "so each value is compared with **random pairs** of your items. The grid compares the two texts token by token; "
    "the vector of each token depends on its whole sentence. Further reading: "
    "[BERTScore](https://arxiv.org/abs/1904.09675), Zhang and others, 2020."
)
_OFFERED = 1_000
_ID_MARK = "#"
"""What a person types before an id: not all items fit into a list to pick from."""
_UNITS = {SimilarityMeasure.ANGLE: "°"}


@dataclass(frozen=True, eq=False)
class _Side:
    row: int | None
    text: str
    vector: Vector


def show(context: AnalysisContext, key: str) -> Selection | None:
    """Draw the comparison and return the pair, if it is to be shown on the map."""
    first, second = _default(context)
    left, right = st.columns(2, gap="medium")
    with left:
        one = _side(context, "First", first, f"{key}-first")
    with right:
        other = _side(context, "Second", second, f"{key}-second")
    if one is None or other is None:
        return None
    pairs = compare(one.vector, other.vector, _chance(context.space, context.engine))
    with st.grid(4, min_column_width=170):
        for pair in pairs:
            _metric(pair)
    measure = st.segmented_control(
        "Measure",
        list(SimilarityMeasure),
        default=SimilarityMeasure.COSINE,
        required=True,
        key=f"{key}-measure",
    )
    chosen = next(pair for pair in pairs if pair.measure == measure)
    if len(chosen.random_baseline):
        figure = histogram(
            chosen.random_baseline, f"{chosen.measure} of {len(chosen.random_baseline):,} random pairs", chosen.value
        )
        st.plotly_chart(figure, key=f"{key}-null", config=CONFIG, alt="The pair among random pairs")
    asked = None
    if one.row is not None and other.row is not None:
        if st.button("Show both on the map", icon=":material/scatter_plot:", key=f"{key}-map"):
            asked = Selection(tuple(sorted({one.row, other.row})), "compared")
    _tokens(context, one.text, other.text, key)
    sides = (side.text if side.row is None else side.row for side in (one, other))
    code.show(snippet.pair(context.dataset.key, context.space.encoder, *sides))
    return asked


@lru_cache(maxsize=4)
def _chance(space: Embed, engine: Engine) -> Chance:
    return measure_chance(space.load(engine.store))


def _default(context: AnalysisContext) -> tuple[int, int]:
    """Return two rows to begin with: the first selected, or the first item and the one most like it."""
    rows = context.selection.rows
    if len(rows) >= 2:
        return rows[0], rows[1]
    first = rows[0] if rows else 0
    near = context.vectors @ context.vectors[first]
    near[first] = -2
    return first, int(near.argmax())


def _side(context: AnalysisContext, label: str, default: int, key: str) -> _Side | None:
    """Draw the choice of one item and return it; None while there is none, or while it is read."""
    dataset, titles = context.dataset, context.dataset.titles
    offered = list(dict.fromkeys([default, *context.selection.rows[:_OFFERED], *range(min(len(titles), _OFFERED))]))
    reads = Modality.TEXT in encoders.resolve(context.space.encoder).reads
    words = ", or type any text" if reads else ""
    picked = st.selectbox(
        label,
        offered,
        index=0,
        format_func=lambda row: row if isinstance(row, str) else f"{row}: {shorten(titles[row], 90)}",
        key=f"{key}-{context.key}-{default}",
        accept_new_options=True,
        placeholder=f"Pick an item{words}",
        help=f"Pick an item, type {_ID_MARK} and an ID{words}.",
        persist_state="session",
    )
    row = picked if isinstance(picked, int) else _row_of(dataset, picked or "")
    if row is not None:
        item.show(dataset, row, f"{key}-item-{context.key}-{row}")
        return _Side(row, dataset.texts[row], context.vectors[row])
    typed = str(picked or "").strip()
    if typed and not reads:
        empty.hint(f"This encoder has no text input. Pick an item, or type {_ID_MARK} and its ID.")
    if not typed or not reads:
        return None
    found = context.result(EncodeQueries((typed,), context.space), wait=2.0)
    return None if found is None else _Side(None, typed, found[0])


def _row_of(dataset: Dataset, typed: str) -> int | None:
    """Return the row of an id that was typed as one, if there is such a row."""
    name = typed.strip().removeprefix(_ID_MARK)
    return dataset.ids.index(name) if typed.strip().startswith(_ID_MARK) and name in dataset.ids else None


def _metric(pair: PairMeasure) -> None:
    name = pair.measure[:1].upper() + pair.measure[1:]
    chance = f"above {_share(pair.less_alike)} of random pairs" if len(pair.random_baseline) else "no other pair"
    value = f"{pair.value:.1f}{_UNITS[pair.measure]}" if pair.measure in _UNITS else f"{pair.value:.3f}"
    metric(name, value, chance, help="The share of 50,000 random pairs of your items that are less similar.")


def _share(share: float) -> str:
    """Return a share in percent, never rounded to all or nothing."""
    return f"{share:.0%}" if share in (0, 1) else f"{min(max(share, 0.0001), 0.9999):.2%}"


def _tokens(context: AnalysisContext, left: str, right: str, key: str) -> None:
    """Draw the grid of tokens, where the encoder has a vector a token."""
    spec = encoders.resolve(context.space.encoder)
    if not spec.token_vectors or not left.strip() or not right.strip():
        return
    found = context.result(AlignTokens(left, right, context.space.encoder, context.space.revision), wait=2.0)
    if found is not None:
        st.markdown(
            "**Token similarity**", help="The cosine of each token of the first text with each token of the second."
        )
        st.plotly_chart(_grid(found), key=f"{key}-tokens", config=CONFIG, alt="Token similarities")
        st.caption(f"Mean of each token's best match, in both directions: {found.score:.3f}.")


def _grid(found: Alignment) -> go.Figure:
    # Tokens repeat, and equal names would share a line: places are drawn, tokens written beside them.
    figure = go.Figure(
        go.Heatmap(
            z=found.cosines,
            zmin=0,
            zmax=1,
            customdata=[[f"{plot_label(a)} · {plot_label(b)}" for b in found.right] for a in found.left],
            hovertemplate="%{customdata}: %{z:.2f}<extra></extra>",
            colorbar={"thickness": 12, "outlinewidth": 0},
            xgap=1,
            ygap=1,
        )
    )
    for axis, words in ((figure.update_xaxes, found.right), (figure.update_yaxes, found.left)):
        axis(tickvals=list(range(len(words))), ticktext=[plot_label(word) for word in words])
    figure.update_yaxes(autorange="reversed")
    return laid_out(figure, min(720, 140 + 26 * len(found.left)))
