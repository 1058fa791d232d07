"""Whether a search uses an ANN index."""

from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.ranking.approximate import CANDIDATES, ApproximateIndex
from embedding_core.ranking.memory import vector_index_of
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search.question import Question, SearchMode

APPROXIMATE_FROM = 200_000
"""From so many rows on: comparing 200,000 x 384 takes a tenth of a second of 2 cores, and twice as many twice that."""


def is_large(rows: int) -> bool:
    """Whether a data set is so large that it is searched with an index by default."""
    return rows >= APPROXIMATE_FROM


def wants_index(question: Question, rows: int) -> bool:
    """Whether a question to so many rows uses an index, if there is one."""
    return question.mode is SearchMode.APPROXIMATE or (question.mode is SearchMode.AUTO and is_large(rows))


def index_for(engine: Engine, space: Embed, question: Question, rows: int, left_out: int) -> ApproximateIndex | None:
    """Return the index that a question is answered with; None when every row is to be compared.

    That is so while there is no index, by a metric that orders rows otherwise, and where more hits are wanted, with the
    rows that are left out of the answer, than an index brings.
    """
    if not wants_index(question, rows) or question.k + left_out > CANDIDATES:
        return None
    index = vector_index_of(engine, IndexVectors(space))
    return index if index is not None and question.metric in index.backgrounds else None
