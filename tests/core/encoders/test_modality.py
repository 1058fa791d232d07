"""The modality gap: of known clouds, and taken out."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.encoders.modality import centered, modality_gap


def clouds(n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return two narrow cones of pairs, at right angles to each other."""
    rng = np.random.default_rng(0)
    meaning = 0.1 * rng.normal(size=(n, 16))
    pictures, texts = meaning.copy(), meaning.copy()
    pictures[:, 0] += 1
    texts[:, 1] += 1
    is_picture = np.repeat([True, False], n)
    return np.concatenate([pictures, texts]).astype(np.float32) * 3, is_picture


def test_cones_at_right_angles_lie_nearly_the_square_root_of_two_apart() -> None:
    matrix, is_picture = clouds()
    gap = modality_gap(matrix, is_picture)
    cosine = 1 / np.sqrt(1.16)
    assert gap.distance == pytest.approx(np.sqrt(2) * cosine, abs=0.05)
    assert gap.within_pictures == pytest.approx(gap.within_texts, abs=0.02)
    assert (gap.pictures, gap.texts) == (200, 200)


def test_without_the_gap_each_picture_finds_its_own_text() -> None:
    matrix, is_picture = clouds()
    closed = centered(matrix, is_picture)
    assert modality_gap(closed, is_picture).distance < 0.1
    similarity = closed[is_picture] @ closed[~is_picture].T
    assert (similarity.argmax(axis=1) == np.arange(200)).mean() > 0.95
    np.testing.assert_allclose(np.linalg.norm(closed, axis=1), 1, rtol=1e-5)


def test_rows_of_length_one_are_read_and_not_written() -> None:
    matrix, is_picture = clouds()
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    unit.flags.writeable = False  # As what the store maps from disk.
    np.testing.assert_allclose(centered(unit, is_picture), centered(matrix, is_picture), atol=1e-5)


@pytest.mark.parametrize("marks", [np.ones(400, bool), np.zeros(400, bool), np.ones(3, bool)])
def test_one_kind_has_no_gap(marks: np.ndarray) -> None:
    matrix, _ = clouds()
    with pytest.raises(InputError):
        modality_gap(matrix, marks)
