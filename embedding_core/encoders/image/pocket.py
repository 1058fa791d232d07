"""pocket-clip, the default for pictures: an image tower trained by this project into MiniLM's own space.

LiT, Zhai et al. 2022, https://arxiv.org/abs/2111.07991. Its folder is replaced as a whole by `recipes.pocket.export`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.image import open_clip_names as names
from embedding_core.encoders.image.clip import ClipEncoder
from embedding_core.encoders.image.clip_model import Blueprint, Towers
from embedding_core.encoders.image.convolutions import fold_norms, pack
from embedding_core.encoders.spec import EncoderSpec, ImageEncoder, Modality, Origin
from embedding_core.encoders.text.minilm import MINILM
from embedding_core.encoders.text.static import check_file

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).parents[1] / "models" / "pocket-clip"
_DESCRIPTION = json.loads((FOLDER / names.CONFIG_FILE).read_text(encoding="utf-8"))
WEIGHTS_SHA256: str = _DESCRIPTION["sha256"]
_SIDE: int = _DESCRIPTION["model_cfg"]["vision_cfg"]["image_size"]

POCKET_CLIP = EncoderSpec(
    name="pocket-clip",
    title="Pocket CLIP",
    reads=(Modality.IMAGE, Modality.TEXT),
    origin=Origin.EMBEDDED,
    summary="Pictures and English texts in MiniLM's space. Small and very fast; knows everyday things, misses detail.",
    loader=f"{__name__}:load",
    files=__name__,
    patch_scale=2,
    zero_shot_template="a photo of a {}",
    temperature=0.01,
    revision=WEIGHTS_SHA256[:12],
    dim=_DESCRIPTION["model_cfg"]["embed_dim"],
    max_tokens=MINILM.max_tokens,
    license="Apache-2.0; see its model card for the training data",
    size_mb=7.8,
    requires=tuple(dict.fromkeys((*names.REQUIRES, *MINILM.requires))),
    source="https://arxiv.org/abs/2111.07991",
    image_size=(_SIDE, _SIDE),
    logit_scale=_DESCRIPTION["logit_scale"],
)
FAMILY = EncoderFamily((POCKET_CLIP,), position=30)


def fetch(spec: EncoderSpec) -> Path:
    """Return the folder of the encoder."""
    return FOLDER


class Folded(Blueprint):
    """A convolutional tower whose norms are part of the convolutions before them."""

    def build(self) -> Towers:
        """Return the image tower, fast and ready."""
        import torch

        towers, visual = self._made()
        visual.to(memory_format=torch.channels_last)
        pack(visual, torch.zeros(1, 3, towers.picture_input.height, towers.picture_input.width))
        return towers

    def _visual_alone(self) -> tuple[Towers, nn.Module]:
        towers, visual = super()._visual_alone()
        fold_norms(visual)
        return towers, visual


def load(spec: EncoderSpec) -> ImageEncoder:
    """Return the encoder, its weights checked against their SHA-256.

    Raises:
        EncoderUnavailableError: the weights are missing or others, or MiniLM is.
    """
    check_file(FOLDER / names.WEIGHTS_FILES[0], WEIGHTS_SHA256)
    return read(spec, FOLDER)


def read(spec: EncoderSpec, folder: Path) -> ImageEncoder:
    """Return the encoder of a folder like the one that is shipped."""
    return ClipEncoder(spec, Folded.of(spec, folder))
