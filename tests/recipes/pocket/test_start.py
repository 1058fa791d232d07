"""The weights that training starts from: another model's, reading and answering as ours."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from embedding_core.base.errors import InputError
from recipes.pocket import start
from recipes.pocket.model import IMAGE_MEAN, IMAGE_STD, build_tower
from recipes.pocket.text import load_words


@pytest.fixture
def published() -> dict[str, torch.Tensor]:
    import timm

    torch.manual_seed(0)
    state: dict[str, torch.Tensor] = timm.create_model(start.ARCHITECTURE).state_dict()
    state["bn1.running_mean"] = torch.randn(32)
    state["bn1.running_var"] = torch.rand(32) + 0.5
    return state


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Let random vectors stand for those of the 1,000 classes' names."""
    vectors = np.random.default_rng(0).normal(size=(1000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    monkeypatch.setattr(start, "encode_labels", lambda labels, _cache: vectors[: len(labels)])
    return vectors


def stem(weights: dict[str, torch.Tensor], pixels: torch.Tensor) -> torch.Tensor:
    tower = build_tower(start.ARCHITECTURE)
    kept = {name: value for name, value in weights.items() if not name.startswith("classifier")}
    tower.load_state_dict(kept, strict=False)
    tower.eval()
    with torch.inference_mode():
        seen: torch.Tensor = tower.bn1(tower.conv_stem(pixels))
    return seen[:, :, :-1, :-1]  # the last row and column also see the border


@pytest.mark.usefixtures("names")
def test_the_first_layer_sees_the_same_through_our_normalization(
    published: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    pixels = torch.rand(2, 3, 32, 32)
    mean, deviation = (torch.tensor(value)[:, None, None] for value in (IMAGE_MEAN, IMAGE_STD))
    weights = start.start_weights(published, tmp_path)
    assert not torch.equal(weights["conv_stem.weight"], published["conv_stem.weight"])
    found, expected = stem(weights, (pixels - mean) / deviation), stem(published, (pixels - 0.5) / 0.5)
    assert expected.std() > 0.1
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_what_looks_like_a_class_lands_at_its_name(
    published: dict[str, torch.Tensor], names: np.ndarray, tmp_path: Path
) -> None:
    weights = start.start_weights(published, tmp_path)
    build_tower(start.ARCHITECTURE).load_state_dict(weights)
    features = published["classifier.weight"] - published["classifier.weight"].mean(dim=0)
    found = (features * 100) @ weights["classifier.weight"].T + weights["classifier.bias"]
    nearest = (found @ torch.from_numpy(names).T).argmax(dim=1)
    assert len(load_words().classes) == 1000
    assert (nearest == torch.arange(1000)).float().mean() > 0.95


def test_only_the_published_file_is_read(
    published: dict[str, torch.Tensor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.pth"
    with pytest.raises(InputError, match="no weights"):
        start.published_weights(path)
    theirs = {f"theirs.{name}": value for name, value in published.items()}
    torch.save(theirs, path)
    with pytest.raises(InputError, match="not the published file"):
        start.published_weights(path)
    monkeypatch.setattr(start, "SHA_256", hashlib.sha256(path.read_bytes()).hexdigest())
    read = start.published_weights(path)
    assert list(read) == list(published)
    assert all(torch.equal(read[name], published[name]) for name in read)
