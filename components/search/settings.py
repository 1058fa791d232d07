"""The parameters of a search, each named as in its formula."""

from dataclasses import replace

import streamlit as st

from components.app import problem
from embedding_core.base.errors import ParameterError
from embedding_core.base.vectors import Metric
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.lexical import BM25Params
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search.feedback import ExpansionParams, RocchioParams
from embedding_core.search.settings import SearchSettings

_METRICS = {Metric.COSINE: "Cosine", Metric.DOT: "Dot product", Metric.EUCLIDEAN: "Euclidean"}
_FIRST = {RankingMethod.DENSE: "meaning", RankingMethod.BM25: "words", RankingMethod.HYBRID: "both"}


def show(settings: SearchSettings, large: bool, key: str) -> SearchSettings:
    """Draw the settings and return them; one out of range is reported and not used.

    Args:
        settings: as they stand.
        large: the data is so large that not every row is compared unless somebody wants it.
        key: begins the keys of the widgets.
    """
    expand = st.toggle(
        "Query expansion",
        settings.expand,
        key=f"{key}-expand",
        help=(
            "Pseudo-relevance feedback: assumes that the top hits are relevant and adds their common terms to "
            "the query."
        ),
    )
    adds_up = st.toggle(
        "Vector arithmetic",
        settings.arithmetic,
        key=f"{key}-arithmetic",
        help="Reads the query as a sum of vectors: king - man + woman. Otherwise a dash in a query is a dash.",
    )
    keep = settings.keep_inputs
    if adds_up:
        keep = not st.toggle(
            "Exclude inputs",
            not keep,
            key=f"{key}-inputs",
            help="The item nearest to king - man + woman is king itself, so the inputs are excluded by default.",
        )
    exact = settings.exact
    if large:
        exact = st.toggle(
            "Exact search",
            exact,
            key=f"{key}-exact",
            help="Compare the query with every item, instead of the candidates from an approximate index.",
        )
    with st.popover("More", icon=":material/tune:"):
        try:
            settings = _tuned(settings, key)
        except ParameterError as error:
            problem.show(error)
    return replace(settings, expand=expand, arithmetic=adds_up, keep_inputs=keep, exact=exact)


def _tuned(settings: SearchSettings, key: str) -> SearchSettings:
    metrics = list(_METRICS)
    metric = st.selectbox(
        "Metric",
        metrics,
        metrics.index(settings.metric),
        format_func=_METRICS.__getitem__,
        key=f"{key}-metric",
    )
    offered = list(_FIRST)
    first = st.selectbox(
        "Rerank candidates from",
        offered,
        offered.index(RankingMethod(settings.first)) if settings.first in offered else 0,
        format_func=_FIRST.__getitem__,
        key=f"{key}-first",
    )
    model = st.text_input("Cross-encoder (Hugging Face name or folder)", settings.cross_encoder, key=f"{key}-cross")
    st.caption("BM25")
    k1, b = _numbers({"k1": settings.bm25.k1, "b": settings.bm25.b}, key)
    st.caption("Fusion: the sum of weight / (k + rank)")
    weights = [float(weight) for weight in settings.fusion.weights]
    meaning, words, k = _numbers({"meaning": weights[0], "words": weights[-1], "k": settings.fusion.k}, key)
    st.caption("Relevance feedback (Rocchio): alpha × query + beta × more - gamma × less")
    alpha, beta, gamma = _numbers({name: float(value) for name, value in vars(settings.feedback).items()}, key)
    st.caption("Expansion")
    expansion = settings.expansion
    hits, added, weight = _numbers(
        {"hits": expansion.hits, "added words": expansion.words, "weight": float(expansion.weight)}, key
    )
    return replace(
        settings,
        metric=metric,
        first=str(first),
        cross_encoder=model.strip(),
        bm25=BM25Params(k1, b),
        fusion=FusionParams((meaning, words), int(k)),
        feedback=RocchioParams(alpha, beta, gamma),
        expansion=ExpansionParams(int(hits), int(added), weight),
    )


def _numbers(values: dict[str, float], key: str) -> list[float]:
    """Draw numbers beside each other and return them; whole ones stay whole."""
    columns = st.columns(len(values))
    return [
        column.number_input(name, value=value, step=1 if isinstance(value, int) else 0.05, key=f"{key}-{name}")
        for column, (name, value) in zip(columns, values.items(), strict=True)
    ]
