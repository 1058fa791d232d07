"""The stage: a named encoder in the registry, found by other processes, resumed, refused, deleted, a full disk."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.base.config import load_config
from embedding_core.base.errors import (
    ArtifactMissingError,
    EncoderUnavailableError,
    InputError,
    JobCancelledError,
    ParameterError,
    StoreError,
)
from embedding_core.base.stage import describe, revive
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import Origin
from embedding_core.encoders.text import tuned
from embedding_core.encoders.text.sentence_transformer import PlainEncoder
from embedding_core.engine import Engine, open_store
from embedding_core.train import Loss, Pairing, Supervision, TuneParams
from embedding_core.train import stages as stage_module
from embedding_core.train.stages import FineTune, StoredCheckpoints, with_free_name
from tests.core.train.tiny import topic_texts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PARAMS = TuneParams(epochs=2, batch_size=16, learning_rate=3e-3, positives=2)
TEACHING = Supervision(Pairing.LABELS, ("text", "topic"))


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Return an engine on a store of its own; the encoders trained in it are its own too."""
    monkeypatch.setenv("VECTORSCOPE_HOME", str(tmp_path / "home"))
    load_config.cache_clear()
    yield Engine(open_store())
    monkeypatch.undo()
    load_config.cache_clear()


@pytest.fixture
def stage(engine: Engine, tiny: Path) -> FineTune:
    texts, topics = topic_texts(12)
    for row in range(4):
        texts[row] = " ".join(["rain"] * (60 + row))
    dataset = Dataset.create("Topics `of` <b>mine</b>", texts, columns=pd.DataFrame({"topic": topics}), label="topic")
    spec = encoders.resolve(str(tiny))
    return FineTune(engine.keep_dataset(dataset), TEACHING, spec.name, spec.revision, "my-topics", PARAMS)


def test_it_becomes_an_encoder_like_every_other(engine: Engine, stage: FineTune) -> None:
    seen: list[float] = []
    sent = revive(json.loads(json.dumps(describe(stage))))
    assert sent == stage
    made = engine.make(sent, lambda done, total: seen.append(done / total))
    assert seen == sorted(seen) and 0 < seen[0] < seen[-1] == 1
    assert made.history.losses and len(made.history.watched) == PARAMS.epochs + 1
    assert (made.counts.trained_on, made.counts.measured_on) == (38, 10)
    training_data, parts = stage.training_data(engine.store)
    assert made.counts.cut == sum(len(training_data.texts[0][row].split()) > 50 for row in parts.train) > 0
    spec = encoders.resolve("my-topics")
    assert spec in encoders.list_specs()
    assert (spec.origin, spec.dim, spec.max_tokens, spec.unit_norm) == (Origin.TUNED, 32, 32, True)
    assert encoders.availability(spec) == ""
    assert isinstance(encoders.load(spec), PlainEncoder)
    dataset = engine.dataset(stage.dataset)
    own, base = (engine.make(engine.embedding(dataset, name)) for name in ("my-topics", stage.encoder))
    assert own.shape == base.shape == (48, 32)
    assert not np.allclose(own, base, atol=0.1)
    from sentence_transformers import SentenceTransformer

    stock = SentenceTransformer(str(tuned.model_folder("my-topics")), device="cpu")
    assert own == pytest.approx(stock.encode(list(dataset.texts), show_progress_bar=False), abs=0.02)
    assert list(engine.store.root.glob("journals/*")) == engine.store.keys(StoredCheckpoints.kind) == []
    card = (tuned.model_folder("my-topics") / "README.md").read_text()
    assert "MultipleNegativesRankingLoss" in card and "`Topics 'of' <b>mine</b>`" in card
    for one in made.after:
        assert f"| {one.name} | {one.dims} |" in card and f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" in card


def test_a_name_belongs_to_one_training(engine: Engine, stage: FineTune) -> None:
    engine.make(stage)
    other = replace(stage, params=replace(PARAMS, epochs=1))
    with pytest.raises(InputError, match="An encoder called 'my-topics' already exists"):
        engine.make(other)
    assert with_free_name(stage).name == "my-topics"
    assert with_free_name(other).name == "my-topics-2"
    with pytest.raises(ParameterError, match="is not a valid encoder name"):
        engine.make(replace(stage, name="../outside"))


