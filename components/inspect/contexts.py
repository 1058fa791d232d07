"""One word in many sentences, under a static and a contextual model."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from components.app.untrusted import md_label
from components.embedding_map import view
from components.inspect.context import InspectContext
from components.widgets import code, empty
from components.widgets.palette import CATEGORY_COLORS, GRAY, Theme
from components.widgets.plots import CONFIG, LEGEND_ABOVE, laid_out, plot_label
from embedding_core import encoders
from embedding_core.inspect import (
    EXAMPLES,
    MOST_SENTENCES,
    Occurrence,
    Separation,
    excerpt,
    find_word,
    flatten,
    read_senses,
    read_sentences,
    separate,
    snippet,
)
from embedding_core.inspect.stages import ReadWord
from embedding_core.workspace import Selection

LEAD = (
    "In a **static** model a word has one vector, whatever its context. In a **contextual** model the vector of a "
    "word depends on its sentence, so the senses of a word separate."
)
NOTE = (
    "Each point is the same word in another sentence. The static model looks the word up in a table, so all points "
    "coincide. In a contextual model, layers of **attention** mix in the other words; move the slider to 0 to see "
    "the vectors before the first layer, where only the position in the sentence differs. **AUC**: how often two "
    "sentences with the same sense are more similar than two with different senses; 0.5 is random. The "
    "**silhouette** is above 0 if a sense is closer to itself than to the others. A two-dimensional map shows less "
    "than these measures. Further reading: [How contextual are contextualized word "
    "representations?](https://arxiv.org/abs/1909.00512), Ethayarajh, 2019."
)
_OWN, _TYPED, _ROWS = "Other", "My own sentences", "Rows of the data set"
_NO_SENSE = "none"
_TOP, _FEW, _NAMED = 0.88, 40, 7
_SPOT = 1e-3
"""What is nearer to the middle is rounding."""


@dataclass(frozen=True)
class _Asked:
    word: str
    texts: tuple[str, ...]
    senses: tuple[str, ...]
    rows: tuple[int, ...] = ()


def show(context: InspectContext, key: str) -> Selection | None:
    """Draw a word's vectors; return the rows that have it, if they are to be shown on the map."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        picked = st.segmented_control(
            "Word", [*EXAMPLES, _OWN], default="bank", required=True, key=f"{key}-word", persist_state="session"
        )
        has_rows = context.dataset is not None and any(context.dataset.texts)
        source = _TYPED
        if has_rows:
            source = st.segmented_control("Source", [_TYPED, _ROWS], default=_TYPED, required=True, key=f"{key}-source")
        word = st.text_input("Another word", key=f"{key}-own", width=200) if picked == _OWN else str(picked or "bank")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        asked = _typed(word, key) if source != _ROWS else _found(context, word, key)
    with right:
        chosen = None if asked is None else _compare(context, asked, key)
    if asked is not None:
        code.show(snippet.contexts(_compared(context), asked.word, asked.texts, asked.senses))
    return chosen


def _compare(context: InspectContext, asked: _Asked, key: str) -> Selection | None:
    models = {name: encoders.resolve(name) for name in _compared(context)}
    made = {
        name: context.result(ReadWord(name, spec.revision, asked.word, asked.texts)) for name, spec in models.items()
    }
    ready = {name: layers for name, layers in made.items() if layers is not None}
    if len(ready) < len(made):
        return None
    _draw(asked, ready, key)
    if asked.rows and st.button("Show these rows on the map", icon=":material/scatter_plot:", key=f"{key}-map"):
        return Selection(asked.rows, f"with {asked.word}")
    return None


def _compared(context: InspectContext) -> tuple[str, str]:
    """Return the names of a static encoder and of a contextual one."""
    return encoders.DEFAULT_STATIC_ENCODER, next(name for name in context.readers if encoders.resolve(name).contextual)


def _typed(word: str, key: str) -> _Asked | None:
    typed = st.text_area(
        "Sentences",
        EXAMPLES.get(word, ""),
        height=400,
        key=f"{key}-sentences-{word if word in EXAMPLES else 'own'}",
        placeholder="I sat on the bank. | river",
        help="One sentence per line, each with the word. To measure senses, add the sense after a vertical bar.",
    )
    texts, senses = read_sentences(typed)
    if not word.strip() or not texts:
        empty.hint("Enter a word and some sentences that contain it.")
        return None
    return _asked(word, texts, senses, ())


def _found(context: InspectContext, word: str, key: str) -> _Asked | None:
    dataset = context.dataset
    if dataset is None or not word.strip():
        empty.hint("Enter a word to look for.")
        return None
    columns = [_NO_SENSE, *map(str, dataset.columns)]
    default = columns.index(dataset.label) if dataset.label in columns else 0
    column = st.selectbox("Senses from", columns, index=default, key=f"{key}-column", width=260)
    senses = ("",) * len(dataset) if column == _NO_SENSE else read_senses(dataset.columns[column])
    return _asked(word, dataset.texts, senses, tuple(range(len(dataset))))


def _asked(word: str, texts: Any, senses: Any, rows: tuple[int, ...]) -> _Asked | None:
    """Return the texts that have the word; None, which is said, when none has it."""
    found = _places(tuple(texts), word)
    if not found:
        empty.hint("No text contains that word. The search matches the exact form of the word and ignores case.")
        return None
    if not rows and len(found) < len(texts):
        st.caption(f"{len(texts) - len(found):,} of {len(texts):,} sentences do not contain the word and are skipped.")
    if len(found) == MOST_SENTENCES:
        st.caption(f"{MOST_SENTENCES} of those that contain it, evenly spaced over the file.")
    places = [one.text for one in found]
    return _Asked(
        word.strip(),
        tuple(excerpt(texts[one.text], one) for one in found),
        tuple(senses[place] for place in places),
        tuple(places) if rows else (),
    )


