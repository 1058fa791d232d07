"""From what was brought to a data set: reading it and choosing what of it is used when nobody says so."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from components.app import job_panel
from components.widgets.upload import Upload
from embedding_core.base.errors import ArtifactMissingError
from embedding_core.data import intake
from embedding_core.data.arrivals import SortFiles
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.pictures.album import Album
from embedding_core.data.stages import BuildDataset, ReadTable, Source
from embedding_core.data.summary import Summary
from embedding_core.data.table import Table
from embedding_core.workspace import Reading

if TYPE_CHECKING:
    from embedding_core.base.store import Store
    from embedding_core.data.dataset import Dataset
    from embedding_core.engine import Engine

SAMPLE_ABOVE = 100_000
"""A larger table is sampled unless somebody wants it whole: embedding it would take many minutes."""
Read = tuple[Table, Album | None]
"""What was read: rows, and the pictures there are of them."""


def receive(engine: "Engine", brought: list[Upload]) -> SortFiles:
    """Store what a person brought together; return the stage that finds out what it is.

    Raises:
        InputError: that is not one data set.
    """
    return intake.receive(engine, [intake.UploadedFile(upload.name, upload.data) for upload in brought])


def source(engine: "Engine", incoming: Source | SortFiles | None, owner: str, height: int = 320) -> Source | None:
    """Return what a data set can be made from, or None while that is found out, or when it is nothing."""
    if isinstance(incoming, SortFiles):
        found: Source | None = job_panel.result(engine, incoming, owner, height=height)
        return found
    return incoming


def receive_companion(engine: "Engine", vectors: ReadTable, brought: Upload) -> Source:
    """Store what says something of each row of a file of vectors; return the source that reads both."""
    companion = engine.keep_upload(brought.data, brought.name)
    return Source(replace(vectors, companion=companion, companion_name=brought.name))


@lru_cache(maxsize=4)
def _loaded(source: Source, store: "Store") -> Read:
    return source.load(store)


def read(engine: "Engine", source: Source, owner: str, height: int = 320) -> Read | None:
    """Return what was read, or None while it is read or when it cannot be: the page then shows which."""
    for stage in source.stages:
        if not engine.ready(stage) and job_panel.result(engine, stage, owner, height=height) is None:
            return None
    return _loaded(source, engine.store)


def first_choice(source: Source, found: Read, decided: Reading | None = None) -> ColumnChoice:
    """Return the choice of columns to begin with.

    Args:
        source: what was brought.
        found: what was read of it.
        decided: what the visitor decided of it before; it counts where its columns are still there.

    Returns:
        What was decided, else what fits what was read: a sample of it when it is large.
    """
    table, album = found
    if decided is not None and decided.choice is not None and _fits(decided.choice, table):
        return decided.choice
    choice = intake.first_choice(source, table, album)
    return replace(choice, sample=SAMPLE_ABOVE) if len(table.frame) > SAMPLE_ABOVE else choice


def _fits(choice: ColumnChoice, table: Table) -> bool:
    roles = (choice.label, choice.id, choice.split, choice.vector_column)
    named = {*choice.text, *(choice.keep or ()), *choice.numeric, *filter(None, roles)}
    return named <= set(map(str, table.frame.columns))


def summary(engine: "Engine", source: Source, choice: ColumnChoice) -> Summary | None:
    """Return how the open data set was read, without reading it again; None where nothing is known of that."""
    try:
        return BuildDataset(source, choice).summary(engine.store)
    except (ArtifactMissingError, OSError):
        return None


def build(engine: "Engine", source: Source, choice: ColumnChoice, owner: str, height: int = 40) -> "Dataset | None":
    """Return the data set made of what was read, or None while it is made or when it cannot be."""
    made: Dataset | None = job_panel.result(engine, BuildDataset(source, choice), owner, height=height)
    return made


def failed(engine: "Engine", incoming: Source | SortFiles, choice: ColumnChoice | None) -> bool:
    """Say whether something cannot be read, or no data set made of it as chosen."""
    if isinstance(incoming, SortFiles):
        if job_panel.failed(engine, incoming) or not engine.ready(incoming):
            return job_panel.failed(engine, incoming)
        incoming = incoming.load(engine.store)
    source = incoming
    stages = [*source.stages, *([] if choice is None else [BuildDataset(source, choice)])]
    return any(job_panel.failed(engine, stage) for stage in stages)
