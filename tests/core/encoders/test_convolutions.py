from collections.abc import Iterator

import pytest
import timm
import torch
from timm.layers.conv2d_same import Conv2dSame
from torch import nn
from torch.nn.functional import cosine_similarity

from embedding_core.encoders.image.convolutions import _evenly_padded, fold_norms, pack
from embedding_core.encoders.text import bert

needs_onednn = pytest.mark.skipif(not bert.hardware()[1], reason="oneDNN does not serve this processor")


@pytest.fixture(autouse=True)
def made_up() -> Iterator[None]:
    torch.manual_seed(0)
    with torch.inference_mode():
        yield


def tower() -> nn.Module:
    """A tower whose norms are those of a trained one: none is the identity."""
    model = timm.create_model("tf_efficientnet_lite0", num_classes=16).eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(std=0.2)  # type: ignore[union-attr]
            module.running_var.uniform_(0.5, 2)  # type: ignore[union-attr]
            module.bias.normal_(std=0.3)
    return model


def pictures(side: int) -> torch.Tensor:
    return torch.randn(5, 3, side, side).to(memory_format=torch.channels_last)


@pytest.mark.parametrize("side", [64, 71, 96])  # of 71 some are padded alike on both sides, some not
def test_packed_towers_see_what_they_saw(side: int) -> None:
    model, seen = tower(), pictures(side)
    before = model(seen)
    fold_norms(model)
    assert torch.allclose(model(seen), before, atol=1e-4 * before.abs().max().item())
    pack(model, seen[:1])
    after = model(seen)
    assert after.dtype is torch.float32
    assert cosine_similarity(after, before).min() > 0.999


@pytest.mark.parametrize("onednn", [pytest.param(True, marks=needs_onednn), False])
def test_without_bfloat16_they_see_exactly_that(monkeypatch: pytest.MonkeyPatch, onednn: bool) -> None:
    monkeypatch.setattr(bert, "hardware", lambda: (False, onednn))
    model, seen = tower(), pictures(64)
    fold_norms(model)
    before = model(seen)
    pack(model, seen[:1])
    after = model(seen)
    assert torch.allclose(after, before, atol=1e-4 * before.abs().max().item())
    assert onednn or torch.equal(after, before)  # then nothing is packed


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("size", [(16, 16), (15, 15), (16, 15), (7, 8), (2, 2)])
def test_even_padding_is_tensorflows(kernel: int, size: tuple[int, int]) -> None:
    convolution = Conv2dSame(4, 6, kernel, stride=2)
    seen = torch.randn(2, 4, *size)
    weight, padding = _evenly_padded(convolution, seen.shape)
    got = nn.functional.conv2d(seen, weight, convolution.bias, stride=2, padding=tuple(padding))
    assert torch.allclose(got, convolution(seen), atol=1e-5)