def test_one_that_was_deleted_is_trained_again_and_one_that_was_changed_is_refused(
    engine: Engine, stage: FineTune
) -> None:
    first = engine.make(replace(stage, params=replace(PARAMS, epochs=1)))
    spec = encoders.resolve("my-topics")
    weights = tuned.model_folder("my-topics") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\x01\x02\x03\x04")
    with pytest.raises(EncoderUnavailableError, match="have changed since it was trained"):
        encoders.load(spec)
    tuned.remove("my-topics")
    assert spec.name not in {one.name for one in encoders.list_specs()}
    with pytest.raises(EncoderUnavailableError, match="has been deleted"):
        encoders.load(spec)
    once_more = replace(stage, params=replace(PARAMS, epochs=1))
    with pytest.raises(ArtifactMissingError):
        once_more.load(engine.store)
    assert [one.value for one in engine.make(once_more).after] == [one.value for one in first.after]


def test_a_cancelled_training_goes_on_where_it_was(engine: Engine, stage: FineTune) -> None:
    def cancel(done: float, total: float) -> None:
        if done / total > 0.6:
            raise JobCancelledError("The work was cancelled.")

    with pytest.raises(JobCancelledError):
        engine.make(stage, cancel)
    done, losses = stage.steps_done(engine.store), stage.history(engine.store).losses
    assert done > 0 and losses and tuned.about("my-topics") is None
    again = engine.make(stage).history
    assert again.losses[: len(losses)] == losses
    assert [step for step, _ in again.losses] == list(range(1, len(again.losses) + 1))


def test_too_little_room_is_said_before_anything_is_done(
    engine: Engine, stage: FineTune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_module.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(StoreError, match="MB are free"):
        engine.make(stage)


FILLS_THE_DISK = """
import json, resource, signal, sys
import embedding_core.features
from embedding_core.engine import Engine, open_store
from embedding_core.base.errors import StoreError
from embedding_core.base.stage import revive
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
stage, limit, after = revive(json.loads(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3])
def progress(done, total):
    if done / total > after:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    Engine(open_store()).make(stage, progress)
except StoreError as error:
    print(error.message)
    sys.exit(3)
"""


@pytest.mark.parametrize(("limit", "after"), [(1 << 20, 0.6), (100, 0.96)], ids=["at a checkpoint", "at the end"])
def test_a_disk_that_fills_while_training_loses_nothing(
    engine: Engine, stage: FineTune, limit: int, after: float
) -> None:
    """The kernel refuses to let a file grow, as it does when a disk is full: in a process of its own."""
    sent = json.dumps(describe(stage))
    run = [sys.executable, "-c", FILLS_THE_DISK, sent, str(limit), str(after)]
    home = {**os.environ, "VECTORSCOPE_HOME": str(engine.store.root)}
    done = subprocess.run(run, capture_output=True, text=True, env=home, cwd=Path(__file__).parents[3])
    assert done.returncode == 3, done.stderr[-2000:]
    assert os.strerror(errno.EFBIG) in done.stdout and "cannot be" in done.stdout
    steps = stage.steps_done(engine.store)
    assert steps > 0
    assert tuned.about("my-topics") is None
    assert not list(engine.store.root.rglob(".draft-*"))
    assert engine.make(stage).history.losses[-1][0] >= steps
    assert tuned.about("my-topics") is not None


def test_pairs_triplets_and_judgments_are_found_in_the_data(engine: Engine, tiny: Path) -> None:
    texts, _ = topic_texts(12)
    frame = pd.DataFrame({"other": texts[::-1], "third": texts[1:] + texts[:1], "score": np.arange(48) % 5})
    dataset = Dataset.create("Pairs", texts, columns=frame)
    key, spec = engine.keep_dataset(dataset), encoders.resolve(str(tiny))
    params = replace(PARAMS, epochs=1, loss=Loss.COSINE, matryoshka=(32, 16))
    teachings = [
        Supervision(Pairing.PAIRS, ("text", "other")),
        Supervision(Pairing.SCORED, ("text", "other", "score")),
        Supervision(Pairing.TRIPLETS, ("text", "other", "third")),
        Supervision(judgments=tuple((f"query {row % 5}", row, float(row % 2)) for row in range(48))),
    ]
    for place, supervision in enumerate(teachings):
        made = engine.make(FineTune(key, supervision, spec.name, spec.revision, f"kind-{place}", params))
        assert {one.dims for one in made.after} == {32, 16}
    with pytest.raises(InputError, match="no column 'nope'"):
        engine.make(FineTune(key, Supervision(Pairing.PAIRS, ("text", "nope")), spec.name, spec.revision, "no", params))
    with pytest.raises(ParameterError, match="1 columns were given for pairs"):
        Supervision(Pairing.PAIRS, ("text",))
    with pytest.raises(ParameterError, match="given twice"):
        Supervision(Pairing.PAIRS, ("text", "text"))
