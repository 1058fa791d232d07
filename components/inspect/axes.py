"""Semantic axes: words span a line, and every item is placed on it; two lines make a plot."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.app import items
from components.app.problem import show as show_problem
from components.app.untrusted import md_label, shorten
from components.embedding_map import MapPoints, embedding_map, view
from components.inspect.context import InspectContext
from components.widgets import code, empty, row_table
from components.widgets.context import AnalysisContext, open_context
from components.widgets.palette import coloring
from components.widgets.plots import CONFIG, histogram
from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.base.types import Vector
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import EncodeQueries
from embedding_core.inspect import SemanticAxis, snippet, span, spread_along
from embedding_core.workspace import Selection

LEAD = (
    "Two words define a direction in the embedding space: the **difference of their vectors**. Each item of your "
    "data set has a position along it. Several comma-separated words per end make the axis more robust."
)
NOTE = (
    "A **semantic axis** is the difference of two mean vectors. Position -1 is the first end, 1 the second, 0 the "
    "middle; most items are near 0, because texts vary in many other ways too. Check three things before you trust "
    "an axis. **Held out**: leave one word out and define the axis by the others: is that word closer to its own "
    "end? **Explained variance**: how much of the variance between your items lies along the axis, compared with "
    "axes through two random items? And read the items at both ends. An axis shows what the texts the model was "
    "trained on say, prejudice included. Further reading: [Semantic "
    "projection](https://doi.org/10.1038/s41562-022-01316-8), Grand and others, 2022; [Man is to computer "
    "programmer](https://arxiv.org/abs/1607.06520), Bolukbasi and others, 2016."
)
_DEFAULT_AXES = (
    ("indoors, house, office", "outdoors, nature, weather"),
    ("sad, terrible, awful", "happy, wonderful, great"),
)
_HEIGHT, _ENDS = 520, 200


@dataclass(frozen=True, eq=False)
class _Line:
    axis: SemanticAxis
    places: Vector
    ends: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def title(self) -> str:
        first, second = (shorten(", ".join(end), 40) for end in self.ends)
        return f"{first} → {second}"


def show(context: InspectContext, key: str) -> Selection | None:
    """Draw the axes; return the items that are to be shown on the map. The data set is there."""
    if context.dataset is None:
        return None
    analysis = open_context(context.engine, context.dataset, context.encoder, context.owner, context.selection)
    if analysis is None:
        return None
    if Modality.TEXT not in encoders.resolve(analysis.space.encoder).reads:
        empty.hint("This encoder has no text input, so words define no axis in its space. Choose one that reads texts.")
        return None
    first = _line(analysis, *_DEFAULT_AXES[0], f"{key}-1")
    second = None
    if st.toggle("Second axis", key=f"{key}-two", persist_state="session"):
        second = _line(analysis, *_DEFAULT_AXES[1], f"{key}-2")
        if second is None:
            return None
    if first is None:
        return None
    lines = [first] if second is None else [first, second]
    for line in lines:
        _trust(analysis, line)
    chosen = _alone(analysis, first, key) if second is None else _plane(analysis, first, second, key)
    code.show(snippet.axes(analysis.dataset.key, analysis.space.encoder, tuple(line.ends for line in lines)))
    return chosen


def _line(context: AnalysisContext, low: str, high: str, key: str) -> _Line | None:
    """Draw the two ends of an axis and return it; None while they cannot be read."""
    left, right = st.columns(2, gap="medium")
    ends = tuple(
        tuple(
            part.strip() for part in column.text_input(label, default, key=f"{key}-{label}").split(",") if part.strip()
        )
        for column, label, default in ((left, "From", low), (right, "To", high))
    )
    if not all(ends):
        empty.hint("Each end of the axis needs at least one word.")
        return None
    vectors = context.result(EncodeQueries((*ends[0], *ends[1]), context.space), wait=2.0)
    if vectors is None:
        return None
    try:
        axis = span(vectors[: len(ends[0])], vectors[len(ends[0]) :])
    except InputError as error:
        show_problem(error)
        return None
    return _Line(axis, axis.place(context.vectors), (ends[0], ends[1]))


def _trust(context: AnalysisContext, line: _Line) -> None:
    spread = spread_along(line.axis, context.vectors)
    held = line.axis.held_out
    parts = [
        f"**{md_label(line.title)}**",
        "held out: needs two words or more at one end"
        if held is None
        else f"held out: {held:.0%} of the words on the correct side",
        f"explained variance: {spread.share:.1%}; an axis through two random items: {spread.by_chance:.1%}",
    ]
    st.caption(" · ".join(parts))


def _alone(context: AnalysisContext, line: _Line, key: str) -> Selection | None:
    order = np.argsort(line.places, kind="stable")
    figure = histogram(line.places, line.title, float(np.median(line.places)))
    st.plotly_chart(figure, key=f"{key}-spread", config=CONFIG, alt="Positions of the items on the axis")
    chosen = None
    for column, rows, end in zip(
        st.columns(2, gap="medium"), (order[:_ENDS], order[::-1][:_ENDS]), line.ends, strict=True
    ):
        with column:
            st.markdown(f"**Nearest to “{md_label(shorten(', '.join(end), 40))}”**")
            places = {"position": line.places[rows].astype(float).tolist()}
            name = "from" if end is line.ends[0] else "to"
            asked = row_table.show(context.dataset, rows.tolist(), places, f"{key}-{name}", f"axis {name} end")
            chosen = asked or chosen
    return chosen


def _plane(context: AnalysisContext, across: _Line, up: _Line, key: str) -> Selection | None:
    dataset = context.dataset
    label = dataset.label if dataset.label in dataset.columns else None
    points = MapPoints(
        coordinates=np.stack([across.places, up.places], axis=1),
        texts=dataset.titles,
        coloring=None if label is None else coloring(dataset.columns[label]),
        axes=(across.title, up.title),
        source=items.address(dataset.key),
        pictures=dataset.is_picture if dataset.pictures else None,
        note="-1 and 1 are the ends of each axis, 0 is the middle.",
    )
    event = embedding_map(
        points,
        key=f"{key}-plane-{dataset.key[:12]}",
        theme=view.theme(),
        selected=context.selection.rows,
        height=_HEIGHT,
    )
    rows = list(event.rows) if event is not None and event.rows else list(range(len(dataset)))
    st.caption(
        "Select points with the lasso to read them below." if len(rows) == len(dataset) else f"{len(rows):,} selected."
    )
    found = {name: line.places[rows].astype(float).tolist() for name, line in (("across", across), ("up", up))}
    return row_table.show(dataset, rows, found, f"{key}-both", "on two axes")
