"""What was learned, as code, is what the page shows."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.store import Store
from embedding_core.classifiers.measures import score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify import snippet
from embedding_core.classify.stages import CrossValidate, DrawLearningCurve, SpreadLabels, TrainClassifier
from embedding_core.classify.suspects import suspect_labels
from embedding_core.classify.zero_shot import ZeroShotParams, zero_shot
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine
from tests.core.conftest import Run

ENCODER, LABEL = "minilm-static", "family"
CENTROID, SPLIT = ClassifierParams(ClassifierMethod.CENTROID), SplitParams(tested=1, seed=3)
Made = tuple[Engine, Dataset, Embed]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("words")
    assert dataset.label == LABEL
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, ENCODER)
    engine.make(space)
    return engine, dataset, space


@pytest.mark.parametrize(
    ("params", "split"), [(ClassifierParams(), SplitParams()), (ClassifierParams(ClassifierMethod.KNN, k=3), SPLIT)]
)
def test_scores_and_suspects(run: Run, made: Made, params: ClassifierParams, split: SplitParams) -> None:
    engine, dataset, space = made
    found = engine.make(CrossValidate(space, LABEL, params, split))
    left = run(snippet.scores(dataset.key, ENCODER, LABEL, params, split))
    np.testing.assert_array_equal(left["found"].predicted, found.predicted)
    assert left["scores"] == score(found)
    doubted = run(snippet.suspects(dataset.key, ENCODER, LABEL, params, split))["found"]
    np.testing.assert_array_equal(doubted.rows, suspect_labels(found).rows)


def test_the_learning_curve(run: Run, made: Made) -> None:
    engine, dataset, space = made
    found = engine.make(DrawLearningCurve(space, LABEL, CENTROID, SPLIT))
    left = run(snippet.curve(dataset.key, ENCODER, LABEL, CENTROID, SPLIT))["found"]
    assert left.sizes == found.sizes
    np.testing.assert_array_equal(left.accuracy, found.accuracy)


def test_a_classifier_asked_about_hostile_words(run: Run, made: Made) -> None:
    engine, dataset, space = made
    words = 'say "hello"\n\'); import os'
    saved = engine.make(TrainClassifier(space, LABEL, CENTROID))
    left = run(snippet.classifier(dataset.key, ENCODER, LABEL, CENTROID, words))
    asked = saved.classifier.probabilities(engine.make(EncodeQueries((words,), space)))[0]
    np.testing.assert_allclose(left["probabilities"], asked, atol=1e-6)
    assert "probabilities" not in run(snippet.classifier(dataset.key, ENCODER, LABEL, CENTROID, ""))


def test_spread_labels(run: Run, made: Made) -> None:
    engine, dataset, space = made
    found = engine.make(SpreadLabels(space, LABEL))
    left = run(snippet.spread(dataset.key, ENCODER, LABEL))["found"]
    np.testing.assert_array_equal(left.codes, found.codes)


def test_zero_shot(run: Run, made: Made) -> None:
    engine, dataset, space = made
    params = ZeroShotParams(("animals", "numbers"), ("", "one, two"), ("This is about {}.",), 0.1, 0.6)
    found = zero_shot(
        space.load(engine.store), params.directions(engine.make(EncodeQueries(params.prompts, space))), params
    )
    left = run(snippet.zero_shot(dataset.key, ENCODER, params, None))
    assert left["params"] == params
    np.testing.assert_array_equal(left["found"].codes, found.codes)
