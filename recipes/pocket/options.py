"""The options of a training run, for whoever has a command line; loads nothing heavy."""

import argparse
from dataclasses import replace
from pathlib import Path

from recipes.pocket.params import PocketParams

RECIPE = ("architecture", "samples", "batch", "image_size", "learning_rate", "decay_fraction", "seed")
"""The fields of `PocketParams` that are options."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run, the recipe's defaults among them."""
    parser.add_argument("--data", type=Path, required=True, help="folder with train.parquet, test.parquet and teacher/")
    parser.add_argument("--out", type=Path, required=True, help="folder for cache, checkpoint, log and weights")
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more Parquet files like train.parquet")
    parser.add_argument(
        "--export", action="store_true", help="only write the checkpoint's averaged weights to OUT/model"
    )
    parser.add_argument("--start", type=Path, help="weights to start from when there is no checkpoint")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--log-every", type=int, default=100, help="steps between log lines and checkpoints")
    parser.add_argument("--evaluate-every", type=int, default=1000, help="steps between evaluations")
    for name in RECIPE:
        default = getattr(PocketParams(), name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)


def recipe_of(options: argparse.Namespace) -> PocketParams:
    """Return the recipe that the options ask for.

    Raises:
        ParameterError: a setting is outside its range.
    """
    return replace(PocketParams(), **{name: getattr(options, name) for name in RECIPE})
