"""Results as code: the few lines of Python over `embedding_core` that give the same numbers again."""

from embedding_core.snippets.opening import opening

__all__ = ["opening"]
