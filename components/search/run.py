"""A search on the page: its stages as jobs, its errors in words."""

from typing import Any

from components.app import job_panel, problem
from embedding_core.base.errors import VectorscopeError
from embedding_core.base.stage import Stage
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.encoders.stages import EncodeQueries
from embedding_core.engine import Engine
from embedding_core.ranking.stages import IndexWords
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search import answer
from embedding_core.search.answer import Answer
from embedding_core.search.dense_query import queries_of
from embedding_core.search.mode import wants_index
from embedding_core.search.question import Question
from embedding_core.workspace import Workspace

_QUERY_SECONDS = 2.0
"""A query is read in a fraction of that once the model is there."""


def run(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, question: Question) -> Answer | None:
    """Return what a question finds; None with a placeholder, or what is wrong, in its place."""

    def make(stage: Stage) -> Any:
        wait = _QUERY_SECONDS if isinstance(stage, EncodeQueries) else job_panel.QUICK_SECONDS
        return job_panel.result(engine, stage, owner, wait=wait)

    space = engine.embedding(dataset, workspace.encoder)
    try:
        # So that a search by meaning can name the words that were shared, and one by words the rank by meaning; nobody
        # waits for it.
        if any(dataset.texts):
            engine.start(IndexWords(dataset.key, question.bm25), owner)
        queries = queries_of(dataset, space, question)
        if queries is not None and dataset.kind is not Kind.VECTORS and engine.ready(space):
            engine.start(queries, owner)
        found = answer(engine, dataset, space, question, make)
        # Until it is there every row is compared; once it is, the page runs again.
        if wants_index(question, len(dataset)) and engine.ready(space):
            engine.start(IndexVectors(space), owner)
        return found
    except VectorscopeError as error:
        problem.show(error)
        return None
