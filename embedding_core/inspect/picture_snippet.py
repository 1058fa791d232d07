"""Code for the picture views of Inspect."""

from embedding_core.base.types import Key


def interaction(encoder: str, query: str, picture: Key, album: Key | None) -> str:
    """Return code that defines `found`, a query against a picture, and prints the best match of each query token."""
    return f"""\
from embedding_core.encoders.text import multi_vector
from embedding_core.engine import Engine, open_store
from embedding_core.inspect.picture_stages import InteractWithPicture

engine = Engine(open_store())
spec = multi_vector.resolve({encoder!r})
found = engine.make(InteractWithPicture({encoder!r}, spec.revision, {query!r}, {picture!r}, {album!r}))
tokens = found.tokens
for piece, best, cosine in zip(tokens.query, tokens.best, tokens.similarities, strict=True):
    print(f"{{cosine:.3f}}  {{piece}}  {{tokens.document[best]}}")
print("MaxSim", tokens.max_sim)
if found.grid is not None:
    print(found.heat(found.own.nonzero()[0] if found.own.any() else range(len(tokens.query))).round(3))
"""


def patches(encoder: str, picture: Key, album: Key | None, phrases: tuple[str, ...], scale: int) -> str:
    """Return code that defines `found`, the patches of a picture by a phrase, from which a second one is subtracted."""
    return f"""\
from embedding_core import encoders
from embedding_core.engine import Engine, open_store
from embedding_core.inspect import find_phrase
from embedding_core.inspect.picture_stages import ReadPatches
from embedding_core.inspect.stages import EncodePhrases

engine = Engine(open_store())
spec = encoders.resolve({encoder!r})
parts = engine.make(ReadPatches(spec.name, spec.revision, {picture!r}, {album!r}, {scale}))
phrases = engine.make(EncodePhrases(spec.name, spec.revision, {phrases!r}))
found = find_phrase(parts.vectors, *phrases)
print(found.values.round(3), parts.agreement)
"""
