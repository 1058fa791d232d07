"""TF-IDF finds shared words in any script, is the same in every process, and survives texts without words."""

import json
import subprocess
import sys

import numpy as np
import pytest

from embedding_core.base.errors import EncoderError, JobCancelledError
from embedding_core.encoders.text.lexical import MAX_TERM_CHARS, TF_IDF, load, terms

TEXTS = [
    "The train to Lyon leaves at noon",
    "A late train left Lyon at midnight",
    "Bake the bread for forty minutes",
    "Fresh bread and butter for breakfast",
    "Bread needs flour, water, salt and yeast",
    "The station clock shows noon",
    "Trains are slow in winter",
    "Butter melts in a warm kitchen",
    "Snow fell on the station all winter",
    "Yeast likes warm water",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's 5 o'clock, Anna_K!", ["it", "s", "5", "o", "clock", "anna_k"]),
        ("Straße CAFE\u0301", ["strasse", "café"]),
        ("\uff46\uff55\uff4c\uff4c width", ["full", "width"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("Привет, мир", ["привет", "мир"]),
        ("你好世界", ["你好", "好世", "世界"]),
        ("我 买 iPhone手机", ["我", "买", "iphone", "手机"]),
        ("ครับ", ["คร", "รั", "ับ"]),
        (" … !? ", []),
    ],
)
def test_terms_of_many_scripts(text, expected):
    assert terms(text) == expected


def test_a_run_without_end_is_cut_into_terms_of_bounded_length():
    found = terms("x" * 100_000)
    assert max(map(len, found)) == MAX_TERM_CHARS
    assert sum(map(len, found)) == 100_000


def test_texts_that_share_words_are_near_and_others_are_not():
    rows = load(TF_IDF).encode_documents(TEXTS)
    assert rows.shape == (10, 10) and rows.dtype == np.float32
    similarity = rows @ rows.T
    assert similarity[0, 1] > similarity[0, 2] + 0.1
    assert similarity[3, 7] > similarity[3, 8] + 0.1


def test_rows_have_length_one_and_a_text_without_a_known_word_zero():
    encoder = load(TF_IDF)
    lengths = np.linalg.norm(encoder.encode_documents([*TEXTS, "", "?!"]), axis=1)
    assert lengths == pytest.approx([1] * 10 + [0, 0], abs=1e-5)
    assert not encoder.encode_queries(["zeppelin"]).any()
    assert encoder.encode_queries(["bread"]).any()


def test_full_rank_svd_keeps_the_cosines_of_tf_idf():
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = load(TF_IDF).encode_documents(TEXTS)
    full = TfidfVectorizer(analyzer=terms, sublinear_tf=True).fit_transform(TEXTS)
    assert rows @ rows.T == pytest.approx((full @ full.T).toarray(), abs=1e-4)


def test_dim_is_at_most_256_and_stands_in_the_spec_after_fitting():
    encoder = load(TF_IDF)
    assert encoder.spec.dim is None
    rows = encoder.encode_documents([f"word{i} word{i + 1} word{i + 7}" for i in range(300)])
    assert rows.shape == (300, 256) and encoder.spec.dim == 256


@pytest.mark.parametrize("texts", [["one text"], ["a"], ["same words"] * 5, ["", ""], ["..."], ["x", "y"]])
def test_tiny_and_empty_data_sets(texts):
    encoder = load(TF_IDF)
    rows = encoder.encode_documents(texts)
    assert rows.shape == (len(texts), encoder.spec.dim) and np.isfinite(rows).all()
    known = np.array([bool(terms(text)) for text in texts])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(known.astype(float), abs=1e-5)
    assert encoder.encode_queries(["", "same"]).shape == (2, encoder.spec.dim)


def test_another_process_encodes_queries_from_the_saved_state(tmp_path):
    encoder = load(TF_IDF)
    rows = encoder.encode_documents(TEXTS)
    np.savez(tmp_path / "state.npz", allow_pickle=False, **encoder.state())
    script = (
        "import json, sys, numpy as np; from embedding_core.encoders.text.lexical import TF_IDF, load;"
        "e = load(TF_IDF);"
        "e.restore(dict(np.load(sys.argv[1], allow_pickle=False)));"
        "print(json.dumps([e.spec.dim, e.encode_queries(json.loads(sys.argv[2])).tolist()]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "state.npz"), json.dumps(TEXTS)]
    dim, again = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert dim == encoder.spec.dim
    assert np.array(again) == pytest.approx(rows, abs=1e-5)


def test_an_empty_vocabulary_survives_its_state():
    first, second = load(TF_IDF), load(TF_IDF)
    first.encode_documents(["", "!"])
    second.restore(first.state())
    assert second.encode_queries(["word"]).tolist() == [[0.0]]


def test_the_same_texts_give_the_same_rows():
    assert np.array_equal(load(TF_IDF).encode_documents(TEXTS), load(TF_IDF).encode_documents(TEXTS))


def test_queries_before_fitting_are_refused():
    with pytest.raises(EncoderError, match="not been fitted"):
        load(TF_IDF).encode_queries(["bread"])
    with pytest.raises(EncoderError, match="not been fitted"):
        load(TF_IDF).state()


def test_progress_reaches_its_total_and_can_cancel():
    seen = []
    load(TF_IDF).encode_documents(TEXTS, lambda done, total: seen.append(done / total))
    assert seen == sorted(seen) and seen[-1] == 1

    def cancel(done: float, total: float) -> None:
        raise JobCancelledError("Cancelled.")

    with pytest.raises(JobCancelledError):
        load(TF_IDF).encode_documents(TEXTS, cancel)


def test_count_tokens_counts_terms():
    assert load(TF_IDF).count_tokens(["two words", "", "你好世界"]) == [2, 0, 3]
