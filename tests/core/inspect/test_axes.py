"""Semantic axes."""

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.data.samples.catalog import load_sample
from embedding_core.inspect import span, spread_along

EYE = np.eye(4, dtype=np.float32)


def test_the_poles_lie_at_minus_one_and_one() -> None:
    axis = span(3 * EYE[:1], EYE[1:2])
    assert axis.place(EYE).tolist() == pytest.approx([-1, 1, 0, 0], abs=1e-6)
    assert np.linalg.norm(axis.direction) == pytest.approx(1)
    assert axis.held_out is None


def test_sets_are_means() -> None:
    axis = span(EYE[:2], EYE[2:])
    assert axis.place(EYE[:2]).mean() == pytest.approx(-1)
    assert axis.place(EYE[2:]).mean() == pytest.approx(1)
    assert axis.held_out is not None


def test_members_are_tried_on_a_line_drawn_without_them() -> None:
    low, high = EYE[0] + 0.1 * EYE, EYE[1] + 0.1 * EYE
    assert span(low, high).held_out == 1
    mixed = np.stack([EYE[0], EYE[0], EYE[1]])
    assert span(mixed, EYE[1:2] + 0.1 * EYE[:2]).held_out == pytest.approx(4 / 5)


def test_one_place_twice_is_no_axis() -> None:
    with pytest.raises(InputError, match="same vector"):
        span(EYE[:1], EYE[:1])
    with pytest.raises(InputError):
        span(EYE[:0], EYE[:1])


def test_how_much_an_axis_shows() -> None:
    rng = np.random.default_rng(0)
    items = rng.normal(size=(500, 6)).astype(np.float32) * np.array([5, 1, 1, 1, 1, 1], np.float32)
    wide, narrow = np.eye(6, dtype=np.float32)[[0, 1]]
    strong, weak = (spread_along(span(-one[None], one[None]), items) for one in (wide, narrow))
    unit = items / np.linalg.norm(items, axis=1, keepdims=True)
    assert strong.share == pytest.approx(float(np.var(unit[:, 0]) / np.var(unit, axis=0).sum()), abs=1e-5)
    assert strong.beaten > 0.9 > 0.2 > weak.beaten
    assert spread_along(span(wide[None], narrow[None]), items[:1]).share == 0


def test_words_fall_where_they_belong() -> None:
    encoder = encoders.load(encoders.resolve("minilm-static"))
    sample = load_sample("words")
    axis = span(encoder.encode_queries(["man", "boy", "father"]), encoder.encode_queries(["woman", "girl", "mother"]))
    assert axis.held_out == 1
    placed = dict(zip(sample.texts, axis.place(encoder.encode_documents(list(sample.texts))), strict=True))
    assert placed["king"] < placed["queen"]
    assert placed["prince"] < placed["princess"]
