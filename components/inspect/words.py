"""A text as weighted words: TF-IDF beside BM25, and a learned sparse encoder beside both."""

import plotly.graph_objects as go
import streamlit as st

from components.app.problem import show as show_problem
from components.inspect.context import InspectContext
from components.widgets import code, empty
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core import encoders
from embedding_core.base.errors import EncoderError
from embedding_core.encoders.text.lexical import terms
from embedding_core.inspect import WordWeight, agreement, snippet, weigh_words
from embedding_core.inspect import sparse_snippet as learned_snippet
from embedding_core.inspect.stages import CountWords, WeighWords
from embedding_core.workspace import Selection

LEAD = (
    "A **sparse** vector has a place for every word there is, nearly all 0. **TF-IDF** and **BM25** both count words "
    "and hold back the common ones; they differ in how."
)
NOTE = (
    "**TF-IDF**: the count of a word, damped by a logarithm, times how rare it is among your rows; then the whole "
    "vector is scaled to length 1. **BM25**: what the word adds to this text's score when somebody asks for it; the "
    "count levels off soon, and words of a long text count less. Both bars are shown as a share of their largest, so "
    "that they can be compared; the table has the numbers. **SPLADE** learns its weights and adds words that do not "
    "stand in the text. To read: [BM25](https://doi.org/10.1561/1500000019), "
    "[SPLADE](https://arxiv.org/abs/2107.05720)."
)
_SHOWN = 30


def show(context: InspectContext, key: str) -> Selection | None:
    """Draw the weights of a text; the data set is there."""
    dataset = context.dataset
    if dataset is None or not any(dataset.texts):
        empty.hint("This data set holds no texts to count words in.")
        return None
    text = st.text_area(
        "Text", dataset.texts[context.row], height=80, key=f"{key}-{dataset.key[:8]}-text-{context.row}"
    )
    counts = context.result(CountWords(dataset.key, dataset.items_key))
    if counts is None:
        return None
    words = weigh_words(text, counts)
    if not words:
        empty.hint("There is no word in that text.")
        return None
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.plotly_chart(_bars(words[:_SHOWN]), key=f"{key}-bars", config=CONFIG, alt="Weights of words")
        if len(words) > _SHOWN:
            st.caption(f"Drawn: the {_SHOWN} weightiest of {len(words):,} words.")
    with right:
        st.dataframe(
            {
                "word": [one.word for one in words],
                "times": [one.count for one in words],
                "rows with it": [one.rows for one in words],
                "TF-IDF": [one.tf_idf for one in words],
                "BM25": [one.bm25 for one in words],
            },
            column_config={
                "rows with it": st.column_config.NumberColumn(format="localized"),
                **{name: st.column_config.NumberColumn(format="%.3f") for name in ("TF-IDF", "BM25")},
            },
            hide_index=True,
            key=f"{key}-table",
            height=min(460, 40 + 35 * len(words)),
        )
        st.caption(_said(words, counts.rows))
    code.show(snippet.words(dataset.key, text))
    _learned(context, text, key)
    return None


def _said(words: tuple[WordWeight, ...], rows: int) -> str:
    missing = sum(one.rows == 0 for one in words)
    head = f"Counted in {rows:,} rows of your data set. Both rank the words alike by {agreement(words):.2f} (Spearman)."
    return f"{head} {missing:,} of them stand in no row and weigh nothing." if missing else head


def _bars(words: tuple[WordWeight, ...]) -> go.Figure:
    figure = go.Figure()
    for name, values in (("TF-IDF", [w.tf_idf for w in words]), ("BM25", [w.bm25 for w in words])):
        figure.add_bar(
            x=[value / (max(values) or 1) for value in values],
            y=list(range(len(words))),
            orientation="h",
            name=name,
            customdata=values,
            hovertemplate="%{customdata:.3f}",
        )
    figure.update_yaxes(
        autorange="reversed", tickvals=list(range(len(words))), ticktext=[plot_label(one.word, 20) for one in words]
    )
    figure.update_xaxes(title="share of the largest weight", tickformat=".0%")
    above = {"orientation": "h", "y": 1, "yanchor": "bottom"}
    laid_out(figure, 100 + 30 * len(words), showlegend=True, legend=above, bargap=0.25)
    return figure.update_layout(margin_t=32)


def _learned(context: InspectContext, text: str, key: str) -> None:
    """Draw the weights of a SPLADE that somebody names."""
    name = st.text_input(
        "A SPLADE model",
        key=f"{key}-splade",
        placeholder="The folder of a model, or org/model on the hub",
        help="Any model of Sentence Transformers' SparseEncoder.",
    )
    if not name.strip():
        return
    try:
        spec = encoders.resolve(name.strip())
    except EncoderError as error:
        show_problem(error)
        return
    found = context.result(WeighWords(spec.name, spec.revision, text))
    if found is not None:
        own = set(terms(text))
        st.dataframe(
            {
                "word": [word for word, _ in found],
                "weight": [weight for _, weight in found],
                "in the text": [word.casefold() in own for word, _ in found],
            },
            column_config={"weight": st.column_config.NumberColumn(format="%.3f")},
            hide_index=True,
            key=f"{key}-learned",
            height=300,
        )
        code.show(learned_snippet.learned(spec.name, text))
