"""Labels, folds, the three methods, and what they say of rows they have not seen."""

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.classifiers.evaluate import cross_validate, judge
from embedding_core.classifiers.measures import score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams, fit
from embedding_core.classifiers.split import TRAINS_ONLY, SplitParams, assign_folds
from embedding_core.classify.curve import CurveParams, learning_curve
from embedding_core.data.labels import Labels, labels_like, labels_of
from tests.core.classify.made import made


def test_labels_are_texts_and_empty_cells_are_none() -> None:
    labels = labels_of(pd.Series(["b", None, " a ", "", "b"], name="kind"))
    assert labels.names == ("a", "b")
    assert labels.codes.tolist() == [1, -1, 0, -1, 1]
    assert labels.known.tolist() == [0, 2, 4]
    assert labels.counts.tolist() == [1, 2]
    numbers = labels_of(pd.Series([2, 1, 2], name="kind"), names=("2",))
    assert (numbers.names, numbers.codes.tolist()) == (("2", "1"), [0, 1, 0])
    with pytest.raises(InputError, match="'kind' has no labels"):
        labels_of(pd.Series([None, " "], name="kind"))


def test_labels_may_be_written_another_way() -> None:
    labels = labels_like(pd.Series(["Card_Arrival", "lost card", None, "other"]), ["card arrival", "lost_card"])
    assert labels.names == ("card arrival", "lost_card", "other")
    assert labels.codes.tolist() == [0, 1, -1, 2]


def test_folds_are_stratified_and_of_one_size() -> None:
    _, labels = made((23, 11, 5, 2, 1))
    folds = assign_folds(labels, SplitParams(folds=5))
    assert folds[labels.codes == 4].tolist() == [TRAINS_ONLY]
    tested = np.bincount(folds[folds >= 0], minlength=5)
    assert tested.max() - tested.min() <= 1
    for code in range(3):
        counts = np.bincount(folds[labels.codes == code], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert (folds == assign_folds(labels, SplitParams(folds=5))).all()
    assert (folds != assign_folds(labels, SplitParams(folds=5, seed=1))).any()


def test_no_class_with_two_rows_cannot_be_tested() -> None:
    with pytest.raises(InputError, match="No class has two rows"):
        assign_folds(Labels(("a", "b"), np.array([0, 1], np.int32)), SplitParams())


@pytest.mark.parametrize("method", ClassifierMethod)
@pytest.mark.parametrize("classes", [2, 3, 8])
def test_every_method_learns(method: ClassifierMethod, classes: int) -> None:
    rows, labels = made((30,) * classes)
    predictions = cross_validate(rows, labels, ClassifierParams(method))
    assert predictions.rows.tolist() == list(range(len(rows)))
    assert predictions.right.mean() > 0.9
    probabilities = fit(rows, labels, ClassifierParams(method)).probabilities(5 * rows)
    assert probabilities.shape == (len(rows), classes)
    assert probabilities.dtype == np.float32
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_probe_is_scikit_learns_on_scaled_vectors() -> None:
    from sklearn.linear_model import LogisticRegression

    rows, labels = made((40, 25, 10), noise=1.2)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    mean, spread = unit.mean(axis=0), unit.std(axis=0)
    own = LogisticRegression(C=0.05, class_weight="balanced", max_iter=1000, tol=1e-3)
    own.fit((unit - mean) / spread, labels.codes)
    assert fit(rows, labels).probabilities(rows) == pytest.approx(own.predict_proba((unit - mean) / spread), abs=1e-4)


def test_a_constant_dimension_is_not_blown_up() -> None:
    rows, labels = made()
    rows = np.hstack([rows, np.full((len(rows), 1), 0.5, np.float32)])
    near = rows.copy()
    near[:, -1] += 1e-3
    model = fit(rows, labels)
    assert model.probabilities(near) == pytest.approx(model.probabilities(rows), abs=0.02)


def test_neighbors_vote_by_their_cosine() -> None:
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    model = fit(rows, Labels(("a", "b"), np.array([0, 1, 1], np.int32)), ClassifierParams(ClassifierMethod.KNN, k=2))
    assert model.probabilities(np.array([[3, 0]], np.float32))[0] == pytest.approx([1 / 1.8, 0.8 / 1.8])


def test_what_is_not_labeled_is_not_learned_from() -> None:
    rows, labels = made()
    part = labels.only(labels.known[:40])
    codes = np.where(np.arange(len(rows)) < 0, 0, part.codes)
    other = rows.copy()
    other[codes == -1] = 99
    for method in ClassifierMethod:
        params = ClassifierParams(method)
        assert fit(rows, part, params).probabilities(rows) == pytest.approx(
            fit(other, part, params).probabilities(rows)
        )


@pytest.mark.parametrize("method", ClassifierMethod)
def test_a_class_without_rows_is_never_found(method: ClassifierMethod) -> None:
    rows, labels = made()
    model = fit(rows, labels.only(np.flatnonzero(labels.codes != 1)), ClassifierParams(method))
    assert model.probabilities(rows)[:, 1].max() == 0


@pytest.mark.parametrize("method", ClassifierMethod)
def test_equal_rows_and_lone_members_do_no_harm(method: ClassifierMethod) -> None:
    rows = np.ones((6, 4), np.float32)
    labels = Labels(("a", "b", "c"), np.array([0, 0, 0, 1, 1, 2], np.int32))
    predictions = cross_validate(rows, labels, ClassifierParams(method), SplitParams(folds=2))
    assert 5 not in predictions.rows
    assert np.isfinite(predictions.confidence).all()


def test_one_class_is_refused() -> None:
    rows, labels = made((5,))
    with pytest.raises(InputError, match="Fewer than two classes"):
        fit(rows, labels)


def test_labels_that_were_not_learned_are_missed() -> None:
    rows, labels = made((20, 20))
    model = fit(rows, labels)
    seen = labels_of(pd.Series(["class 0", "new"]), labels.names)
    predictions = judge(model, rows[:2], seen)
    assert predictions.given[1] == 0
    assert not predictions.right[1]


def test_other_vectors_are_refused() -> None:
    rows, labels = made()
    with pytest.raises(InputError, match=r"9 dimensions; the classifier expects 16"):
        fit(rows, labels).probabilities(np.ones((1, 9), np.float32))


def test_the_learning_curve_ends_at_what_cross_validation_finds() -> None:
    rows, labels = made((40, 40, 25), noise=1.5)
    seen: list[float] = []
    curve = learning_curve(
        rows, labels, curve=CurveParams((1, 5, 99), repeats=2), progress=lambda done, total: seen.append(done / total)
    )
    assert curve.sizes == (1, 5, 32)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    once = score(cross_validate(rows, labels, split=SplitParams(tested=1)))
    assert curve.tested == once.rows
    assert curve.accuracy[-1] == pytest.approx(once.accuracy.value)
    assert curve.macro_f1[-1] == pytest.approx(once.macro_f1.value)
    assert curve.accuracy[0].mean() < curve.accuracy[-1].mean()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ClassifierParams("forest"), "no method 'forest'"),
        (lambda: ClassifierParams(c=0), "C is 0"),
        (lambda: ClassifierParams(k=0), "neighbors is 0"),
        (lambda: SplitParams(folds=1), "folds is 1"),
        (lambda: SplitParams(tested=6), "6 of 5 folds"),
        (lambda: SplitParams(seed=-1), "seed is -1"),
        (lambda: CurveParams(sizes=(0,)), "sizes are"),
        (lambda: CurveParams(repeats=0), "repeats is 0"),
    ],
)
def test_settings_out_of_range_are_refused(make: object, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        make()  # type: ignore[operator]
