"""Items that were picked out on a page, and what is to be done with them."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
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

    action: Action
    rows: tuple[int, ...] = ()


def marks(more: tuple[int, ...], less: tuple[int, ...], picked: Picked) -> dict[str, tuple[int, ...]]:
    """Return the rows to find more and less like after an action; what is said last of a row counts."""
    if picked.action is Action.FORGET:
        return {"more": (), "less": ()}
    marked = {Action.MORE: more, Action.LESS: less}
    if picked.action in marked:
        marked = {action: tuple(row for row in rows if row not in picked.rows) for action, rows in marked.items()}
        marked[picked.action] = (*marked[picked.action], *picked.rows)
    return {str(action): rows for action, rows in marked.items()}
