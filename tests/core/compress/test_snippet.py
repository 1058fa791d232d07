"""Smaller vectors as code keep what the page says they keep."""

from pathlib import Path

import pytest

from embedding_core.base.store import Store
from embedding_core.compress import CompressionParams
from embedding_core.compress.snippet import compression
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.judgments import Judgments, keep_judgments
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from tests.core.conftest import Run


@pytest.mark.parametrize("judged", [False, True])
def test_the_code_measures_what_the_page_measures(run: Run, tmp_path: Path, judged: bool) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    params = CompressionParams(k=5, queries=30, dims=(64,))
    given = Judgments({"a": "how do I pay", "b": "lost parcel"}, {"a": {dataset.ids[3]: 2}, "b": {dataset.ids[9]: 1}})
    texts = JudgedTexts.of(given, dataset.ids) if judged else None
    key = keep_judgments(given, engine.store) if judged else None
    shown = engine.make(Compress(engine.embedding(dataset, "minilm-static"), params, texts))
    left = run(compression(dataset.key, "minilm-static", params, 4, key))
    assert left["params"] == params
    found = left["found"]
    assert found.checks == shown.checks
    for one, other in zip(found.trials, shown.trials, strict=True):
        assert (one.item_bytes, one.fixed_bytes) == (other.item_bytes, other.fixed_bytes)
        assert [(q.recall, q.ndcg) for q in one.qualities] == [(q.recall, q.ndcg) for q in other.qualities]
    assert found.judged == shown.judged == 2 * judged
