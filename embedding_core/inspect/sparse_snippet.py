"""A text as a learned sparse encoder weighs it, as code."""


def learned(encoder: str, text: str) -> str:
    """Return code that leaves `found`, words with their weights, the weightiest first."""
    return f"""\
from embedding_core import encoders
from embedding_core.encoders import sparse

found = sparse.load(encoders.resolve({encoder!r})).read({text!r})
for word, weight in found:
    print(f"{{weight:.3f}}  {{word}}")
"""
