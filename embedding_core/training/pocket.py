"""Training of the pocket image encoder: a small image tower drawn to a frozen text tower (LiT, Zhai et al. 2022).

A step's batch, augmentation included, follows from the seed and the step's number alone, so a run that was stopped goes
on exactly as it would have.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import ParameterError
from embedding_core.training.pocket_augment import AugmentParams, augment
from embedding_core.training.pocket_data import Corpus, load_corpus, sampling_weights
from embedding_core.training.pocket_eval import evaluate_folder, mean_top1
from embedding_core.training.pocket_model import (
    IMAGE_MEAN,
    IMAGE_STD,
    TowerConfig,
    build_tower,
    encode_pictures,
    export,
    load_weights,
)
from embedding_core.training.pocket_targets import TaughtTargets, TextTargets, soften, taught_targets, text_targets
from embedding_core.training.pocket_teacher import FEATURES, load_lessons
from embedding_core.training.pocket_text import encode_labels, load_words
from embedding_core.types import Progress, no_progress

if TYPE_CHECKING:
    import torch
    from torch import nn

TEACHER = Path("teacher") / "tf2_mobilenet_v2_1.0_224_ptq.tflite"
CHECKPOINT = "checkpoint.safetensors"
LOG = "log.jsonl"


@dataclass(frozen=True)
class LossWeights:
    """How much each target counts."""

    label: float = 1.0
    caption: float = 0.5
    classes: float = 0.5
    concepts: float = 0.5
    features: float = 3.0


@dataclass(frozen=True)
class PocketParams:
    """The recipe."""

    architecture: str = "resnet10t"
    image_size: int = 64
    samples: int = 4_000_000
    """Pictures drawn in all."""
    batch: int = 256
    learning_rate: float = 1.5e-3
    warmup_samples: int = 50_000
    decay_fraction: float = 0.3
    """The learning rate falls linearly to 0 over the last part of the run; constant before."""
    weight_decay: float = 0.05
    ema_decay: float = 0.998
    max_scale: float = 100.0
    softening: float = 0.04
    balance: float = -0.35
    """A picture of a set of m pictures is drawn with weight m ** balance."""
    set_boosts: tuple[tuple[str, float], ...] = (("flickr8k_1000", 2.5), ("coco_mini", 2.0))
    loss: LossWeights = field(default_factory=LossWeights)
    augment: AugmentParams = field(default_factory=AugmentParams)
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("image_size", "samples", "batch", "learning_rate"):
            if getattr(self, name) <= 0:
                raise ParameterError(f"{name} is {getattr(self, name)}.", "It must be above 0.")
        if not 0 <= self.decay_fraction <= 1:
            raise ParameterError(f"decay_fraction is {self.decay_fraction}.", "It lies between 0 and 1.")

    @property
    def steps(self) -> int:
        """Number of optimiser steps in all."""
        return -(-self.samples // self.batch)

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step."""
        warm = min(1.0, (step + 1) * self.batch / max(1, self.warmup_samples))
        left = (self.steps - step) / max(1.0, self.decay_fraction * self.steps)
        return self.learning_rate * min(warm, left, 1.0)


