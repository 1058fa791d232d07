"""What to know about a data set before trusting a map of it, in the tokens of its encoder."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.health import Health, health
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.spec import EncoderSpec, Modality


def seen_as_pictures(dataset: Dataset, spec: EncoderSpec) -> NDArray[np.bool_]:
    """Return (n,) which rows an encoder looks at; of the others it reads the text."""
    return dataset.is_picture if Modality.IMAGE in spec.reads else np.zeros(len(dataset), dtype=bool)


def blank_rows(dataset: Dataset, spec: EncoderSpec) -> NDArray[np.bool_]:
    """Return (n,) in which rows there is nothing to read for an encoder: an empty text, and no picture it looks at.

    Their vector is that of an empty text, which is near to many and says nothing, so they are never hits. Vectors of
    one's own are what they are, whatever the text beside them.
    """
    if dataset.kind is Kind.VECTORS:
        return np.zeros(len(dataset), dtype=bool)
    return dataset.is_blank & ~seen_as_pictures(dataset, spec)


@dataclass(frozen=True)
class CheckHealth(Stage[Health]):
    """What to know about a data set before trusting a map of it."""

    dataset: Key
    encoder: str
    revision: str
    kind = "health"
    version = 2
    title = "Checking the data"

    def compute(self, store: Store, progress: Progress) -> Health:
        dataset = load_dataset(self.dataset, store)
        spec = encoders.resolve(self.encoder)
        read = np.flatnonzero(~seen_as_pictures(dataset, spec)).tolist()
        texts = [dataset.texts[row] for row in read]
        counts = None
        if dataset.kind is not Kind.VECTORS and any(texts) and spec.max_tokens is not None:
            counts = dict(zip(read, encoders.count_tokens(spec, texts), strict=True))
        return health(dataset, counts, spec.max_tokens)
