"""A convolutional tower, run faster: as `quicken.py` does for transformers, with the same modules.

Norms become part of the convolutions before them, the ReLU6 after them is computed with them, their weights are packed
for oneDNN once, and where the processor multiplies bfloat16, the inverted residuals do (0013 has the times).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from embedding_core.encoders.image.quicken import replace_forward
from embedding_core.encoders.text import bert

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from torch import Tensor, nn


def fold_norms(model: nn.Module) -> None:
    """Make each batch norm part of the convolution that comes right before it, in place; the model only runs then."""
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for parent, (place, convolution), (norm_place, norm) in _neighbors(model):
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            setattr(parent, place, fuse_conv_bn_eval(convolution, norm))
            setattr(parent, norm_place, getattr(norm, "act", nn.Identity()))  # timm's norms hold the activation


def pack(model: nn.Module, picture: Tensor) -> None:
    """Let a model with folded norms convolve faster; nothing happens where oneDNN does not serve the processor.

    The first and the last layers and what is added up between the blocks stay float32: the cosine to all in float32
    is 0.9995 at least, where it is 0.9987 with all in bfloat16.

    Args:
        model: only run from now on, on pictures of one size, by threads that torch works in alone.
        picture: (n, 3, height, width) of that size.
    """
    import torch
    from timm.models._efficientnet_blocks import InvertedResidual
    from torch import nn

    lower, able = bert.hardware()
    if not able:
        return
    sizes = _input_sizes(model, picture)
    bert.use_all_cores()
    # Weights packed for another number of threads than they are used by are packed again every time.
    torch.set_num_threads(1)
    try:
        for parent, (_, convolution), (_, after) in _neighbors(model):
            if isinstance(convolution, nn.Conv2d):
                dtype = torch.bfloat16 if lower and isinstance(parent, InvertedResidual) else torch.float32
                clipped = isinstance(after, nn.ReLU6)
                replace_forward(convolution, _packed(convolution, sizes[convolution], dtype, clipped))
                if clipped:
                    replace_forward(after, lambda x: x)
    finally:
        bert.use_all_cores()


def _neighbors(model: nn.Module) -> list[tuple[nn.Module, tuple[str, nn.Module], tuple[str, nn.Module]]]:
    """Return all pairs of modules that follow each other, by name, with the module they are in."""
    return [
        (parent, first, second)
        for parent in model.modules()
        for first, second in pairwise(list(parent.named_children()))
    ]


def _input_sizes(model: nn.Module, picture: Tensor) -> dict[nn.Module, torch.Size]:
    import torch
    from torch import nn

    sizes: dict[nn.Module, torch.Size] = {}

    def note(module: nn.Module, args: tuple[Any, ...]) -> None:
        sizes[module] = args[0].shape

    hooks = [module.register_forward_pre_hook(note) for module in model.modules() if isinstance(module, nn.Conv2d)]
    try:
        with torch.inference_mode():
            model(picture)
    finally:
        for hook in hooks:
            hook.remove()
    return sizes


def _packed(convolution: nn.Conv2d, size: torch.Size, dtype: torch.dtype, clipped: bool) -> Callable[[Tensor], Tensor]:
    """Return what a convolution does to inputs of a size, with a ReLU6 after it where it is `clipped`."""
    import torch

    weight, padding = _evenly_padded(convolution, size)
    assert convolution.bias is not None  # its norm's
    bias = convolution.bias.detach().to(dtype)
    form: list[Any] = [padding, list(convolution.stride), list(convolution.dilation), convolution.groups]
    weight = torch.ops.mkldnn._reorder_convolution_weight(weight.to(dtype), *form, list(size))
    form += ["hardtanh", [0.0, 6.0], ""] if clipped else ["none", [], ""]
    convolve = torch.ops.mkldnn._convolution_pointwise

    def see(x: Tensor) -> Tensor:
        seen: Tensor = convolve(x.to(dtype), weight, bias, *form)
        return seen if clipped else seen.float()  # without an activation it is what is added up

    return see


def _evenly_padded(convolution: nn.Conv2d, size: torch.Size) -> tuple[Tensor, list[int]]:
    """Return weights and paddings that pad both sides alike, for inputs of a size, none dilated.

    TensorFlow's "same" may pad one more at the end than at the beginning, which costs torch a copy. Weights with a 0
    put before them do the same with that one more on both sides.
    """
    from timm.layers.conv2d_same import Conv2dSame
    from timm.layers.padding import get_same_padding
    from torch.nn.functional import pad

    weight = convolution.weight.detach()
    if not isinstance(convolution, Conv2dSame):
        return weight, [int(length) for length in convolution.padding]
    ends: list[int] = []
    before: list[int] = []
    for axis in (0, 1):
        total = get_same_padding(size[2 + axis], convolution.kernel_size[axis], convolution.stride[axis], 1)
        ends.append(total - total // 2)
        before.append(ends[axis] - total // 2)
    return pad(weight, (before[1], 0, before[0], 0)), ends
