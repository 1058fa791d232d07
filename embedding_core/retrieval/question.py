"""What a person is looking for, where, and by which engine."""

from dataclasses import dataclass, field
from enum import StrEnum

from embedding_core.errors import ParameterError
from embedding_core.neighbors import Metric
from embedding_core.search.cross_encoder import SUGGESTED
from embedding_core.search.feedback import ExpansionParams, RocchioParams
from embedding_core.search.fusion import FusionParams
from embedding_core.search.lexical import BM25Params
from embedding_core.types import Key

RERANKED = 100
"""So many first hits get a second look."""


class Searcher(StrEnum):
    """Who ranks the rows."""

    DENSE = "dense"
    """By meaning: the vectors of the encoder in use."""
    BM25 = "bm25"
    """By words."""
    HYBRID = "hybrid"
    """By both, their ranks fused."""
    LATE = "late"
    """The first hits again, token by token."""
    CROSS = "cross"
    """The first hits again, each read together with the query."""

    @classmethod
    def of(cls, name: str) -> "Searcher":
        """Return the one of that name.

        Raises:
            ParameterError: there is none.
        """
        if name not in list(cls):
            raise ParameterError(f"There is no engine {name!r}.", f"Choose one of {', '.join(cls)}.")
        return cls(name)


class Scan(StrEnum):
    """With which rows the query's vector is compared."""

    AUTO = "auto"
    """Where the data is large, with those that an index brings, once it has been built; else with all."""
    EXACT = "exact"
    """With all."""
    APPROXIMATE = "approximate"
    """With those that an index brings, once it has been built, however small the data."""

    @classmethod
    def of(cls, name: str) -> "Scan":
        """Return the one of that name.

        Raises:
            ParameterError: there is none.
        """
        if name not in list(cls):
            raise ParameterError(f"There is no scan {name!r}.", f"Choose one of {', '.join(cls)}.")
        return cls(name)


SECOND_LOOKS = (Searcher.LATE, Searcher.CROSS)


@dataclass(frozen=True)
class Question:
    """A search with all its settings. Without words and picture it looks for what is like `more`."""

    words: str = ""
    picture: Key | None = None
    """An upload."""
    picture_share: float = 0.5
    """What the picture counts beside words, 0 to 1."""
    searcher: Searcher = Searcher.DENSE
    first: Searcher = Searcher.DENSE
    """Whose first hits get a second look."""
    k: int = 10
    metric: Metric = Metric.COSINE
    scan: Scan = Scan.AUTO
    where: str = ""
    """A filter."""
    more: tuple[int, ...] = ()
    """Rows that are good examples."""
    less: tuple[int, ...] = ()
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
        object.__setattr__(self, "searcher", Searcher.of(self.searcher))
        object.__setattr__(self, "first", Searcher.of(self.first))
        object.__setattr__(self, "metric", Metric.of(self.metric))
        object.__setattr__(self, "scan", Scan.of(self.scan))
        if self.k < 1:
            raise ParameterError(f"{self.k} hits were asked for.", "Ask for at least 1.")
        if not 0 <= self.picture_share <= 1:
            raise ParameterError(f"The picture's share is {self.picture_share}.", "Choose one from 0 to 1.")
        if self.first in SECOND_LOOKS:
            raise ParameterError(f"{self.first} cannot come first: it looks at hits again.", "Choose dense or bm25.")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.words or self.picture or self.more)

    @property
    def base(self) -> Searcher:
        """Who looks at all rows."""
        return self.first if self.searcher in SECOND_LOOKS else self.searcher
