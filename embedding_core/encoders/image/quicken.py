"""Models of others on processors that multiply bfloat16: the same modules, multiplying faster.

As in `bert.py`, weights are bfloat16 and packed for oneDNN once, and what is added up (the residual stream, norms,
softmax) stays in float32. Only `forward` of single modules is replaced: to the model around them they are what they
were. Which of them may be is seen in one run: some models take the weights of a module without calling it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from embedding_core.encoders.text import bert

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn


def quicken(model: nn.Module, run: Callable[[], object]) -> None:
    """Make a model multiply in bfloat16; nothing happens where the processor does not do that natively.

    Args:
        model: only run from now on, never trained.
        run: runs the model once, in all the ways in which it is going to be run.
    """
    from torch import nn

    if not bert.hardware()[0]:
        return
    called = _called(model, run)
    for module in model.modules():
        if isinstance(module, nn.Sequential) or type(module).__name__ == "Mlp":
            _fuse_gelus([layer for layer in module.children() if layer in called])
    for module in called:
        if isinstance(module, nn.MultiheadAttention):
            replace_forward(module, _attention(module))
        elif type(module) is nn.Linear and module.weight.numel():
            replace_forward(module, _linear(module))
        elif type(module) is nn.Conv2d:
            _lower_convolution(module)


def _called(model: nn.Module, run: Callable[[], object]) -> set[nn.Module]:
    """Return the modules that are called in a run; of attentions only those of a sequence to itself."""
    import torch
    from torch import nn

    called: set[nn.Module] = set()

    def note(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not isinstance(module, nn.MultiheadAttention) or _is_plain(module, args, kwargs):
            called.add(module)

    hooks = [module.register_forward_pre_hook(note, with_kwargs=True) for module in model.modules()]
    try:
        with torch.inference_mode():
            run()
    finally:
        for hook in hooks:
            hook.remove()
    return called


def _is_plain(module: nn.MultiheadAttention, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    mask = kwargs.get("attn_mask")
    return (
        module.batch_first
        and module.in_proj_bias is not None
        and len(args) == 3
        and all(arg is args[0] for arg in args)
        and kwargs.get("need_weights") is False
        and kwargs.keys() <= {"need_weights", "attn_mask"}
        and (mask is None or mask.is_floating_point())
    )


def _packed(weight: Tensor, bias: Tensor | None, gelu: bool = False) -> Callable[[Tensor], Tensor]:
    """Return x W^T + b in bfloat16, whatever x is."""
    import torch

    bias = torch.zeros(len(weight)) if bias is None else bias
    linear = bert.Linear(weight.detach().bfloat16(), bias.detach().bfloat16(), gelu)
    return lambda x: linear(x.bfloat16())


def _linear(module: nn.Linear) -> Callable[[Tensor], Tensor]:
    packed = _packed(module.weight, module.bias)
    return lambda x: packed(x).float()


def _fuse_gelus(layers: list[nn.Module]) -> None:
    """Compute each exact GELU together with the layer before it; what comes after multiplies bfloat16 anyway."""
    from torch import nn

    for wide, act in pairwise(layers):
        if type(wide) is nn.Linear and type(act) is nn.GELU and act.approximate == "none":
            replace_forward(wide, _packed(wide.weight, wide.bias, gelu=True))
            replace_forward(act, lambda x: x)


def _lower_convolution(module: nn.Conv2d) -> None:
    import torch

    module.to(dtype=torch.bfloat16, memory_format=torch.channels_last)  # type: ignore[call-overload]
    convolve = module.forward
    module.forward = lambda input: convolve(input.bfloat16()).to(input.dtype)  # type: ignore[method-assign]


def _attention(module: nn.MultiheadAttention) -> Callable[..., tuple[Tensor, None]]:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    heads, dim = module.num_heads, module.embed_dim
    # Attention divides by the root of a head's width: the queries do so beforehand.
    scale = torch.ones(3 * dim)
    scale[:dim] = (dim // heads) ** -0.5
    to_qkv = _packed(module.in_proj_weight * scale[:, None], module.in_proj_bias * scale)
    to_out = _packed(module.out_proj.weight, module.out_proj.bias)

    def attend(x: Tensor, *_: Tensor, need_weights: bool, attn_mask: Tensor | None = None) -> tuple[Tensor, None]:
        n, length, _dim = x.shape
        q, k, v = to_qkv(x).view(n, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        mask = attn_mask if attn_mask is None or attn_mask.ndim == 2 else attn_mask.view(n, heads, length, length)
        if length <= bert.SHORT:
            scores = q @ k.transpose(-1, -2)
            shares = (scores if mask is None else scores + mask).softmax(dim=-1, dtype=torch.float32)
            attended = shares.to(v.dtype) @ v
        else:
            mask = None if mask is None else mask.to(q.dtype)
            attended = scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=1.0)
        return to_out(attended.transpose(1, 2).reshape(n, length, dim)).float(), None

    return attend


def replace_forward(module: nn.Module, forward: Callable[..., Any]) -> None:
    """Let a module compute in another way and give its weights back; models still ask these for their type."""
    import torch

    module.forward = forward
    for part in module.modules():
        for name, _ in list(part.named_parameters(recurse=False)):
            setattr(part, name, torch.nn.Parameter(torch.empty(0), requires_grad=False))
