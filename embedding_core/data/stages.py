"""From an uploaded file to a data set, and what to know about it."""

import json
from dataclasses import dataclass, field, replace
from typing import cast

from embedding_core.base.errors import ParameterError
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.build import RowPictures, build_dataset
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset
from embedding_core.data.pictures.album import Album
from embedding_core.data.pictures.album_rows import album_table, row_pictures
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.data.read import read_table
from embedding_core.data.summary import Summary, summarize
from embedding_core.data.table import ReadOptions, Table
from embedding_core.data.vectors.read import read_vectors


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


@dataclass(frozen=True)
class ReadTable(Stage[Table]):
    """An uploaded file, read as a table."""

    upload: Key
    name: str
    options: ReadOptions = field(default_factory=ReadOptions)
    companion: Key | None = None
    """A second upload that says something of each row of a file of vectors."""
    companion_name: str = ""
    kind = "table"
    version = 2

    @property
    def title(self) -> str:
        return f"Reading {self.name}"

    def compute(self, store: Store, progress: Progress) -> Table:
        path = store.open("upload", self.upload) / "bytes"
        if self.companion is None:
            return read_table(path, self.name, self.options)
        beside = store.open("upload", self.companion) / "bytes"
        return read_vectors(path, self.name, beside, self.companion_name, self.options)


@dataclass(frozen=True)
class Source:
    """What a data set is made from: a file, pictures, or a file whose rows name or hold pictures."""

    table: ReadTable | None = None
    album: ReadPictures | None = None

    def __post_init__(self) -> None:
        if self.table is None and self.album is None:
            raise ParameterError("No table and no pictures were given.", "Import at least one of them.")

    @property
    def stages(self) -> tuple[ReadTable | ReadPictures, ...]:
        """What has to be read."""
        return tuple(stage for stage in (self.table, self.album) if stage is not None)

    @property
    def name(self) -> str:
        """What the data set is called."""
        return self.stages[0].name

    @property
    def file(self) -> Key:
        """The key of what was brought, however it is read."""
        if self.table is not None:
            return self.table.upload
        album = cast("ReadPictures", self.album)
        return album.upload or album.key

    @property
    def is_sample(self) -> bool:
        """Whether it came with the product."""
        return self.album is not None and self.album.sample is not None

    def load(self, store: Store) -> tuple[Table, Album | None]:
        """Return what was read; pictures alone are a table of what is known of each."""
        album = None if self.album is None else self.album.load(store)
        if self.table is None:
            return album_table(cast("Album", album)), album
        table = self.table.load(store)
        return (table if self.album is None else _without_notes(table, self.album.column)), album


def _without_notes(table: Table, column: str | None) -> Table:
    """Return a table that does not say that a column cannot be shown which is shown as pictures."""
    if column is None:
        return table
    about = f"Column {column!r} "
    notes, warnings = (
        tuple(n for n in given if not n.startswith(about)) for given in (table.how.notes, table.how.warnings)
    )
    return replace(table, how=replace(table.how, notes=notes, warnings=warnings))


@dataclass(frozen=True)
class BuildDataset(Stage[Dataset]):
    """What was brought and a choice of columns, as a data set."""

    source: Source
    choice: ColumnChoice
    kind = "choice"
    version = 3

    def key_parts(self) -> tuple[object, ...]:
        sources = [None if stage is None else stage.key for stage in (self.source.table, self.source.album)]
        return *sources, self.choice

    @property
    def title(self) -> str:
        return f"Preparing {self.source.name}"

    def needs(self) -> tuple[Stage, ...]:
        return self.source.stages

    def make(self, store: Store, progress: Progress) -> None:
        table, album = self.source.load(store)
        pictures = self._pictures(table, album)
        dataset = build_dataset(table, self.choice, self.source.name, pictures)
        save_dataset(dataset, store)
        with store.write(self.kind, self.key) as folder:
            summarize(table, album, self.choice, dataset, pictures).save(folder)
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

    def summary(self, store: Store) -> Summary:
        """Return how the data set came from what was brought, without reading either.

        Raises:
            ArtifactMissingError: the data set was not made yet.
        """
        return Summary.load(store.open(self.kind, self.key))
