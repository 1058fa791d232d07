"""A value that is one of a fixed set."""

from enum import StrEnum
from typing import TypeVar

from embedding_core.base.errors import ParameterError

_Choice = TypeVar("_Choice", bound=StrEnum)


def member(kind: type[_Choice], value: str, what: str) -> _Choice:
    """Return the member of an enumeration that has a value.

    Args:
        kind: the enumeration.
        value: a member, or the text of one.
        what: what the enumeration lists, for the message: "ranking method".

    Raises:
        ParameterError: there is no such member; the message lists all.
    """
    if value not in list(kind):
        raise ParameterError(f"There is no {what} {value!r}.", f"Choose one of {', '.join(kind)}.")
    return kind(value)
