"""The engine: the same stages in this process and through worker processes."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.config import Config
from embedding_core.base.errors import InputError, JobCancelledError, UnknownEncoderError, VectorscopeError
from embedding_core.base.jobs import Job, JobState
from embedding_core.base.stage import describe, revive
from embedding_core.base.store import Store
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset
from embedding_core.data.intake import bring_path
from embedding_core.data.samples.catalog import load_sample
from embedding_core.data.stages import BuildDataset
from embedding_core.encoders import DEFAULT_ENCODER
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine, app_engine
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.projection import PCAParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.ranking.dense import SearchParams, search


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Return an engine without a queue."""
    return Engine(Store(tmp_path, cap_bytes=10**9))


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return an engine as the app has it."""
    engine = app_engine(Config(home=tmp_path_factory.mktemp("store")))
    yield engine
    assert engine.queue is not None
    engine.queue.close()


def opened(engine: Engine, name: str = "words") -> Dataset:
    """Return a sample in the engine's store."""
    dataset = load_sample(name)
    engine.keep_dataset(dataset)
    return dataset


def test_from_a_file_to_a_map_and_a_search(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "pets.csv"
    file.write_text("text,kind\n" + "".join(f"{a} {b},{a}\n" for a in ("cat", "dog") for b in "abcdefgh"))
    dataset = engine.make(BuildDataset(bring_path(engine, file), ColumnChoice(text=("text",))))
    space = engine.embedding(dataset, "minilm-static")
    projection = engine.make(Project(space, UMAPParams(n_neighbors=5)))
    assert projection.coordinates.shape == (16, 2)
    engine.make(queries := EncodeQueries(("a dog",), space))
    hits = search(engine.make(space), engine.make(queries)[0], SearchParams(k=8))
    assert {dataset.columns["kind"][row] for row in hits.rows} == {"dog"}


def test_a_knob_redoes_its_own_stage_and_nothing_above(engine: Engine) -> None:
    dataset = opened(engine)
    space = engine.embedding(dataset, "minilm-static")
    first = Project(space, UMAPParams())
    second = Project(space, replace(UMAPParams(), min_dist=0.5))
    assert first.key != second.key
    assert first.needs()[0].key == second.needs()[0].key
    assert first.needs()[0].needs()[0].key == space.key
    more = Project(space, UMAPParams(n_neighbors=40))
    assert more.needs()[0].key != first.needs()[0].key


def test_another_label_embeds_nothing_again(engine: Engine) -> None:
    dataset = opened(engine)
    other = Dataset.create("other", list(dataset.texts))
    assert engine.embedding(dataset, "minilm-static").key == engine.embedding(other, "minilm-static").key
    assert engine.embedding(dataset, "minilm-static").key != engine.embedding(dataset, "tf-idf").key


def test_stages_survive_the_trip_to_a_worker(engine: Engine) -> None:
    space = engine.embedding(opened(engine), "minilm-static")
    for stage in (space, Project(space, UMAPParams(seed=3)), Project(space, PCAParams()), FindNeighbors(space)):
        again = revive(describe(stage))
        assert again == stage
        assert again.key == stage.key


def test_tf_idf_answers_queries_from_what_was_fitted(engine: Engine) -> None:
    dataset = opened(engine, "faq")
    space = engine.embedding(dataset, "tf-idf")
    engine.make(queries := EncodeQueries((dataset.texts[5],), space))
    assert engine.make(space).shape[0] == len(dataset)
    hits = search(engine.make(space), engine.make(queries)[0], SearchParams(k=1))
    assert hits.rows.tolist() == [5]


def test_ready_made_vectors_need_no_encoder(engine: Engine) -> None:
    vectors = np.random.default_rng(0).normal(size=(20, 8)).astype(np.float32) * 5
    dataset = Dataset.create("own", [str(i) for i in range(20)], vectors=vectors)
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, DEFAULT_ENCODER)
    assert space.encoder == "vectors"
    np.testing.assert_array_equal(engine.make(space), vectors)


