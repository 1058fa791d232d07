"""What several commands share: the data set and its vectors, progress, output."""

import sys
import time
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.stage import Stage
from embedding_core.base.types import Progress, no_progress
from embedding_core.cli.columns import chosen
from embedding_core.cli.options import DatasetOptions, EmbeddingOptions
from embedding_core.cli.reading import named_columns, say, with_options, with_roles
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv, to_parquet
from embedding_core.data.intake import bring_path, first_choice, with_companion
from embedding_core.data.pictures.album import Album
from embedding_core.data.stages import BuildDataset, Source
from embedding_core.data.table import Table
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine, fitting_encoder

_BAR_WIDTH = 30


def read_dataset(engine: Engine, file: Path, options: DatasetOptions, encoder: str | None = None) -> Dataset:
    """Return the data set of a file, folder or ZIP; how it was read is said on standard error and in `--json`.

    Args:
        engine: makes it.
        file: what is read.
        options: which rows and parts of it.
        encoder: the encoder that it is read for, when the options do not name one.

    Raises:
        InputError: the file or a column does not exist, the columns do not fit the encoder, or it is a ZIP of several
            tables and none is chosen.
    """
    source = with_options(bring_path(engine, file), options.reading)
    if options.metadata is not None:
        source = with_companion(engine, source, options.metadata)
    for stage in source.stages:
        with_progress(engine, stage)
    table, album = source.load(engine.store)
    if table.how.packing == "zip" and len(table.how.sheets) > 1 and options.reading.sheet is None:
        tables = ", ".join(table.how.sheets[:20])
        raise InputError(
            f"{file.name} contains {len(table.how.sheets):,} tables: {tables}.", "Choose one with --sheet."
        )
    named = named_columns(table.frame, options.reading, file.name)
    choice = _first_choice(source, table, album, [name for name in named.values() if name != options.text_column])
    wanted = options.encoder if isinstance(options, EmbeddingOptions) else None
    choice = chosen(choice, table.frame, options, wanted or encoder, file.name)
    choice = replace(with_roles(choice, named), sample=options.sample, seed=options.seed)
    made = BuildDataset(source, choice)
    dataset: Dataset = engine.make(made)
    say(made.summary(engine.store), source.name)
    return dataset


def _first_choice(source: Source, table: Table, album: Album | None, taken: list[str]) -> ColumnChoice:
    """Return a choice of columns; those that have a role already hold the texts only where no other does."""
    others = replace(table, frame=table.frame.drop(columns=taken))
    choice = first_choice(source, others, album)
    if taken and not (choice.text or choice.vector_column or choice.pictures):
        return first_choice(source, table, album)
    return choice


def space_of(engine: Engine, dataset: Dataset, encoder: str | None) -> Embed:
    """Return the embedding stage of an encoder, by default the one that fits the data set; nothing is embedded yet."""
    return engine.embedding(dataset, encoder or fitting_encoder(dataset))


def check_column(dataset: Dataset, name: str) -> None:
    """Refuse the name of a column that a data set does not have.

    Raises:
        InputError: it has none of that name.
    """
    if name not in dataset.columns:
        names = ", ".join(map(str, dataset.columns.columns[:20]))
        raise InputError(f"{dataset.name} has no column {name!r}.", f"It has: {names}.")


def row_of(dataset: Dataset, name: str) -> int:
    """Return the row of an id.

    Raises:
        InputError: there is none of that id.
    """
    if name in dataset.ids:
        return dataset.ids.index(name)
    close = get_close_matches(name, dataset.ids, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Ids run from {dataset.ids[0]!r} to {dataset.ids[-1]!r}."
    raise InputError(f"{dataset.name} has no row with the id {name!r}.", hint)


def embedded(engine: Engine, file: Path, options: EmbeddingOptions) -> tuple[Dataset, Embed, dict[str, Any]]:
    """Return the data set of a file, its embedding stage (made), and a record of how it was embedded."""
    dataset = read_dataset(engine, file, options)
    stage = space_of(engine, dataset, options.encoder)
    start = time.perf_counter()
    cached = engine.ready(stage)
    vectors = with_progress(engine, stage)
    seconds = time.perf_counter() - start
    record = {
        "rows": len(vectors),
        "dim": int(vectors.shape[1]),
        "encoder": stage.encoder,
        "seconds": round(seconds, 3),
        "rows_per_s": round(len(vectors) / max(seconds, 1e-9), 1),
        "from_cache": cached or engine.store.about(stage.kind, stage.key)["reused"] == len(vectors),
    }
    return dataset, stage, record


def with_progress(engine: Engine, stage: Stage) -> Any:
    """Make a stage and return its result, with a bar where somebody looks on."""
    return engine.make(stage, _bar(stage.title, sys.stderr) if sys.stderr.isatty() else no_progress)


def _bar(title: str, stream: TextIO) -> Progress:
    def show(done: float, total: float) -> None:
        share = done / total if total else 0.0
        filled = "█" * round(share * _BAR_WIDTH)
        end = "\n" if done >= total else ""
        stream.write(f"\r{title} {filled:<{_BAR_WIDTH}} {share:4.0%}{end}")
        stream.flush()

    return show


def write(path: Path, dataset: Dataset, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    """Write arrays beside the data set's own columns, in the format that the name asks for."""
    writers = {".parquet": to_parquet, ".csv": to_csv}
    suffix = path.suffix.lower()
    try:
        if suffix == ".npy":
            np.save(path, np.column_stack(list(arrays.values())), allow_pickle=False)
        elif suffix in writers:
            frame = dataset.frame()
            for place, (name, array) in enumerate(arrays.items(), start=1):
                if name in frame:
                    frame = frame.rename(columns={name: f"{name}_of_file"})
                frame.insert(place, name, list(array) if array.ndim > 1 else array)
            path.write_bytes(writers[suffix](frame))
        else:
            raise InputError(f"{path.name} names no format that can be written.", "End it in .npy, .parquet or .csv.")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.", "Choose another place with --out.") from error
