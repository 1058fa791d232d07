"""What a visitor has chosen on the Search page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from embedding_core.base.feature import FeatureState
from embedding_core.base.links import read_rows, write_rows
from embedding_core.base.types import Key
from embedding_core.search.settings import SearchSettings

_METHOD = "dense"


@dataclass(frozen=True)
class SearchState(FeatureState):
    """The query with its filter, its examples and the settings of the search."""

    query: str = ""
    picture: Key | None = None
    """The upload that is the query, or a part of it."""
    method: str = _METHOD
    """The name of the ranking method; from a link anybody's text."""
    filter: str = ""
    """The condition that hits must meet, as it was typed."""
    settings: SearchSettings = field(default_factory=SearchSettings)
    more: tuple[int, ...] = ()
    """Rows marked as relevant."""
    less: tuple[int, ...] = ()
    """Rows marked as not relevant."""

    def to_query(self) -> dict[str, str]:
        return {
            "q": self.query,
            "by": self.method if self.method != _METHOD else "",
            "where": self.filter,
            "how": self.settings.to_text(),
            "more": write_rows(self.more),
            "less": write_rows(self.less),
        }

    def from_query(self, query: Mapping[str, str], encoders: Collection[str]) -> "SearchState":
        more, less = read_rows(query.get("more")), read_rows(query.get("less"))
        return replace(
            self,
            query=query.get("q", self.query),
            method=query.get("by", self.method),
            filter=query.get("where", self.filter),
            settings=SearchSettings.from_text(query["how"]) if "how" in query else self.settings,
            more=self.more if more is None else more,
            less=self.less if less is None else less,
        )

    def for_dataset(self, label: str | None, *, same_rows: bool) -> "SearchState":
        return SearchState(method=self.method, settings=self.settings)

    def within(self, rows: int) -> "SearchState":
        more, less = (tuple(row for row in marked if row < rows) for marked in (self.more, self.less))
        return replace(self, more=more, less=less)
