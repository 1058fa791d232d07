"""The model that is tuned: where its folder lies, and what is asked of it."""

from pathlib import Path

from embedding_core.base.errors import EncoderError
from embedding_core.encoders import hub
from embedding_core.encoders.layout import model_type
from embedding_core.encoders.spec import EncoderSpec, Family, Modality, Origin
from embedding_core.encoders.text import tuned
from embedding_core.encoders.text.minilm import MINILM
from embedding_core.encoders.text.static import teacher_folder


def tunable(spec: EncoderSpec) -> str:
    """Return why an encoder cannot be tuned, as a sentence; empty when it can."""
    if spec.family is not Family.DENSE or spec.reads != (Modality.TEXT,):
        return f"{spec.title} is not a text transformer, so it cannot be fine-tuned here."
    return ""


def model_folder(spec: EncoderSpec) -> Path:
    """Return the folder of an encoder's model, fetched from the hub if it comes from there.

    Raises:
        EncoderError: it cannot be tuned, or cannot be had.
    """
    if reason := tunable(spec):
        raise EncoderError(reason, f"Choose a text encoder such as {MINILM.name}.")
    if spec.name == MINILM.name:
        return teacher_folder()
    if spec.origin is Origin.TUNED:
        return tuned.model_folder(spec.name)
    folder = Path(spec.name) if spec.origin is Origin.FOLDER else hub.fetch(spec.name, spec.revision)
    if (kind := model_type(folder)) != "SentenceTransformer":
        raise EncoderError(f"{spec.name} is a {kind}, which cannot be fine-tuned here.", "Choose a dense text encoder.")
    return folder
