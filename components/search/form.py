"""All that a search is asked for: words, picture, engine, filter, examples and settings."""

from dataclasses import dataclass, replace

import streamlit as st

from components.app import problem
from components.search import filter_box, picture_query, query_box
from components.search import settings as search_settings
from components.search.picture_query import PictureQuery
from embedding_core import encoders
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import Modality
from embedding_core.engine import Engine
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search.mode import is_large
from embedding_core.search.question import Question, SearchMode
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection, Workspace


@dataclass(frozen=True)
class Form:
    """What the form says."""

    state: SearchState
    """What is kept of it, and stands in the link."""
    questions: tuple[Question, ...]
    """One an engine; none while the filter cannot be read."""
    renew: bool
    """Something came into the form by itself: the boxes must start anew, under another key, to show it."""


def show(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, key: str, fresh: str) -> Form:
    """Draw the form; `fresh` is the part of the key that changes when the boxes must start anew."""
    reads = encoders.resolve(engine.embedding(dataset, workspace.encoder).encoder).reads
    state = workspace.state(SearchState)
    asked = PictureQuery(None, state.settings.picture_share)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        query = query_box.words(state, key)
        if Modality.IMAGE in reads:
            asked = picture_query.show(engine, owner, state.picture, state.settings.picture_share, f"{key}-{fresh}")
        hits = query_box.hits(state, key)
    method, other = query_box.engines(state, key)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        filtered = filter_box.show(dataset.frame(), state.filter, f"{key}-{fresh}")
        large = is_large(len(dataset))
        settings = search_settings.show(state.settings, large, f"{key}-set")
    if filtered.error is not None:
        problem.show(filtered.error)
    settings = replace(settings, hits=hits, compare_with="" if other is None else str(other), picture_share=asked.share)
    wanted = replace(
        state, query=query, method=str(method), filter=filtered.text, picture=asked.picture, settings=settings
    )
    engines = (method,) if other is None else (method, other)
    questions = tuple(_question(wanted, workspace.selection, by) for by in engines) if filtered.error is None else ()
    return Form(wanted, questions, filtered.built or asked.picture != state.picture)


def _question(wanted: SearchState, selection: Selection, method: RankingMethod) -> Question:
    settings = wanted.settings
    # With nothing else to go by, what is selected is the example.
    alone = not (wanted.query or wanted.picture or wanted.more)
    return Question(
        words=wanted.query,
        arithmetic=settings.arithmetic,
        picture=wanted.picture,
        picture_share=settings.picture_share,
        method=method,
        first=RankingMethod(settings.first),
        k=settings.hits,
        metric=settings.metric,
        mode=SearchMode.EXACT if settings.exact else SearchMode.AUTO,
        where=wanted.filter,
        more=selection.rows if alone else wanted.more,
        less=wanted.less,
        keep_inputs=settings.keep_inputs,
        feedback=settings.feedback,
        expansion=settings.expansion if settings.expand else None,
        bm25=settings.bm25,
        fusion=settings.fusion,
        cross_encoder=settings.cross_encoder,
    )
