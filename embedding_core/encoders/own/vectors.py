"""The user's own vectors: nothing is encoded, the data set brings its matrix."""

from typing import Any

from numpy.typing import NDArray

from embedding_core.base.errors import EncoderError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.spec import EncoderSpec, FittedEncoder, Modality, Origin

VECTORS = EncoderSpec(
    name="vectors",
    title="Your own vectors",
    reads=(Modality.VECTORS,),
    origin=Origin.EMBEDDED,
    summary=(
        "Precomputed vectors from your file, as they are: nothing is normalized. Text queries are not possible, since "
        "they need the model that made the vectors."
    ),
    loader=f"{__name__}:load",
    revision="2",
    license="yours",
    unit_norm=False,
    per_row=False,
)
FAMILY = EncoderFamily((VECTORS,), position=50)


class NoEncoder:
    """Stands where an encoder is asked for and says that there is none."""

    def __init__(self, spec: EncoderSpec) -> None:
        self.spec = spec

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Raise EncoderError."""
        raise _no_model()

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Raise EncoderError."""
        raise _no_model()

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Raise EncoderError."""
        raise _no_model()

    def state(self) -> dict[str, NDArray[Any]]:
        """Return nothing: nothing is learned."""
        return {}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Take up nothing."""


def load(spec: EncoderSpec) -> FittedEncoder:
    """Return an encoder that encodes nothing."""
    return NoEncoder(spec)


def _no_model() -> EncoderError:
    return EncoderError(
        "The model that made these vectors is unknown, so no text can be embedded in their space.",
        "Search with an item as the query, or choose an encoder to embed the texts.",
    )
