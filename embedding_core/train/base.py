"""The model that is tuned: where its folder lies, and what is asked of it."""

from pathlib import Path

from embedding_core import encoders
from embedding_core.base.errors import EncoderError
from embedding_core.encoders.layout import model_type
from embedding_core.encoders.spec import EncoderSpec


def tunable(spec: EncoderSpec) -> str:
    """Return why an encoder cannot be tuned, as a sentence; empty when it can."""
    if not spec.tunable:
        return f"{spec.title} is not a text transformer, so it cannot be fine-tuned here."
    return ""


def model_folder(spec: EncoderSpec) -> Path:
    """Return the folder of an encoder's model, fetched from the hub if it comes from there.

    Raises:
        EncoderError: it cannot be tuned, or cannot be had.
    """
    if reason := tunable(spec):
        raise EncoderError(reason, f"Choose a text encoder such as {encoders.DEFAULT_ENCODER}.")
    folder = encoders.fetch(spec)
    if (kind := model_type(folder)) != "SentenceTransformer":
        raise EncoderError(f"{spec.name} is a {kind}, which cannot be fine-tuned here.", "Choose a dense text encoder.")
    return folder
