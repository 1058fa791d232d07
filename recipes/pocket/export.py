"""The pocket encoder's folder as the app ships it: weights, description, and a card whose figures are measured.

Everything is made beside the folder and moved into it at the end, so that it never holds a mixture of two models.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.encoders.image.pocket import FOLDER, read
from embedding_core.encoders.spec import Origin
from recipes.pocket.eval import Kind, encode_with, evaluate_folder, report
from recipes.pocket.model import TowerConfig, export, load_weights

if TYPE_CHECKING:
    import torch

CARD = "README.md"
BEGIN, END = "<!-- begin: written by recipes.pocket.export -->", "<!-- end: written by recipes.pocket.export -->"


@dataclass(frozen=True)
class Trained:
    """A tower as training leaves it."""

    state: "dict[str, torch.Tensor]"
    log_scale: float

    @classmethod
    def read(cls, path: Path) -> "Trained":
        """Read the averaged weights of a checkpoint, or a tower's weights with `scale` in their metadata.

        Raises:
            InputError: there is no such file, or it is neither.
        """
        from safetensors import safe_open

        state = load_weights(path)
        with safe_open(path, "pt") as file:
            if "model.scales" in file.keys():
                scale = float(file.get_tensor("model.scales")[0])
                return cls(_tower_of(state), scale)
            if "logit_scale" in file.keys():
                return cls(state, float(file.get_tensor("logit_scale")))
            metadata = file.metadata() or {}
        if "scale" not in metadata:
            raise InputError(f"{path} does not say its scale.", "Name a run's checkpoint.safetensors.")
        return cls(state, float(metadata["scale"]))

    def mixed_with(self, others: dict[Path, float]) -> "Trained":
        """Return the tower whose weights lie between these and others of the same run, each with its share.

        A share of the weights that tuning started from makes what was never trained on better and the rest worse:
        Wortsman et al. 2022, https://arxiv.org/abs/2109.01903; of several runs: https://arxiv.org/abs/2203.05482.

        Raises:
            InputError: the shares do not lie between 0 and 1, together too, or a file does not hold this tower.
        """
        if min(others.values(), default=0) < 0 or sum(others.values()) > 1:
            raise InputError("The shares to mix in make less than 0 or more than 1.", "What is left is for --weights.")
        mixed = {name: value * (1 - sum(others.values())) for name, value in self.state.items()}
        for path, share in others.items():
            state = _tower_of(load_weights(path))
            if {name: value.shape for name, value in state.items()} != {n: v.shape for n, v in self.state.items()}:
                raise InputError(f"{path} does not hold the tower of --weights.", "Mix weights of one run.")
            for name in mixed:
                mixed[name] = mixed[name] + share * state[name]
        return Trained({name: value.to(self.state[name].dtype) for name, value in mixed.items()}, self.log_scale)


def _tower_of(state: "dict[str, torch.Tensor]") -> "dict[str, torch.Tensor]":
    """Return the averaged weights of a checkpoint; a tower's own as they are."""
    averaged = {name.removeprefix("ema."): value for name, value in state.items() if name.startswith("ema.")}
    return averaged or state


def measure(data: Path, model: str, cache: Path) -> dict[str, Any]:
    """Return the report of an encoder or a model's folder, scored as the app loads `pocket-clip`: through open_clip."""
    spec = encoders.resolve(model)
    encoder: Any = read(spec, Path(spec.name)) if spec.origin is Origin.FOLDER else encoders.load(spec)
    about = {"weights": encoder.spec.revision, "image_size": encoder.spec.image_size}
    return about | report(evaluate_folder(data, encode_with(encoder), cache))


