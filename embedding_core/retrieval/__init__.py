"""From a question to ranked hits with their reasons, over the stages and engines there are."""

from embedding_core.retrieval.answer import Answer, answer
from embedding_core.retrieval.dense_query import queries_of
from embedding_core.retrieval.question import RERANKED, SECOND_LOOKS, Question, Searcher
from embedding_core.retrieval.records import hit_records

__all__ = ["RERANKED", "SECOND_LOOKS", "Answer", "Question", "Searcher", "answer", "hit_records", "queries_of"]
