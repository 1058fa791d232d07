"""The settings of a search, kept between visits and in links."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from embedding_core.base.errors import ParameterError, VectorscopeError
from embedding_core.base.keys import stored_name
from embedding_core.base.vectors import Metric
from embedding_core.ranking.cross_encoder import SUGGESTED
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.lexical import BM25Params
from embedding_core.search.feedback import ExpansionParams, RocchioParams

MOST_HITS = 200
_WITHIN = ";"


@dataclass(frozen=True)
class SearchSettings:
    """The settings of a search, without the query."""

    hits: int = 20
    compare_with: str = field(default="", metadata={"key": "beside"})
    """An engine to compare with; from a link anybody's text."""
    metric: Metric = Metric.COSINE
    exact: bool = False
    """Every row is compared, however many there are."""
    first: str = "dense"
    """Whose first hits get a second look; from a link anybody's text."""
    arithmetic: bool = False
    """The query is a sum of vectors."""
    keep_inputs: bool = False
    """The items of a sum may be its answer."""
    expand: bool = False
    """The first hits lend the query words."""
    picture_share: float = 0.5
    """The weight of a picture against the words, 0 to 1."""
    bm25: BM25Params = field(default_factory=BM25Params)
    fusion: FusionParams = field(default_factory=FusionParams)
    feedback: RocchioParams = field(default_factory=RocchioParams)
    expansion: ExpansionParams = field(default_factory=ExpansionParams)
    cross_encoder: str = SUGGESTED
    """Stays out of links: they may make nothing load from a hub or a folder."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "metric", Metric.of(self.metric))
        if not 1 <= self.hits <= MOST_HITS:
            raise ParameterError(f"The number of hits is {self.hits}.", f"Choose 1 to {MOST_HITS}.")
        if not 0 <= self.picture_share <= 1:
            raise ParameterError(f"The weight of the picture is {self.picture_share}.", "Choose one from 0 to 1.")

    def to_text(self) -> str:
        """Return the settings that differ from the defaults, short enough for a link; empty when none does."""
        default = dict(_flat(SearchSettings()))
        changed = {name: value for name, value in _flat(self) if value != default[name]}
        return ",".join(f"{name}={_written(value)}" for name, value in changed.items())

    @classmethod
    def from_text(cls, text: str) -> "SearchSettings":
        """Return the settings that `to_text` wrote; a part that cannot be read takes its default."""
        given = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
        try:
            read: SearchSettings = _read(cls(), given, "")
        except (ValueError, VectorscopeError):
            return cls()
        return read


def _flat(value: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the name and value of every setting that may be in a link, nested parameters with a dot."""
    for part in fields(value):
        held = getattr(value, part.name)
        if is_dataclass(held):
            yield from _flat(held, f"{above}{part.name}.")
        elif part.name != "cross_encoder":
            yield above + part.name, held


def _written(value: Any) -> str:
    return _WITHIN.join(map(str, value)) if isinstance(value, tuple) else str(value)


def _read(default: Any, given: dict[str, str], above: str) -> Any:
    """Return the default parameters with some changed."""
    changed: dict[str, Any] = {}
    for part in fields(default):
        name, held = part.name, getattr(default, part.name)
        # Links made before a field was renamed have its first name.
        text = given.get(above + name, given.get(above + stored_name(part)))
        if is_dataclass(held):
            changed[name] = _read(held, given, f"{above}{name}.")
        elif text is not None and name != "cross_encoder":
            if isinstance(held, tuple):
                changed[name] = tuple(map(float, text.split(_WITHIN)))
            else:
                changed[name] = text == str(True) if isinstance(held, bool) else type(held)(text)
    return type(default)(**vars(default) | changed)
