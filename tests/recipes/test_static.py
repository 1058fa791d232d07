"""The recipe's steps do what they say, the same each time."""

import sys

import numpy as np
import pytest

from embedding_core.base.errors import EncoderUnavailableError, ParameterError
from recipes.static import StaticParams, main_axes, quantize, random_texts, sif_weights, token_vectors, tune

TOKENS = ["the", "walk", "##ing", "river", "stone", "##s", "blue", "seven"]


def cosines(table, bags, targets):
    sums = np.stack([table[bag].sum(axis=0) for bag in bags])
    return (sums * targets).sum(axis=1) / np.linalg.norm(sums, axis=1) / np.linalg.norm(targets, axis=1)


def test_random_texts_follow_their_parameters_and_the_seed():
    params = StaticParams(texts=500, batch=50, shortest=2, longest=4)
    texts = random_texts(TOKENS, params)
    assert texts == random_texts(TOKENS, params)
    assert texts != random_texts(TOKENS, StaticParams(texts=500, batch=50, shortest=2, longest=4, seed=1))
    assert len(texts) == 500 and max(len(text.split()) for text in texts) == 4
    assert any("walking" in text for text in texts) and not any(" ##" in text for text in texts)


def test_frequent_tokens_weigh_less():
    weights = sif_weights(30_000, 1e-4).ravel()
    assert (np.diff(weights) > 0).all() and 0 < weights[0] < 0.01 and 0.9 < weights[-1] < 1


def test_main_axes_are_those_of_largest_variance():
    points = np.random.default_rng(0).normal(size=(500, 4)).astype(np.float32) * [1, 9, 3, 0.1]
    assert np.abs(main_axes(points, 2)) == pytest.approx(np.eye(4)[:, [1, 2]], abs=0.05)


def test_tuning_turns_the_sums_toward_their_targets_the_same_way_each_time():
    rng = np.random.default_rng(0)
    truth, table = rng.normal(size=(2, 20, 8)).astype(np.float32)
    bags = [rng.integers(0, 19, size=rng.integers(1, 5)).astype(np.int32) for _ in range(400)]
    targets = np.stack([truth[bag].sum(axis=0) for bag in bags])
    params = StaticParams(texts=400, batch=40, passes=30, learning_rate=0.05)
    tuned = tune(table, bags, targets, params)
    assert cosines(table, bags, targets).mean() < 0.5 and cosines(tuned, bags, targets).mean() > 0.95
    assert np.array_equal(tuned, tune(table, bags, targets, params))
    assert np.array_equal(tuned[19], table[19]), "a token that was never drawn stays"


def test_int8_rows_keep_small_rows_too():
    table = np.random.default_rng(0).normal(size=(50, 64)).astype(np.float32) * np.logspace(-4, 1, 50)[:, None]
    table[7] = 0
    rows, scales = quantize(table.astype(np.float32))
    assert rows.dtype == np.int8 and np.abs(rows).max() == 127 and not rows[7].any()
    assert (np.abs(rows * scales[:, None] - table).max(axis=1) <= scales / 2 + 1e-6).all()


@pytest.mark.parametrize("wrong", [{"shortest": 0}, {"shortest": 5, "longest": 4}, {"batch": 0}, {"texts": 10}])
def test_parameters_outside_their_range_are_refused(wrong):
    with pytest.raises(ParameterError):
        StaticParams(**wrong)


def test_what_distilling_needs_is_named_when_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "skeletoken", None)
    monkeypatch.delitem(sys.modules, "model2vec.distill", raising=False)
    with pytest.raises(EncoderUnavailableError, match="skeletoken"):
        token_vectors(tmp_path)
