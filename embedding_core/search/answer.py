"""Answer a question: ranked hits with the reasons for each.

The same for the page and the command line: they differ in how a stage is made, at once or as a job.
"""

from dataclasses import dataclass

import numpy as np

from embedding_core import encoders
from embedding_core.base.errors import ArtifactMissingError, InputError
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.health import blank_rows
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.ranking.approximate import IndexQuality, are_few, score_nearest
from embedding_core.ranking.cross_encoder import cross_encoder_revision
from embedding_core.ranking.dense import score_vectors
from embedding_core.ranking.fusion import fuse
from embedding_core.ranking.late import Counterpart
from embedding_core.ranking.lexical import BM25Index, matched_words, score_words, words_of
from embedding_core.ranking.memory import background_of
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.scores import Hits, Mask, Scores
from embedding_core.ranking.stages import IndexWords, RerankByModel, RerankByTokens, Reranked
from embedding_core.search.arithmetic import Term
from embedding_core.search.dense_query import Maker, Sum, dense_query
from embedding_core.search.feedback import RocchioParams, expand_words, feedback_words, rocchio
from embedding_core.search.filters import filter_rows
from embedding_core.search.mode import index_for
from embedding_core.search.question import RERANKED, Question


@dataclass(frozen=True, eq=False)
class Answer:
    """The hits of a search with their reasons."""

    question: Question
    hits: Hits
    ranks: dict[RankingMethod, Indices]
    """For each engine that took part the rank of each hit, (k,); 0: not found by it."""
    words: list[dict[str, float]]
    """For each hit the words of the query in it and what each adds to its BM25 score."""
    pairs: list[tuple[Counterpart, ...]]
    """For each hit the tokens that matched best; empty unless tokens were compared."""
    added: dict[str, float]
    """Words that the first hits lent the query, and what they weigh."""
    terms: tuple[Term, ...]
    """The query as a sum; empty when it is plain words."""
    passing: int
    """Rows that the filter lets through, those with an empty text among them."""
    first_otherwise: int | None
    """The row that would be first with the items of a sum let in, or left out, the other way round; None if it is the
    same, or none was named."""
    approximate: IndexQuality | None
    """What the index misses by which hits were found; None where all that pass the filter were compared."""
    sampled: int
    """How many random rows percentiles are estimated from; 0: they are among all rows."""


def answer(engine: Engine, dataset: Dataset, space: Embed, question: Question, make: Maker) -> Answer | None:
    """Return the answer to a question; None while an artifact that it needs is being made.

    Raises:
        InputError: there is nothing to look for, or the filter, the sum or the words cannot be used as they are.
        ParameterError: a setting does not fit.
        EncoderError: an encoder is missing.
    """
    if question.empty:
        raise InputError("The query is empty.", "Enter a text, add a picture or mark an item.")
    return _Search(engine, dataset, space, question, make).run()


