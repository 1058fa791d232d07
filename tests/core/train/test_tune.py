"""Training for real, with a model of two layers: every loss, cancelling, resuming, stopping early, a full disk."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, JobCancelledError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.data.labels import labels_of
from embedding_core.encoders.text.sentence_transformer import PlainEncoder
from embedding_core.train.examples import distinct, examples
from embedding_core.train.history import Event, History
from embedding_core.train.measures import KNN, measure, watch
from embedding_core.train.params import Loss, TuneParams
from embedding_core.train.split import TrainingSplit, split
from embedding_core.train.training_data import TrainingData, labeled
from embedding_core.train.tune import encoding, finetune, save_model
from tests.core.train.tiny import topic_texts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PARAMS = TuneParams(epochs=5, batch_size=16, learning_rate=3e-3, positives=2)


class Kept:
    """Checkpoints in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.steps: list[int] = []

    def newest(self) -> Path | None:
        return self.root / str(self.steps[-1]) if self.steps else None

    def keep(self, step: int, write: Callable[[Path], None]) -> None:
        folder = self.root / str(step)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write(folder)
        self.steps = [other for other in self.steps if other != step] + [step]


@pytest.fixture(scope="module")
def training_data() -> TrainingData:
    texts, topics = topic_texts(24)
    return labeled(texts, labels_of(pd.Series(topics)))


@pytest.fixture(scope="module")
def parts(training_data: TrainingData) -> TrainingSplit:
    return split(training_data, PARAMS)


def tuned(tiny: Path, training_data: TrainingData, parts: TrainingSplit, params: TuneParams, **more: Any) -> Any:
    train = training_data.take(parts.train)
    before = encoders.load(encoders.resolve(str(tiny))).encode_documents(list(distinct(train)))
    return finetune(tiny, examples(train, params, before), params, **more)


def vectors_of(model: Any) -> Matrix:
    return encoding(model)(["rain and wind", "bread and butter"])


@pytest.mark.parametrize(("loss", "matryoshka"), [*((loss, ()) for loss in Loss), (Loss.MNRL, (32, 8))])
def test_every_loss_teaches(
    tiny: Path,
    training_data: TrainingData,
    parts: TrainingSplit,
    tmp_path: Path,
    loss: Loss,
    matryoshka: tuple[int, ...],
) -> None:
    events: list[Event] = []
    params = replace(PARAMS, loss=loss, matryoshka=matryoshka)
    encoder = encoders.load(encoders.resolve(str(tiny)))
    before = measure(training_data, parts, encoder.encode_documents, (8,))
    save_model(tuned(tiny, training_data, parts, params, report=events.append), tmp_path)
    after_encoder = encoders.load(encoders.resolve(str(tmp_path)))
    assert isinstance(after_encoder, PlainEncoder)
    assert (after_encoder.spec.dim, after_encoder.spec.max_tokens) == (encoder.spec.dim, encoder.spec.max_tokens)
    after = measure(training_data, parts, after_encoder.encode_documents, (8,))
    assert [(one.name, one.dims) for one in after] == [(one.name, one.dims) for one in before]
    assert after[0].name == KNN and after[0].value > before[0].value + 0.1
    history = History.of(events)
    assert np.mean([value for _, value in history.losses[-4:]]) < np.mean([value for _, value in history.losses[:4]])


def test_it_is_watched_before_and_after_each_epoch(
    tiny: Path, training_data: TrainingData, parts: TrainingSplit
) -> None:
    events: list[Event] = []
    seen: list[tuple[float, float]] = []
    model = tuned(
        tiny,
        training_data,
        parts,
        PARAMS,
        watch=lambda encode: watch(training_data, parts, encode),
        report=events.append,
        progress=lambda done, total: seen.append((done, total)),
    )
    history = History.of(events)
    assert len(history.watched) == PARAMS.epochs + 1
    assert history.watched[-1][1] == pytest.approx(watch(training_data, parts, encoding(model)), abs=1e-5)
    assert [done for done, _ in seen] == list(range(1, len(history.losses) + 1))
    assert seen[-1][0] == seen[-1][1]


def test_a_run_that_was_cancelled_goes_on_to_the_same_weights(
    tiny: Path, training_data: TrainingData, parts: TrainingSplit, tmp_path: Path
) -> None:
    whole = vectors_of(tuned(tiny, training_data, parts, PARAMS))
    kept = Kept(tmp_path)

    def cancel_at(step: int) -> Callable[[float, float], None]:
        def progress(done: float, total: float) -> None:
            if done == step:
                raise JobCancelledError("The work was cancelled.")

        return progress

    for step in (5, 40):
        with pytest.raises(JobCancelledError):
            tuned(tiny, training_data, parts, PARAMS, checkpoints=kept, progress=cancel_at(step))
        assert kept.steps[-1] == step
    events: list[Event] = []
    resumed = tuned(tiny, training_data, parts, PARAMS, checkpoints=kept, report=events.append)
    assert History.of(events).losses[0][0] == 41
    np.testing.assert_allclose(vectors_of(resumed), whole, atol=1e-4)


def test_checkpoints_hold_no_pickle(
    tiny: Path, training_data: TrainingData, parts: TrainingSplit, tmp_path: Path
) -> None:
    kept = Kept(tmp_path)
    tuned(tiny, training_data, parts, replace(PARAMS, epochs=1), checkpoints=kept)
    files = list(tmp_path.rglob("*.*"))
    assert {file.suffix for file in files} == {".json", ".safetensors"}
    for file in files:
        if file.suffix == ".json":
            json.loads(file.read_text())


def test_it_stops_when_nothing_is_gained_and_goes_back_to_the_best(
    tiny: Path, training_data: TrainingData, parts: TrainingSplit
) -> None:
    values = iter([0.5, 0.6, 0.9, 0.8, 0.7, 0.6, 0.5])
    best: list[Matrix] = []
    events: list[Event] = []

    def measured(encode: Callable[[list[str]], Matrix]) -> float:
        best.append(encode(["rain and wind", "bread and butter"]))
        return next(values)

    params = replace(PARAMS, epochs=6, patience=2)
    model = tuned(tiny, training_data, parts, params, watch=measured, report=events.append)
    history = History.of(events)
    assert [value for _, value in history.watched] == [0.5, 0.6, 0.9, 0.8, 0.7]
    assert "restored step" in history.stopped
    np.testing.assert_allclose(vectors_of(model), best[2], atol=1e-5)


def test_more_dimensions_than_there_are_and_no_model_are_said(
    tiny: Path, training_data: TrainingData, parts: TrainingSplit, tmp_path: Path
) -> None:
    train = examples(training_data.take(parts.train), PARAMS)
    with pytest.raises(ParameterError, match="32 dimensions, fewer than 64"):
        finetune(tiny, train, replace(PARAMS, matryoshka=(64, 8)))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        finetune(tmp_path, train, PARAMS)
