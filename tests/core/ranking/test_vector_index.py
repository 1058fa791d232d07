"""An index of vectors in the store: built once, loaded whole, stopped half-way, and built again when damaged."""

import threading
from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import InputError, JobCancelledError
from embedding_core.base.stage import Lane, describe, revive
from embedding_core.base.store import Store
from embedding_core.base.vectors import Metric
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.ranking.approximate import score_nearest
from embedding_core.ranking.inverted_file import ApproximateParams
from embedding_core.ranking.memory import vector_index_of
from embedding_core.ranking.vector_index import IndexVectors
from tests.lanes import local_engine

ROWS, DIM = 3_000, 16


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path, cap_bytes=10**9))


def space(engine: Engine, rows: int = ROWS) -> Embed:
    vectors = np.random.default_rng(0).normal(size=(rows, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # of one length, so that every metric is served
    dataset = Dataset.create("brought", [""] * rows, vectors=vectors)
    engine.keep_dataset(dataset)
    return engine.embedding(dataset, "vectors")


def test_what_is_stored_is_what_was_built(engine, monkeypatch):
    stage = IndexVectors(space(engine))
    assert vector_index_of(engine, stage) is None
    built = engine.make(stage)
    vectors = stage.space.load(engine.store)
    loaded = vector_index_of(engine, stage)
    assert loaded is vector_index_of(engine, stage)
    assert loaded.quality == built.quality
    assert set(loaded.backgrounds) == set(Metric)
    fresh = vector_index_of(Engine(engine.store), stage)
    for metric in Metric:
        one, other = (score_nearest(vectors, vectors[5], index, metric) for index in (loaded, fresh))
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.sample, other.sample)
    monkeypatch.setattr(IndexVectors, "make", None)
    assert engine.make(stage).quality == built.quality


def test_another_space_or_another_recall_is_another_index(engine):
    here, there = space(engine), space(engine, ROWS + 1)
    stages = [IndexVectors(here), IndexVectors(there), IndexVectors(here, ApproximateParams(recall=0.9))]
    assert len({stage.key for stage in stages}) == 3
    assert [revive(describe(stage)) for stage in stages] == stages
    assert stages[0].lane is Lane.MAP
    assert stages[0].needs() == (here,)


def test_a_damaged_index_is_none(engine):
    stage = IndexVectors(space(engine))
    engine.make(stage)
    folder = engine.store.root / stage.kind / stage.key
    (folder / "lists.faiss").write_bytes(b"no index")
    fresh = Engine(Store(engine.store.root, cap_bytes=10**9))
    assert vector_index_of(fresh, stage) is None
    assert not fresh.ready(stage)
    assert fresh.make(stage).quality.recall >= 0.95


def test_a_job_can_be_cancelled_and_leaves_nothing(tmp_path):
    engine = local_engine(tmp_path / "jobs")
    stage = IndexVectors(space(engine))
    engine.make(stage.space)
    under_way, go_on = threading.Event(), threading.Event()
    make = IndexVectors.make

    def held(self, store, progress):
        def heed(done, total):
            under_way.set()
            go_on.wait(120)
            progress(done, total)

        make(self, store, heed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IndexVectors, "make", held)
        job = engine.start(stage, "me")
        assert job is not None
        assert under_way.wait(120)
        engine.queue.cancel(job, "me")
        go_on.set()
        assert job.wait(120)
    assert isinstance(job.error, JobCancelledError)
    assert vector_index_of(engine, stage) is None
    engine.retry(stage, "me")
    assert engine.result(stage, "me", 30) is not None
    engine.queue.close()


def test_too_few_rows_are_refused(engine):
    with pytest.raises(InputError, match="20 rows"):
        engine.make(IndexVectors(space(engine, 20)))
