"""`evaluate`, run as a person runs it."""

import json
from pathlib import Path

import pandas as pd
import pytest

from embedding_core.__main__ import main
from tests.core.search.test_answer import cross_encoder
from tests.core.test_cli import own_store, run

__all__ = ["cross_encoder", "own_store"]

ANIMALS = ("cat", "dog", "owl", "bee")
TEXTS = {f"{animal}{i}": f"The {animal} sat by door {i}." for animal in ANIMALS for i in range(6)}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "animals"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps({"_id": i, "text": t}) + "\n" for i, t in TEXTS.items()))
    (folder / "queries.jsonl").write_text("".join(json.dumps({"_id": a, "text": f"a {a}"}) + "\n" for a in ANIMALS))
    lines = [f"{animal}\t{animal}{i}\t1" for animal in ANIMALS for i in range(6)]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join([*lines, "cat\tgone\t1"]))
    return folder


@pytest.mark.parametrize("engine", ["dense", "bm25", "hybrid", "late"])
def test_retrieval(capsys: pytest.CaptureFixture[str], beir: Path, engine: str) -> None:
    result = run(capsys, "evaluate", "retrieval", beir, "--encoder", "minilm-static", "--engine", engine)
    assert result["queries"] == 4
    assert result["documents"] == 24
    assert {"ndcg@10", "recall@10", "map", "mrr"} <= set(result)
    if engine == "bm25":
        assert result["ndcg@10"] == result["map"] == result["mrr"] == 1
    assert "judgments of documents that are not in the data set, 1 in all ('gone')" in str(result["warnings"])


def test_the_help_says_how_deep_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "retrieval", "--help"]) == 0
    assert "map and mrr are of the first 100 hits" in " ".join(capsys.readouterr().out.replace("│", "").split())


def test_two_engines(capsys: pytest.CaptureFixture[str], beir: Path) -> None:
    words = ("--encoder", "minilm-static", "--engine", "bm25", "--compare-with", "bm25")
    result = run(capsys, "evaluate", "retrieval", beir, *words)
    assert result["compared_with"] == {"engine": "bm25", "difference": 0, "interval": [0, 0], "p": 1}
    assert main(["evaluate", "retrieval", str(beir), *words]) == 0
    assert "ndcg@10 +0.0000 compared with bm25" in capsys.readouterr().out


def test_a_cross_encoder(capsys: pytest.CaptureFixture[str], beir: Path, cross_encoder: Path) -> None:
    words = ("--encoder", "minilm-static", "--engine", "cross")
    result = run(
        capsys, "evaluate", "retrieval", beir, *words, "--cross-encoder", cross_encoder, "--compare-with", "dense"
    )
    dense = run(capsys, "evaluate", "retrieval", beir, "--encoder", "minilm-static")
    assert (result["engine"], result["queries"]) == ("cross", 4)
    # Random weights order all 24 documents anew.
    assert float(str(result["mrr"])) != dense["mrr"]
    assert main(["evaluate", "retrieval", str(beir), *words]) == 1
    assert "No cross-encoder is given" in capsys.readouterr().err
    assert main(["evaluate", "retrieval", str(beir), *words, "--cross-encoder", "nowhere"]) == 1
    assert "Unknown model or folder 'nowhere'" in capsys.readouterr().err


def test_pairs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    rows = [("a small cat", "a little cat", 5), ("a cat", "a kitten", 3), ("a cat", "a tax form", 0), ("x", "y", "")]
    pd.DataFrame(rows, columns=["one", "two", "score"]).to_csv(file, index=False)
    words = ("evaluate", "sts", file, "--encoder", "minilm-static", "--columns")
    result = run(capsys, *words, "one,two,score")
    assert (result["pairs"], result["skipped_pairs"]) == (3, 1)
    assert result["spearman"] == 1
    assert 0.5 < float(str(result["pearson"])) <= 1
    assert run(capsys, *words, "1,2,3") == result
    assert main([*map(str, words), "one,two,none"]) == 1
    assert "no column 'none'" in capsys.readouterr().err
    assert main([*map(str, words), "score,two,one"]) == 1
    assert "are not numbers" in capsys.readouterr().err


