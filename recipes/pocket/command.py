"""`train-pocket` and `eval-pocket`: the pocket image encoder, trained anew or measured."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from embedding_core import encoders
from embedding_core.cli.options import Flat, build
from embedding_core.cli.run import Printed, make_app, run
from recipes.pocket.options import RecipeOptions, RunOptions
from recipes.pocket.params import PocketParams


def train_pocket(
    *,
    run_options: Annotated[RunOptions, Flat],
    recipe: Annotated[RecipeOptions, Flat] = RecipeOptions(),
) -> Printed:
    """Train the pocket image encoder, or resume from its checkpoint."""
    from recipes.pocket.train import run as train

    found = train(run_options, build(PocketParams, recipe))
    how = "Finished" if found["done"] else "Stopped; the same command resumes"
    return found, f"{how}: {found['samples']:,} pictures seen. {found['out']}"


def eval_pocket(
    *,
    data: Path,
    weights: Path | None = None,
    image_size: int | None = None,
    architecture: str = PocketParams.architecture,
    cache: Path | None = None,
) -> Printed:
    """Measure the pocket image encoder.

    Args:
        data: Folder with test.parquet and cifar10_test.parquet.
        weights: Checkpoint or weights of a run, instead of the shipped ones.
        image_size: Edge of the images in pixels, for --weights; as shipped when left out.
        architecture: timm's name of the architecture, for --weights.
        cache: Folder that keeps the vectors of the texts.
    """
    from recipes.pocket.eval import table
    from recipes.pocket.export import Trained, measure
    from recipes.pocket.model import TowerConfig, export

    spec = encoders.resolve("pocket-clip")
    with tempfile.TemporaryDirectory() as name:
        model = "pocket-clip"
        if weights:
            trained = Trained.read(weights)
            side = image_size or (spec.image_size or (0,))[0]
            export(trained.state, trained.log_scale, TowerConfig(architecture, side), Path(name))
            model = name
        found = {"model": str(weights or model)} | measure(data, model, cache or Path(name) / "cache")
    return found, table(found)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    app = make_app("python -m recipes", "Make or measure the shipped models.")
    app.command(train_pocket)
    app.command(eval_pocket)
    return run(app, argv, program="recipes")
