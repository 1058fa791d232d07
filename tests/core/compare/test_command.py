"""`compare`, run as a person runs it."""

from pathlib import Path

import pandas as pd
import pytest

from embedding_core.__main__ import main
from tests.core.test_cli import own_store, run

__all__ = ["own_store"]

BANKS = [f"We walked along the bank of the {river}." for river in ("Rhine", "Nile", "Oder", "Po", "Elbe", "Tiber")]
MONEY = [f"The bank gave {name} a loan." for name in ("Ann", "Ben", "Cleo", "Dan", "Eve", "Finn")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "banks.csv"
    texts = BANKS + MONEY
    pd.DataFrame({"id": [f"r{i:02}" for i in range(len(texts))], "text": texts}).to_csv(path, index=False)
    return path


def test_two_encoders(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    words = ("--text-column", "text", "--encoders", "minilm-static,tf-idf", "-k", 3)
    result = run(capsys, "compare", file, *words)
    assert (result["rows"], result["k"], result["encoders"]) == (12, 3, ["minilm-static", "tf-idf"])
    assert float(str(result["random_baseline"])) < float(str(result["overlap"])) <= 1
    assert 0 < float(str(result["cka"])) <= 1
    changed = result["most_changed"]
    assert isinstance(changed, list)
    assert len(changed) == 10
    shares = [one["overlap"] for one in changed]
    assert shares == sorted(shares)
    first = changed[0]
    lists = [set(first["neighbors"][name]) for name in ("minilm-static", "tf-idf")]
    assert len(lists[0] & lists[1]) / 3 == pytest.approx(first["overlap"], abs=1e-3)
    assert first["id"] not in lists[0] | lists[1]


def test_as_text(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    words = ["--text-column", "text", "--encoders", "tf-idf, minilm-static", "--top", "2"]
    assert main(["compare", str(file), *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "neighbors in common" in lines[0]
    assert "CKA 0." in lines[0]
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("names", "summary"),
    [
        ("tf-idf", "two encoders"),
        ("tf-idf,tf-idf", "Both are tf-idf"),
        ("tf-idf,minilm-statik", "minilm-static"),
        ("a,b,c", "two encoders"),
    ],
)
def test_mistakes_are_said(capsys: pytest.CaptureFixture[str], file: Path, names: str, summary: str) -> None:
    assert main(["compare", str(file), "--text-column", "text", "--encoders", names]) == 1
    assert summary in capsys.readouterr().err


def test_one_row_has_no_neighbors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    alone = tmp_path / "one.csv"
    alone.write_text("text\nalone\n")
    assert main(["compare", str(alone), "--text-column", "text", "--encoders", "minilm-static,tf-idf"]) == 1
    assert "at least 2 rows" in capsys.readouterr().err
