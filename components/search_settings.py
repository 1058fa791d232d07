"""The knobs behind a search, each as its formula has it."""

from dataclasses import replace

import streamlit as st

from components import problem
from embedding_core.errors import ParameterError
from embedding_core.neighbors import Metric
from embedding_core.retrieval import Question, Searcher
from embedding_core.search.cross_encoder import SUGGESTED
from embedding_core.search.feedback import ExpansionParams, RocchioParams
from embedding_core.search.fusion import FusionParams
from embedding_core.search.lexical import BM25Params

_METRICS = {Metric.COSINE: "Cosine", Metric.DOT: "Dot product", Metric.EUCLIDEAN: "Euclidean"}


def show(question: Question, key: str) -> Question:
    """Draw the switches and knobs and return the question with them; a knob out of range says so and is not used."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        expand = st.toggle(
            "Expand the query",
            key=f"{key}-expand",
            help="Pseudo-relevance feedback: the first hits are taken for good, and what they share is added.",
        )
        keep = st.toggle(
            "Keep the inputs of a sum",
            key=f"{key}-inputs",
            help="King - man + woman is nearest to king itself. Usually the inputs are left out of the answers.",
        )
        with st.popover("More", icon=":material/tune:"):
            try:
                tuned = _tuned(question, expand, key)
            except ParameterError as error:
                problem.show(error)
                tuned = question
    return replace(tuned, keep_inputs=keep)


def _tuned(question: Question, expand: bool, key: str) -> Question:
    metric = st.selectbox("Vectors by", list(_METRICS), format_func=_METRICS.__getitem__, key=f"{key}-metric")
    first = st.selectbox(
        "Looked at again are the first hits of",
        [Searcher.DENSE, Searcher.BM25, Searcher.HYBRID],
        format_func={Searcher.DENSE: "meaning", Searcher.BM25: "words", Searcher.HYBRID: "both"}.__getitem__,
        key=f"{key}-first",
    )
    model = st.text_input("Cross-encoder (hub name or folder)", SUGGESTED, key=f"{key}-cross")
    st.caption("BM25")
    k1, b = _numbers({"k1": 1.5, "b": 0.75}, key)
    st.caption("Fusion: the sum of weight / (k + rank)")
    meaning, words, k = _numbers({"meaning": 1.0, "words": 1.0, "k": 60}, key)
    st.caption("Examples: alpha query + beta more - gamma less (Rocchio)")
    alpha, beta, gamma = _numbers({"alpha": 1.0, "beta": 0.75, "gamma": 0.15}, key)
    st.caption("Expansion")
    hits, added, weight = _numbers({"hits": 5, "added words": 10, "weight": 0.5}, key)
    return replace(
        question,
        metric=metric,
        first=first,
        cross_encoder=model.strip(),
        bm25=BM25Params(k1, b),
        fusion=FusionParams((meaning, words), int(k)),
        feedback=RocchioParams(alpha, beta, gamma),
        expansion=ExpansionParams(int(hits), int(added), weight) if expand else None,
    )


def _numbers(defaults: dict[str, float], key: str) -> list[float]:
    """Draw numbers beside each other and return them; whole ones stay whole."""
    columns = st.columns(len(defaults))
    return [
        column.number_input(name, value=value, step=1 if isinstance(value, int) else 0.05, key=f"{key}-{name}")
        for column, (name, value) in zip(columns, defaults.items(), strict=True)
    ]
