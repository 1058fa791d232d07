"""The options of a training run; loads nothing heavy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from embedding_core.cli.options import options_of
from recipes.pocket.params import PocketParams

_RECIPE = ("architecture", "samples", "batch", "image_size", "learning_rate", "decay_fraction", "seed")
"""The fields of `PocketParams` that are options."""


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Where a run reads and writes, and how it is watched."""

    data: Path
    """Folder with train.parquet, test.parquet and teacher/."""
    out: Path
    """Folder for cache, checkpoint, log and weights."""
    extra: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)] = ()
    """More Parquet files like train.parquet."""
    export: bool = False
    """Only write the checkpoint's averaged weights to OUT/model."""
    start: Path | None = None
    """Weights to start from when there is no checkpoint."""
    threads: int = 2
    """Threads of the processor."""
    log_every: int = 100
    """Steps between log lines and checkpoints."""
    evaluate_every: int = 1000
    """Steps between evaluations."""


class RecipeOptions(
    options_of(PocketParams, without=set(PocketParams.__dataclass_fields__) - set(_RECIPE))  # type: ignore[misc]
):
    """The recipe, as far as it has options."""
