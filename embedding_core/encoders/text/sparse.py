"""Learned sparse encoders: a text as weights of words, which need not stand in it.

SPLADE, Formal et al. 2021, https://arxiv.org/abs/2107.05720, through the stock library, from a folder or the hub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedding_core.base.errors import EncoderError
from embedding_core.encoders import registry
from embedding_core.encoders.layout import model_type
from embedding_core.encoders.spec import Origin
from embedding_core.encoders.text import bert
from embedding_core.encoders.text.multi_vector import unloadable

if TYPE_CHECKING:
    from embedding_core.encoders.spec import EncoderSpec

_KIND = "SparseEncoder"


class SparseReader:
    """A model that weighs the words of its vocabulary."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def read(self, text: str, most: int = 40) -> tuple[tuple[str, float], ...]:
        """Return the weightiest words for a text as a document, at most so many, the weightiest first."""
        bert.use_all_cores()
        weights = self._model.encode_document(text, show_progress_bar=False)
        found = [(str(word), float(weight)) for word, weight in self._model.decode(weights, top_k=most)]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def load(spec: EncoderSpec) -> SparseReader:
    """Return the reader of a spec.

    Raises:
        EncoderError: it is no sparse encoder.
        EncoderUnavailableError: it cannot be loaded.
    """
    if spec.origin is Origin.EMBEDDED:
        raise EncoderError(
            f"{spec.name} has no word weights.", "Choose a SPLADE model: its folder, or org/model on the Hub."
        )
    folder = registry.fetch(spec)
    if (kind := model_type(folder)) != _KIND:
        raise EncoderError(f"{spec.name} is a {kind}, which has no word weights.", "Choose a SPLADE model.")
    from sentence_transformers import SparseEncoder

    try:
        return SparseReader(SparseEncoder(str(folder), local_files_only=True, device="cpu"))
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise unloadable(spec.name, error) from error
