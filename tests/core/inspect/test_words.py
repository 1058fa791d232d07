"""A text as weighted words: as scikit-learn and the search engine weigh them."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer

from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.text.lexical import terms
from embedding_core.inspect import agreement, count_words, weigh_words
from embedding_core.ranking.lexical import index_words

TEXTS = load_sample("everyday").texts


def test_tf_idf_is_scikit_learns() -> None:
    counts = count_words(TEXTS)
    vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True).fit(TEXTS)
    names = vectorizer.get_feature_names_out()
    for text in (*TEXTS[:20], "the the onions train never-seen-word"):
        row = vectorizer.transform([text]).toarray()[0]
        theirs = {names[i]: row[i] for i in np.flatnonzero(row)}
        ours = {weight.word: weight.tf_idf for weight in weigh_words(text, counts) if weight.rows}
        assert ours == pytest.approx(theirs)


def test_bm25_is_the_search_engines() -> None:
    counts, index = count_words(TEXTS), index_words(TEXTS)
    for row in range(20):
        for weight in weigh_words(TEXTS[row], counts):
            rows, added = index.entries(weight.word)
            assert weight.rows == len(rows)
            assert weight.bm25 == pytest.approx(float(added[rows.tolist().index(row)]), rel=1e-4)


def test_weights_are_in_order_and_unknown_words_weigh_nothing() -> None:
    found = weigh_words("the platform of xylophones", count_words(TEXTS))
    assert [weight.word for weight in found][:1] == ["platform"]
    assert found[-1].word == "xylophones"
    assert (found[-1].rows, found[-1].tf_idf, found[-1].bm25) == (0, 0, 0)


def test_no_words() -> None:
    assert weigh_words("  ...", count_words(TEXTS)) == ()
    empty = count_words(["", "..."])
    assert (empty.rows, empty.words_a_row) == (2, 0)
    assert weigh_words("word", empty)[0].bm25 == 0


def test_agreement_is_spearmans_with_equal_weights_sharing_a_rank() -> None:
    words = weigh_words("The train leaves the station and the rain begins", count_words(TEXTS))
    weights = [one.tf_idf for one in words], [one.bm25 for one in words]
    assert len(set(weights[0])) < len(words)
    assert agreement(words) == pytest.approx(spearmanr(*weights).statistic)
    assert agreement(words[:1]) == 1
