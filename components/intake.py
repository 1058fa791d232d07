"""From a file that was brought to a data set: reading it and choosing what of it is used when nobody says so."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from components import job_panel
from components.upload import Upload
from embedding_core.sources import ColumnChoice, Table, guess
from embedding_core.stages import BuildDataset, ReadTable

if TYPE_CHECKING:
    from embedding_core.dataset import Dataset
    from embedding_core.engine import Engine
    from embedding_core.store import Store

SAMPLE_ABOVE = 100_000
"""A larger table is sampled unless somebody wants it whole: embedding it would take many minutes."""


def receive(engine: "Engine", brought: Upload) -> ReadTable:
    """Store what a person brought; return the stage that reads it."""
    return ReadTable(engine.keep_upload(brought.data, brought.name), brought.name)


def receive_companion(engine: "Engine", vectors: ReadTable, brought: Upload) -> ReadTable:
    """Store what says something of each row of a file of vectors; return the stage that reads both."""
    return replace(vectors, companion=engine.keep_upload(brought.data, brought.name), companion_name=brought.name)


@lru_cache(maxsize=4)
def _loaded(stage: ReadTable, store: "Store") -> Table:
    return stage.load(store)


def table(engine: "Engine", stage: ReadTable, owner: str, height: int = 320) -> Table | None:
    """Return the table, or None while it is read or when it cannot be: the page then shows which."""
    if engine.ready(stage):
        return _loaded(stage, engine.store)
    read: Table | None = job_panel.result(engine, stage, owner, height=height)
    return read


def first_choice(read: Table) -> ColumnChoice:
    """Return the choice of columns that fits the table, a sample of it when it is large."""
    choice = guess(read.frame)
    return replace(choice, sample=SAMPLE_ABOVE) if len(read.frame) > SAMPLE_ABOVE else choice


def build(engine: "Engine", stage: ReadTable, choice: ColumnChoice, owner: str, height: int = 40) -> "Dataset | None":
    """Return the data set made of a table, or None while it is made or when it cannot be."""
    made: Dataset | None = job_panel.result(engine, BuildDataset(stage, choice), owner, height=height)
    return made


def failed(engine: "Engine", stage: ReadTable, choice: ColumnChoice | None) -> bool:
    """Say whether the file cannot be read, or no data set made of it as chosen."""
    return job_panel.failed(engine, stage) or (
        choice is not None and job_panel.failed(engine, BuildDataset(stage, choice))
    )
