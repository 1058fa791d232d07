"""Measures against scikit-learn, intervals against plain resampling, suspects, spreading, files."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.classifiers.evaluate import Predictions, cross_validate
from embedding_core.classifiers.measures import calibration, confusion, score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams, fit
from embedding_core.classify.saved import SavedClassifier, load_classifier, save_classifier
from embedding_core.classify.spreading import SpreadParams, spread_labels
from embedding_core.classify.suspects import suspect_labels
from embedding_core.data.labels import Labels
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors
from tests.core.classify.made import made


def guesses(n: int = 400, classes: int = 6, seed: int = 0) -> Predictions:
    """Return predictions of which three quarters are right; one class is never met."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(classes - 1, size=n).astype(np.int32)
    predicted = np.where(rng.random(n) < 0.75, truth, rng.integers(classes - 1, size=n)).astype(np.int32)
    names = tuple(f"class {code}" for code in range(classes))
    confidence = rng.uniform(0.3, 1, n).astype(np.float32)
    return Predictions(names, np.arange(n, dtype=np.int32), truth, predicted, confidence, 1 - confidence)


def test_measures_are_scikit_learns() -> None:
    found = guesses()
    scores = score(found)
    assert scores.accuracy.value == pytest.approx(accuracy_score(found.truth, found.predicted))
    assert scores.macro_f1.value == pytest.approx(f1_score(found.truth, found.predicted, average="macro"))
    assert (confusion(found) == confusion_matrix(found.truth, found.predicted, labels=range(6))).all()
    assert scores.by_chance == pytest.approx(np.bincount(found.truth).max() / 400)


def test_intervals_are_those_of_resampled_rows() -> None:
    found = guesses()
    rng = np.random.default_rng(1)
    drawn = rng.integers(400, size=(1000, 400))
    accuracies = (found.truth[drawn] == found.predicted[drawn]).mean(axis=1)
    f1 = [f1_score(found.truth[rows], found.predicted[rows], average="macro") for rows in drawn[:300]]
    scores = score(found)
    assert (scores.accuracy.low, scores.accuracy.high) == pytest.approx(
        np.quantile(accuracies, [0.025, 0.975]), abs=0.008
    )
    assert (scores.macro_f1.low, scores.macro_f1.high) == pytest.approx(np.quantile(f1, [0.025, 0.975]), abs=0.012)
    assert score(guesses(4000)).accuracy.high - score(guesses(4000)).accuracy.low < 0.03


def test_a_cell_names_its_rows() -> None:
    found = guesses()
    table = confusion(found)
    rows = found.cell(1, 2)
    assert len(rows) == table[1, 2] > 0
    assert all(found.truth[row] == 1 and found.predicted[row] == 2 for row in rows)


def test_calibration_compares_confidence_with_accuracy() -> None:
    truth = np.zeros(8, np.int32)
    predicted = np.array([0, 0, 0, 1, 0, 1, 1, 1], np.int32)
    confidence = np.array([1, 0.95, 0.95, 0.95, 0.25, 0.25, 0.25, 0.25], np.float32)
    found = calibration(Predictions(("a", "b"), np.arange(8, dtype=np.int32), truth, predicted, confidence, confidence))
    assert found.counts.tolist() == [0, 0, 4, 0, 0, 0, 0, 0, 0, 4]
    assert found.accuracy[[2, 9]].tolist() == [0.25, 0.75]
    assert found.confidence[9] == pytest.approx(3.85 / 4)
    assert np.isnan(found.confidence[0])
    assert found.error == pytest.approx((3.85 / 4 - 0.75) / 2)


def test_labels_put_wrong_are_suspected() -> None:
    rows, labels = made((60, 60, 60), noise=0.5)
    spoiled = labels.codes.copy()
    wrong = np.random.default_rng(3).choice(len(rows), 12, replace=False)
    spoiled[wrong] = (spoiled[wrong] + 1) % 3
    found = suspect_labels(cross_validate(rows, Labels(labels.names, spoiled)))
    hit = np.isin(found.rows, wrong)
    assert np.count_nonzero(hit) >= 11
    assert np.count_nonzero(~hit) <= 3
    assert (found.suggested[hit] == labels.codes[found.rows[hit]]).all()
    assert (found.labels == spoiled[found.rows]).all()
    assert (np.diff(found.confidence - found.given) <= 0).all()


