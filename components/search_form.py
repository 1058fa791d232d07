"""All that a search is asked for: words, picture, engine, filter, examples and knobs."""

from dataclasses import dataclass, replace

import streamlit as st

from components import filter_box, picture_query, query_box, search_settings
from components.picture_query import PictureQuery
from embedding_core import encoders
from embedding_core.dataset import Dataset
from embedding_core.encoders.spec import Modality
from embedding_core.engine import Engine
from embedding_core.retrieval import Question, Searcher
from embedding_core.workspace import Workspace


@dataclass(frozen=True)
class Form:
    """What the form says."""

    workspace: Workspace
    """With what of it belongs into the link."""
    question: Question | None
    """None while the filter cannot be read."""
    beside: Searcher | None
    """The engine to compare with."""
    renew: bool
    """Something came into the form by itself: the boxes must start anew, under another key, to show it."""


def show(engine: Engine, dataset: Dataset, workspace: Workspace, key: str, fresh: str) -> Form:
    """Draw the form; `fresh` is the part of the key that changes when the boxes must start anew."""
    query = query_box.show(workspace, key)
    reads = encoders.resolve(engine.embedding(dataset, workspace.encoder).encoder).reads
    asked = PictureQuery(None, 0.5)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        filtered = filter_box.show(dataset.frame(), workspace.where, f"{key}-{fresh}")
        if Modality.IMAGE in reads:
            asked = picture_query.show(engine, workspace.picture, f"{key}-{fresh}")
    wanted = replace(workspace, query=query.words, searcher=query.searcher, where=filtered.text, picture=asked.picture)
    # With nothing else to go by, what is selected is the example.
    alone = not (query.words or asked.picture or workspace.more)
    question = Question(
        words=query.words,
        picture=asked.picture,
        picture_share=asked.share,
        searcher=query.searcher,
        k=query.k,
        where=filtered.text,
        more=workspace.selection.rows if alone else workspace.more,
        less=workspace.less,
    )
    question = search_settings.show(question, f"{key}-set")
    renew = filtered.built or asked.picture != workspace.picture
    return Form(wanted, question if filtered.readable else None, query.beside, renew)
