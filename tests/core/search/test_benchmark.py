"""The benchmark of searching runs, and both sides find the same."""

from pathlib import Path

import pytest

from benchmarks import approximate, search
from benchmarks.texts import made_texts
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine


def test_the_benchmark_runs_on_little() -> None:
    found = search.run(sizes=(200,), repeats=2, shown=False)
    measured = found["rows_200"]
    assert isinstance(measured, dict)
    ways = ("ours_dense", "ours_bm25", "ours_hybrid", "numpy_dense", "sklearn_dense", "bm25s")
    assert set(measured) == {f"{way}_ms" for way in ways}
    assert all(taken > 0 for taken in measured.values())


def test_the_plain_calls_find_what_ours_finds(tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = Dataset.create("made", made_texts(300, 12))
    engine.keep_dataset(dataset)
    plain = search.plain_ways(engine, dataset)
    query = dataset.texts[7]
    ours = search.engine_ways(engine, dataset, mark=False)
    dense = ours["ours_dense"](query).hits.rows.tolist()
    assert plain["numpy_dense"](query).tolist() == dense
    assert plain["sklearn_dense"](query)[1][0].tolist() == dense
    assert plain["bm25s"](query).documents[0][0] == ours["ours_bm25"](query).hits.rows[0] == 7


def test_the_benchmark_of_the_index_runs_on_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approximate, "_GRAPH_ROWS", 1_500)
    monkeypatch.setattr(approximate, "QUERIES", 20)
    monkeypatch.setattr(approximate.encoders, "DEFAULT_ENCODER", "minilm-static")
    found = approximate.run(made_texts(1_200, 6), rows=3_000)
    assert found["rows"] == 3_000
    assert found["index_bytes"] < found["float32_bytes"]  # type: ignore[operator]
    for recall in ("recall_said", "recall", "recall_of_short_queries", "among_real_rows"):
        assert all(0.85 < share <= 1 for share in found[recall])  # type: ignore[attr-defined]
    assert all(found[f"{way}_ms"] > 0 for way in ("exact", "approximate"))  # type: ignore[operator]
