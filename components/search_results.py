"""What a search found, by one engine beside its map, or by two beside each other."""

from dataclasses import dataclass

import streamlit as st

from components import hit_card, hit_list, hit_map, query_box, search_run, show_code
from components.embedding_map import MapEvent
from components.picked import Picked
from embedding_core.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.fingerprint import fingerprint
from embedding_core.retrieval import Answer, Question
from embedding_core.snippets import search as snippet
from embedding_core.workspace import Workspace

_BESIDE_A_MAP, _BESIDE_EACH_OTHER = (1.5, 1), (1, 1)


@dataclass(frozen=True)
class Outcome:
    """What a person did with what was found."""

    picked: Picked | None = None
    event: MapEvent | None = None


def show(
    engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, questions: tuple[Question, ...]
) -> Outcome:
    """Draw the hits of one question, with a map, or of two; return what was done with them."""
    if len(questions) == 1:
        return _with_map(engine, owner, dataset, workspace, questions[0])
    picked = None
    for place, (question, column) in enumerate(zip(questions, st.columns(_BESIDE_EACH_OTHER), strict=True)):
        with column:
            st.subheader(query_box.LABELS[question.searcher], anchor=False)
            found = search_run.run(engine, owner, dataset, workspace, question)
            picked = _hits(dataset, workspace, found, place) or picked
    return Outcome(picked)


def _with_map(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, question: Question) -> Outcome:
    left, right = st.columns(_BESIDE_A_MAP, gap="medium")
    with left:
        found = search_run.run(engine, owner, dataset, workspace, question)
        picked = _hits(dataset, workspace, found, 0)
    if found is None:
        return Outcome()
    with right:
        event = hit_map.show(engine, owner, dataset, workspace, found.hits, f"hits-{dataset.key[:12]}")
        if workspace.item is not None:
            picked = hit_card.show(dataset, workspace.item, f"card-{dataset.key[:8]}") or picked
    return Outcome(picked, event)


def _hits(dataset: Dataset, workspace: Workspace, found: Answer | None, place: int) -> Picked | None:
    if found is None:
        return None
    picked = hit_list.show(dataset, found, f"hits-{place}-{fingerprint(found.question)[:8]}")
    show_code.show(snippet.hits(dataset.key, workspace.encoder, found.question))
    return picked