def test_labels(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "animals.csv"
    frame = pd.DataFrame({"text": TEXTS.values()})
    frame["animal"] = frame["text"].str.split().str[1]
    frame["split"] = ["train", "test"] * 12
    frame.to_csv(file, index=False)
    words = ("evaluate", "labels", file, "--text-column", "text", "--encoder", "minilm-static", "--per-class", 2)
    result = run(capsys, *words, "--label-column", "animal", "--split-column", "split")
    assert (result["classes"], result["train_rows"], result["test_rows"]) == (4, 8, 12)
    assert float(str(result["accuracy"])) > 0.8
    assert (result["accuracy_baseline"], result["macro_f1_baseline"]) == (0.25, 0.1)
    assert 0 < float(str(result["v_measure_baseline"])) < float(str(result["v_measure"]))
    assert main([*map(str, words), "--label-column", "animal", "--split-column", "split"]) == 0
    assert "macro_f1 1.0000 ± 0.0000, baseline 0.1000" in capsys.readouterr().out
    assert main([*map(str, words), "--label-column", "gone"]) == 1
    assert "no column 'gone'" in capsys.readouterr().err


def test_labels_of_two_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": TEXTS.values()})
    frame["animal"] = frame["text"].str.split().str[1]
    frame["split"] = ["train", "test"] * 12
    names = ("both", "train", "test")
    both, train, test = (tmp_path / f"{name}.csv" for name in names)
    frame.sort_values("split", ascending=False, kind="stable").to_csv(both, index=False)
    for file in (train, test):
        frame[frame["split"] == file.stem].drop(columns="split").to_csv(file, index=False)
    words = ("--text-column", "text", "--label-column", "animal", "--encoder", "minilm-static", "--per-class", 2)
    result = run(capsys, "evaluate", "labels", train, "--test", test, *words)
    assert (result["train_rows"], result["test_rows"]) == (8, 12)
    assert (result.pop("read")["rows"], result.pop("read_test")["rows"]) == (12, 12)  # type: ignore[index]
    of_one = run(capsys, "evaluate", "labels", both, "--split-column", "split", *words)
    assert of_one.pop("read")["columns"]["split"]["role"] == "split"  # type: ignore[index]
    assert result == of_one
    given = [str(word) for word in ("evaluate", "labels", train, "--test", test, *words)]
    assert main([*given, "--split-column", "animal"]) == 1
    assert "Both --test and --split-column" in capsys.readouterr().err
    frame[["text"]].to_csv(test, index=False)
    assert main(given) == 1
    assert "has no column 'animal'" in capsys.readouterr().err


@pytest.mark.shared
@pytest.mark.slow
def test_banking77(capsys: pytest.CaptureFixture[str], shared_data: Path) -> None:
    """MTEB's own Banking77Classification says 0.8004 of this encoder, its ten rounds 0.789 to 0.813."""
    folder = shared_data / "text" / "banking77"
    words = ("--text-column", "text", "--label-column", "category")
    result = run(capsys, "evaluate", "labels", folder / "train.csv", "--test", folder / "test.csv", *words)
    assert (result["classes"], result["train_rows"], result["test_rows"]) == (77, 616, 3080)
    assert result["accuracy"] == pytest.approx(0.8004, abs=0.01)


def test_a_folder_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["evaluate", "retrieval", str(tmp_path)]) == 1
    assert "corpus.jsonl" in capsys.readouterr().err


@pytest.mark.shared
@pytest.mark.slow
def test_sts_benchmark(capsys: pytest.CaptureFixture[str], shared_data: Path) -> None:
    file = shared_data / "text" / "stsbenchmark" / "sts-test.csv"
    result = run(capsys, "evaluate", "sts", file, "--columns", "column 6,column 7,column 5")
    assert result["pairs"] == 1379
    assert result["spearman"] == pytest.approx(0.8205, abs=0.002)
    assert result["pearson"] == pytest.approx(0.8275, abs=0.002)
