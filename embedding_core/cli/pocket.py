"""`train-pocket` and `eval-pocket`: the pocket image encoder, trained anew or measured."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from embedding_core import encoders
from embedding_core.cli.common import Printed, json_options
from embedding_core.engine import Engine
from embedding_core.training.pocket_options import add_options
from embedding_core.training.pocket_params import PocketParams


def add(commands: Any) -> None:
    """Add both commands to the parser."""
    train = commands.add_parser("train-pocket", parents=[json_options()], help="train the pocket image encoder")
    add_options(train)
    train.set_defaults(run=train_pocket)
    evaluate = commands.add_parser("eval-pocket", parents=[json_options()], help="measure the pocket image encoder")
    evaluate.add_argument("--data", type=Path, required=True, help="folder with test.parquet and cifar10_test.parquet")
    evaluate.add_argument("--weights", type=Path, help="a run's checkpoint or weights instead of the shipped ones")
    evaluate.add_argument("--image-size", type=int, help="edge in pixels for --weights (default: as shipped)")
    evaluate.add_argument("--architecture", default=PocketParams().architecture, help="timm's name, for --weights")
    evaluate.add_argument("--cache", type=Path, help="folder that keeps the vectors of the texts")
    evaluate.set_defaults(run=eval_pocket)


def train_pocket(_engine: Engine, args: argparse.Namespace) -> Printed:
    """Train, or go on where an earlier run stopped."""
    from embedding_core.training.pocket import run

    found = run(args)
    how = "Finished" if found["done"] else "Stopped; the same command goes on"
    return found, f"{how}: {found['samples']:,} pictures seen. {found['out']}"


def eval_pocket(_engine: Engine, args: argparse.Namespace) -> Printed:
    """Score the shipped weights, or others, as the app loads them."""
    from embedding_core.training.pocket_eval import table
    from embedding_core.training.pocket_export import Trained, measure
    from embedding_core.training.pocket_model import TowerConfig, export

    spec = encoders.resolve("pocket-clip")
    with tempfile.TemporaryDirectory() as name:
        model, cache = "pocket-clip", args.cache or Path(name) / "cache"
        if args.weights:
            trained = Trained.read(args.weights)
            side = args.image_size or (spec.image_size or (0,))[0]
            export(trained.state, trained.log_scale, TowerConfig(args.architecture, side), Path(name))
            model = name
        found = {"model": str(args.weights or model)} | measure(args.data, model, cache)
    return found, table(found)
