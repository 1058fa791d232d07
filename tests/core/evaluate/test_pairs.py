"""Sentence pairs: correlations against scipy's, and tables that are none."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, spearmanr

from embedding_core.base.errors import InputError
from embedding_core.evaluate.pairs import SCORE_COLUMN, read_pairs, score_pairs


def vectors(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors of n pairs and scores that go with their cosines, roughly."""
    rng = np.random.default_rng(seed)
    left = rng.normal(size=(n, 8))
    mix = rng.random((n, 1))
    right = mix * left + (1 - mix) * rng.normal(size=(n, 8))
    scores = np.round(5 * mix.ravel() + 0.5 * rng.normal(size=n), 1)
    return np.concatenate([left, right]).astype(np.float32), scores


def test_correlations_are_scipys() -> None:
    rows, scores = vectors(200)
    found = score_pairs(rows, scores)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = (unit[:200] * unit[200:]).sum(axis=1)
    np.testing.assert_allclose(found.cosines, cosines, atol=1e-6)
    assert found.spearman == pytest.approx(spearmanr(cosines, scores).statistic, abs=1e-6)
    assert found.pearson == pytest.approx(pearsonr(cosines, scores).statistic, abs=1e-6)
    assert found.low < found.spearman < found.high


def test_a_table_of_pairs() -> None:
    frame = pd.DataFrame({"a": ["x", "y", "z", None], "b": ["1", "2", "3", "4"], "s": ["5", " 2.5 ", "", "0"]})
    pairs = read_pairs(frame, ["a", "b", "s"])
    assert pairs.left == ("x", "y", "")
    assert pairs.right == ("1", "2", "4")
    assert pairs.scores.tolist() == [5, 2.5, 0]
    assert pairs.left_out == 1
    dataset = pairs.dataset("pairs")
    assert dataset.texts == ("x", "y", "", "1", "2", "4")
    assert dataset.columns[SCORE_COLUMN].tolist()[:3] == [5, 2.5, 0]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["a", "b"], "2 columns were given"),
        (["a", "b", "gone"], "no column 'gone'"),
        (["a", "b", "words"], "2 of 4 scores in 'words' are not numbers, the first is 'high' in row 2"),
        (["a", "b", "few"], "2 pairs have a score"),
    ],
)
def test_what_is_no_table_of_pairs(columns: list[str], message: str) -> None:
    frame = pd.DataFrame(
        {"a": ["x"] * 4, "b": ["y"] * 4, "words": ["1", "high", "3", "inf"], "few": [1, 2, None, None]}
    )
    with pytest.raises(InputError, match=message):
        read_pairs(frame, columns)


def test_what_cannot_be_correlated() -> None:
    rows, scores = vectors(10)
    with pytest.raises(InputError, match="All scores are equal"):
        score_pairs(rows, np.ones(10))
    with pytest.raises(InputError, match="All cosines are equal"):
        score_pairs(np.ones((20, 4), np.float32), scores)
    with pytest.raises(InputError, match="19 vectors for 10 pairs"):
        score_pairs(rows[:19], scores)
