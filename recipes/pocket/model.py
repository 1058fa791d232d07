"""The image tower of the pocket encoder, and its weights on disk."""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix

if TYPE_CHECKING:
    import torch
    from torch import nn

EMBED_DIM = 384
IMAGE_MEAN = (0.485, 0.456, 0.406)
IMAGE_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class TowerConfig:
    """Which timm model, and the edge in pixels of the pictures it reads."""

    architecture: str = "tf_efficientnet_lite0"
    image_size: int = 64


def build_tower(architecture: str) -> "nn.Module":
    """Return an untrained timm model whose classifier is the projection to the text space."""
    import timm

    return timm.create_model(architecture, pretrained=False, num_classes=EMBED_DIM)


def load_weights(path: Path) -> dict[str, "torch.Tensor"]:
    """Return float32 weights of a tower from a safetensors file, with or without open_clip's `visual.trunk.` prefix."""
    import torch
    from safetensors.torch import load_file

    if not path.is_file():
        raise InputError(f"There are no weights at {path}.", "Name a safetensors file of the tower.")
    state = load_file(path)
    trunk = {key.removeprefix("visual.trunk."): value for key, value in state.items() if not key.startswith("text.")}
    return {key: value.float() if value.dtype == torch.float16 else value for key, value in trunk.items() if "." in key}


def preprocess(encoded: list[bytes], image_size: int) -> "torch.Tensor":
    """Return (n, 3, image_size, image_size): short side resized, center cropped, normalized, as open_clip does."""
    import torch
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms import functional as vision

    from recipes.pocket.data import decode

    batch = []
    for picture in encoded:
        image = vision.resize(decode(picture), [image_size], InterpolationMode.BICUBIC)
        image = vision.center_crop(image, [image_size, image_size])
        batch.append(vision.normalize(vision.to_tensor(image), list(IMAGE_MEAN), list(IMAGE_STD)))
    return torch.stack(batch)


def encode_pictures(tower: "nn.Module", encoded: tuple[bytes, ...], image_size: int, batch: int = 128) -> Matrix:
    """Return (n, 384) unit vectors of encoded pictures."""
    import torch

    tower.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(encoded), batch):
            output = tower(preprocess(list(encoded[start : start + batch]), image_size))
            parts.append(torch.nn.functional.normalize(output.float(), dim=1))
    vectors: Matrix = torch.cat(parts).numpy()
    return vectors


def model_config(config: TowerConfig) -> dict[str, Any]:
    """Return the open_clip description; the loader puts the local MiniLM folder in the place of the two names."""
    return {
        "model_cfg": {
            "embed_dim": EMBED_DIM,
            "vision_cfg": {
                "timm_model_name": config.architecture,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "",
                "image_size": config.image_size,
            },
            "text_cfg": {
                "hf_model_name": "sentence-transformers/all-MiniLM-L6-v2",
                "hf_tokenizer_name": "sentence-transformers/all-MiniLM-L6-v2",
                "hf_model_pretrained": False,
                "hf_pooler_type": "mean_pooler",
                "hf_proj_type": None,
            },
            "custom_text": True,
        },
        "preprocess_cfg": {
            "mean": IMAGE_MEAN,
            "std": IMAGE_STD,
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }


def export(state: dict[str, "torch.Tensor"], log_scale: float, config: TowerConfig, folder: Path) -> str:
    """Write weights in float16, the logarithm of their scale and open_clip's description; return the SHA-256.

    The description holds the SHA-256 too, and the scale itself.
    """
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    half = {
        f"visual.trunk.{key}": (value.half() if value.is_floating_point() else value).contiguous()
        for key, value in state.items()
    }
    half["logit_scale"] = torch.tensor(log_scale)
    target = folder / "open_clip_model.safetensors"
    with torch.inference_mode():
        save_file(half, target, metadata={"format": "pt"})  # more than one entry would come in any order
    target.chmod(0o644)  # safetensors lets only its writer read
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    description = model_config(config) | {"sha256": digest, "logit_scale": round(math.exp(log_scale), 4)}
    (folder / "open_clip_config.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return digest
