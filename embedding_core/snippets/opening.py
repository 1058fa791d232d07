"""The lines every snippet begins with: the stored data set in its space."""

from embedding_core.types import Key


def opening(dataset: Key, encoder: str) -> str:
    """Return code that leaves `engine`, `dataset`, `space` and `vectors` (n, dim); it uses what is stored already."""
    return f"""\
from embedding_core.engine import Engine, open_store

engine = Engine(open_store())
dataset = engine.dataset({dataset!r})
space = engine.embedding(dataset, {encoder!r})
vectors = engine.make(space)
"""
