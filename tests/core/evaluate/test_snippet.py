"""How good an encoder is, as code, is what the page shows."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.store import Store
from embedding_core.data.judgments import Judgments, keep_judgments
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.evaluate import snippet
from embedding_core.evaluate.bootstrap import paired_bootstrap
from embedding_core.evaluate.pairs import ScoredPairs
from embedding_core.evaluate.protocols import ProtocolParams
from embedding_core.evaluate.stages import EvaluateRetrieval, RunProtocols, ScorePairs
from embedding_core.ranking.cross_encoder import cross_encoder_revision
from embedding_core.ranking.methods import RankingMethod
from tests.core.conftest import Run
from tests.core.search.test_answer import cross_encoder

__all__ = ["cross_encoder"]

ENCODER = "minilm-static"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path, cap_bytes=10**9))


SYSTEMS = ((ENCODER, RankingMethod.HYBRID), ("tf-idf", RankingMethod.DENSE))


def test_a_cross_encoder(run: Run, engine: Engine, cross_encoder: Path) -> None:
    dataset, name = load_sample("faq"), str(cross_encoder)
    engine.keep_dataset(dataset)
    given = Judgments({"a": "how do I pay"}, {"a": {dataset.ids[3]: 2}})
    key, space = keep_judgments(given, engine.store), engine.embedding(dataset, ENCODER)
    stage = EvaluateRetrieval(space, key, ("how do I pay",), RankingMethod.CROSS, 5, name, cross_encoder_revision(name))
    shown = engine.make(stage)
    record = [(ENCODER, "cross"), (ENCODER, "bm25")]
    left = run(snippet.retrieval(dataset.key, record, key, 5, name))["scores"]
    assert left[ENCODER, "cross"].means == shown.means
    found = run(snippet.difference(dataset.key, record, key, 5, "mrr", name))["found"]
    assert found.mean == pytest.approx(shown.means["mrr"] - left[ENCODER, "bm25"].means["mrr"])


def test_retrieval(run: Run, engine: Engine) -> None:
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    given = Judgments({"a": "how do I pay", "b": "lost parcel"}, {"a": {dataset.ids[3]: 2}, "b": {dataset.ids[9]: 1}})
    key = keep_judgments(given, engine.store)
    queries = tuple(given.queries.values())
    shown = {
        (encoder, method): engine.make(EvaluateRetrieval(engine.embedding(dataset, encoder), key, queries, method, 5))
        for encoder, method in SYSTEMS
    }
    record = [(encoder, str(method)) for encoder, method in SYSTEMS]
    left = run(snippet.retrieval(dataset.key, record, key, 5))["scores"]
    assert {system: scores.means for system, scores in left.items()} == {
        system: scores.means for system, scores in shown.items()
    }
    one, other = (scores.values["mrr"] for scores in shown.values())
    found = run(snippet.difference(dataset.key, record, key, 5, "mrr"))["found"]
    assert found == paired_bootstrap(other, one)
    assert found.mean == pytest.approx(one.mean() - other.mean())


def test_pairs(run: Run, engine: Engine) -> None:
    dataset = ScoredPairs(("a cat", "a dog", "rain"), ("a kitten", "a car", "snow"), np.array([4.0, 0, 3])).dataset(
        "pairs"
    )
    engine.keep_dataset(dataset)
    found = engine.make(ScorePairs(engine.embedding(dataset, ENCODER)))
    left = run(snippet.pairs(dataset.key, ENCODER))["found"]
    assert (left.spearman, left.pearson) == (found.spearman, found.pearson)


def test_labels(run: Run, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    assert dataset.label is not None
    params = ProtocolParams(per_class=4, rounds=3)
    found = engine.make(RunProtocols(engine.embedding(dataset, ENCODER), dataset.label, None, params))
    assert run(snippet.labels(dataset.key, ENCODER, dataset.label, None, params))["found"] == found
    assert f"random baseline {np.mean(found.v_measure_chance):.4f}" in capsys.readouterr().out
    code = snippet.labels(dataset.key, ENCODER, dataset.label, dataset.label, params)
    assert 'str.casefold() == "test"' in code
    compile(code, "snippet", "exec")
