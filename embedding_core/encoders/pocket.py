"""pocket-clip, the default for pictures: an image tower trained by this project into MiniLM's own space.

LiT, Zhai et al. 2022, https://arxiv.org/abs/2111.07991. Its folder is replaced as a whole by `training.pocket_export`.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from embedding_core.encoders import bert
from embedding_core.encoders import open_clip_names as names
from embedding_core.encoders.clip import ClipEncoder
from embedding_core.encoders.clip_model import Blueprint, Towers
from embedding_core.encoders.minilm import MINILM
from embedding_core.encoders.spec import EncoderSpec, Family, ImageEncoder, Modality, Origin
from embedding_core.encoders.static import check_file

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).parents[1] / "models" / "pocket-clip"
_DESCRIPTION = json.loads((FOLDER / names.CONFIG_FILE).read_text(encoding="utf-8"))
WEIGHTS_SHA256: str = _DESCRIPTION["sha256"]
_SIDE: int = _DESCRIPTION["model_cfg"]["vision_cfg"]["image_size"]

POCKET_CLIP = EncoderSpec(
    name="pocket-clip",
    title="Pocket CLIP",
    family=Family.CLIP,
    reads=(Modality.IMAGE, Modality.TEXT),
    origin=Origin.EMBEDDED,
    summary="Pictures and English words in MiniLM's space. Small and very quick; knows everyday things, misses detail.",
    loader=f"{__name__}:load",
    revision=WEIGHTS_SHA256[:12],
    dim=_DESCRIPTION["model_cfg"]["embed_dim"],
    max_tokens=MINILM.max_tokens,
    licence="Apache-2.0; see its card for the pictures it learned from",
    size_mb=7.8,
    requires=tuple(dict.fromkeys((*names.REQUIRES, *MINILM.requires))),
    source="https://arxiv.org/abs/2111.07991",
    image_size=(_SIDE, _SIDE),
    logit_scale=_DESCRIPTION["logit_scale"],
)


class Folded(Blueprint):
    """A convolutional tower whose norms are part of the convolutions before them.

    Where the processor multiplies bfloat16, its blocks do; the first and the last layers and what is added up between
    the blocks stay float32. Cosine to float32 0.9996 at least, where it is 0.9987 with all in bfloat16 and as fast.
    """

    def build(self) -> Towers:
        """Return the image tower, fast and ready."""
        import torch

        towers, visual = self._made()
        visual.to(memory_format=torch.channels_last)
        if bert.hardware()[0]:
            lower_blocks(visual)
        return towers

    def _visual_alone(self) -> tuple[Towers, nn.Module]:
        towers, visual = super()._visual_alone()
        fold_norms(visual)
        return towers, visual


def lower_blocks(model: nn.Module) -> None:
    """Let the inverted residuals of a model multiply in bfloat16, from their first convolution to their last."""
    import torch
    from timm.models._efficientnet_blocks import InvertedResidual

    for block in model.modules():
        if isinstance(block, InvertedResidual):
            for convolution in (block.conv_pw, block.conv_dw, block.conv_pwl):
                convolution.to(torch.bfloat16)
            block.conv_pw.register_forward_pre_hook(lambda _, inputs: (inputs[0].bfloat16(),))
            block.conv_pwl.register_forward_hook(lambda _, _inputs, output: output.float())


def fold_norms(model: nn.Module) -> None:
    """Make each batch norm part of the convolution that comes right before it, in place; the model only runs then."""
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for parent in list(model.modules()):
        for (place, convolution), (norm_place, norm) in pairwise(list(parent.named_children())):
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(parent, place, fuse_conv_bn_eval(convolution, norm))
                setattr(parent, norm_place, getattr(norm, "act", nn.Identity()))  # timm's norms hold the activation


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
