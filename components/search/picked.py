"""Items that were picked out on a page, and what is to be done with them."""

from dataclasses import dataclass, replace
from enum import StrEnum

from embedding_core.search.state import SearchState


class HitAction(StrEnum):
    """What a person wants done."""

    MAP = "map"
    """Show them there."""
    OPEN = "open"
    """Read one."""
    MORE = "more"
    """Find more like them."""
    LESS = "less"
    """Find less like them."""
    FORGET = "forget"
    """Look for what was typed alone."""


@dataclass(frozen=True)
class Picked:
    """Some items and what is to be done with them."""

    action: HitAction
    rows: tuple[int, ...] = ()


def marked(state: SearchState, picked: Picked) -> SearchState:
    """Return the search with the rows marked as relevant and not after an action; the last mark of a row counts."""
    if picked.action is HitAction.FORGET:
        return replace(state, more=(), less=())
    more, less = (tuple(row for row in rows if row not in picked.rows) for rows in (state.more, state.less))
    if picked.action is HitAction.MORE:
        return replace(state, more=(*more, *picked.rows), less=less)
    if picked.action is HitAction.LESS:
        return replace(state, more=more, less=(*less, *picked.rows))
    return state
