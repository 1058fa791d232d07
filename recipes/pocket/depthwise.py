"""Depthwise convolutions that learn quickly on a CPU in bfloat16.

oneDNN walks through the gradients of some of them one by one: that of the input where the stride is 2, that of the
weights where the kernel is 5 x 5. On AVX512-BF16 they take nine tenths of a training step of EfficientNet-Lite0. Here
the first is computed in float32 and the second as 25 sums of products; a step is several times as fast.
"""

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor, nn

WIDE = 5
"""Edge of the kernels whose weights' gradient is computed by hand."""


class _Depthwise(torch.autograd.Function):
    """A depthwise convolution without padding, in bfloat16, with quick gradients."""

    @staticmethod
    def forward(context: Any, pictures: "Tensor", weight: "Tensor", stride: int) -> "Tensor":
        pictures, half = pictures.bfloat16(), weight.bfloat16()
        context.save_for_backward(pictures, half)
        context.stride = stride
        return functional.conv2d(pictures, half, None, stride, 0, 1, pictures.shape[1])

    @staticmethod
    def backward(context: Any, *gradients: Any) -> "tuple[Tensor, Tensor, None]":
        pictures, weight = context.saved_tensors
        stride, gradient = context.stride, gradients[0].bfloat16()
        of_pictures = _gradient(gradient, pictures, weight, stride, of_weight=False, exact=stride > 1)
        if weight.shape[-1] < WIDE:
            of_weight = _gradient(gradient, pictures, weight, stride, of_weight=True, exact=False)
        else:
            of_weight = _summed(gradient, pictures, weight, stride)
        return of_pictures, of_weight.float(), None


def _gradient(
    gradient: "Tensor", pictures: "Tensor", weight: "Tensor", stride: int, *, of_weight: bool, exact: bool
) -> "Tensor":
    inputs = (gradient, pictures, weight)
    found = torch.ops.aten.convolution_backward(
        *(value.float() if exact else value for value in inputs),
        None,
        [stride, stride],
        [0, 0],
        [1, 1],
        False,
        [0, 0],
        pictures.shape[1],
        [not of_weight, of_weight, False],
    )
    return found[1 if of_weight else 0].to(gradient.dtype)  # type: ignore[no-any-return]


def _summed(gradient: "Tensor", pictures: "Tensor", weight: "Tensor", stride: int) -> "Tensor":
    high, wide = ((edge - 1) * stride + 1 for edge in gradient.shape[2:])
    total = torch.empty(weight.shape)
    for row in range(weight.shape[2]):
        for column in range(weight.shape[3]):
            seen = pictures[:, :, row : row + high : stride, column : column + wide : stride]
            total[:, 0, row, column] = (seen * gradient).sum((0, 2, 3), dtype=torch.float32)
    return total


def quicken_depthwise(model: "nn.Module") -> None:
    """Give each depthwise convolution of a timm model the quick gradients, in place; its weights and names stay."""
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d) and 1 < module.in_channels == module.groups == module.out_channels:
            module.forward = _Quick(module)  # type: ignore[assignment]


class _Quick:
    """The way through one depthwise convolution while its model learns in bfloat16."""

    def __init__(self, module: "torch.nn.Conv2d") -> None:
        self.module = module
        self.plain = module.forward

    def __call__(self, pictures: "Tensor") -> "Tensor":
        if not torch.is_autocast_enabled("cpu"):
            return self.plain(pictures)
        module = self.module
        stride, kernel = module.stride[0], module.kernel_size[0]
        padded = functional.pad(pictures, _padding(module, pictures.shape[2:], stride, kernel))
        return _Depthwise.apply(padded, module.weight, stride)  # type: ignore[no-any-return]


def _padding(module: "torch.nn.Conv2d", edges: "torch.Size", stride: int, kernel: int) -> list[int]:
    """Return the padding left, right, above and below; TensorFlow's way puts the odd pixel last."""
    from timm.layers.conv2d_same import Conv2dSame

    if not isinstance(module, Conv2dSame):
        high, wide = (int(edge) for edge in module.padding)
        return [wide, wide, high, high]
    padding = []
    for edge in reversed(edges):
        total = max((-(-edge // stride) - 1) * stride + kernel - edge, 0)
        padding += [total // 2, total - total // 2]
    return padding
