"""A question: the query, the filter, the ranking method and its settings."""

from dataclasses import dataclass, field
from enum import StrEnum

from embedding_core.base.choices import member
from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Key
from embedding_core.base.vectors import Metric
from embedding_core.ranking.cross_encoder import SUGGESTED
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.lexical import BM25Params
from embedding_core.ranking.methods import RERANKING, RankingMethod
from embedding_core.search.arithmetic import Term, parse_sum
from embedding_core.search.feedback import ExpansionParams, RocchioParams

RERANKED = 100
"""So many first hits get a second look."""


class SearchMode(StrEnum):
    """Whether a search is exact or uses an index."""

    AUTO = "auto"
    """Where the data is large, with those that an index brings, once it has been built; else with all."""
    EXACT = "exact"
    """With all."""
    APPROXIMATE = "approximate"
    """With those that an index brings, once it has been built, however small the data."""

    @classmethod
    def of(cls, name: str) -> "SearchMode":
        """Return the one of that name.

        Raises:
            ParameterError: there is none.
        """
        return member(cls, name, "search mode")


@dataclass(frozen=True)
class Question:
    """A search with all its settings. Without words and picture it looks for items similar to `more`."""

    words: str = ""
    picture: Key | None = None
    """An upload."""
    picture_share: float = 0.5
    """The weight of the picture against the words, 0 to 1."""
    method: RankingMethod = RankingMethod.DENSE
    first: RankingMethod = RankingMethod.DENSE
    """Whose first hits get a second look."""
    k: int = 10
    metric: Metric = Metric.COSINE
    mode: SearchMode = SearchMode.AUTO
    where: str = ""
    """A filter."""
    more: tuple[int, ...] = ()
    """Rows that are good examples."""
    less: tuple[int, ...] = ()
    arithmetic: bool = False
    """The words are a sum of vectors, such as king - man + woman; else a dash in them is a dash."""
    keep_inputs: bool = False
    """The items of a sum may be its answer."""
    feedback: RocchioParams = field(default_factory=RocchioParams)
    expansion: ExpansionParams | None = None
    bm25: BM25Params = field(default_factory=BM25Params)
    fusion: FusionParams = field(default_factory=FusionParams)
    """Weights of dense and BM25, in this order."""
    cross_encoder: str = SUGGESTED
    """A name on the hub, or a folder."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", self.words.strip())
        object.__setattr__(self, "method", RankingMethod.of(self.method))
        object.__setattr__(self, "first", RankingMethod.of(self.first))
        object.__setattr__(self, "metric", Metric.of(self.metric))
        object.__setattr__(self, "mode", SearchMode.of(self.mode))
        if self.k < 1:
            raise ParameterError(f"The number of hits is {self.k}.", "Choose at least 1.")
        if not 0 <= self.picture_share <= 1:
            raise ParameterError(f"The weight of the picture is {self.picture_share}.", "Choose one from 0 to 1.")
        if self.first in RERANKING:
            raise ParameterError(
                f"{self.first} cannot be the first stage, because it only reranks hits.", "Choose dense or bm25."
            )

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the sum that the words are, if they are one; none where they are plain words.

        Raises:
            InputError: it is no sum as it is written.
        """
        return parse_sum(self.words) if self.arithmetic else ()

    @property
    def empty(self) -> bool:
        """Whether the query is empty."""
        return not (self.words or self.picture or self.more)

    @property
    def base(self) -> RankingMethod:
        """The ranking method of the first stage, which scores all rows."""
        return self.first if self.method in RERANKING else self.method
