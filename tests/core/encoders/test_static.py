"""The shipped table is the pinned one, encodes any text to length 1 and agrees with model2vec on the same table."""

import subprocess
import sys

import numpy as np
import pytest

from embedding_core.base.errors import EncoderUnavailableError, JobCancelledError
from embedding_core.base.keys import hash_file
from embedding_core.encoders.text import static
from embedding_core.encoders.text.static import MINILM_STATIC, TABLE, TABLE_SHA256, load


@pytest.fixture(scope="module")
def encoder():
    return load(MINILM_STATIC)


def test_the_shipped_folder_is_small_and_its_table_the_pinned_one():
    assert sum(path.stat().st_size for path in TABLE.parent.iterdir()) <= 8_000_000
    assert hash_file(TABLE) == TABLE_SHA256
    assert TABLE_SHA256.startswith(MINILM_STATIC.revision)
    assert not [path for path in TABLE.parent.iterdir() if path.suffix not in {".safetensors", ".md"}]


def test_near_meanings_are_near(encoder):
    weather, sunny, stadium = encoder.encode_documents(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    assert weather @ sunny > 0.4 > 0.2 > max(weather @ stadium, sunny @ stadium)


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\U0001f600", "x" * 100_000, "word " * 20_000, "नमस्ते", "\x00", "\ud800", "[CLS]"]
)
def test_every_text_has_length_one(encoder, text):
    row = encoder.encode_documents([text])
    assert row.shape == (1, 256) and row.dtype == np.float32
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_a_text_without_tokens_has_the_vector_of_unk(encoder):
    empty, unknown = encoder.encode_documents(["", "\U0001f600"])
    assert np.array_equal(empty, unknown)


def test_an_unknown_character_hardly_turns_a_text(encoder):
    plain, with_emoji = encoder.encode_documents(["a walk in the park", "a walk in the park \U0001f600"])
    assert plain @ with_emoji > 0.999


def test_nothing_is_cut_and_count_tokens_says_how_long(encoder):
    long = "rain " * 600
    assert encoder.count_tokens([long + "volcano", "", "unbelievable"]) == [601, 0, 1]
    first, second = encoder.encode_documents([long, long + "volcano " * 600])
    assert first @ second < 0.9


def test_a_row_depends_on_its_text_alone_across_chunks(encoder, monkeypatch):
    texts = [f"text number {i} about {topic}" for i in range(20) for topic in ("rivers", "bread", "music")]
    together = encoder.encode_documents(texts)
    monkeypatch.setattr(static, "CHUNK", 7)
    assert np.array_equal(together, encoder.encode_documents(texts))
    assert np.array_equal(together[:1], encoder.encode_documents(texts[:1]))
    assert np.array_equal(together, encoder.encode_queries(texts))
    assert encoder.encode_documents([]).shape == (0, 256)


def test_model2vec_computes_the_same_from_the_same_table(encoder):
    from model2vec import StaticModel
    from safetensors.numpy import load_file

    arrays = load_file(TABLE)
    tokenizer = static.load_tokenizer()
    rows = static.table_rows(tokenizer, arrays["token_ids"])
    model = StaticModel(
        vectors=arrays["vectors"], tokenizer=tokenizer, weights=arrays["scales"][rows], token_mapping=rows
    )
    model.normalize = True
    texts = ["Where is my new card?", "Naïve café visitors unfriended 3 neighbors.", "colorless green ideas"]
    assert model.encode(texts) == pytest.approx(encoder.encode_documents(texts), abs=1e-5)


def test_progress_counts_texts_and_can_cancel(encoder, monkeypatch):
    monkeypatch.setattr(static, "CHUNK", 2)
    seen = []
    encoder.encode_documents(["a", "b", "c"], lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (2, 3), (3, 3)]

    def cancel(done: float, total: float) -> None:
        raise JobCancelledError("Cancelled.")

    with pytest.raises(JobCancelledError):
        encoder.encode_documents(["a"], cancel)


def test_another_table_is_refused(tmp_path, monkeypatch):
    other = tmp_path / TABLE.name
    other.write_bytes(TABLE.read_bytes()[:-1] + b"\x01")
    monkeypatch.setattr(static, "TABLE", other)
    with pytest.raises(EncoderUnavailableError, match="should have the SHA-256"):
        load(MINILM_STATIC)
    other.unlink()
    with pytest.raises(EncoderUnavailableError, match="no file"):
        load(MINILM_STATIC)


def test_a_missing_or_changed_tokenizer_is_named(monkeypatch):
    monkeypatch.setattr(static, "TOKENIZER_SHA256", "f" * 64)
    with pytest.raises(EncoderUnavailableError, match=r"tokenizer\.json"):
        load(MINILM_STATIC)
    monkeypatch.setattr(static, "TOKENIZER_PACKAGE", "no_such_package")
    with pytest.raises(EncoderUnavailableError, match="no-such-package is not installed"):
        load(MINILM_STATIC)


def test_it_works_without_torch():
    script = (
        "import sys; from embedding_core.encoders.text.static import MINILM_STATIC, load;"
        "load(MINILM_STATIC).encode_documents(['one']); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.shared
def test_sts_benchmark_is_what_the_model_card_says(encoder, shared_data):
    from scipy.stats import spearmanr

    lines = (shared_data / "text" / "stsbenchmark" / "sts-test.csv").read_text(encoding="utf-8").splitlines()
    scores, first, second = zip(*(line.split("\t")[4:7] for line in lines), strict=True)
    cosines = (encoder.encode_documents(list(first)) * encoder.encode_documents(list(second))).sum(axis=1)
    found = spearmanr(cosines, [float(score) for score in scores]).statistic
    assert f"{found:.3f}" in (TABLE.parent / "README.md").read_text(encoding="utf-8")
    assert found > 0.72
