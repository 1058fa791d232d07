"""How good an encoder is, as code, is what the page shows."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.engine import Engine
from embedding_core.evaluation import Judgements, Pairs, ProtocolParams, Ranker, paired_bootstrap
from embedding_core.search.cross_encoder import cross_encoder_revision
from embedding_core.snippets import evaluation
from embedding_core.sources import load_sample
from embedding_core.stages import EvaluateRetrieval, RunProtocols, ScorePairs, keep_judgements
from embedding_core.store import Store
from tests.core.retrieval.test_answer import cross_encoder
from tests.core.snippets.conftest import Run

__all__ = ["cross_encoder"]

ENCODER = "minilm-static"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path, cap_bytes=10**9))


SYSTEMS = ((ENCODER, Ranker.HYBRID), ("tf-idf", Ranker.DENSE))


def test_a_cross_encoder(run: Run, engine: Engine, cross_encoder: Path) -> None:
    dataset, name = load_sample("faq"), str(cross_encoder)
    engine.keep_dataset(dataset)
    given = Judgements({"a": "how do I pay"}, {"a": {dataset.ids[3]: 2}})
    key, space = keep_judgements(given, engine.store), engine.embedding(dataset, ENCODER)
    stage = EvaluateRetrieval(space, key, ("how do I pay",), Ranker.CROSS, 5, name, cross_encoder_revision(name))
    shown = engine.make(stage)
    told = [(ENCODER, "cross"), (ENCODER, "bm25")]
    left = run(evaluation.retrieval(dataset.key, told, key, 5, name))["scores"]
    assert left[ENCODER, "cross"].means == shown.means
    found = run(evaluation.difference(dataset.key, told, key, 5, "mrr", name))["found"]
    assert found.mean == pytest.approx(shown.means["mrr"] - left[ENCODER, "bm25"].means["mrr"])


def test_retrieval(run: Run, engine: Engine) -> None:
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    given = Judgements({"a": "how do I pay", "b": "lost parcel"}, {"a": {dataset.ids[3]: 2}, "b": {dataset.ids[9]: 1}})
    key = keep_judgements(given, engine.store)
    queries = tuple(given.queries.values())
    shown = {
        (encoder, ranker): engine.make(EvaluateRetrieval(engine.embedding(dataset, encoder), key, queries, ranker, 5))
        for encoder, ranker in SYSTEMS
    }
    told = [(encoder, str(ranker)) for encoder, ranker in SYSTEMS]
    left = run(evaluation.retrieval(dataset.key, told, key, 5))["scores"]
    assert {system: scores.means for system, scores in left.items()} == {
        system: scores.means for system, scores in shown.items()
    }
    one, other = (scores.values["mrr"] for scores in shown.values())
    found = run(evaluation.difference(dataset.key, told, key, 5, "mrr"))["found"]
    assert found == paired_bootstrap(other, one)
    assert found.mean == pytest.approx(one.mean() - other.mean())


def test_pairs(run: Run, engine: Engine) -> None:
    dataset = Pairs(("a cat", "a dog", "rain"), ("a kitten", "a car", "snow"), np.array([4.0, 0, 3])).dataset("pairs")
    engine.keep_dataset(dataset)
    found = engine.make(ScorePairs(engine.embedding(dataset, ENCODER)))
    left = run(evaluation.pairs(dataset.key, ENCODER))["found"]
    assert (left.spearman, left.pearson) == (found.spearman, found.pearson)


def test_labels(run: Run, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    assert dataset.label is not None
    params = ProtocolParams(per_class=4, rounds=3)
    found = engine.make(RunProtocols(engine.embedding(dataset, ENCODER), dataset.label, None, params))
    assert run(evaluation.labels(dataset.key, ENCODER, dataset.label, None, params))["found"] == found
    assert f"by chance {np.mean(found.v_measure_chance):.4f}" in capsys.readouterr().out
    code = evaluation.labels(dataset.key, ENCODER, dataset.label, dataset.label, params)
    assert 'str.casefold() == "test"' in code
    compile(code, "snippet", "exec")
