"""Search: from a question to ranked hits with the reasons for each."""

from embedding_core.search.answer import Answer, answer
from embedding_core.search.dense_query import queries_of
from embedding_core.search.mode import is_large, wants_index
from embedding_core.search.question import RERANKED, Question, SearchMode
from embedding_core.search.records import hit_records

__all__ = [
    "RERANKED",
    "Answer",
    "Question",
    "SearchMode",
    "answer",
    "hit_records",
    "is_large",
    "queries_of",
    "wants_index",
]