def test_labels_spread_along_the_graph() -> None:
    rows, labels = made((50, 50, 50), noise=0.5)
    first = np.array([np.flatnonzero(labels.codes == code)[0] for code in range(3)])
    found = spread_labels(nearest_neighbors(rows), labels.only(first))
    assert (found.codes == labels.codes).mean() > 0.95
    assert found.confidence[first].tolist() == [1, 1, 1]
    assert ((found.confidence > 0) & (found.confidence <= 1)).all()


def test_where_no_label_reaches_there_is_none() -> None:
    apart = np.array([[1, 0, 0], [1, 0.1, 0], [0, 0, 1], [0, 0.1, 1]], np.float32)
    labels = Labels(("a",), np.array([0, -1, -1, -1], np.int32))
    found = spread_labels(nearest_neighbors(apart, NeighborsParams(1)), labels, SpreadParams(1))
    assert found.codes.tolist() == [0, 0, -1, -1]
    assert found.confidence.tolist()[2:] == [0, 0]


def test_one_row_keeps_its_label() -> None:
    found = spread_labels(nearest_neighbors(np.ones((1, 2), np.float32)), Labels(("a",), np.zeros(1, np.int32)))
    assert found.codes.tolist() == [0]


def test_spreading_needs_a_label_and_sound_settings() -> None:
    near = nearest_neighbors(np.eye(3, dtype=np.float32))
    with pytest.raises(InputError, match="No row has a label"):
        spread_labels(near, Labels(("a",), np.full(3, -1, np.int32)))
    with pytest.raises(ParameterError, match="Alpha is 1"):
        SpreadParams(alpha=1)
    with pytest.raises(ParameterError, match="numbers of neighbors and steps are 0"):
        SpreadParams(neighbors=0)


@pytest.mark.parametrize("method", ClassifierMethod)
def test_a_saved_classifier_says_the_same(method: ClassifierMethod, tmp_path: Path) -> None:
    rows, labels = made()
    params = ClassifierParams(method, k=3)
    model = fit(rows, labels, params)
    saved = SavedClassifier(model, labels.names, params, "minilm", "abc", {"rows": 90})
    save_classifier(saved, tmp_path / "new")
    found = load_classifier(tmp_path / "new")
    assert (found.names, found.params, found.encoder, found.revision) == (labels.names, params, "minilm", "abc")
    assert found.about == {"rows": 90}
    assert (found.classifier.probabilities(rows) == model.probabilities(rows)).all()
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["classifier.json", "classifier.npz"]
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "new"))
    assert (load_classifier(packed).classifier.probabilities(rows) == model.probabilities(rows)).all()


def test_a_damaged_classifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no classifier in"):
        load_classifier(tmp_path)
    (tmp_path / "no.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"no\.zip is damaged"):
        load_classifier(tmp_path / "no.zip")
    rows, labels = made()
    save_classifier(SavedClassifier(fit(rows, labels), labels.names, ClassifierParams(), "minilm", "abc"), tmp_path)
    about = json.loads((tmp_path / "classifier.json").read_text())
    for change in ({"version": 2}, {"labels": ["one"]}, {"dim": 3}, {"params": {"method": "forest"}}, {"params": 1}):
        (tmp_path / "classifier.json").write_text(json.dumps({**about, **change}))
        with pytest.raises((InputError, ParameterError)):
            load_classifier(tmp_path)
    (tmp_path / "classifier.json").write_text(json.dumps(about))
    np.savez(tmp_path / "classifier.npz", weights=np.array([{"a": 1}], dtype=object), bias=np.ones(3))
    with pytest.raises(InputError, match="damaged"):
        load_classifier(tmp_path)
