"""The engine of the app and of the command line: stages, and the data sets and encoders they are of."""

from embedding_core import encoders
from embedding_core.base.config import Config, load_config
from embedding_core.base.engine import StageEngine
from embedding_core.base.errors import EncoderError, InputError
from embedding_core.base.jobs import JobQueue
from embedding_core.base.stage import Lane
from embedding_core.base.store import Store
from embedding_core.base.types import Key
from embedding_core.base.worker import ProcessWorker
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.pictures.album import Album
from embedding_core.data.pictures.stages import load_album
from embedding_core.data.stages import load_dataset, save_dataset
from embedding_core.encoders.spec import EncoderSpec, Modality
from embedding_core.encoders.stages import Embed


class Engine(StageEngine):
    """Data sets and stages in, results out."""

    def keep_dataset(self, dataset: Dataset) -> Key:
        """Store a data set and return its key."""
        save_dataset(dataset, self.store)
        self.remember("dataset", dataset.key, lambda: dataset)
        return dataset.key

    def dataset(self, key: Key) -> Dataset:
        """Return a data set.

        Raises:
            ArtifactMissingError: the store does not hold it.
        """
        dataset: Dataset = self.remember("dataset", key, lambda: load_dataset(key, self.store))
        return dataset

    def album(self, key: Key) -> Album:
        """Return the pictures of a data set.

        Raises:
            ArtifactMissingError: the store does not hold them.
        """
        album: Album = self.remember("album", key, lambda: load_album(key, self.store))
        return album

    def embedding(self, dataset: Dataset, encoder: str) -> Embed:
        """Return the stage that embeds a data set with an encoder.

        Raises:
            UnknownEncoderError: no encoder goes by that name.
            InputError: the encoder cannot read what the data set holds.
        """
        name = encoders.OWN_VECTORS if dataset.kind is Kind.VECTORS else encoder
        spec = encoders.resolve(name)
        if reason := incompatibility(spec, dataset):
            raise InputError(f"{spec.name} cannot encode {dataset.name}, which {reason}.", "Choose another encoder.")
        return Embed(dataset.key, dataset.items_key, spec.name, spec.revision)


def incompatibility(spec: EncoderSpec, dataset: Dataset) -> str:
    """Return why an encoder cannot embed a data set, as what the data set does; empty when it can."""
    if dataset.kind is Kind.VECTORS:
        return "" if Modality.VECTORS in spec.reads else "has its own vectors"
    if Modality.VECTORS in spec.reads:
        return "has no vectors of its own"
    if Modality.TEXT not in spec.reads:
        lacking = int((~dataset.is_picture).sum())
        if lacking == len(dataset):
            return "has no pictures"
        return f"has {lacking:,} rows without a picture" if lacking else ""
    if Modality.IMAGE not in spec.reads and not any(dataset.texts):
        return "has pictures without text"
    return ""


def fitting_encoder(dataset: Dataset, wanted: str | None = None) -> str:
    """Return the wanted encoder if it fits a data set, else the default one of its kind."""
    try:
        if wanted is not None and not incompatibility(encoders.resolve(wanted), dataset):
            return wanted
    except EncoderError:
        pass
    return encoders.DEFAULT_IMAGE_ENCODER if dataset.kind is Kind.PICTURES else encoders.DEFAULT_ENCODER


def kinds_of(spec: EncoderSpec) -> tuple[Kind, ...]:
    """Return the kinds of data that an encoder reads."""
    reads = {Kind.TEXT: Modality.TEXT, Kind.PICTURES: Modality.IMAGE, Kind.VECTORS: Modality.VECTORS}
    return tuple(kind for kind, modality in reads.items() if modality in spec.reads)


def open_store(config: Config | None = None) -> Store:
    """Return the store of this configuration."""
    config = config or load_config()
    return Store(config.home, config.store_cap_bytes)


def app_engine(config: Config | None = None) -> Engine:
    """Return an engine whose work goes to one process a lane."""
    config = config or load_config()
    store = open_store(config)
    store.sweep()
    return Engine(store, JobQueue(list(Lane), lambda lane: ProcessWorker(lane, config, "embedding_core.worker")))
