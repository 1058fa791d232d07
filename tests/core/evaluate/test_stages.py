"""Many queries at once rank as one search after the other does, and judgments survive the store."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.stage import describe, revive
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import Judgments, keep_judgments, load_judgments
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.evaluate.rankings import RankQueries
from embedding_core.evaluate.stages import EvaluateRetrieval, RunProtocols, ScorePairs
from embedding_core.ranking.cross_encoder import cross_encoder_revision
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search import answer
from embedding_core.search.question import Question
from tests.core.search.test_answer import cross_encoder

__all__ = ["cross_encoder"]

QUERIES = ("my parcel has not come", "how do I pay", "zzzz")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), cap_bytes=10**9))


@pytest.fixture(scope="module")
def faq(engine: Engine) -> Dataset:
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    return dataset


@pytest.mark.parametrize("method", RankingMethod)
def test_all_at_once_ranks_as_search_does(
    engine: Engine, faq: Dataset, method: RankingMethod, cross_encoder: Path
) -> None:
    space, name = engine.embedding(faq, "minilm-static"), str(cross_encoder)
    model = (name, cross_encoder_revision(name)) if method is RankingMethod.CROSS else ()
    rows = engine.make(RankQueries(space, QUERIES, method, *model))
    assert rows.shape == (3, 100)
    for query, found in zip(QUERIES, rows, strict=True):
        asked = Question(query, method=RankingMethod(method), k=100, cross_encoder=name)
        one = answer(engine, faq, space, asked, engine.make)
        assert one is not None
        assert found[found >= 0].tolist() == one.hits.rows.tolist()


@pytest.mark.parametrize("method", RankingMethod)
def test_no_empty_text_is_ranked_and_no_query_is_a_sum(
    engine: Engine, method: RankingMethod, cross_encoder: Path
) -> None:
    dataset = Dataset.create("blank", ["king", "man", "", "woman", " ", "queen", "king - man + woman"])
    engine.keep_dataset(dataset)
    space, name = engine.embedding(dataset, "minilm-static"), str(cross_encoder)
    model = (name, cross_encoder_revision(name)) if method is RankingMethod.CROSS else ()
    query = "king - man + woman"
    rows = engine.make(RankQueries(space, (query,), method, *model))[0]
    assert not {2, 4} & set(rows.tolist())
    one = answer(engine, dataset, space, Question(query, method=method, k=9, cross_encoder=name), engine.make)
    assert one is not None
    assert rows[rows >= 0].tolist() == one.hits.rows.tolist()
    if method is not RankingMethod.CROSS:
        assert rows[0] == 6


def test_rankings_depend_on_what_they_are_made_of(engine: Engine, faq: Dataset) -> None:
    static, tfidf = (engine.embedding(faq, name) for name in ("minilm-static", "tf-idf"))
    assert RankQueries(static, QUERIES, RankingMethod.BM25).key == RankQueries(tfidf, QUERIES, RankingMethod.BM25).key
    assert RankQueries(static, QUERIES, RankingMethod.DENSE).key != RankQueries(tfidf, QUERIES, RankingMethod.DENSE).key
    assert (
        RankQueries(static, QUERIES, RankingMethod.DENSE).key
        != RankQueries(static, QUERIES[1:], RankingMethod.DENSE).key
    )
    with pytest.raises(ParameterError, match="no ranking method 'magic'"):
        RankQueries(static, QUERIES, "magic")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="No cross-encoder is given"):
        RankQueries(static, QUERIES, RankingMethod.CROSS)
    one, other = (RankQueries(static, QUERIES, RankingMethod.CROSS, "a", revision).key for revision in "12")
    assert one != other
    for stage in (
        EvaluateRetrieval(static, "0" * 64, QUERIES, RankingMethod.LATE, 5),
        EvaluateRetrieval(static, "0" * 64, QUERIES, RankingMethod.CROSS, 5, "a", "1"),
    ):
        assert revive(describe(stage)) == stage


def test_judgments_come_back_and_are_measured(engine: Engine, faq: Dataset) -> None:
    given = Judgments({"a": faq.texts[3], "b": faq.texts[5]}, {"a": {faq.ids[3]: 2}, "b": {faq.ids[5]: 1}}, ("said",))
    key = keep_judgments(given, engine.store)
    assert load_judgments(key, engine.store) == given
    assert keep_judgments(given, engine.store) == key
    space = engine.embedding(faq, "minilm-static")
    scores = engine.make(EvaluateRetrieval(space, key, tuple(given.queries.values())))
    assert scores.queries == ("a", "b")
    assert scores.means["mrr"] == scores.means["ndcg@10"] == 1


def test_pairs_and_labels(engine: Engine, faq: Dataset) -> None:
    space = engine.embedding(faq, "minilm-static")
    with pytest.raises(InputError, match="has no scored pairs"):
        engine.make(ScorePairs(space))
    with pytest.raises(InputError, match="no column 'gone'"):
        engine.make(RunProtocols(space, "gone"))
    assert faq.label is not None
    found = engine.make(RunProtocols(space, faq.label))
    assert np.mean(found.accuracy) > 2 * np.mean(found.accuracy_chance)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_cranfield(shared_data: Path, tmp_path: Path) -> None:
    """What each engine is worth: nDCG@10 on 1,400 abstracts and 225 queries with judgments, by trec_eval's code."""
    from embedding_core.data.beir import read_beir
    from embedding_core.data.judgments import checked

    engine = Engine(Store(tmp_path, cap_bytes=10**10))
    found = read_beir(shared_data / "text" / "cranfield")
    judgments = checked(found.judgments, found.dataset.ids)
    assert judgments.warnings == ()
    engine.keep_dataset(found.dataset)
    space, key = engine.embedding(found.dataset, "all-MiniLM-L6-v2"), keep_judgments(judgments, engine.store)
    known = {
        RankingMethod.BM25: 0.349,
        RankingMethod.DENSE: 0.382,
        RankingMethod.HYBRID: 0.408,
        RankingMethod.LATE: 0.383,
    }
    queries = tuple(judgments.queries.values())
    measured = {
        method: engine.make(EvaluateRetrieval(space, key, queries, method)).means["ndcg@10"] for method in known
    }
    assert measured == pytest.approx(known, abs=0.006)
    assert measured[RankingMethod.HYBRID] > max(measured[RankingMethod.BM25], measured[RankingMethod.DENSE])
