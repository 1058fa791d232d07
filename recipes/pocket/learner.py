"""The training loop of the pocket encoder: a small image tower drawn to a frozen text tower (LiT, Zhai et al. 2022).

A step's batch, augmentation included, follows from the seed and the step's number alone, so a run that was stopped goes
on exactly as it would have.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recipes.pocket.augment import augment
from recipes.pocket.data import Corpus, drawn_rows, sampling_weights
from recipes.pocket.model import IMAGE_MEAN, IMAGE_STD, build_tower
from recipes.pocket.objective import Objective
from recipes.pocket.params import PocketParams
from recipes.pocket.teacher import FEATURES

if TYPE_CHECKING:
    import torch
    from torch import nn


class Learner:
    """The tower in training: its heads, its optimizer, the running average of its weights."""

    def __init__(self, params: PocketParams, start: dict[str, "torch.Tensor"] | None = None) -> None:
        import torch
        from torch import nn

        from recipes.pocket.depthwise import quicken_depthwise

        torch.manual_seed(params.seed)
        self.params = params
        self.step = 0
        tower: Any = build_tower(params.architecture)
        if start is not None:
            tower.load_state_dict(start)
        quicken_depthwise(tower)
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
        """Take one optimizer step on normalized pictures (n, 3, size, size); return the losses."""
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
        losses = objective(tower.get_classifier()(pooled), self.model["features"](pooled), rows, self.scales)
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
        """Write everything a later run needs to go on: weights, average, optimizer, step."""
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
class Sampler:
    """Draws the batch of a step."""

    corpus: Corpus
    params: PocketParams

    @cached_property
    def drawn(self) -> NDArray[np.bool_]:
        """Which rows are drawings, (n,)."""
        return drawn_rows(self.corpus.sets, self.params.drawn_sets)

    def batch(self, step: int, cumulative: NDArray[np.float64]) -> "tuple[torch.Tensor, torch.Tensor]":
        """Return normalized pictures (n, 3, size, size) and their rows (n,)."""
        import torch

        rng = np.random.default_rng([self.params.seed, step])
        rows = np.searchsorted(cumulative, rng.random(self.params.batch), side="right").clip(max=len(self.corpus) - 1)
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        pixels = torch.from_numpy(self.corpus.take(rows))
        drawn = torch.from_numpy(self.drawn[rows])
        pictures = augment(pixels, drawn, self.params.image_size, self.params.augment, generator)
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
