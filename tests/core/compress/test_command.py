"""`compress`, run as a person runs it."""

from pathlib import Path

import pandas as pd
import pytest

from embedding_core.__main__ import main
from tests.core.test_cli import own_store, run

__all__ = ["own_store"]

ANIMALS = ("cat", "dog", "horse", "owl", "bee", "ant")
TEXTS = [f"The {animal} {act} at door {i}." for animal in ANIMALS for act in ("sleeps", "runs") for i in range(8)]
FAST = ("--text-column", "text", "--encoder", "minilm-static", "--dims", "64", "--queries", 10)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "animals.csv"
    pd.DataFrame({"id": [f"r{i:02}" for i in range(len(TEXTS))], "text": TEXTS}).to_csv(path, index=False)
    return path


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"_id": "q1", "text": "a sleeping cat"}\n{"_id": "q2", "text": "a dog that runs"}\n')
    return path


def judged(tmp_path: Path, lines: str) -> Path:
    path = tmp_path / "judged.tsv"
    path.write_text("query-id\tcorpus-id\tscore\n" + lines)
    return path


def test_a_row_for_each_size_and_precision(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "compress", file, *FAST)
    rows = pd.DataFrame(result["compressed"])
    assert (result["rows"], result["indexed_rows"], result["queries"], result["judged_queries"]) == (96, 86, 10, 0)
    assert len(rows) == 5 * 3
    assert not rows.duplicated(["dims", "precision", "reduction"]).any()
    full = rows[(rows["dims"] == 256) & (rows["precision"] == "float32")].iloc[0]
    assert (full["recall@10"], full["bytes_per_vector"], full["bytes"]) == (1.0, 1024, 1024 * 96)
    assert pd.isna(full["recall@10_rescored"])
    bits = rows[(rows["dims"] == 64) & (rows["precision"] == "binary") & (rows["reduction"] == "truncated")].iloc[0]
    assert bits["bytes_per_vector"] == 8
    assert bits["recall@10"] <= bits["recall@10_rescored"] <= 1
    assert bits["bytes_per_billion_vectors"] >= 8_000_000_000
    assert not any(name.startswith("ndcg") for name in rows)


def test_as_text(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert main(["compress", str(file), *map(str, FAST), "--precision", "binary"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["dims", "reduction", "precision"]
    assert lines[1].split()[:4] == ["256", "none", "binary", "32"]


def test_judgments_give_ndcg(capsys: pytest.CaptureFixture[str], file: Path, queries: Path, tmp_path: Path) -> None:
    right = "".join(f"q1\tr{i:02}\t1\n" for i in range(8)) + "".join(f"q2\tr{i}\t2\n" for i in range(24, 32))
    right += "q1\tr0x\t1\n"
    words = ("--precision", "float32,binary", "--query-file", queries, "--judgments", judged(tmp_path, right))
    result = run(capsys, "compress", file, *FAST, *words)
    rows = pd.DataFrame(result["compressed"])
    assert result["judged_queries"] == 2
    assert "judgments of documents that are not in the data set" in result["warnings"][-1]
    assert rows["ndcg@10"].between(0, 1).all()
    assert rows["ndcg@10"].iloc[0] > 0.7
    assert rows["ndcg@10_rescored"].notna().sum() == len(rows) - 1


@pytest.mark.parametrize(
    ("lines", "summary"),
    [
        ("q9\tr00\t1\n", "judged queries without a text, 1 in all ('q9')"),
        ("q1\tr0x\t1\n", "not in the data set, 1 in all ('r0x')"),
        ("q1\tr00\tgood\n", "The score 'good' in row 2"),
        ("q1\tr00\n", "Line 2"),
        ("q1\tr00\t0\n", "No query can be evaluated"),
    ],
)
def test_judgments_that_make_no_sense(
    capsys: pytest.CaptureFixture[str], file: Path, queries: Path, tmp_path: Path, lines: str, summary: str
) -> None:
    words = ["--query-file", str(queries), "--judgments", str(judged(tmp_path, lines))]
    assert main(["compress", str(file), *map(str, FAST), *words]) == 1
    assert summary in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (["--dims", "0"], "Choose 1 or more"),
        (["-k", "99"], "1 to 25 neighbors"),
        (["--query-file", "nowhere.jsonl"], "go together"),
        (["--query-file", "nowhere.jsonl", "--judgments", "x"], "nowhere.jsonl cannot be read"),
        (["--sample", "20"], "20 rows are too few"),
    ],
)
def test_mistakes_are_said(capsys: pytest.CaptureFixture[str], file: Path, words: list[str], summary: str) -> None:
    default = ["--text-column", "text", "--encoder", "minilm-static"]
    assert main(["compress", str(file), *default, *words]) == 1
    assert summary in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (["--dims", "many"], "'many' is not numbers, as in 256,64"),
        (["--precision", "int4"], "'int4' is not one or more of float32,float16,int8,binary,pq"),
    ],
)
def test_wrong_usage_ends_with_2(
    capsys: pytest.CaptureFixture[str], file: Path, words: list[str], summary: str
) -> None:
    assert main(["compress", str(file), *words]) == 2
    assert summary in capsys.readouterr().err