def test_a_wrong_encoder_is_said(engine: Engine) -> None:
    dataset = opened(engine)
    with pytest.raises(UnknownEncoderError, match="minilm-static"):
        engine.embedding(dataset, "minilm-statik")
    with pytest.raises(InputError, match="no vectors"):
        engine.embedding(dataset, "vectors")
    with pytest.raises(InputError, match="no pictures"):
        engine.embedding(dataset, "pixels")


def test_a_damaged_artifact_is_made_again(engine: Engine) -> None:
    space = engine.embedding(opened(engine), "minilm-static")
    vectors = np.array(engine.make(space))
    file = engine.store.open(space.kind, space.key) / "vectors.npy"
    file.write_bytes(file.read_bytes()[:-8])
    again = Engine(Store(engine.store.root, engine.store.cap_bytes))
    np.testing.assert_array_equal(again.make(space), vectors)


def test_worker_processes_make_the_same_map(queued: Engine, engine: Engine) -> None:
    dataset = opened(queued)
    opened(engine)
    stage = Project(queued.embedding(dataset, "minilm-static"), UMAPParams(seed=1))
    job = queued.start(stage, "me")
    assert job is not None
    assert queued.start(stage, "you") is job
    assert job.wait(120)
    assert job.error is None
    here = engine.make(stage)
    np.testing.assert_allclose(queued.result(stage).coordinates, here.coordinates, atol=1e-4)
    assert queued.start(stage, "me") is None


def test_an_error_in_a_worker_comes_back_as_it_was(queued: Engine, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    stage = BuildDataset(bring_path(queued, file), ColumnChoice())
    with pytest.raises(VectorscopeError) as record:
        queued.result(stage, "me", timeout=120)
    assert isinstance(record.value, InputError)
    assert "empty" in str(record.value).lower()
    # It stays failed until somebody asks for another try.
    job = queued.start(stage, "me")
    assert job is not None
    assert job.state is JobState.FAILED
    queued.retry(stage)
    again = queued.start(stage, "me")
    assert again is not job


def embedding_under_way(engine: Engine, word: str) -> tuple[Embed, Job]:
    """Return a stage of 4,000 new texts and its job, which has begun to encode."""
    dataset = Dataset.create(word, [f"{word} number {i} about thing {i * 7 % 101}" for i in range(4000)])
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, DEFAULT_ENCODER)
    job = engine.start(space, "me")
    assert job is not None
    deadline = time.monotonic() + 120
    while job.share == 0 and job.active and time.monotonic() < deadline:
        time.sleep(0.02)
    return space, job


def test_a_job_can_be_cancelled_and_started_again(queued: Engine) -> None:
    assert queued.queue is not None
    space, job = embedding_under_way(queued, "sentence")
    queued.queue.cancel(job, "me")
    assert job.wait(120)
    assert job.state is JobState.CANCELLED
    assert not queued.ready(space)
    queued.retry(space)
    # The lane lives on.
    assert queued.result(FindNeighbors(queued.embedding(opened(queued), "minilm-static")), "me", 60) is not None


def test_a_cancel_is_for_who_cancelled(queued: Engine) -> None:
    assert queued.queue is not None
    space, job = embedding_under_way(queued, "shared")
    assert queued.start(space, "you") is job
    queued.queue.cancel(job, "me")
    with pytest.raises(JobCancelledError, match="Another visitor"):
        queued.result(space, "me")
    assert queued.result(space, "you") is None
    queued.retry(space, "me")
    assert queued.result(space, "me") is None
    for owner in ("me", "you"):
        queued.queue.cancel(job, owner)
    assert job.wait(120)


def test_a_worker_that_dies_fails_its_job_and_comes_back(queued: Engine) -> None:
    space, job = embedding_under_way(queued, "line")
    _kill_lane("encode", queued)
    assert job.wait(120)
    assert "unexpectedly" in str(job.error)
    queued.retry(space)
    assert queued.result(queued.embedding(opened(queued, "faq"), "minilm-static"), "me", 60) is not None


def _kill_lane(lane: str, engine: Engine) -> None:
    """Kill the worker process of a lane as the system would when memory runs out."""
    home = str(engine.store.root).encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue
        if (
            b"embedding_core.worker" in command
            and command.rstrip(b"\0").endswith(lane.encode())
            and home in environment
        ):
            os.kill(int(process.name), signal.SIGKILL)
