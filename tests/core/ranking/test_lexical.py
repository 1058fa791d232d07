import math

import numpy as np
import pytest

from embedding_core.base.errors import ParameterError
from embedding_core.ranking.lexical import BM25Params, index_words, matched_words, score_words, words_of

TEXTS = ["the cat sat", "the dog sat on the dog", "a bird", "", "The CAT and the dog"]


def by_hand(word: str, row: int, k1: float = 1.5, b: float = 0.75) -> float:
    """Lucene's variant, written out."""
    tokens = [text.lower().split() for text in TEXTS]
    having = sum(word in text for text in tokens)
    idf = math.log(1 + (len(TEXTS) - having + 0.5) / (having + 0.5))
    count = tokens[row].count(word)
    mean = sum(map(len, tokens)) / len(tokens)
    return idf * count / (count + k1 * (1 - b + b * len(tokens[row]) / mean))


@pytest.mark.parametrize(("k1", "b"), [(1.5, 0.75), (0.9, 0.4), (1.2, 0.0)])
def test_scores_are_those_of_the_formula(k1, b):
    index = index_words(TEXTS, BM25Params(k1, b))
    scores = score_words(index, words_of("dog cat dog"))
    expected = [2 * by_hand("dog", row, k1, b) + by_hand("cat", row, k1, b) for row in range(len(TEXTS))]
    np.testing.assert_allclose(scores.values, [value or -np.inf for value in expected], rtol=1e-5)


def test_each_hit_says_which_words_it_shares_and_they_add_up_to_its_score():
    index, words = index_words(TEXTS), words_of("the dog, unknown")
    hits = score_words(index, words).best(9)
    matches = matched_words(index, words, hits.rows)
    assert set(hits.rows.tolist()) == {0, 1, 4}
    assert list(matches[hits.rows.tolist().index(1)]) == ["dog", "the"]
    np.testing.assert_allclose([sum(match.values()) for match in matches], hits.scores, rtol=1e-5)


@pytest.mark.parametrize(
    ("texts", "query", "row"),
    [
        (["straße frei", "weg zu"], "STRASSE", 0),
        (["हिन्दी भाषा", "अन्य शब्द"], "हिन्दी", 0),
        (["今天天气很好", "我喜欢音乐"], "音乐", 1),
        (["naïve café", "plain"], "CAFE\u0301", 0),
        (["Привет, мир!", "до свидания"], "мир", 0),
    ],
)
def test_words_of_any_script_are_found(texts, query, row):
    assert score_words(index_words(texts), words_of(query)).best(5).rows.tolist() == [row]


@pytest.mark.parametrize("texts", [[""], ["", "..."], ["one"], ["same word"] * 5])
@pytest.mark.parametrize("query", ["", "word", "... !!", "one " * 10_000])
def test_odd_texts_and_queries_do_no_harm(texts, query):
    scores = score_words(index_words(texts), words_of(query))
    expected = [row for row, text in enumerate(texts) if set(text.split()) & set(query.split()) and text.isascii()]
    assert scores.best(10).rows.tolist() == [row for row in expected if texts[row].strip(".")]


def test_random_rows_score_as_chance_says_and_a_good_hit_beats_it():
    rng = np.random.default_rng(3)
    vocabulary = np.array([f"w{i}" for i in range(300)])
    texts = [" ".join(vocabulary[rng.integers(300, size=20)]) for _ in range(400)]
    index = index_words(texts)
    shares = []
    for _ in range(30):
        scores = score_words(index, words_of(" ".join(vocabulary[rng.integers(300, size=5)])))
        shares.append(np.mean(np.maximum(scores.values, 0) > np.quantile(scores.random_baseline, 0.9)))
    assert 0.05 < np.mean(shares) < 0.15
    best = score_words(index, words_of(texts[7])).best(1)
    assert best.rows.tolist() == [7]
    assert best.baseline_percentiles[0] == 1


def test_settings_outside_their_range_are_refused():
    with pytest.raises(ParameterError, match="k1 is -1"):
        BM25Params(k1=-1)
    with pytest.raises(ParameterError, match="b is 2"):
        BM25Params(b=2)