class Learner:
    """The tower in training: its heads, its optimiser, the running average of its weights."""

    def __init__(self, params: PocketParams, start: dict[str, "torch.Tensor"] | None = None) -> None:
        import torch
        from torch import nn

        torch.manual_seed(params.seed)
        self.params = params
        self.step = 0
        tower: Any = build_tower(params.architecture)
        if start is not None:
            tower.load_state_dict(start)
        self.model = nn.ModuleDict({"tower": tower, "features": nn.Linear(tower.num_features, FEATURES)})
        self.scales = nn.Parameter(torch.full((4,), 60.0).log())
        self.model.register_parameter("scales", self.scales)
        self.model.to(memory_format=torch.channels_last)
        self.ema = {key: value.detach().clone() for key, value in tower.state_dict().items()}
        flat = [value for value in self.model.parameters() if value.ndim < 2]
        deep = [value for value in self.model.parameters() if value.ndim >= 2]
        self.optimizer = torch.optim.AdamW(
            [{"params": deep, "weight_decay": params.weight_decay}, {"params": flat, "weight_decay": 0.0}],
            lr=params.learning_rate,
        )

    @property
    def tower(self) -> "nn.Module":
        """The image tower alone."""
        return self.model["tower"]

    def train_step(self, batch: "torch.Tensor", rows: "torch.Tensor", objective: "Objective") -> dict[str, float]:
        """Take one optimiser step on normalised pictures (n, 3, size, size); return the losses."""
        import torch

        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.rate_at(self.step)
        tower: Any = self.tower
        with torch.autocast("cpu", torch.bfloat16):
            pooled = tower.forward_head(
                tower.forward_features(batch.contiguous(memory_format=torch.channels_last)), pre_logits=True
            )
        pooled = pooled.float()
        losses = objective(tower.fc(pooled), self.model["features"](pooled), rows, self.scales)
        total = torch.stack(list(losses.values())).sum()
        self.optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self._average()
        self.step += 1
        return {"loss": float(total.detach())} | {name: float(value.detach()) for name, value in losses.items()}

    def _average(self) -> None:
        import torch

        decay = min(self.params.ema_decay, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            self.scales.clamp_(max=float(np.log(self.params.max_scale)))
            for key, value in self.tower.state_dict().items():
                if value.is_floating_point():
                    self.ema[key].lerp_(value, 1 - decay)
                else:
                    self.ema[key].copy_(value)

    def averaged_tower(self) -> "nn.Module":
        """Return a tower with the averaged weights, for evaluation."""
        tower = build_tower(self.params.architecture)
        tower.load_state_dict(self.ema)
        return tower

    def save(self, path: Path) -> None:
        """Write everything a later run needs to go on: weights, average, optimiser, step."""
        from safetensors.torch import save_file

        tensors = {f"model.{key}": value for key, value in self.model.state_dict().items()}
        tensors |= {f"ema.{key}": value for key, value in self.ema.items()}
        for number, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{key}": value for key, value in moments.items()}
        partial = path.with_suffix(".partial")
        metadata = {"step": str(self.step), "params": json.dumps(asdict(self.params))}
        save_file({key: value.contiguous() for key, value in tensors.items()}, partial, metadata=metadata)
        partial.rename(path)

    def restore(self, path: Path) -> None:
        """Take up where `save` left off."""
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}
            metadata = file.metadata()
        self.step = int(metadata["step"])
        parts: dict[str, dict[str, torch.Tensor]] = {"model": {}, "ema": {}, "optimizer": {}}
        for key, value in tensors.items():
            part, _, name = key.partition(".")
            parts[part][name] = value
        self.model.load_state_dict(parts["model"])
        self.ema = parts["ema"]
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in parts["optimizer"].items():
            number, _, name = key.partition(".")
            moments.setdefault(int(number), {})[name] = value
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": moments})


