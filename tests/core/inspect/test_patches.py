"""A phrase on the parts of a picture."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.inspect import find_phrase

rng = np.random.default_rng(0)
PARTS = rng.normal(size=(3, 4, 8)).astype(np.float32) + 1
PHRASE, OTHER = rng.normal(size=(2, 8)).astype(np.float32)


def test_the_parts_mean_is_the_cosine_of_the_whole() -> None:
    found = find_phrase(PARTS, PHRASE)
    mean = PARTS.mean(axis=(0, 1))
    cosine = mean @ PHRASE / np.linalg.norm(mean) / np.linalg.norm(PHRASE)
    assert found.score == pytest.approx(float(cosine), abs=1e-5)
    assert found.values.shape == (3, 4)
    assert found.values[found.best] == found.values.max()
    assert not found.contrasted


def test_another_phrase_is_taken_off() -> None:
    both = find_phrase(PARTS, PHRASE, OTHER)
    np.testing.assert_allclose(
        both.values, find_phrase(PARTS, PHRASE).values - find_phrase(PARTS, OTHER).values, atol=1e-5
    )
    assert both.contrasted
    assert not find_phrase(PARTS, PHRASE, PHRASE).values.any()


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(InputError, match="cannot be compared"):
        find_phrase(PARTS, PHRASE[:5])
