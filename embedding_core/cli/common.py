"""What several commands share: options, the data set and its vectors, progress, output."""

import argparse
import sys
import time
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.base.stage import Stage
from embedding_core.base.types import Progress, no_progress
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv, to_parquet
from embedding_core.data.intake import bring_path, first_choice
from embedding_core.data.stages import BuildDataset
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine, fitting_encoder

Printed = tuple[dict[str, Any], str]
"""What a command prints: as JSON, and as text."""
_BAR_WIDTH = 30


def file_options(*, needed: bool = True, embeds: bool = True) -> argparse.ArgumentParser:
    """Return the options of a command that reads a file and, if it does, embeds it."""
    file = argparse.ArgumentParser(add_help=False)
    kinds = "a table (CSV, TSV, JSON, JSONL, Parquet, XLSX, TXT), or a folder or ZIP of pictures"
    file.add_argument("file", type=Path, nargs=None if needed else "?", help=kinds)
    file.add_argument("--text-column", metavar="C", help="the column of texts; found when left out")
    if embeds:
        names = f"{encoders.DEFAULT_ENCODER}, for pictures {encoders.DEFAULT_IMAGE_ENCODER}"
        file.add_argument("--encoder", help=f"default: {names}; see info")
    file.add_argument("--sample", type=int, metavar="N", help="take N rows at random")
    file.add_argument("--seed", type=int, default=0, help="for whatever is random (default: 0)")
    return file


def out_options() -> argparse.ArgumentParser:
    """Return the option of a command that writes a file."""
    out = argparse.ArgumentParser(add_help=False)
    out.add_argument("--out", type=Path, help="where to write: .npy, .parquet or .csv")
    return out


def json_options() -> argparse.ArgumentParser:
    """Return the option of every command."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object, for machines")
    return shared


def read_dataset(engine: Engine, args: argparse.Namespace) -> Dataset:
    """Return the data set that the options name.

    Raises:
        InputError: the file or the column is not there.
    """
    source = bring_path(engine, args.file)
    for stage in source.stages:
        with_progress(engine, stage)
    table, album = source.load(engine.store)
    choice = first_choice(source, table, album)
    if args.text_column is not None:
        if args.text_column not in table.frame:
            names = ", ".join(map(str, table.frame.columns[:20]))
            raise InputError(f"{args.file.name} has no column {args.text_column!r}.", f"It has: {names}.")
        choice = replace(choice, text=(args.text_column,), template=None, vector_column=None, keep=None)
    choice = replace(choice, sample=args.sample, seed=args.seed)
    dataset: Dataset = engine.make(BuildDataset(source, choice))
    return dataset


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


def embedded(engine: Engine, args: argparse.Namespace) -> tuple[Dataset, Embed, dict[str, Any]]:
    """Return a data set, its embedding stage (made), and what was seen while making it."""
    dataset = read_dataset(engine, args)
    stage = engine.embedding(dataset, args.encoder or fitting_encoder(dataset, encoders.DEFAULT_ENCODER))
    start = time.perf_counter()
    cached = engine.ready(stage)
    vectors = with_progress(engine, stage)
    seconds = time.perf_counter() - start
    seen = {
        "rows": len(vectors),
        "dim": int(vectors.shape[1]),
        "encoder": stage.encoder,
        "seconds": round(seconds, 3),
        "rows_per_s": round(len(vectors) / max(seconds, 1e-9), 1),
        "from_cache": cached or engine.store.about(stage.kind, stage.key)["reused"] == len(vectors),
    }
    return dataset, stage, seen


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
