"""By what a returning visitor is known: an unguessable name in a cookie that scripts cannot read."""

import re
from typing import TypeGuard

COOKIE = "vectorscope_visitor"
_VISITOR = re.compile(r"[A-Za-z0-9_-]{32}")


def is_visitor(value: object) -> TypeGuard[str]:
    """Say whether a cookie's value is one that this server gives out."""
    return isinstance(value, str) and _VISITOR.fullmatch(value) is not None
