import numpy as np
import pytest

from embedding_core.base.errors import ParameterError
from embedding_core.ranking.fusion import FusionParams, fuse
from embedding_core.ranking.scores import Scores

NULL = np.zeros(0, np.float32)
FIRST = Scores(np.array([3, 2, 1, -np.inf], np.float32), NULL)
SECOND = Scores(np.array([-np.inf, 5, 9, -np.inf], np.float32), NULL)


def test_the_fused_score_is_the_weighted_sum_of_reciprocal_ranks():
    fused = fuse([FIRST, SECOND], FusionParams((2, 1), 60))
    np.testing.assert_allclose(fused.values, [2 / 61, 2 / 62 + 1 / 62, 2 / 63 + 1 / 61, -np.inf], rtol=1e-6)
    assert fused.best(9).rows.tolist() == [1, 2, 0]


def test_ranks_are_those_among_what_the_filter_lets_through():
    fused = fuse([FIRST, SECOND], FusionParams((1, 1), 0), np.array([False, True, True, True]))
    np.testing.assert_allclose(fused.values, [-np.inf, 1 + 1 / 2, 1 / 2 + 1, -np.inf])


def test_an_engine_without_weight_does_not_count():
    fused = fuse([FIRST, SECOND], FusionParams((0, 1)))
    assert fused.best(9).rows.tolist() == [2, 1]


def test_chance_is_what_random_ranks_give():
    rng = np.random.default_rng(0)
    engines = [Scores(rng.normal(size=2000).astype(np.float32), NULL) for _ in range(2)]
    np.testing.assert_allclose(np.median(fuse(engines).best(2000).baseline_percentiles), 0.5, atol=0.03)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ParameterError, match="2 engines and 3 weights"):
        fuse([FIRST, SECOND], FusionParams((1, 1, 1)))
    for weights, k in (((-1, 1), 60), ((0, 0), 60), ((1, 1), -1), ((float("nan"), 1), 60)):
        with pytest.raises(ParameterError):
            FusionParams(weights, k)
