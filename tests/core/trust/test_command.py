"""`trust`, run as a person runs it."""

from pathlib import Path

import pandas as pd
import pytest

from embedding_core.__main__ import main
from tests.core.test_cli import own_store, run

__all__ = ["own_store"]

TEXTS = [
    f"The {animal} {act} at door {i}." for animal in ("cat", "dog", "owl") for act in ("sat", "ran") for i in range(9)
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "animals.csv"
    pd.DataFrame({"text": TEXTS}).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("method", ["umap", "pca"])
def test_trust(capsys: pytest.CaptureFixture[str], file: Path, method: str) -> None:
    words = ("trust", file, "--text-column", "text", "--encoder", "minilm-static", "--method", method)
    result = run(capsys, *words)
    assert result["rows"] == result["measured_rows"] == len(TEXTS)
    assert result["k"] == 15
    of = {name: result[name] for name in ("map", "pca", "shuffled")}
    assert of["map"]["trustworthiness"] > of["shuffled"]["trustworthiness"]  # type: ignore[index]
    assert set(of["map"]["curves"]["continuity"]) == {"5", "10", "15"}  # type: ignore[index]
    assert (of["map"] == of["pca"]) == (method == "pca")
    assert set(result["verdict"]) == {"trustworthiness", "continuity", "distance_correlation"}  # type: ignore[call-overload]
    assert result["space"]["dim"] == 256  # type: ignore[index]
    assert main([*map(str, words)]) == 0
    assert "trustworthiness" in capsys.readouterr().out


def test_rows_that_the_encoder_cut(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """MiniLM reads 256 tokens, the two that begin and end a text among them."""
    path = tmp_path / "long.csv"
    pd.DataFrame({"text": [*TEXTS[:20], "cat " * 254, "dog " * 255, "owl " * 600]}).to_csv(path, index=False)
    words = ("trust", path, "--text-column", "text", "--method", "pca", "--encoder")
    assert run(capsys, *words, "all-MiniLM-L6-v2")["space"]["truncated_rows"] == 2  # type: ignore[index]
    assert run(capsys, *words, "minilm-static")["space"]["truncated_rows"] is None  # type: ignore[index]
    assert main([*map(str, words), "all-MiniLM-L6-v2"]) == 0
    assert "truncated rows 2" in capsys.readouterr().out


def test_seeds(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "trust", file, "--text-column", "text", "--encoder", "minilm-static", "--seeds", 1)
    assert len(result["seeds"]["disparity"]) == 1  # type: ignore[index]


def test_too_few_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    pd.DataFrame({"text": ["a cat", "a dog", "an owl"]}).to_csv(path, index=False)
    assert main(["trust", str(path), "--text-column", "text", "--encoder", "minilm-static"]) == 1
    assert "3 rows cannot be measured" in capsys.readouterr().err
    assert main(["trust", str(path), "--text-column", "text", "--method", "tsne", "--dims", "3"]) == 1
    assert "cannot draw in 3 dimensions. Choose 2" in capsys.readouterr().err
