"""`train-pocket` and `eval-pocket`: the pocket image encoder, trained anew or measured."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import VectorscopeError
from recipes.pocket.options import add_options
from recipes.pocket.params import PocketParams


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(argv)
    try:
        result, text = args.run(args)
    except VectorscopeError as error:
        print(f"recipes: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False) if args.json else text)
    return 0


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object, for machines")
    parser = argparse.ArgumentParser(prog="python -m recipes", description="Make or measure the shipped models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train-pocket", parents=[shared], help="train the pocket image encoder")
    add_options(train)
    train.set_defaults(run=train_pocket)
    evaluate = commands.add_parser("eval-pocket", parents=[shared], help="measure the pocket image encoder")
    evaluate.add_argument("--data", type=Path, required=True, help="folder with test.parquet and cifar10_test.parquet")
    evaluate.add_argument("--weights", type=Path, help="a run's checkpoint or weights instead of the shipped ones")
    evaluate.add_argument("--image-size", type=int, help="edge in pixels for --weights (default: as shipped)")
    evaluate.add_argument("--architecture", default=PocketParams().architecture, help="timm's name, for --weights")
    evaluate.add_argument("--cache", type=Path, help="folder that keeps the vectors of the texts")
    evaluate.set_defaults(run=eval_pocket)
    return parser


def train_pocket(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Train, or go on where an earlier run stopped."""
    from recipes.pocket.train import run

    found = run(args)
    how = "Finished" if found["done"] else "Stopped; the same command goes on"
    return found, f"{how}: {found['samples']:,} pictures seen. {found['out']}"


def eval_pocket(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Score the shipped weights, or others, as the app loads them."""
    from recipes.pocket.eval import table
    from recipes.pocket.export import Trained, measure
    from recipes.pocket.model import TowerConfig, export

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
