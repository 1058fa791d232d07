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
    "A **sparse** vector has one dimension per word of the vocabulary, and nearly all values are 0. **TF-IDF** and "
    "**BM25** both count words and give rare words more weight, but they differ in how."
)
NOTE = (
    "**TF-IDF**: (1 + the logarithm of the word's count) × its inverse document frequency among your rows; the whole "
    "vector is then normalized to length 1. **BM25**: the score that the word adds when it is in the query; the "
    "count saturates quickly, and words in long texts weigh less. Both bars are scaled to their largest value so "
    "that they can be compared; the table has the exact values. **SPLADE** learns its weights and also gives weights "
    "to related words that are not in the text. Further reading: [BM25](https://doi.org/10.1561/1500000019), "
    "[SPLADE](https://arxiv.org/abs/2107.05720)."
)
_SHOWN = 30


def show(context: InspectContext, key: str) -> Selection | None:
    """Draw the weights of a text; the data set is there."""
    dataset = context.dataset
    if dataset is None or not any(dataset.texts):
        empty.hint("This data set has no texts.")
        return None
    text = st.text_area(
        "Text", dataset.texts[context.row], height=80, key=f"{key}-{dataset.key[:8]}-text-{context.row}"
    )
    counts = context.result(CountWords(dataset.key, dataset.items_key))
    if counts is None:
        return None
    words = weigh_words(text, counts)
    if not words:
        empty.hint("That text contains no words.")
        return None
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.plotly_chart(_bars(words[:_SHOWN]), key=f"{key}-bars", config=CONFIG, alt="Word weights")
        if len(words) > _SHOWN:
            st.caption(f"Shown: the {_SHOWN} words with the largest weights, of {len(words):,}.")
    with right:
        st.dataframe(
            {
                "word": [one.word for one in words],
                "count": [one.count for one in words],
                "document frequency": [one.rows for one in words],
                "TF-IDF": [one.tf_idf for one in words],
                "BM25": [one.bm25 for one in words],
            },
            column_config={
                "document frequency": st.column_config.NumberColumn(format="localized"),
                **{name: st.column_config.NumberColumn(format="%.3f") for name in ("TF-IDF", "BM25")},
            },
            hide_index=True,
            key=f"{key}-table",
            height=min(460, 40 + 35 * len(words)),
        )
        st.caption(_summary(words, counts.rows))
    code.show(snippet.words(dataset.key, text))
    _learned(context, text, key)
    return None


def _summary(words: tuple[WordWeight, ...], rows: int) -> str:
    missing = sum(one.rows == 0 for one in words)
    head = (
        f"Document frequencies from {rows:,} rows of your data set. Rank correlation of TF-IDF and BM25 "
        f"(Spearman): {agreement(words):.2f}."
    )
    return f"{head} {missing:,} of the words occur in no row and have weight 0." if missing else head


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
    figure.update_xaxes(title="weight relative to the largest", tickformat=".0%")
    above = {"orientation": "h", "y": 1, "yanchor": "bottom"}
    laid_out(figure, 100 + 30 * len(words), showlegend=True, legend=above, bargap=0.25)
    return figure.update_layout(margin_t=32)


def _learned(context: InspectContext, text: str, key: str) -> None:
    """Draw the weights of a SPLADE that somebody names."""
    name = st.text_input(
        "SPLADE model",
        key=f"{key}-splade",
        placeholder="A folder, or a name on the Hugging Face Hub (org/model)",
        help="Any SparseEncoder model of Sentence Transformers.",
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
