"""MaxSim and its parts."""

import numpy as np
import pytest
import torch

from embedding_core.base.errors import InputError
from embedding_core.encoders.spec import TokenVectors
from embedding_core.inspect import Interaction, PictureInteraction, interact
from embedding_core.ranking.late import max_sim

rng = np.random.default_rng(0)
QUERY, DOCUMENT = rng.normal(size=(4, 8)).astype(np.float32), rng.normal(size=(7, 8)).astype(np.float32)
ASKED, FOUND = tuple("abcd"), tuple("tuvwxyz")


def test_it_is_the_sum_of_each_tokens_best() -> None:
    from sentence_transformers.multi_vector_encoder import maxsim

    found = interact(ASKED, QUERY, FOUND, DOCUMENT)
    unit = [torch.nn.functional.normalize(torch.tensor(part), dim=1) for part in (QUERY, DOCUMENT)]
    assert found.max_sim == pytest.approx(float(maxsim([unit[0]], [unit[1]])[0, 0]), abs=1e-5)
    assert found.mean == pytest.approx(found.max_sim / 4)
    assert found.cosines.shape == (4, 7)
    assert (found.cosines[np.arange(4), found.best] == found.similarities).all()


def test_search_by_tokens_gives_the_same() -> None:
    tokens = [
        TokenVectors(
            (part / np.linalg.norm(part, axis=1, keepdims=True)).astype(np.float16),
            np.array([0, len(part)]),
            np.zeros((len(part), 2), np.int32),
        )
        for part in (QUERY, DOCUMENT)
    ]
    assert interact(ASKED, QUERY, FOUND, DOCUMENT).mean == pytest.approx(float(max_sim(*tokens)[0]), abs=2e-3)


def test_nothing_to_compare_is_said() -> None:
    with pytest.raises(InputError, match="query"):
        interact((), QUERY[:0], FOUND, DOCUMENT)
    with pytest.raises(InputError, match="document"):
        interact(ASKED, QUERY, (), DOCUMENT[:0])


COSINES = np.array([[0.1, 0.9, 0.2, 0.3, 0.0], [0.5, 0.1, 0.2, 0.3, 0.4], [0.0, 0.2, 0.1, 0.0, 0.8]], np.float32)
GRID = np.array([[1, 2], [3, 4]], np.int32)


def on_picture(grid: np.ndarray | None) -> PictureInteraction:
    own = np.array([False, True, True])
    return PictureInteraction(Interaction(tuple("abc"), tuple("vwxyz"), COSINES), own, grid)


def test_a_token_lies_over_the_patches_of_a_picture() -> None:
    found = on_picture(GRID)
    np.testing.assert_allclose(found.heat([0]), [[0.9, 0.2], [0.3, 0.0]])
    np.testing.assert_allclose(found.heat([0, 2]), [[0.55, 0.15], [0.15, 0.4]])
    assert found.spots([0, 1, 2]) == {0: (0, 0), 2: (1, 1)}


def test_patches_without_places_have_no_map() -> None:
    found = on_picture(None)
    assert found.spots([0, 1, 2]) == {}
    with pytest.raises(InputError, match="positions of the tokens on the picture are unknown"):
        found.heat([0])
    with pytest.raises(InputError, match="positions of the tokens on the picture are unknown"):
        on_picture(GRID).heat([])
