"""Quick gradients are the gradients."""

import pytest
import torch
from timm.layers import Conv2dSame
from torch import nn

from recipes.pocket.depthwise import quicken_depthwise
from recipes.pocket.model import build_tower


def gradients(module: nn.Conv2d, pictures: torch.Tensor, lowered: bool) -> list[torch.Tensor]:
    pictures = pictures.clone().requires_grad_()
    module.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=lowered):
        seen = module(pictures)
    (seen.float() * torch.linspace(-1, 1, seen[0].numel()).view(seen[0].shape)).sum().backward()
    assert pictures.grad is not None
    assert module.weight.grad is not None
    return [seen.detach().float(), pictures.grad.float(), module.weight.grad.clone()]


@pytest.mark.parametrize("kind", [nn.Conv2d, Conv2dSame])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("edge", [8, 7])
def test_they_are_those_of_float32(kind: type[nn.Conv2d], stride: int, kernel: int, edge: int) -> None:
    torch.manual_seed(0)
    padding = 0 if kind is Conv2dSame else kernel // 2
    module = kind(6, 6, kernel, stride=stride, padding=padding, groups=6, bias=False)
    pictures = torch.randn(4, 6, edge, edge).contiguous(memory_format=torch.channels_last)
    expected = gradients(module, pictures, lowered=False)
    quicken_depthwise(module)
    for quick, exact in zip(gradients(module, pictures, lowered=True), expected, strict=True):
        assert quick.shape == exact.shape
        assert float((quick - exact).norm() / exact.norm()) < 0.01  # bfloat16 holds 3 digits
    for plain, exact in zip(gradients(module, pictures, lowered=False), expected, strict=True):
        assert torch.equal(plain, exact)


def test_a_tower_keeps_its_names_and_only_depthwise_layers_change() -> None:
    tower = build_tower("tf_efficientnet_lite0")
    before = list(tower.state_dict())
    quicken_depthwise(tower)
    assert list(tower.state_dict()) == before
    changed = {name for name, module in tower.named_modules() if "forward" in vars(module)}
    assert changed == {name for name, _ in tower.named_modules() if name.endswith("conv_dw")}
    assert len(changed) == 16
