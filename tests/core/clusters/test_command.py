"""`cluster`, run as a person runs it."""

from pathlib import Path

import pandas as pd
import pytest

from embedding_core.__main__ import main
from tests.core.similarity.test_command import FAST, TEXTS, file
from tests.core.test_cli import own_store, run

__all__ = ["file", "own_store"]


def test_kmeans(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    out = tmp_path / "clusters.parquet"
    result = run(capsys, "cluster", file, *FAST, "--k", 3, "--out", out)
    assert (result["k"], result["noise"], result["sizes"]) == (3, 0, [8, 8, 8])
    assert result["adjusted_rand"] == result["nmi"] == 1.0
    assert {str(name).split(",")[0] for name in result["names"]} <= {  # type: ignore[attr-defined]
        *("cat", "dog", "horse", "purrs", "barks", "neighs")
    }
    assert 0 < float(str(result["silhouette"])) <= 1
    frame = pd.read_parquet(out)
    assert frame.columns.tolist()[:2] == ["id", "cluster"]
    assert frame["text"].tolist() == TEXTS
    assert frame.groupby("cluster")["kind"].nunique().tolist() == [1, 1, 1]


def test_without_k_a_sweep_finds_it_and_says_why(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "cluster", file, *FAST)
    assert "silhouette" in str(result["reason"])
    assert result["k"] == 2  # no k above 2 leaves ten rows to a cluster


def test_hdbscan_finds_the_number_itself(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "cluster", file, *FAST, "--method", "hdbscan", "--min-cluster-size", 4)
    assert (result["k"], sum(result["sizes"]) + int(str(result["noise"]))) == (3, 24)  # type: ignore[call-overload]
    assert main(["cluster", str(file), *FAST, "--method", "hdbscan", "--k", "3"]) != 0
    assert "Leave --k out" in capsys.readouterr().err


def test_agglomerative_in_words(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert main(["cluster", str(file), *FAST, "--method", "agglomerative", "--k", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("3 clusters of 24 rows, silhouette ")
    assert len(lines) == 4


def test_more_clusters_than_rows(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "cluster", file, *FAST, "--k", 99)
    assert result["k"] == 24
    assert "99 clusters were requested" in str(result["note"])


@pytest.mark.parametrize("words", [("--k", "0"), ("--method", "hdbscan", "--min-cluster-size", "1")])
def test_mistakes_are_said(capsys: pytest.CaptureFixture[str], file: Path, words: tuple[str, ...]) -> None:
    assert main(["cluster", str(file), *FAST, *words]) != 0
    assert "Traceback" not in capsys.readouterr().err
