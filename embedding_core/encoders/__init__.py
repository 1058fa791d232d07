"""Texts to vectors: what encoders there are, and loading them. Importing this loads none."""

from embedding_core.encoders.registry import (
    DEFAULT_ENCODER,
    DEFAULT_IMAGE_ENCODER,
    DEFAULT_STATIC_ENCODER,
    OWN_VECTORS,
    availability,
    count_tokens,
    fetch,
    list_specs,
    load,
    resolve,
)

__all__ = [
    "DEFAULT_ENCODER",
    "DEFAULT_IMAGE_ENCODER",
    "DEFAULT_STATIC_ENCODER",
    "OWN_VECTORS",
    "availability",
    "count_tokens",
    "fetch",
    "list_specs",
    "load",
    "resolve",
]
