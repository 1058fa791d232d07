"""The stage of Compress: it survives the way to another process, and gives what the function gives."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.base.stage import describe, revive
from embedding_core.base.store import Store
from embedding_core.compress import CompressionParams, Judged, Precision, compress
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.beir import read_beir
from embedding_core.data.judgments import Judgments, keep_judgments
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine
from embedding_core.evaluate.stages import EvaluateRetrieval

PARAMS = CompressionParams(queries=20, dims=(32,), precisions=(Precision.FLOAT32, Precision.BINARY), rescorings=(3,))
JUDGED = JudgedTexts(("a river", "a train"), ((0, 4, 1.0), (1, 9, 2.0), (1, 3, 0.0)))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), 1 << 30))


@pytest.fixture(scope="module")
def space(engine: Engine) -> Embed:
    dataset = load_sample("words")
    engine.keep_dataset(dataset)
    return engine.embedding(dataset, "minilm-static")


@pytest.mark.parametrize("texts", [None, JUDGED])
def test_made_elsewhere_it_is_the_same(engine: Engine, space: Embed, texts: JudgedTexts | None) -> None:
    stage = Compress(space, PARAMS, texts)
    found = engine.make(revive(json.loads(json.dumps(describe(stage)))))
    judged = None
    if texts is not None:
        queries = engine.make(EncodeQueries(texts.queries, space))
        judged = Judged(queries, np.array([[0, 4], [1, 9], [1, 3]]), np.array([1.0, 2.0, 0.0]))
    own = compress(engine.make(space), PARAMS, judged)

    def timeless(qualities: tuple[object, ...]) -> list[object]:
        return [replace(quality, milliseconds=0) for quality in qualities]  # type: ignore[type-var]

    assert [timeless(trial.qualities) for trial in found.trials] == [timeless(trial.qualities) for trial in own.trials]
    assert replace(found, trials=()) == replace(own, trials=())
    assert [replace(trial, qualities=()) for trial in found.trials] == [
        replace(trial, qualities=()) for trial in own.trials
    ]
    assert found.judged == (0 if texts is None else 2)


def test_the_key_changes_with_whatever_the_result_depends_on(engine: Engine, space: Embed) -> None:
    other = engine.embedding(engine.dataset(space.dataset), "tf-idf")
    stages = [
        Compress(space),
        Compress(other),
        Compress(space, PARAMS),
        Compress(space, judged=JUDGED),
        Compress(space, judged=replace(JUDGED, judgments=((0, 4, 2.0),))),
    ]
    assert len({stage.key for stage in stages}) == len(stages)


def test_judgments_of_rows_that_are_not_there(engine: Engine, space: Embed) -> None:
    with pytest.raises(InputError, match="row 5000"):
        engine.make(Compress(space, PARAMS, JudgedTexts(("a",), ((0, 5000, 1.0),))))


def test_judgments_become_rows_and_what_cannot_be_measured_is_left_out() -> None:
    grades = {"a": {"x": 2, "gone": 1}, "b": {"y": 0}, "c": {"z": 1, "x": 0}, "d": {"x": 1}}
    given = Judgments({"c": "third", "a": "first", "b": "second"}, grades)
    record = JudgedTexts.of(given, ("x", "y", "z"))
    assert record.queries == ("first", "third")
    assert set(record.judgments) == {(0, 0, 2.0), (1, 2, 1.0), (1, 0, 0.0)}
    with pytest.raises(InputError, match="No query can be evaluated"):
        JudgedTexts.of(given, ("nobody",))


@pytest.mark.shared
def test_the_full_vectors_are_worth_on_cranfield_what_evaluate_says(engine: Engine, shared_data: Path) -> None:
    found = read_beir(shared_data / "text" / "cranfield")
    engine.keep_dataset(found.dataset)
    space = engine.embedding(found.dataset, "minilm-static")
    key = keep_judgments(found.judgments, engine.store)
    whole = engine.make(EvaluateRetrieval(space, key, tuple(found.judgments.queries.values()))).means["ndcg@10"]
    made = engine.make(Compress(space, PARAMS, JudgedTexts.of(found.judgments, found.dataset.ids)))
    full, binary = made.trials[:2]
    assert full.qualities[0].ndcg == pytest.approx(whole, abs=1e-9)
    assert binary.qualities[0].ndcg is not None and binary.qualities[0].ndcg < whole