@dataclass(frozen=True)
class Objective:
    """The losses of a batch: cross-entropy over banks of texts, and the direction of the teacher's features."""

    texts: TextTargets
    taught: TaughtTargets | None
    weights: LossWeights
    softening: float

    def __call__(
        self, output: "torch.Tensor", features: "torch.Tensor", rows: "torch.Tensor", scales: "torch.Tensor"
    ) -> dict[str, "torch.Tensor"]:
        """Return the weighted losses of image outputs (n, 384) and predicted features (n, 1280) of the rows (n,)."""
        from torch.nn import functional

        images = functional.normalize(output, dim=1)
        scale = scales.exp()
        losses = {"label": self.weights.label * self._label(images, rows, scale[0])}
        if len(self.texts.captions):
            losses["caption"] = self.weights.caption * self._caption(images, rows, scale[1])
        if self.taught is not None:
            trust = self.taught.trust[rows]
            for name, bank, shares, own in (
                ("classes", self.taught.classes, self.taught.class_share, scale[2]),
                ("concepts", self.taught.concepts, self.taught.concept_share, scale[3]),
            ):
                entropy = _cross_entropy(images @ bank.T * own, shares[rows].float())
                losses[name] = getattr(self.weights, name) * (entropy * trust).mean()
            distance = 1 - functional.cosine_similarity(features, self.taught.features[rows].float(), dim=1)
            losses["features"] = self.weights.features * distance.mean()
        return losses

    def _label(self, images: "torch.Tensor", rows: "torch.Tensor", scale: "torch.Tensor") -> "torch.Tensor":
        right = self.texts.label_of[rows]
        images, right = images[right >= 0], right[right >= 0]
        bank = self.texts.labels
        shares = soften(bank[right] @ bank.T, self.softening)
        return _cross_entropy(images @ bank.T * scale, shares).sum() / len(rows)

    def _caption(self, images: "torch.Tensor", rows: "torch.Tensor", scale: "torch.Tensor") -> "torch.Tensor":
        right = self.texts.captions_of[rows]
        images, right = images[right[:, 0] >= 0], right[right[:, 0] >= 0]
        bank = self.texts.captions
        shares = soften(bank[right.flatten()] @ bank.T, self.softening).view(*right.shape, -1).mean(dim=1)
        return _cross_entropy(images @ bank.T * scale, shares).sum() / max(1, len(right))


def _cross_entropy(logits: "torch.Tensor", shares: "torch.Tensor") -> "torch.Tensor":
    return -(shares * logits.log_softmax(dim=1)).sum(dim=1)


@dataclass(frozen=True)
class Sampler:
    """Draws the batch of a step."""

    corpus: Corpus
    params: PocketParams

    def batch(self, step: int, cumulative: NDArray[np.float64]) -> "tuple[torch.Tensor, torch.Tensor]":
        """Return normalised pictures (n, 3, size, size) and their rows (n,)."""
        import torch

        rng = np.random.default_rng([self.params.seed, step])
        rows = np.searchsorted(cumulative, rng.random(self.params.batch), side="right").clip(max=len(self.corpus) - 1)
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        pixels = torch.from_numpy(self.corpus.pixels[rows])
        pictures = augment(pixels, self.params.image_size, self.params.augment, generator)
        mean, deviation = (torch.tensor(value)[None, :, None, None] for value in (IMAGE_MEAN, IMAGE_STD))
        return (pictures - mean) / deviation, torch.from_numpy(rows)


def train(
    learner: Learner,
    corpus: Corpus,
    objective: Objective,
    after_step: Callable[[Learner, dict[str, float]], bool],
) -> None:
    """Train until the recipe's samples are drawn or `after_step` returns False."""
    params = learner.params
    cumulative = np.cumsum(sampling_weights(corpus.sets, params.balance, dict(params.set_boosts)))
    sampler = Sampler(corpus, params)
    while learner.step < params.steps:
        batch, rows = sampler.batch(learner.step, cumulative)
        if not after_step(learner, learner.train_step(batch, rows, objective)):
            return


def prepare(
    data: Path, cache: Path, params: PocketParams, progress: Progress = no_progress
) -> tuple[Corpus, Objective]:
    """Return the training pictures of a folder and what they are drawn to; the teacher is asked where it is there."""
    import torch

    corpus = load_corpus(data / "train.parquet", cache, progress=progress)
    texts = text_targets(corpus, cache)
    taught = None
    if (data / TEACHER).is_file():
        lessons = load_lessons(data / TEACHER, corpus.pixels, cache, "train", progress)
        words = load_words()
        banks = [torch.from_numpy(encode_labels(list(names), cache)) for names in (words.classes, words.concepts)]
        taught = taught_targets(lessons, texts, *banks)
    return corpus, Objective(texts, taught, params.loss, params.softening)