def ship(trained: Trained, config: TowerConfig, origin: str, data: Path, cache: Path, folder: Path = FOLDER) -> str:
    """Put a tower in the place of the shipped one and its figures into the card; return the weights' SHA-256.

    `origin` says in one or two sentences where the weights come from.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pocket-clip-") as name:
        fresh = Path(name)
        digest = export(trained.state, trained.log_scale, config, fresh)
        weights = next(fresh.glob("*.safetensors"))
        facts = {
            "origin": origin,
            "weights": weights.name,
            "bytes": weights.stat().st_size,
            "sha256": digest,
            "architecture": config.architecture,
            "image_size": config.image_size,
        }
        written = written_part(facts, measure(data, str(fresh), cache))
        (fresh / CARD).write_text(with_part((folder / CARD).read_text(encoding="utf-8"), written), encoding="utf-8")
        for path in sorted(fresh.iterdir()):
            path.replace(folder / path.name)
    return digest


def with_part(card: str, part: str) -> str:
    """Return a card with another written part.

    Raises:
        InputError: the card has no place for it.
    """
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError("The card has no place for the figures.", f"Put the lines {BEGIN} and {END} into it.")
    return f"{before}{BEGIN}\n{part}\n{END}{after}"


def written_part(facts: dict[str, Any], found: dict[str, Any]) -> str:
    """Return what is measured of the weights, as Markdown."""
    scores = found["scores"]
    lines = [
        facts["origin"],
        "",
        "| | |",
        "|---|---|",
        f"| file | `{facts['weights']}`, {facts['bytes']:,} bytes, float16 |",
        f"| SHA-256 | `{facts['sha256']}` |",
        f"| image tower | timm `{facts['architecture']}`, {facts['image_size']} x {facts['image_size']} pixels |",
        f"| zero-shot top-1, mean over the sets of photographs | {found['mean_top1']:.3f} |",
        f"| the same without the four sets of ImageNet's pictures | {found['mean_top1_without_imagenet']:.3f} |",
        f"| CIFAR-10, never trained on | {found['cifar10']:.3f} |",
        f"| held-out words whose interval lies above chance | {found['held_out_words_above_chance']} of "
        f"{found['held_out_words']} |",
    ]
    sections = (
        (Kind.ZERO_SHOT, "Zero-shot top-1", "Set", "Labels"),
        (Kind.TEXT_TO_IMAGE, "Text to image, recall", "Set", "Pictures to choose from"),
        (Kind.IMAGE_TO_TEXT, "Image to text, recall", "Set", "Texts to choose from"),
        (Kind.HELD_OUT_WORD, "Words never trained on, ROC AUC", "Word", "Pictures ranked"),
    )
    for kind, title, what, choices in sections:
        lines += ["", f"### {title}", "", f"| {what} | Pictures | {choices} | Score | 95 % interval | Chance |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [
            f"| {score['name']} | {score['pictures']:,} | {score['choices']:,} | {score['value']:.3f} "
            f"| {score['low']:.3f} to {score['high']:.3f} | {score['chance']:.3f} |"
            for score in scores
            if score["kind"] == kind
        ]
    return "\n".join(lines)


def _share(text: str) -> tuple[Path, float]:
    path, _, share = text.rpartition("=")
    return Path(path), float(share)


def main(arguments: list[str] | None = None) -> int:
    """Replace the shipped weights by a run's, measure them, write the figures into the card."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="a run's checkpoint.safetensors, or a tower's file")
    parser.add_argument(
        "--mix", type=_share, action="append", default=[], metavar="FILE=SHARE", help="of other weights"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with test.parquet and cifar10_test.parquet")
    parser.add_argument("--origin", required=True, help="where the weights come from, for the card")
    parser.add_argument("--architecture", default=TowerConfig().architecture)
    parser.add_argument("--image-size", type=int, required=True, help="edge in pixels the app shows it pictures at")
    parser.add_argument("--cache", type=Path, help="folder that keeps the vectors of the texts")
    options = parser.parse_args(arguments)
    config = TowerConfig(options.architecture, options.image_size)
    with tempfile.TemporaryDirectory() as name:
        cache = options.cache or Path(name)
        trained = Trained.read(options.weights).mixed_with(dict(options.mix))
        digest = ship(trained, config, options.origin, options.data, cache)
    sys.stdout.write(json.dumps({"sha256": digest, "folder": str(FOLDER)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
