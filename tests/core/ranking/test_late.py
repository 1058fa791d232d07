import numpy as np

from embedding_core.encoders.spec import TokenVectors
from embedding_core.ranking.late import chance_max_sim, counterparts, max_sim

AXES = np.eye(4, dtype=np.float16)


def tokens(*texts: list[tuple[str, int]]) -> tuple[TokenVectors, list[str]]:
    """Make texts of (word, axis): two words are alike when they lie on the same axis."""
    axes = [axis for text in texts for _, axis in text]
    spans = []
    for text in texts:
        at = 0
        for word, _ in text:
            spans.append((at, at + len(word)))
            at += len(word) + 1
    starts = np.cumsum([0, *map(len, texts)])
    joined = [" ".join(word for word, _ in text) for text in texts]
    return TokenVectors(AXES[axes].reshape(-1, 4), starts, np.array(spans, np.int32).reshape(-1, 2)), joined


QUERY, (QUERY_TEXT,) = tokens([("red", 0), ("car", 1), (".", 3)])
DOCUMENTS, TEXTS = tokens([("scarlet", 0), ("automobile", 1), (".", 3)], [("car", 1), ("park", 2)], [])


def test_every_token_of_the_query_counts_its_best_counterpart():
    np.testing.assert_allclose(max_sim(QUERY, DOCUMENTS), [1, 1 / 3, -1], rtol=1e-6)


def test_a_reason_names_the_pieces_of_both_texts_that_are_alike_and_no_marks():
    found = counterparts(QUERY, QUERY_TEXT, DOCUMENTS, TEXTS, most=2)
    assert [(pair.asked, pair.found) for pair in found[0]] == [("red", "scarlet"), ("car", "automobile")]
    assert found[1][0].asked == found[1][0].found == "car"
    assert found[2] == ()


def test_nothing_asked_scores_nothing():
    nothing, _ = tokens([])
    assert max_sim(nothing, DOCUMENTS).tolist() == [-1, -1, -1]
    assert counterparts(nothing, "", DOCUMENTS, TEXTS) == [(), (), ()]


def test_chance_compares_each_text_with_the_next():
    documents, _ = tokens([("a", 0), ("b", 1)], [("c", 0), ("d", 2)])
    np.testing.assert_allclose(chance_max_sim(documents, 1), [1, 1])
    np.testing.assert_allclose(chance_max_sim(documents, 2), [0.5, 0.5])
    assert len(chance_max_sim(tokens([("a", 0)])[0], 3)) == 0
