"""A text token by token: what is read gives back the very vector that the encoder gives."""

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.encoders.spec import TextReader
from tests.core.encoders.test_sentence_transformer import PASSAGE

TEXT = "The bank's unforgettable café 😀."


def reader(name: str) -> TextReader:
    loaded = encoders.load(encoders.resolve(name))
    assert hasattr(loaded, "read")
    return loaded


@pytest.fixture(scope="module")
def minilm() -> TextReader:
    return reader("all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def static() -> TextReader:
    return reader("minilm-static")


@pytest.mark.parametrize("text", [TEXT, "one", "", PASSAGE * 4])
def test_the_mean_of_what_is_read_is_the_vector(minilm: TextReader, text: str) -> None:
    mean = minilm.read(text).vectors.mean(axis=0)
    assert mean / np.linalg.norm(mean) == pytest.approx(minilm.encode_documents([text])[0], abs=2e-3)


@pytest.mark.parametrize("text", [TEXT, "one", PASSAGE * 4])
def test_so_it_is_of_the_static_model(static: TextReader, text: str) -> None:
    mean = static.read(text).vectors.mean(axis=0)
    assert mean / np.linalg.norm(mean) == pytest.approx(static.encode_documents([text])[0], abs=1e-5)


def test_tokens_know_their_places_and_what_they_are(minilm: TextReader, static: TextReader) -> None:
    found = minilm.read(TEXT)
    assert (found.pieces[0], found.pieces[-1]) == ("[CLS]", "[SEP]")
    assert found.special.tolist() == [True, *[False] * (len(found.pieces) - 2), True]
    assert [TEXT[a:b] for a, b in found.spans[1:5]] == ["The", "bank", "'", "s"]
    assert found.layers.shape == (7, len(found.pieces), 384)
    own = static.read(TEXT)
    assert own.pieces == found.pieces[1:-1]
    assert own.ids.tolist() == found.ids[1:-1].tolist()
    assert own.layers.shape == (1, len(own.pieces), 256)
    assert not own.special.any()
    assert static.read("").layers.shape == (1, 0, 256)


def test_what_is_not_read_is_counted(minilm: TextReader, static: TextReader) -> None:
    text = "word " * 10_000
    found = minilm.read(text)
    assert (len(found.pieces), found.left_out) == (256, 10_002 - 256)
    assert static.read(text).left_out == 0


def test_context_comes_with_the_layers(minilm: TextReader) -> None:
    river, money = (minilm.read(f"{start} by the bank") for start in ("they fished", "a loan"))
    first, last = [float(np.corrcoef(river.layers[layer, -2], money.layers[layer, -2])[0, 1]) for layer in (0, -1)]
    assert first == pytest.approx(1)  # The same token at the same place.
    assert last < 0.9


def test_halves_of_surrogates_are_read(minilm: TextReader, static: TextReader) -> None:
    assert minilm.read("\udc00 half").left_out == 0
    assert static.read("\udc00 half").pieces[-1] == "half"
