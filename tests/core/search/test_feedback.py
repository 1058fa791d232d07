import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.ranking.lexical import index_words, score_words, words_of
from embedding_core.search.feedback import (
    ExpansionParams,
    RocchioParams,
    expand_words,
    feedback_words,
    rocchio,
    typical_words,
)

X, Y, Z = np.eye(3, dtype=np.float32)
NONE = np.zeros((0, 3), np.float32)
TEXTS = ["cat purrs on sofa", "kitten purrs softly", "cat and kitten", "dog barks", "dog runs", "stone"]


def test_the_query_moves_toward_good_examples_and_away_from_bad_ones():
    moved = rocchio(2 * X, np.stack([Y, 5 * Y]), Z[None], RocchioParams(1, 0.75, 0.15))
    np.testing.assert_allclose(moved, [1, 0.75, -0.15], atol=1e-6)


def test_examples_alone_are_a_query():
    np.testing.assert_allclose(rocchio(None, np.stack([X, Y]), NONE), [0.375, 0.375, 0])


def test_nothing_to_go_by_and_parts_that_cancel_out_are_refused():
    with pytest.raises(InputError, match="no query and no example"):
        rocchio(None, NONE, NONE)
    with pytest.raises(InputError, match="cancel"):
        rocchio(X, NONE, X[None], RocchioParams(1, 1, 1))
    with pytest.raises(ParameterError, match="gamma is -1"):
        RocchioParams(gamma=-1)
    with pytest.raises(ParameterError, match="0 hits"):
        ExpansionParams(hits=0)


def test_the_first_hits_lend_the_words_they_share():
    index, words = index_words(TEXTS), words_of("cat")
    hits = score_words(index, words).best(2)
    assert hits.rows.tolist() == [2, 0]
    added = expand_words(index, TEXTS, words, np.array([0, 1], np.int32), ExpansionParams(2, 3, 0.5))
    assert added == {"purrs": 0.5}
    found = score_words(index, words | added).best(9).rows.tolist()
    assert 1 in found, "a text without the word that was typed is found by what the others share"


def test_words_that_are_everywhere_are_not_lent():
    texts = [f"how do i {act} my {thing}" for act in ("lose", "find", "mend") for thing in ("card", "key", "bag")]
    rows = np.flatnonzero([text.endswith("card") for text in texts]).astype(np.int32)
    texts += ["a quiet evening"] * 80
    assert set(expand_words(index_words(texts), texts, {}, rows)) == {"card"}
    assert {"how", "card"} <= set(expand_words(index_words(texts[:9]), texts[:9], {}, rows))


def test_words_of_one_row_alone_count_when_it_is_the_only_one():
    index = index_words(TEXTS)
    assert set(typical_words(index, TEXTS, np.array([3], np.int32), 5, {})) == {"dog", "barks"}


def test_marked_results_change_the_words():
    index = index_words(TEXTS)
    changed = feedback_words(index, TEXTS, words_of("dog"), np.array([4], np.int32), np.array([3], np.int32))
    assert changed["dog"] == 1
    assert changed["runs"] > 0 > changed["barks"]
    assert score_words(index, changed).best(1).rows.tolist() == [4]
