"""What each engine is worth: nDCG@10 on the Cranfield collection, 1,400 abstracts and 225 queries with judgements."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from embedding_core.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.retrieval import Question, Searcher, answer
from embedding_core.store import Store

BAND = 0.006
KNOWN = {Searcher.BM25: 0.349, Searcher.DENSE: 0.382, Searcher.HYBRID: 0.408, Searcher.LATE: 0.383}


def ndcg(found: Sequence[str], judged: dict[str, float], k: int = 10) -> float:
    """Return what was found against the best order there could be; gains are the judgements themselves."""
    gains = [judged.get(name, 0) for name in found[:k]]
    best = sorted(judged.values(), reverse=True)[:k]
    worth, ideal = (sum(gain / math.log2(i + 2) for i, gain in enumerate(row)) for row in (gains, best))
    return worth / ideal if ideal else 0.0


def test_ndcg_is_right_on_a_case_made_by_hand():
    judged = {"a": 3.0, "b": 1.0, "c": 2.0}
    assert ndcg(["a", "c", "b"], judged) == 1
    expected = (1 / math.log2(2) + 3 / math.log2(4)) / (3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4))
    assert ndcg(["b", "x", "a"], judged) == pytest.approx(expected)
    assert ndcg(["x", "y"], judged) == ndcg(["a"], {}) == 0
    assert ndcg(["x"] * 10 + ["a"], judged) == 0


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_cranfield(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "text" / "cranfield"
    documents, queries = (
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
        for name in ("corpus", "queries")
    )
    judged: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        judged.setdefault(query, {})[document] = float(grade)
    texts = [f"{document['title']} {document['text']}".strip() for document in documents]
    dataset = Dataset.create("Cranfield", texts, ids=[document["_id"] for document in documents])
    engine = Engine(Store(tmp_path, cap_bytes=10**10))
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, "all-MiniLM-L6-v2")
    measured = {}
    for searcher in KNOWN:
        worth = 0.0
        for query in queries:
            found = answer(engine, dataset, space, Question(query["text"], searcher=searcher), engine.make)
            assert found is not None
            worth += ndcg([dataset.ids[row] for row in found.hits.rows], judged.get(query["_id"], {}))
        measured[searcher] = worth / len(queries)
    assert measured == pytest.approx(KNOWN, abs=BAND)
    assert measured[Searcher.HYBRID] > max(measured[Searcher.BM25], measured[Searcher.DENSE])
