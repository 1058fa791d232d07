"""What a search found, by one engine beside its map, or by two beside each other above the map of the first."""

from dataclasses import dataclass

import streamlit as st

from components.embedding_map import MapEvent
from components.search import hit_card, hit_list, hit_map, run
from components.search.picked import Picked
from components.widgets import code
from components.widgets.ranking_methods import LABELS
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.search import snippet
from embedding_core.search.answer import Answer
from embedding_core.search.question import Question
from embedding_core.workspace import Workspace

_BESIDE_A_MAP, _BESIDE_EACH_OTHER, _MAP_BELOW = (1.5, 1), (1, 1), (1.5, 1)


@dataclass(frozen=True)
class Outcome:
    """What a person did with what was found."""

    picked: Picked | None = None
    event: MapEvent | None = None


def show(
    engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, questions: tuple[Question, ...]
) -> Outcome:
    """Draw the hits of one question, or of two beside each other, with a map of the first; return what was done."""
    if len(questions) > 1:
        return _side_by_side(engine, owner, dataset, workspace, questions)
    left, right = st.columns(_BESIDE_A_MAP, gap="medium")
    with left:
        found = run.run(engine, owner, dataset, workspace, questions[0])
        picked = _hits(dataset, workspace, found, 0)
    if found is None:
        return Outcome()
    with right:
        event = _map(engine, owner, dataset, workspace, found)
        picked = _card(dataset, workspace) or picked
    return Outcome(picked, event)


def _side_by_side(
    engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, questions: tuple[Question, ...]
) -> Outcome:
    picked, answers = None, []
    for place, (question, column) in enumerate(zip(questions, st.columns(_BESIDE_EACH_OTHER), strict=True)):
        with column:
            st.subheader(LABELS[question.method], anchor=False)
            answers.append(run.run(engine, owner, dataset, workspace, question))
            picked = _hits(dataset, workspace, answers[-1], place) or picked
    if answers[0] is None:
        return Outcome(picked)
    left, right = st.columns(_MAP_BELOW, gap="medium")
    with left:
        st.subheader(f"{LABELS[questions[0].method]}, on the map", anchor=False)
        event = _map(engine, owner, dataset, workspace, answers[0])
    with right:
        picked = _card(dataset, workspace) or picked
    return Outcome(picked, event)


def _map(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, found: Answer) -> MapEvent | None:
    return hit_map.show(engine, owner, dataset, workspace, found.hits, f"hits-{dataset.key[:12]}")


def _card(dataset: Dataset, workspace: Workspace) -> Picked | None:
    if workspace.item is None:
        return None
    return hit_card.show(dataset, workspace.item, f"card-{dataset.key[:8]}")


def _hits(dataset: Dataset, workspace: Workspace, found: Answer | None, place: int) -> Picked | None:
    if found is None:
        return None
    picked = hit_list.show(dataset, found, f"hits-{place}-{fingerprint(found.question)[:8]}")
    code.show(snippet.hits(dataset.key, workspace.encoder, found.question))
    return picked
