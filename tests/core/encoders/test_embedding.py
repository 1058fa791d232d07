"""Embedding through the store: nothing is encoded twice, nothing finished is lost."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import JobCancelledError
from embedding_core.base.store import Store
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders import embedding
from embedding_core.encoders.embedding import embed_rows, text_rows

KIND = "rows/test"


class LetterEncoder:
    """Counts letters, and remembers what it was asked."""

    def __init__(self, dies_after: int | None = None) -> None:
        self.asked: list[str] = []
        self._dies_after = dies_after

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return letter counts: (n, 26)."""
        if self._dies_after is not None and len(self.asked) >= self._dies_after:
            raise KeyboardInterrupt
        self.asked += texts
        progress(len(texts), len(texts))
        return np.array([[text.count(chr(97 + i)) for i in range(26)] for text in texts], dtype=np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path, cap_bytes=10**9)


def embed(texts: list[str], encoder: LetterEncoder, store: Store, progress: Progress = no_progress) -> Matrix:
    """Embed and return the vectors."""
    return embed_rows(text_rows(tuple(texts)), KIND, lambda: encoder, store, progress).vectors  # type: ignore[arg-type,return-value]


TEXTS = ["".join(chr(97 + (i * j) % 26) for j in range(i % 40)) for i in range(300)]


def test_vectors_come_back_in_the_order_of_the_texts(store: Store) -> None:
    expected = LetterEncoder().encode_documents(TEXTS)
    np.testing.assert_array_equal(embed(TEXTS, LetterEncoder(), store), expected)
    np.testing.assert_array_equal(embed(TEXTS[::-1], LetterEncoder(), store), expected[::-1])


def test_equal_texts_are_encoded_once(store: Store) -> None:
    encoder = LetterEncoder()
    vectors = embed(["a", "b", "a", "a"], encoder, store)
    assert sorted(encoder.asked) == ["a", "b"]
    np.testing.assert_array_equal(vectors[0], vectors[3])


def test_a_second_run_loads_no_encoder(store: Store) -> None:
    first = embed_rows(text_rows(tuple(TEXTS)), KIND, LetterEncoder, store)  # type: ignore[arg-type]

    def refuse() -> LetterEncoder:
        raise AssertionError("the encoder was loaded")

    again = embed_rows(text_rows(tuple(TEXTS)), KIND, refuse, store)  # type: ignore[arg-type]
    np.testing.assert_array_equal(again.vectors, first.vectors)
    assert again.reused == len(TEXTS)


def test_a_data_set_that_grew_encodes_what_is_new(store: Store) -> None:
    embed(TEXTS, LetterEncoder(), store)
    encoder = LetterEncoder()
    vectors = embed(["new one", *TEXTS[:150], "new two", *TEXTS[150:]], encoder, store)
    assert sorted(encoder.asked) == ["new one", "new two"]
    np.testing.assert_array_equal(vectors[1:151], embed(TEXTS[:150], LetterEncoder(), store))


def test_a_killed_run_goes_on_at_its_last_whole_shard(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "SHARD_ROWS", 50)
    unique = len(set(TEXTS))
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, LetterEncoder(dies_after=100), store)
    second = LetterEncoder()
    embed(TEXTS, second, store)
    assert len(second.asked) == unique - 100


def test_a_cancel_keeps_what_was_finished(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "SHARD_ROWS", 50)

    def stop_at_half(done: float, total: float) -> None:
        if done > total / 2:
            raise JobCancelledError("enough")

    encoder, second = LetterEncoder(), LetterEncoder()
    with pytest.raises(JobCancelledError):
        embed(TEXTS, encoder, store, stop_at_half)
    embed(TEXTS, second, store)
    assert 0 < len(second.asked) < len(set(TEXTS))


def test_a_damaged_shard_is_encoded_again(store: Store) -> None:
    embed(TEXTS, LetterEncoder(), store)
    shard = store.open(KIND, store.keys(KIND)[0]) / "vectors.npy"
    shard.write_bytes(shard.read_bytes()[:-4])
    encoder = LetterEncoder()
    vectors = embed(TEXTS, encoder, Store(store.root, store.cap_bytes))
    assert len(encoder.asked) == len(set(TEXTS))
    np.testing.assert_array_equal(vectors, LetterEncoder().encode_documents(TEXTS))


def test_progress_grows_to_the_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "SHARD_ROWS", 50)
    seen: list[tuple[float, float]] = []
    embed(TEXTS, LetterEncoder(), store, lambda done, total: seen.append((done, total)))
    done = [d for d, _ in seen]
    assert done == sorted(done)
    assert seen[-1][0] == pytest.approx(seen[-1][1])
    assert len(seen) > 5
