"""The parts of a picture as vectors: what a picture tower has just before it pools them, each part pooled alone.

Where pooling is a mean with nothing but a linear layer after it, as in pocket-clip, the mean of the parts is the
picture's own vector: class activation maps, Zhou et al. 2016, https://arxiv.org/abs/1512.04150. In a transformer every
patch has seen all others, and what it says of its own place is less sure: Zhou et al. 2022,
https://arxiv.org/abs/2112.01071.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import EncoderError, ParameterError
from embedding_core.base.types import Vector
from embedding_core.encoders import registry
from embedding_core.encoders.image.clip_model import Blueprint
from embedding_core.encoders.text import bert

if TYPE_CHECKING:
    from torch import Tensor, nn

    from embedding_core.encoders.image.picture_input import PictureInput
    from embedding_core.encoders.spec import EncoderSpec

SCALES = (1, 2, 3)


@dataclass(frozen=True, eq=False)
class Patches:
    """A picture in parts."""

    vectors: NDArray[np.float32]
    """(rows, columns, dim), of any length: longer ones count for more."""
    whole: Vector
    """(dim,): the picture's own vector, of length 1."""
    seen: NDArray[np.uint8]
    """(height, width, 3): what the model saw of it."""

    @property
    def agreement(self) -> float:
        """The cosine of the mean of the parts with the whole: 1 where the parts add up to it."""
        mean = self.vectors.reshape(-1, self.vectors.shape[-1]).mean(axis=0)
        return float(np.clip(mean @ self.whole / max(float(np.linalg.norm(mean)), 1e-12), -1, 1))


class PatchReader:
    """A picture tower that shows its parts."""

    def __init__(self, name: str, seen: "PictureInput", tower: "nn.Module") -> None:
        self.name = name
        self._seen = seen
        self._tower: Any = tower

    @property
    def scales(self) -> tuple[int, ...]:
        """How many times as large it can see a picture: a convolution goes on, a transformer has fixed places."""
        return SCALES if self._convolves else SCALES[:1]

    @property
    def _convolves(self) -> bool:
        return hasattr(self._tower, "trunk") and not hasattr(self._tower.trunk, "pos_embed")

    def read(self, data: bytes, scale: int = 1) -> Patches:
        """Return the parts of the picture in a file's bytes; at a larger scale it is enlarged and has more of them.

        Raises:
            InputError: the picture cannot be read.
            ParameterError: the tower cannot see at that scale.
        """
        import torch

        if scale not in self.scales:
            raise ParameterError(f"{self.name} cannot process pictures enlarged {scale} times.", "Choose 1.")
        seen = replace(self._seen, height=self._seen.height * scale, width=self._seen.width * scale)
        pixels = seen.read(data)
        bert.use_all_cores()
        with torch.inference_mode():
            picture = self._input(pixels)
            vectors = self._parts(picture).float().numpy()
            default = picture if scale == 1 else self._input(self._seen.read(data))
            whole = torch.nn.functional.normalize(self._tower(default).float(), dim=1)[0].numpy()
        return Patches(vectors, whole, pixels)

    def _input(self, pixels: NDArray[np.uint8]) -> "Tensor":
        import torch

        mean, std = (torch.tensor(values)[:, None, None] for values in (self._seen.mean, self._seen.std))
        picture: Tensor = (torch.from_numpy(pixels.copy()).permute(2, 0, 1).float() / 255 - mean) / std
        return picture[None]

    def _parts(self, picture: "Tensor") -> "Tensor":
        """Return (rows, columns, dim)."""
        tower = self._tower
        if hasattr(tower, "trunk"):
            trunk = tower.trunk
            features = trunk.forward_features(picture)
            if self._convolves:
                rows, columns = features.shape[2:]
                alone = features[0].permute(1, 2, 0).reshape(rows * columns, -1, 1, 1)
            else:
                alone = features[0, getattr(trunk, "num_prefix_tokens", 0) :, None]
                rows, columns = trunk.patch_embed.grid_size
            parts = tower.head(_pooled_alone(trunk, alone))
        else:
            rows, columns = tower.grid_size
            tower.output_tokens = True
            parts = tower(picture)[1][0]
            tower.output_tokens = False
            parts = tower.ln_post(parts) if tower.final_ln_after_pool else parts
            parts = parts if tower.proj is None else parts @ tower.proj
        vectors: Tensor = parts.reshape(rows, columns, -1)
        return vectors


def _pooled_alone(trunk: Any, alone: "Tensor") -> "Tensor":
    """Return what a trunk's head makes of each part as if it were all there is."""
    # A class token is pooled by leaving out all else; here there is none.
    if getattr(trunk, "global_pool", "") == "token":
        pooled: Tensor = trunk.head(trunk.head_drop(trunk.fc_norm(alone[:, 0])))
        return pooled
    skipped, trunk.num_prefix_tokens = getattr(trunk, "num_prefix_tokens", 0), 0
    try:
        made: Tensor = trunk.forward_head(alone)
    finally:
        trunk.num_prefix_tokens = skipped
    return made


def load(spec: "EncoderSpec") -> PatchReader:
    """Return the reader of an encoder's parts.

    Raises:
        EncoderError: the encoder has no parts of pictures.
        EncoderUnavailableError: its files are missing, or are not those of an open_clip model.
    """
    if spec.patch_scale is None:
        raise EncoderError(f"{spec.name} has no image patches.", "Choose pocket-clip or a CLIP model.")
    seen, tower = Blueprint.of(spec, registry.fetch(spec)).picture_tower()
    known: Any = tower
    if not hasattr(known, "trunk") and (not hasattr(known, "ln_post") or known.attn_pool is not None):
        raise EncoderError(
            f"{spec.name} pools its patches in a way that cannot be separated.",
            "Choose pocket-clip, or a CLIP or SigLIP model with a vision transformer.",
        )
    return PatchReader(spec.name, seen, tower)
