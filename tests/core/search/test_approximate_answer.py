"""Questions to a large data set: by way of an index of the vectors, or of all rows, and the answer says which."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.texts import made_texts
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.ranking import approximate
from embedding_core.ranking.approximate import CANDIDATES
from embedding_core.ranking.inverted_file import SAMPLED
from embedding_core.ranking.memory import vector_index_of
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search import answer, mode
from embedding_core.search.answer import Answer
from embedding_core.search.feedback import ExpansionParams
from embedding_core.search.mode import is_large, wants_index
from embedding_core.search.question import Question, SearchMode

ROWS = 12_000
QUERY = "where can I buy fresh bread"
NEAR = Question(QUERY, mode=SearchMode.APPROXIMATE)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), cap_bytes=10**9))


@pytest.fixture(scope="module")
def opened(engine: Engine) -> tuple[Dataset, Embed]:
    """Return a data set whose words and vectors have been indexed."""
    years = pd.DataFrame({"year": np.arange(ROWS) % 100})
    dataset = Dataset.create("made", made_texts(ROWS, 8), columns=years)
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, "minilm-static")
    engine.make(IndexWords(dataset.key))
    engine.make(IndexVectors(space))
    return dataset, space


def asked(engine: Engine, opened: tuple[Dataset, Embed], question: Question) -> Answer:
    found = answer(engine, *opened, question, engine.make)
    assert found is not None
    return found


def both(engine: Engine, opened: tuple[Dataset, Embed], question: Question) -> tuple[Answer, Answer]:
    """Return the answer by the index and the exact one."""
    return asked(engine, opened, question), asked(engine, opened, replace(question, mode=SearchMode.EXACT))


def test_the_same_is_found_with_the_same_scores(engine, opened):
    near, exact = both(engine, opened, NEAR)
    assert near.approximate is not None
    assert near.approximate.recall >= 0.95
    assert near.sampled == SAMPLED
    assert (exact.approximate, exact.sampled) == (None, 0)
    shared = np.intersect1d(near.hits.rows, exact.hits.rows)
    assert len(shared) >= 9
    scores = [dict(zip(found.hits.rows, found.hits.scores, strict=True)) for found in (near, exact)]
    assert [scores[0][row] for row in shared] == pytest.approx([scores[1][row] for row in shared], abs=2e-6)
    np.testing.assert_allclose(near.hits.percentiles, exact.hits.percentiles, atol=0.001)
    assert near.words == [near.words[place] for place in range(10)]


def test_data_below_the_size_is_compared_whole_unless_told_otherwise(engine, opened, monkeypatch):
    default = replace(NEAR, mode=SearchMode.AUTO)
    assert asked(engine, opened, default).approximate is None
    monkeypatch.setattr(mode, "APPROXIMATE_FROM", ROWS)
    assert asked(engine, opened, default).approximate is not None
    assert (is_large(ROWS), is_large(ROWS - 1)) == (True, False)
    assert not wants_index(replace(default, mode=SearchMode.EXACT), ROWS)


def test_until_the_index_is_there_every_row_is_compared(opened, tmp_path: Path):
    fresh = Engine(Store(tmp_path, cap_bytes=10**9))
    fresh.keep_dataset(opened[0])
    assert asked(fresh, opened, NEAR).approximate is None
    assert not fresh.ready(IndexVectors(opened[1]))


def test_what_an_index_cannot_bring_is_found_by_comparing(engine, opened):
    many, exact = both(engine, opened, replace(NEAR, k=CANDIDATES + 1))
    assert many.approximate is None
    assert len(many.hits.rows) == CANDIDATES + 1
    np.testing.assert_array_equal(many.hits.rows, exact.hits.rows)
    crowd = Question(more=tuple(range(1_500)), mode=SearchMode.APPROXIMATE)
    assert asked(engine, opened, crowd).approximate is None


def test_short_lists_do_not_cut_what_is_wanted(engine, opened):
    index = vector_index_of(engine, IndexVectors(opened[1]))
    assert index is not None
    quality = replace(index.quality, probed=1)
    engine._memory["vector index"][IndexVectors(opened[1]).key] = replace(index, quality=quality)
    try:
        assert len(asked(engine, opened, replace(NEAR, k=900)).hits.rows) == 900
    finally:
        engine._memory["vector index"][IndexVectors(opened[1]).key] = index


def test_filters_stack(engine, opened, monkeypatch):
    few = asked(engine, opened, replace(NEAR, where="year < 10"))
    assert (few.approximate, few.sampled) == (None, SAMPLED)
    exact = asked(engine, opened, replace(NEAR, where="year < 10", mode=SearchMode.EXACT))
    assert few.hits.rows.tolist() == exact.hits.rows.tolist()
    monkeypatch.setattr(approximate, "MOST_COMPARED", 100)
    near = asked(engine, opened, replace(NEAR, where="year < 10"))
    assert near.approximate is not None
    assert len(np.intersect1d(near.hits.rows, exact.hits.rows)) >= 9
    assert (opened[0].columns["year"].to_numpy()[near.hits.rows] < 10).all()
    assert len(asked(engine, opened, replace(NEAR, where="year > 1000")).hits.rows) == 0


def test_examples_and_expansion_move_the_query(engine, opened):
    plain = asked(engine, opened, NEAR).hits.rows.tolist()
    for changed in ({"more": (5, 6, 7)}, {"expansion": ExpansionParams()}, {"more": (5,), "less": (7,)}):
        near, exact = both(engine, opened, replace(NEAR, **changed))
        assert near.approximate is not None
        assert near.hits.rows.tolist() != plain
        assert len(np.intersect1d(near.hits.rows, exact.hits.rows)) >= 8
    alone = asked(engine, opened, Question(more=(5, 6), mode=SearchMode.APPROXIMATE))
    assert alone.approximate is not None
    assert not {5, 6} & set(alone.hits.rows.tolist())


def test_a_sum_names_what_would_be_first_otherwise(engine, opened):
    first, second = opened[0].texts[3], opened[0].texts[4]
    near, exact = both(engine, opened, replace(NEAR, words=f'"{first}" + "{second}"', arithmetic=True))
    assert near.approximate is not None
    assert near.first_otherwise == exact.first_otherwise in (3, 4)


def test_only_the_first_by_meaning_have_a_rank_in_the_fusion(engine, opened):
    near, exact = both(engine, opened, replace(NEAR, words=opened[0].texts[3], method=RankingMethod.HYBRID, k=200))
    assert near.approximate is not None
    assert near.sampled == 0
    assert near.hits.rows[0] == exact.hits.rows[0] == 3
    assert len(np.intersect1d(near.hits.rows[:20], exact.hits.rows[:20])) >= 17
    ranks = near.ranks[RankingMethod.DENSE]
    assert (ranks == 0).any()
    assert ranks.max() <= CANDIDATES
    words = asked(engine, opened, replace(NEAR, method=RankingMethod.BM25))
    assert words.approximate is None
    assert words.ranks[RankingMethod.DENSE].max() <= CANDIDATES


def test_a_second_look_is_at_what_the_index_brought(engine, opened):
    near = asked(engine, opened, replace(NEAR, method=RankingMethod.LATE))
    assert near.approximate is not None
    assert len(near.hits.rows) == 10
