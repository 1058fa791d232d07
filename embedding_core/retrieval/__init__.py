"""From a question to ranked hits with their reasons, over the stages and engines there are."""

from embedding_core.retrieval.answer import Answer, answer
from embedding_core.retrieval.dense_query import queries_of
from embedding_core.retrieval.question import RERANKED, SECOND_LOOKS, Question, Scan, Searcher
from embedding_core.retrieval.records import hit_records
from embedding_core.retrieval.scan import is_large, wants_index

__all__ = [
    "RERANKED",
    "SECOND_LOOKS",
    "Answer",
    "Question",
    "Scan",
    "Searcher",
    "answer",
    "hit_records",
    "is_large",
    "queries_of",
    "wants_index",
]
