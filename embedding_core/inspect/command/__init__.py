"""`inside`: how a text becomes a vector, what context does, and what a model's parts say."""

from typing import Any

from embedding_core.inspect.command import axis, match, parts, text, weights, word

KINDS = (text, word, match, weights, axis, parts)


def add(commands: Any) -> None:
    """Add the command and its kinds to the parser."""
    inside = commands.add_parser("inspect", help="look into a model: tokens, senses, word weights, axes, parts")
    kinds = inside.add_subparsers(required=True, metavar="KIND")
    for kind in KINDS:
        kind.add(kinds)
