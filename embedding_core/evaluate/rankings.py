"""The best rows for many queries at once, by any engine of Search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from embedding_core import encoders
from embedding_core.base.errors import ParameterError
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Indices, Progress
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.health import blank_rows
from embedding_core.encoders.stages import Embed, EncodeQueries, loaded_encoder
from embedding_core.encoders.token_vectors import take, token_vectors
from embedding_core.evaluate.measures import DEPTH
from embedding_core.ranking.cross_encoder import SUGGESTED, load_cross_encoder, score_pairs
from embedding_core.ranking.dense import background, score_vectors
from embedding_core.ranking.fusion import fuse
from embedding_core.ranking.late import max_sim
from embedding_core.ranking.lexical import score_words, words_of
from embedding_core.ranking.methods import RERANKING, RankingMethod
from embedding_core.ranking.scores import NOT_FOUND, Mask, Scores
from embedding_core.ranking.stages import TOKEN_ENCODER, IndexWords

if TYPE_CHECKING:
    from embedding_core.encoders.spec import TokenEncoder

NO_HIT = -1
_QUERIES_AT_ONCE = 16
"""Their first hits' token vectors are in memory together."""


@dataclass(frozen=True)
class RankQueries(Stage[Indices]):
    """The best rows for each of many queries: words as they are, never a sum of vectors; an empty text is no hit."""

    space: Embed
    queries: tuple[str, ...]
    method: RankingMethod
    model: str = ""
    """A cross-encoder, for the engine that takes one: a name on the hub, or a folder."""
    revision: str = ""
    """Names its exact weights."""
    kind = "rankings"
    version = 2
    result_name = "rows"

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", RankingMethod.of(self.method))
        if self.method is RankingMethod.CROSS and not self.model:
            raise ParameterError(
                "No cross-encoder is given.", f"Give a folder or a name on the Hugging Face Hub, such as {SUGGESTED}."
            )

    @property
    def lane(self) -> Lane:
        """Beside the maps; a second look beside the other encoding."""
        return Lane.ENCODE if self.method in RERANKING else Lane.MAP

    def key_parts(self) -> tuple[object, ...]:
        place = self.space.dataset if self.method is RankingMethod.BM25 else (self.space.dataset, self.space.key)
        again: str | tuple[str, str] = ""
        if self.method in RERANKING:
            late = self.method is RankingMethod.LATE
            again = encoders.resolve(TOKEN_ENCODER).revision if late else (self.model, self.revision)
        return place, self.queries, self.method, again

    @property
    def title(self) -> str:
        return f"Searching {len(self.queries):,} queries, {self.method}"

    @property
    def _words(self) -> IndexWords:
        return IndexWords(self.space.dataset)

    @property
    def _asked(self) -> EncodeQueries:
        return EncodeQueries(self.queries, self.space)

    def needs(self) -> tuple[Stage, ...]:
        words, meaning = (self._words,), (self.space, self._asked)
        return {RankingMethod.BM25: words, RankingMethod.HYBRID: (*words, *meaning)}.get(self.method, meaning)

    def compute(self, store: Store, progress: Progress) -> Indices:
        """Return (queries, 100) row numbers, best first, -1 where nothing more was found."""
        rows = np.full((len(self.queries), DEPTH), NO_HIT, np.int32)
        looks = {RankingMethod.LATE: self._late, RankingMethod.CROSS: self._cross}
        among = ~blank_rows(load_dataset(self.space.dataset, store), encoders.resolve(self.space.encoder))
        found = looks.get(self.method, self._first)(store, among, progress)
        for place, scores in enumerate(found):
            hits = scores.best(DEPTH, among).rows
            rows[place, : len(hits)] = hits
        return rows

    def _first(self, store: Store, among: Mask, progress: Progress) -> Iterator[Scores]:
        """Yield the scores of all rows for each query, by one look."""
        by_words, by_meaning = self.method is not RankingMethod.DENSE, self.method is not RankingMethod.BM25
        if by_words:
            index = self._words.load(store)
        if by_meaning:
            vectors, asked = self.space.load(store), self._asked.load(store)
            known = background(vectors)
        for place, query in enumerate(self.queries):
            parts = [score_vectors(vectors, asked[place], known)] if by_meaning else []
            parts += [score_words(index, words_of(query))] if by_words else []
            yield parts[0] if len(parts) == 1 else fuse(parts, among=among)
            progress(place + 1, len(self.queries))

    def _late(self, store: Store, among: Mask, progress: Progress) -> Iterator[Scores]:
        """Yield the scores of the first hits of each query by a second look."""
        encoder = cast("TokenEncoder", loaded_encoder(TOKEN_ENCODER))
        texts = load_dataset(self.space.dataset, store).texts
        vectors, asked = self.space.load(store), self._asked.load(store)
        known = background(vectors)
        for start in range(0, len(self.queries), _QUERIES_AT_ONCE):
            part = range(start, min(start + _QUERIES_AT_ONCE, len(self.queries)))
            # In the order of rows, as in Search: equally good ones come by number.
            first = [np.sort(score_vectors(vectors, asked[place], known).best(DEPTH, among).rows) for place in part]
            rows = np.unique(np.concatenate(first))

            def within(done: float, total: float, start: int = start, size: int = len(part)) -> None:
                progress(start + size * done / max(total, 1e-9), len(self.queries))

            tokens = token_vectors(TOKEN_ENCODER, [texts[row] for row in rows.tolist()], store, within)
            for place, hits in zip(part, first, strict=True):
                query = encoder.encode_tokens([self.queries[place]])
                values = np.full(len(texts), NOT_FOUND, np.float32)
                values[hits] = max_sim(query, take(tokens, np.searchsorted(rows, hits).tolist()))
                yield Scores(values, np.zeros(0, np.float32))
            progress(part.stop, len(self.queries))

    def _cross(self, store: Store, among: Mask, progress: Progress) -> Iterator[Scores]:
        """Yield the scores of the first hits of each query by a model that reads both together."""
        model = load_cross_encoder(self.model, self.revision)
        texts = load_dataset(self.space.dataset, store).texts
        vectors, asked = self.space.load(store), self._asked.load(store)
        known = background(vectors)
        for place, query in enumerate(self.queries):
            hits = np.sort(score_vectors(vectors, asked[place], known).best(DEPTH, among).rows)

            def within(done: float, total: float, place: int = place) -> None:
                progress(place + done / max(total, 1e-9), len(self.queries))

            values = np.full(len(texts), NOT_FOUND, np.float32)
            values[hits] = score_pairs(model, query, [texts[row] for row in hits.tolist()], within)
            yield Scores(values, np.zeros(0, np.float32))
            progress(place + 1, len(self.queries))