@lru_cache(maxsize=8)
def _places(texts: tuple[str, ...], word: str) -> tuple[Occurrence, ...]:
    return find_word(texts, word)


def _draw(asked: _Asked, made: dict[str, NDArray[np.float32]], key: str) -> None:
    depth = max(len(layers) for layers in made.values()) - 1
    layer = (
        st.slider(
            "After layer",
            min_value=0,
            max_value=depth,
            value=depth,
            key=f"{key}-layer",
            width=360,
            help="0: before the first layer.",
        )
        if depth
        else 0
    )
    shown = {name: layers[min(layer, len(layers) - 1)] for name, layers in made.items()}
    figure = _panels(asked, shown, view.theme())
    st.plotly_chart(figure, key=f"{key}-panels", config=CONFIG, alt="The word in each sentence, in two models")
    if any(asked.senses) and (without := asked.senses.count("")):
        st.caption(f"{without:,} of {len(asked.senses):,} have no sense label and are not measured.")
    for column, (name, vectors) in zip(st.columns(2, gap="medium"), shown.items(), strict=True):
        with column:
            _measures(name, separate(vectors, asked.senses))
    found = [separate(layer, asked.senses) for layer in list(made.values())[-1]]
    if depth and all(found):
        st.markdown("**Senses separate layer by layer**")
        st.plotly_chart(
            _by_layer([one for one in found if one]), key=f"{key}-layers", config=CONFIG, alt="AUC by layer"
        )


def _measures(name: str, found: Separation | None) -> None:
    st.caption(f"**{md_label(name)}**")
    if found is None:
        st.caption("To measure senses, label sentences with at least two senses, one of them twice.")
        return
    with st.container(horizontal=True):
        st.metric(
            "AUC of the senses",
            f"{found.auc:.2f}",
            f"random: below {found.by_chance:.2f}",
            delta_color="off",
            delta_arrow="off",
        )
        st.metric("Silhouette", f"{found.silhouette:.2f}")
        st.metric("Nearest has the same sense", f"{found.nearest:.0%}")


def _panels(asked: _Asked, shown: dict[str, Any], theme: Theme) -> go.Figure:
    figure = make_subplots(1, 2, subplot_titles=[f"{name}" for name in map(plot_label, shown)], horizontal_spacing=0.05)
    figure.update_annotations(y=_TOP + 0.02, yanchor="bottom", font_size=14)
    senses, others = gathered(tuple(sense or _NO_SENSE for sense in asked.senses))
    # What has no color of its own lies below the rest.
    names = sorted(dict.fromkeys(senses), key=lambda name: name != others)
    places = {name: flatten(vectors) for name, vectors in shown.items()}
    reach = 1.15 * max([0.2, *(float(np.abs(flat).max()) for flat in places.values())])
    for column, flat in enumerate(places.values(), start=1):
        for i, sense in enumerate(names):
            rows = [row for row, own in enumerate(senses) if own == sense]
            colors = CATEGORY_COLORS[theme]
            figure.add_scatter(
                x=flat[rows, 0],
                y=flat[rows, 1],
                mode="markers",
                name=plot_label(sense),
                legendgroup=str(i),
                showlegend=column == 1,
                marker={
                    "size": 13 if len(asked.senses) <= _FEW else 7,
                    "opacity": 1 if len(asked.senses) <= _FEW else 0.7,
                    "color": GRAY[theme] if sense in (_NO_SENSE, others) else colors[i % len(colors)],
                },
                customdata=[
                    f"{plot_label(asked.texts[row], 90)}<br>{plot_label(asked.senses[row] or _NO_SENSE)}"
                    for row in rows
                ],
                hovertemplate="%{customdata}<extra></extra>",
                row=1,
                col=column,
            )
        if float(np.abs(flat).max()) < _SPOT:
            words = f"all {len(flat):,} on one spot"
            figure.add_annotation(x=0, y=0, text=words, showarrow=False, yshift=22, row=1, col=column)
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(range=[-reach, reach], showticklabels=False, showgrid=False, zeroline=False)
        axis(showline=True, mirror=True, linecolor=GRAY[theme])
    figure.update_yaxes(domain=[0, _TOP])
    figure.update_layout(xaxis_domain=[0.004, 0.485], xaxis2_domain=[0.515, 0.996])
    return laid_out(figure, 350, showlegend=True, legend={"orientation": "h", "y": -0.05})


def gathered(senses: tuple[str, ...]) -> tuple[list[str], str]:
    """Return the senses as they are drawn, the rarer ones of many as one, and what that is called; "" without any."""
    counts = Counter(senses)
    if len(counts) <= _NAMED:
        return list(senses), ""
    kept = {sense for sense, _ in counts.most_common(_NAMED)}
    others = f"{len(counts) - _NAMED:,} others"
    return [sense if sense in kept else others for sense in senses], others


def _by_layer(found: list[Separation]) -> go.Figure:
    figure = go.Figure()
    layers = list(range(len(found)))
    figure.add_scatter(x=layers, y=[one.auc for one in found], mode="lines+markers", name="AUC of the senses")
    chance = [one.by_chance for one in found]
    figure.add_scatter(x=layers, y=chance, mode="lines", name="95th percentile, shuffled senses", line={"dash": "dash"})
    figure.update_xaxes(title="layer", dtick=1)
    figure.update_yaxes(range=[0.4, 1.02])
    return laid_out(figure, 230, showlegend=True, legend=LEGEND_ABOVE)
