"""Augmentation of a whole batch at once, on tensors: crop, flip, light, color, loss of detail."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedding_core.base.errors import ParameterError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class AugmentParams:
    """How far a picture is changed each time it is drawn."""

    min_area: float = 0.4
    """Smallest crop as a share of the picture."""
    max_ratio: float = 4 / 3
    light: float = 0.3
    """Brightness, contrast and saturation are each multiplied by 1 - light to 1 + light."""
    gray_share: float = 0.05
    coarse_share: float = 0.2
    """Share of a batch that loses its detail: shrunk to 24 to 40 pixels and enlarged again, like a thumbnail."""
    drawn_area: float = 0.9
    """Smallest crop of a drawing. Its words tell places, counts and colors: it is not flipped, stretched or grayed."""

    def __post_init__(self) -> None:
        for name in ("min_area", "drawn_area"):
            if not 0 < getattr(self, name) <= 1:
                raise ParameterError(f"{name} is {getattr(self, name)}.", "It lies above 0 and is at most 1.")
        if self.max_ratio < 1:
            raise ParameterError(f"max_ratio is {self.max_ratio}.", "It is at least 1.")


def augment(
    pixels: "torch.Tensor", drawn: "torch.Tensor", size: int, params: AugmentParams, generator: "torch.Generator"
) -> "torch.Tensor":
    """Turn (n, edge, edge, 3) uint8 into (n, 3, size, size) float32 in 0 to 1; `drawn`, (n,), marks drawings."""
    batch = pixels.permute(0, 3, 1, 2).float().div_(255)
    batch = _crop(batch, drawn, size, params, generator)
    batch = _color(batch, drawn, params, generator)
    coarse = int(len(batch) * params.coarse_share)
    if coarse:
        batch[:coarse] = _lose_detail(batch[:coarse], generator)
    return batch


def _crop(
    batch: "torch.Tensor", drawn: "torch.Tensor", size: int, params: AugmentParams, generator: "torch.Generator"
) -> "torch.Tensor":
    import math

    import torch
    from torch.nn import functional

    count = len(batch)
    draw = torch.rand((5, count), generator=generator)
    least = torch.where(drawn, params.drawn_area, params.min_area)
    area = least + (1 - least) * draw[0]
    stretch = torch.exp((draw[1] - 0.5) * math.log(params.max_ratio) * ~drawn)
    width, height = (area.sqrt() * stretch).clamp(max=1), (area.sqrt() / stretch).clamp(max=1)
    flip = torch.where((draw[2] < 0.5) & ~drawn, -1.0, 1.0)
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0] = width * flip
    matrix[:, 1, 1] = height
    matrix[:, 0, 2] = (1 - width) * (2 * draw[3] - 1)
    matrix[:, 1, 2] = (1 - height) * (2 * draw[4] - 1)
    grid = functional.affine_grid(matrix, [count, 3, size, size], align_corners=False)
    return functional.grid_sample(batch, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def _color(
    batch: "torch.Tensor", drawn: "torch.Tensor", params: AugmentParams, generator: "torch.Generator"
) -> "torch.Tensor":
    import torch

    draw = torch.rand((4, len(batch), 1, 1, 1), generator=generator)
    brightness, contrast, saturation = (1 + params.light * (2 * draw[:3] - 1)).unbind()
    saturation = torch.where((draw[3] < params.gray_share) & ~drawn[:, None, None, None], 0.0, saturation)
    batch = batch * brightness
    gray = batch.mean(dim=1, keepdim=True)
    batch = gray + (batch - gray) * saturation
    middle = gray.mean(dim=(2, 3), keepdim=True)
    return (middle + (batch - middle) * contrast).clamp_(0, 1)


def _lose_detail(batch: "torch.Tensor", generator: "torch.Generator") -> "torch.Tensor":
    import torch
    from torch.nn import functional

    size = batch.shape[-1]
    small = int(torch.randint(24, 41, (1,), generator=generator))
    reduced = functional.interpolate(batch, (small, small), mode="bilinear", antialias=True)
    return functional.interpolate(reduced, (size, size), mode="bicubic").clamp_(0, 1)