@dataclass
class Watcher:
    """Looks after a run on disk: log lines, checkpoints, evaluation, a graceful end."""

    data: Path
    out: Path
    log_every: int
    evaluate_every: int
    stopped: bool = False
    sums: dict[str, float] = field(default_factory=dict)
    steps: int = 0
    since: float = field(default_factory=time.monotonic)

    def stop(self, *_: object) -> None:
        """Ask the run to end after the step in progress."""
        self.stopped = True

    def __call__(self, learner: Learner, losses: dict[str, float]) -> bool:
        """Take note of a step; return False when the run should end."""
        self.steps += 1
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        if learner.step % self.log_every == 0:
            self._log(learner)
            learner.save(self.out / CHECKPOINT)
        if learner.step % self.evaluate_every == 0:
            self.evaluate(learner)
        return not self.stopped

    def _log(self, learner: Learner) -> None:
        seconds = time.monotonic() - self.since
        means = {name: round(value / self.steps, 4) for name, value in self.sums.items()}
        rate = round(self.steps * learner.params.batch / seconds, 1)
        self.write({"samples": learner.step * learner.params.batch, "pictures_per_second": rate} | means)
        self.sums, self.steps, self.since = {}, 0, time.monotonic()

    def evaluate(self, learner: Learner) -> None:
        """Score the averaged weights, write the figures, keep the weights."""
        from safetensors.torch import save_file

        tower = learner.averaged_tower()
        size = learner.params.image_size
        scores = evaluate_folder(self.data, lambda encoded: encode_pictures(tower, encoded, size), self.out / "cache")
        figures = {score.name: round(score.value, 4) for score in scores}
        self.write({"samples": learner.step * learner.params.batch, "mean_top1": round(mean_top1(scores), 4)} | figures)
        save_file(tower.state_dict(), self.out / "averaged.safetensors")
        self.since = time.monotonic()

    def write(self, entry: dict[str, Any]) -> None:
        """Append one line to the log."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with (self.out / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": stamp} | entry) + "\n")


def parse(arguments: list[str] | None) -> tuple[argparse.Namespace, PocketParams]:
    """Return the options and the recipe they ask for."""
    recipe = PocketParams()
    parser = argparse.ArgumentParser(description="Train the pocket image encoder.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.parquet, test.parquet and teacher/")
    parser.add_argument("--out", type=Path, required=True, help="folder for cache, checkpoint, log and weights")
    parser.add_argument("--start", type=Path, help="weights to start from when there is no checkpoint")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--log-every", type=int, default=100, help="steps between log lines and checkpoints")
    parser.add_argument("--evaluate-every", type=int, default=1000, help="steps between evaluations")
    for name in ("samples", "batch", "image_size", "learning_rate", "decay_fraction", "seed"):
        default = getattr(recipe, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = parser.parse_args(arguments)
    names = ("samples", "batch", "image_size", "learning_rate", "decay_fraction", "seed")
    return options, replace(recipe, **{name: getattr(options, name) for name in names})


def main(arguments: list[str] | None = None) -> int:
    """Train from the newest checkpoint of `--out`, else from `--start`, else from nothing."""
    import torch

    options, params = parse(arguments)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    corpus, objective = prepare(options.data, options.out / "cache", params)
    learner = Learner(params, load_weights(options.start) if options.start else None)
    if (options.out / CHECKPOINT).is_file():
        learner.restore(options.out / CHECKPOINT)
    watcher = Watcher(options.data, options.out, options.log_every, options.evaluate_every)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, watcher.stop)
    train(learner, corpus, objective, watcher)
    learner.save(options.out / CHECKPOINT)
    if not watcher.stopped:
        watcher.evaluate(learner)
        export(learner.ema, TowerConfig(params.architecture, params.image_size), options.out / "model")
    return 0


if __name__ == "__main__":
    sys.exit(main())
