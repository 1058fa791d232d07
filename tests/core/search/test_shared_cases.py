"""Files that were once searched wrongly, by the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedding_core.__main__ import main
from embedding_core.base.config import load_config

pytestmark = pytest.mark.shared


@pytest.fixture
def cases(shared_data: Path) -> Path:
    return shared_data.parent / "cases"


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VECTORSCOPE_HOME", str(tmp_path / "home"))
    load_config.cache_clear()
    yield
    load_config.cache_clear()


def run(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert main([*map(str, words), "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def found(capsys: pytest.CaptureFixture[str], file: Path, where: str) -> list[int]:
    result = run(capsys, "search", file, "--encoder", "minilm-static", "--query", "animal", "-k", 20, "--where", where)
    return sorted(map(int, result["ids"]))


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("score > 6", [2, 3, 4, 5, 6, 11]),
        ("score < 6", [1, 7, 9]),
        ("score is empty", [0, 8, 10]),
        ("score != 5", [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("price > 5", [2, 3, 4, 6, 7, 9, 11]),
        ("date >= 2019-12-02", [0, 1, 2, 4]),
        ("ok = true and n < 5", [0, 2, 4]),
        ("id > 8", [9, 10, 11]),
    ],
)
def test_numbers_written_as_text(cases: Path, capsys: pytest.CaptureFixture[str], where: str, rows: list[int]) -> None:
    assert found(capsys, cases / "filter_numbers_as_text" / "filt.csv", where) == rows


@pytest.mark.parametrize("name", ["big.parquet", "big.json"])
def test_integers_of_19_digits(cases: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    file = cases / "filter_int64" / name
    assert found(capsys, file, "user = 1234567890123456789") == [0, 4]
    assert found(capsys, file, "user in (1234567890123456790, 7)") == [1, 5]
    assert found(capsys, file, "user > 1234567890123456789") == [1, 2]


@pytest.mark.parametrize("engine", ["dense", "bm25", "hybrid", "late"])
@pytest.mark.parametrize("encoder", ["all-MiniLM-L6-v2", "minilm-static", "tf-idf"])
def test_empty_texts(cases: Path, capsys: pytest.CaptureFixture[str], engine: str, encoder: str) -> None:
    query = "count the number of active residential customers"
    words = ("search", cases / "empty_text_hits" / "empt.csv", "--query", query, "-k", 10)
    result = run(capsys, *words, "--engine", engine, "--encoder", encoder)
    assert not {"d1", "d4", "d6"} & set(result["ids"])
    assert result["ids"]


def test_a_silhouette_with_zero_vectors(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(capsys, "cluster", cases / "silhouette_zero_vectors" / "zeros.parquet", "--k", 5)
    assert result["silhouette"] == pytest.approx(0.822, abs=5e-4)
    assert "no direction" in result["note"]
