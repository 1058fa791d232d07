"""An index of the vectors of a large data set, so that a search need not compare every row."""

import json
from dataclasses import asdict, dataclass, field

import numpy as np

from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Progress
from embedding_core.base.vectors import Metric
from embedding_core.encoders.stages import Embed
from embedding_core.ranking.approximate import ApproximateIndex, IndexQuality, backgrounds_of
from embedding_core.ranking.inverted_file import ApproximateParams, index_vectors

_LISTS, _QUALITY = "lists.faiss", "quality.json"


@dataclass(frozen=True)
class IndexVectors(Stage[ApproximateIndex]):
    """The rows of a space in lists, with what they are good for."""

    space: Embed
    params: ApproximateParams = field(default_factory=ApproximateParams)
    kind = "ivf"
    title = "Indexing the vectors"
    lane = Lane.MAP
    """A minute on a million rows: beside the maps, not before the reading of a query."""

    def make(self, store: Store, progress: Progress) -> None:
        import faiss

        index = index_vectors(self.space.load(store), self.params, progress)
        unit = len(index.backgrounds) == len(Metric)
        with store.write(self.kind, self.key, {"unit": unit}) as folder:
            faiss.write_index(index.lists, str(folder / _LISTS))
            save_arrays(folder, {"sample": index.sample})
            (folder / _QUALITY).write_text(json.dumps(asdict(index.quality)))

    def load(self, store: Store) -> ApproximateIndex:
        """Read the whole index into memory: mapped from disk, each search took three times as long."""
        import faiss

        folder = store.open(self.kind, self.key)
        sample = np.array(store.array(self.kind, self.key, "sample"))
        known = backgrounds_of(sample, store.about(self.kind, self.key)["unit"])
        quality = IndexQuality(**json.loads((folder / _QUALITY).read_text()))
        return ApproximateIndex(faiss.read_index(str(folder / _LISTS)), sample, known, quality)