class _Search:
    def __init__(self, engine: Engine, dataset: Dataset, space: Embed, question: Question, make: Maker) -> None:
        self.engine, self.dataset, self.space, self.question, self.make = engine, dataset, space, question, make
        self.passed = filter_rows(dataset.frame(), question.where) if question.where.strip() else None
        self.passing = len(dataset) if self.passed is None else int(self.passed.sum())
        blank = blank_rows(dataset, encoders.resolve(space.encoder))
        if blank.any():
            self.passed = ~blank if self.passed is None else self.passed & ~blank
        self.sum = Sum.of(dataset, question.terms)
        self.among = self._among(question.keep_inputs)
        self.scores: dict[RankingMethod, Scores] = {}
        self.index: BM25Index | None = None
        self.words = self._query_words()
        self.added: dict[str, float] = {}
        self.reranked: Reranked | None = None
        self.approximate: IndexQuality | None = None

    def _among(self, keep_inputs: bool) -> Mask:
        among = np.ones(len(self.dataset), dtype=bool) if self.passed is None else self.passed.copy()
        if not keep_inputs:
            among[self.sum.inputs] = False
            if not (self.question.words or self.question.picture):
                among[list(self.question.more)] = False
        return among

    def _query_words(self) -> dict[str, float]:
        if not self.sum.terms:
            return words_of(self.question.words)
        signed: dict[str, float] = {}
        for term in self.sum.terms:
            for word, count in words_of(term.text).items():
                signed[word] = signed.get(word, 0.0) + term.sign * count
        return {word: weight for word, weight in signed.items() if weight}

    def run(self) -> Answer | None:
        base = self.question.base
        wanted = (RankingMethod.DENSE, RankingMethod.BM25) if base is RankingMethod.HYBRID else (base,)
        if RankingMethod.BM25 in wanted and not self._score_keywords(required=True):
            return None
        if RankingMethod.DENSE in wanted and not self._score_semantic(self.make):
            return None
        if RankingMethod.BM25 not in wanted:
            self._score_keywords(required=False)
        if RankingMethod.DENSE not in wanted:
            self._score_semantic_if_cached()
        if RankingMethod.DENSE in self.scores and RankingMethod.BM25 in self.scores:
            parts = [self.scores[RankingMethod.DENSE], self.scores[RankingMethod.BM25]]
            self.scores[RankingMethod.HYBRID] = fuse(parts, self.question.fusion, self.among)
        if self.question.method is not base and not self._rerank(self.scores[base]):
            return None
        return self._answer()

    def _score_keywords(self, required: bool) -> bool:
        """Score by words; where that only adds a reason, with an index that is there already."""
        stage = IndexWords(self.dataset.key, self.question.bm25)
        if required or self.engine.ready(stage):
            self.index = self.make(stage)
        if self.index is None:
            return False
        texts, more, less = self.dataset.texts, _rows(self.question.more), _rows(self.question.less)
        if len(more) or len(less):
            self.words = feedback_words(self.index, texts, self.words, more, less, self.question.feedback)
        scores = score_words(self.index, self.words)
        if self.question.expansion is not None and required:
            rows = scores.best(self.question.expansion.hits, self.among).rows
            self.added = expand_words(self.index, texts, self.words, rows, self.question.expansion)
            self.words = self.words | self.added
            scores = score_words(self.index, self.words)
        self.scores[RankingMethod.BM25] = scores
        return True

    def _score_semantic_if_cached(self) -> None:
        """Score by meaning where that only adds a reason, with what is there already."""
        added = self.added
        try:
            self._score_semantic(lambda stage: stage.load(self.engine.store) if self.engine.ready(stage) else None)
        except (InputError, ArtifactMissingError):
            pass  # Words can be looked for where the vectors know them not.
        self.added, self.approximate = added, None

    def _score_semantic(self, make: Maker) -> bool:
        query = dense_query(self.dataset, self.space, self.question, self.sum, make)
        if query is None:
            return False
        vectors = self.space.load(self.engine.store)
        scores = self._near(vectors, query)
        expansion = self.question.expansion
        if expansion is not None:
            rows = scores.best(expansion.hits, self.among).rows
            if len(rows):
                moved = rocchio(query, vectors[rows], vectors[:0], RocchioParams(1, expansion.weight, 0))
                scores = self._near(vectors, moved)
            if not self.added:
                index = self.index or make(IndexWords(self.dataset.key, self.question.bm25))
                if index is None:
                    return False
                self.added = expand_words(index, self.dataset.texts, self.words, rows, expansion)
        self.scores[RankingMethod.DENSE] = scores
        return True

    def _near(self, vectors: Matrix, query: Vector) -> Scores:
        allowed = int(np.count_nonzero(self.among))
        left_out = len(vectors) - allowed if self.passed is None else int(self.passed.sum()) - allowed
        index = index_for(self.engine, self.space, self.question, len(vectors), left_out)
        if index is not None:
            scores = score_nearest(vectors, query, index, self.question.metric, self.passed)
            # Short lists may bring fewer hits than are wanted.
            if np.count_nonzero(scores.ranks(self.among)) >= min(self.question.k, allowed):
                self.approximate = index.quality if self.passed is None or not are_few(self.passed) else None
                return scores
        self.approximate = None
        return score_vectors(vectors, query, background_of(self.engine, self.space, self.question.metric))

    def _rerank(self, scores: Scores) -> bool:
        if not self.question.words:
            raise InputError(
                "Reranking needs a text query, and there is none.", "Enter a text, or choose another ranking method."
            )
        # In the order of rows: the same hits in another order are the same work.
        rows = tuple(sorted(scores.best(RERANKED, self.among).rows.tolist()))
        stage: RerankByTokens | RerankByModel = RerankByTokens(self.dataset.key, self.question.words, rows)
        if self.question.method is RankingMethod.CROSS:
            name = self.question.cross_encoder
            stage = RerankByModel(self.dataset.key, self.question.words, rows, name, cross_encoder_revision(name))
        self.reranked = self.make(stage)
        if self.reranked is None:
            return False
        self.scores[self.question.method] = self.reranked.scores(len(self.dataset))
        return True

    def _answer(self) -> Answer:
        # Without a word to look for nothing is found by words.
        nothing = Scores(np.full(len(self.dataset), -np.inf, np.float32), np.zeros(0, np.float32))
        scores = self.scores.get(self.question.method, nothing)
        hits = scores.best(self.question.k, self.among)
        n = len(hits.rows)
        record = {} if self.reranked is None else dict(zip(self.reranked.rows, self.reranked.pairs, strict=True))
        return Answer(
            question=self.question,
            hits=hits,
            ranks={name: scores.ranks(self.among)[hits.rows] for name, scores in self.scores.items()},
            words=[{}] * n if self.index is None else matched_words(self.index, self.words, hits.rows),
            pairs=[record.get(row, ()) for row in hits.rows.tolist()],
            added=self.added,
            terms=self.sum.terms,
            passing=self.passing,
            first_otherwise=self._first_otherwise(scores, hits),
            approximate=self.approximate,
            sampled=0 if scores.sample is None else len(scores.sample),
        )

    def _first_otherwise(self, scores: Scores, hits: Hits) -> int | None:
        if not len(self.sum.inputs):
            return None
        first = scores.best(1, self._among(not self.question.keep_inputs)).rows.tolist()
        return first[0] if first and first != hits.rows[:1].tolist() else None


def _rows(rows: tuple[int, ...]) -> Indices:
    return np.array(rows, dtype=np.int32)
