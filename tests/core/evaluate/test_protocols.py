"""MTEB's protocols: classes that can be told apart, classes that cannot, and what is left out."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.evaluate.protocols import ProtocolParams, run_protocols


def made(noise: float, classes: int = 4, size: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Return rows round one direction a class, and their classes."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(classes), size).astype(np.int32)
    centers = rng.normal(size=(classes, 10))
    return (centers[codes] + noise * rng.normal(size=(len(codes), 10))).astype(np.float32), codes


def test_classes_far_apart_are_found_and_chance_is_not() -> None:
    found = run_protocols(*made(0.1))
    assert np.mean(found.accuracy) == 1
    assert np.mean(found.v_measure) > 0.95
    assert (found.classes, found.trained, found.tested) == (4, 32, 128)
    # Drawing 8 of each class leaves 32 of each: the commonest is one of four, and F1 is 0 for the other three.
    assert found.accuracy_chance == (0.25,) * 10
    assert found.macro_f1_chance == (0.1,) * 10
    assert len(found.accuracy) == len(found.v_measure) == 10
    noise, codes = made(100)
    lost = run_protocols(noise, codes, params=ProtocolParams(rounds=5))
    assert np.mean(lost.accuracy) == pytest.approx(0.25, abs=0.1)
    assert np.mean(lost.v_measure) < 0.3


def test_chance_is_the_commonest_class_of_the_test_rows() -> None:
    rows, codes = made(0.1)
    test = np.zeros(160, dtype=bool)
    test[[*range(30), *range(40, 50)]] = True
    found = run_protocols(rows, codes, test)
    named = np.zeros(40)
    assert found.accuracy_chance[0] == 0.75
    assert found.macro_f1_chance[0] == pytest.approx(f1_score(codes[test], named, average="macro", zero_division=0))
    assert found.macro_f1_chance[0] == pytest.approx((2 * 0.75 / 1.75 + 0) / 2)


def test_the_v_measure_of_permuted_labels_is_that_of_vectors_without_meaning() -> None:
    """Drawn with replacement, as the protocol draws, so that some rows come twice, with one class."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(77), 40).astype(np.int32)
    noise = run_protocols(rng.normal(size=(len(codes), 32)).astype(np.float32), codes, params=ProtocolParams(1, 5))
    assert np.mean(noise.v_measure_chance) > 0.3
    assert np.mean(noise.v_measure) == pytest.approx(np.mean(noise.v_measure_chance), abs=0.01)
    found = run_protocols(*made(0.1, size=400))
    assert np.mean(found.v_measure) > 0.95
    assert 0 < np.mean(found.v_measure_chance) < 0.01


def test_a_split_column_says_what_is_tested() -> None:
    rows, codes = made(0.1)
    test = np.zeros(160, dtype=bool)
    test[::2] = True
    found = run_protocols(rows, codes, test)
    assert (found.trained, found.tested) == (32, 80)
    # Wrong labels among the test rows are counted; none of them was learned from.
    wrong = codes.copy()
    wrong[test] = (codes[test] + 1) % 4
    assert np.mean(run_protocols(rows, wrong, test).accuracy) == 0


def test_rows_without_a_label_take_no_part() -> None:
    rows, codes = made(0.1)
    codes[:10] = -1
    assert run_protocols(rows, codes).tested == 160 - 10 - 32


def test_the_same_seed_gives_the_same_scores() -> None:
    rows, codes = made(1.5)
    params = ProtocolParams(rounds=2)
    assert run_protocols(rows, codes, params=params) == run_protocols(rows, codes, params=params)


def test_what_cannot_be_measured() -> None:
    rows, codes = made(1)
    with pytest.raises(InputError, match="Fewer than two classes"):
        run_protocols(rows, np.zeros(160, np.int32))
    with pytest.raises(InputError, match="No labeled row is left"):
        run_protocols(rows, codes, params=ProtocolParams(per_class=40))
    with pytest.raises(InputError, match="Fewer than two classes"):
        run_protocols(rows, codes, np.ones(160, dtype=bool))
    for wrong in ({"per_class": 0}, {"rounds": 0}, {"seed": -1}):
        with pytest.raises(ParameterError):
            ProtocolParams(**wrong)


def test_it_can_be_stopped() -> None:
    def stop(done: float, total: float) -> None:
        raise JobCancelledError("Stopped.")

    with pytest.raises(JobCancelledError):
        run_protocols(*made(1), progress=stop)
