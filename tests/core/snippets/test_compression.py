"""Smaller vectors as code keep what the page says they keep."""

from pathlib import Path

from embedding_core.compression import CompressionParams
from embedding_core.engine import Engine
from embedding_core.snippets.compression import compression
from embedding_core.sources import load_sample
from embedding_core.stages import Compress
from embedding_core.store import Store
from tests.core.snippets.conftest import Run


def test_the_code_measures_what_the_page_measures(run: Run, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    params = CompressionParams(k=5, queries=30, dims=(64,))
    shown = engine.make(Compress(engine.embedding(dataset, "minilm-static"), params))
    left = run(compression(dataset.key, "minilm-static", params, 4))
    assert left["params"] == params
    found = left["found"]
    assert found.checks == shown.checks
    for one, other in zip(found.trials, shown.trials, strict=True):
        assert (one.item_bytes, one.fixed_bytes) == (other.item_bytes, other.fixed_bytes)
        assert [q.recall for q in one.qualities] == [q.recall for q in other.qualities]
