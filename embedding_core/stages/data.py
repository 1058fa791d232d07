"""From an uploaded file to a data set, and what to know about it."""

import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.dataset import Dataset, Kind
from embedding_core.encoders.spec import EncoderSpec, Modality
from embedding_core.errors import ParameterError
from embedding_core.fingerprint import fingerprint
from embedding_core.health import Health, health
from embedding_core.sources import (
    ColumnChoice,
    Format,
    ReadOptions,
    ReadReport,
    Table,
    build_dataset,
    read_table,
    read_vectors,
)
from embedding_core.sources.album import Album
from embedding_core.sources.album_rows import album_table, row_pictures
from embedding_core.sources.build import RowPictures
from embedding_core.stages.base import Stage
from embedding_core.stages.pictures import ReadPictures
from embedding_core.store import Store
from embedding_core.types import Key, Progress


def save_dataset(dataset: Dataset, store: Store) -> None:
    """Put a data set into the store, unless it is there."""
    if not store.has("dataset", dataset.key):
        about = {"name": dataset.name, "rows": len(dataset), "kind": dataset.kind}
        with store.write("dataset", dataset.key, about) as folder:
            dataset.save(folder)


def load_dataset(key: Key, store: Store) -> Dataset:
    """Read a data set from the store.

    Raises:
        ArtifactMissingError: the store does not hold it.
    """
    return Dataset.load(store.open("dataset", key))


def seen_as_pictures(dataset: Dataset, spec: EncoderSpec) -> NDArray[np.bool_]:
    """Return (n,) which rows an encoder looks at; of the others it reads the text."""
    return dataset.is_picture if Modality.IMAGE in spec.reads else np.zeros(len(dataset), dtype=bool)


@dataclass(frozen=True)
class ReadTable(Stage):
    """An uploaded file, read as a table."""

    upload: Key
    name: str
    options: ReadOptions = field(default_factory=ReadOptions)
    companion: Key | None = None
    """A second upload that says something of each row of a file of vectors."""
    companion_name: str = ""
    kind: ClassVar[str] = "table"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.upload, self.name, self.options, self.companion, self.companion_name)

    @property
    def title(self) -> str:
        return f"Reading {self.name}"

    def make(self, store: Store, progress: Progress) -> None:
        path = store.open("upload", self.upload) / "bytes"
        if self.companion is None:
            table = read_table(path, self.name, self.options)
        else:
            beside = store.open("upload", self.companion) / "bytes"
            table = read_vectors(path, self.name, beside, self.companion_name, self.options)
        with store.write(self.kind, self.key) as folder:
            table.frame.to_parquet(folder / "frame.parquet", index=False)
            (folder / "how.json").write_text(json.dumps(asdict(table.how)))

    def load(self, store: Store) -> Table:
        folder = store.open(self.kind, self.key)
        how = json.loads((folder / "how.json").read_text())
        how |= {"format": Format(how["format"]), "sheets": tuple(how["sheets"]), "notes": tuple(how["notes"])}
        return Table(pd.read_parquet(folder / "frame.parquet"), ReadReport(**how))


@dataclass(frozen=True)
class Source:
    """What a data set is made from: a file, pictures, or a file whose rows name or hold pictures."""

    table: ReadTable | None = None
    album: ReadPictures | None = None

    def __post_init__(self) -> None:
        if self.table is None and self.album is None:
            raise ParameterError("There is neither a table nor an album of pictures.", "Bring one of them.")

    @property
    def stages(self) -> tuple[ReadTable | ReadPictures, ...]:
        """What has to be read."""
        return tuple(stage for stage in (self.table, self.album) if stage is not None)

    @property
    def name(self) -> str:
        """What the data set is called."""
        return self.stages[0].name

    def load(self, store: Store) -> tuple[Table, Album | None]:
        """Return what was read; pictures alone are a table of what is known of each."""
        album = None if self.album is None else self.album.load(store)
        return (self.table.load(store) if self.table is not None else album_table(cast("Album", album))), album


@dataclass(frozen=True)
class BuildDataset(Stage):
    """What was brought and a choice of columns, as a data set."""

    source: Source
    choice: ColumnChoice
    kind: ClassVar[str] = "choice"

    @property
    def key(self) -> Key:
        sources = [None if stage is None else stage.key for stage in (self.source.table, self.source.album)]
        return fingerprint(self.kind, 2, *sources, self.choice)

    @property
    def title(self) -> str:
        return f"Preparing {self.source.name}"

    def needs(self) -> tuple[Stage, ...]:
        return self.source.stages

    def make(self, store: Store, progress: Progress) -> None:
        table, album = self.source.load(store)
        dataset = build_dataset(table, self.choice, self.source.name, self._pictures(table, album))
        save_dataset(dataset, store)
        with store.write(self.kind, self.key) as folder:
            (folder / "dataset.json").write_text(json.dumps({"key": dataset.key}))

    def _pictures(self, table: Table, album: Album | None) -> RowPictures | None:
        stage = self.source.album
        if stage is None or album is None:
            return None
        if self.source.table is None:
            return RowPictures(tuple(album.index["key"]), stage.key)
        if self.choice.pictures is None:
            return None
        return row_pictures(table, None if stage.column is not None else self.choice.pictures, album, stage.key)

    def load(self, store: Store) -> Dataset:
        folder = store.open(self.kind, self.key)
        return load_dataset(json.loads((folder / "dataset.json").read_text())["key"], store)


@dataclass(frozen=True)
class CheckHealth(Stage):
    """What to know about a data set before trusting a map of it."""

    dataset: Key
    encoder: str
    revision: str
    kind: ClassVar[str] = "health"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 2, self.dataset, self.encoder, self.revision)

    @property
    def title(self) -> str:
        return "Checking the data"

    def make(self, store: Store, progress: Progress) -> None:
        dataset = load_dataset(self.dataset, store)
        spec = encoders.resolve(self.encoder)
        read = np.flatnonzero(~seen_as_pictures(dataset, spec)).tolist()
        texts = [dataset.texts[row] for row in read]
        counts = None
        if dataset.kind is not Kind.VECTORS and any(texts) and spec.max_tokens is not None:
            counts = dict(zip(read, encoders.count_tokens(spec, texts), strict=True))
        found = health(dataset, counts, spec.max_tokens)
        with store.write(self.kind, self.key) as folder:
            (folder / "health.json").write_text(json.dumps(asdict(found)))

    def load(self, store: Store) -> Health:
        folder = store.open(self.kind, self.key)
        return Health.revive(json.loads((folder / "health.json").read_text()))
