"""Code for the weights of a learned sparse encoder."""


def learned(encoder: str, text: str) -> str:
    """Return code that defines `found`, words with their weights, largest first."""
    return f"""\
from embedding_core import encoders
from embedding_core.encoders.text import sparse

found = sparse.load(encoders.resolve({encoder!r})).read({text!r})
for word, weight in found:
    print(f"{{weight:.3f}}  {{word}}")
"""
