"""The stages of Similarity and Classify: they survive the way to another process, and give what the functions give."""

import json
from dataclasses import replace

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, InputError
from embedding_core.base.stage import Stage, describe, revive
from embedding_core.base.store import Store
from embedding_core.classifiers.evaluate import cross_validate
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams, fit
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify.curve import CurveParams, learning_curve
from embedding_core.classify.spreading import SpreadParams, spread_labels
from embedding_core.classify.stages import CrossValidate, DrawLearningCurve, SpreadLabels, TrainClassifier
from embedding_core.data.dataset import Dataset
from embedding_core.data.labels import labels_of
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.neighbors.exact import nearest_neighbors
from embedding_core.similarity import DuplicatesParams, clustered_order, cosine_matrix, find_duplicates
from embedding_core.similarity.stages import AlignTokens, FindDuplicates, OrderItems

KNN = ClassifierParams(ClassifierMethod.KNN, k=3)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), 1 << 30))


@pytest.fixture(scope="module")
def space(engine: Engine) -> Embed:
    dataset = load_sample("words")
    engine.keep_dataset(dataset)
    return engine.embedding(dataset, "minilm-static")


def test_empty_texts_are_no_duplicates_of_each_other(engine: Engine) -> None:
    dataset = Dataset.create("blank", ["", "the same", " ", "another text", "", "the same"])
    engine.keep_dataset(dataset)
    found = engine.make(FindDuplicates(engine.embedding(dataset, "minilm-static"), DuplicatesParams(0.99)))
    assert [found.rows_of(group) for group in range(found.count)] == [(1, 5)]


def made(engine: Engine, stage: Stage) -> object:
    """Make a stage as another process would: from JSON."""
    return engine.make(revive(json.loads(json.dumps(describe(stage)))))


def test_duplicates(engine: Engine, space: Embed) -> None:
    found = made(engine, FindDuplicates(space, DuplicatesParams(0.8)))
    own = find_duplicates(space.load(engine.store), DuplicatesParams(0.8))
    assert (found.pairs, found.threshold, found.count) == (own.pairs, 0.8, own.count)
    assert (found.groups == own.groups).all()
    assert found.rows_of(0) == own.rows_of(0)


def test_order(engine: Engine, space: Embed) -> None:
    rows = (5, 90, 7, 200, 6)
    order = made(engine, OrderItems(space, rows))
    own = clustered_order(cosine_matrix(space.load(engine.store)[list(rows)]))
    assert order.tolist() == [rows[place] for place in own]


def test_learning(engine: Engine, space: Embed) -> None:
    labels = labels_of(engine.dataset(space.dataset).columns["family"])
    vectors = space.load(engine.store)
    split = SplitParams(tested=1)
    found = made(engine, CrossValidate(space, "family", KNN, split))
    own = cross_validate(vectors, labels, KNN, split)
    assert found.names == labels.names
    assert (found.predicted == own.predicted).all()
    curve = made(engine, DrawLearningCurve(space, "family", KNN, split, CurveParams((2, 5), 1)))
    assert (curve.accuracy == learning_curve(vectors, labels, KNN, split, CurveParams((2, 5), 1)).accuracy).all()
    saved = made(engine, TrainClassifier(space, "family", KNN))
    assert (saved.encoder, saved.revision, saved.names) == (space.encoder, space.revision, labels.names)
    assert (saved.classifier.probabilities(vectors) == fit(vectors, labels, KNN).probabilities(vectors)).all()
    spread = made(engine, SpreadLabels(space, "family", SpreadParams(5)))
    assert (spread.codes == spread_labels(nearest_neighbors(vectors), labels, SpreadParams(5)).codes).all()


def test_keys_change_with_whatever_the_result_depends_on(engine: Engine, space: Embed) -> None:
    dataset = engine.dataset(space.dataset)
    other = replace(dataset, columns=dataset.columns.assign(family=np.arange(len(dataset)) % 3))
    relabeled = engine.embedding(other, "minilm-static")
    assert relabeled.key == space.key
    stages = [
        CrossValidate(space, "family"),
        CrossValidate(space, "form"),
        CrossValidate(relabeled, "family"),
        CrossValidate(space, "family", KNN),
        CrossValidate(space, "family", split=SplitParams(seed=1)),
        DrawLearningCurve(space, "family"),
        TrainClassifier(space, "family"),
        SpreadLabels(space, "family"),
        FindDuplicates(space),
        FindDuplicates(space, DuplicatesParams(0.9)),
        OrderItems(space, (1, 2)),
        OrderItems(space, (2, 1)),
    ]
    assert len({stage.key for stage in stages}) == len(stages)
    assert FindDuplicates(relabeled).key == FindDuplicates(space).key


def test_a_column_that_is_not_there_is_said(engine: Engine, space: Embed) -> None:
    with pytest.raises(InputError, match="no column 'nope'"):
        engine.make(TrainClassifier(space, "nope"))


def test_tokens_of_two_texts(engine: Engine) -> None:
    spec = encoders.resolve("all-MiniLM-L6-v2")
    found = made(engine, AlignTokens("The cat sleeps.", "A kitten naps", spec.name, spec.revision))
    assert found.left == ("The", "cat", "sleeps", ".")
    assert found.right == ("A", "kitten", "naps") or found.right[:2] == ("A", "kitten")
    assert found.cosines.shape == (len(found.left), len(found.right))
    assert found.cosines[1].argmax() == 1
    static = encoders.resolve("minilm-static")
    with pytest.raises(EncoderError, match="has no token vectors"):
        engine.make(AlignTokens("a", "b", static.name, static.revision))
    with pytest.raises(InputError):
        engine.make(AlignTokens("", "b", spec.name, spec.revision))
