"""One word in many sentences."""

from typing import cast

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score, silhouette_score

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.encoders.spec import Reading, TextReader
from embedding_core.inspect import (
    EXAMPLES,
    Occurrence,
    Separation,
    excerpt,
    find_word,
    flatten,
    read_senses,
    read_sentences,
    separate,
    spread,
    word_layers,
)


def test_whole_words_are_found_once_a_text() -> None:
    texts = ["A bank, the Bank.", "banking", "riverbank", "BANK", "", "the bank's"]
    assert find_word(texts, " bank ") == (Occurrence(0, 2, 6), Occurrence(3, 0, 4), Occurrence(5, 4, 8))
    assert [found.text for found in find_word(["bank"] * 10, "bank", most=4)] == [0, 3, 6, 9]
    assert find_word(["C++ and c++"], "c++") == (Occurrence(0, 0, 3),)
    assert find_word(["Ä ä"], "ä")[0].start == 0
    with pytest.raises(InputError):
        find_word(texts, " ")


def test_a_long_text_is_cut_around_the_word() -> None:
    text = "a" * 50 + " bank " + "b" * 50
    assert excerpt(text, find_word([text], "bank")[0], 3) == "aa bank bb"
    assert excerpt("bank", Occurrence(0, 0, 4)) == "bank"


def test_a_word_of_several_tokens_is_their_mean_and_a_cut_one_is_none() -> None:
    layers = np.arange(24, dtype=np.float32).reshape(2, 4, 3)
    spans = np.array([[0, 0], [0, 3], [3, 5], [0, 0]], np.int32)
    special = np.array([True, False, False, True])
    reading = Reading(("[CLS]", "abc", "##de", "[SEP]"), np.arange(4, dtype=np.int32), spans, special, layers, "mean")
    np.testing.assert_array_equal(word_layers(reading, 0, 5), layers[:, 1:3].mean(axis=1))
    np.testing.assert_array_equal(word_layers(reading, 3, 5), layers[:, 2])
    assert word_layers(reading, 6, 9) is None


def test_measures_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(30, 8)).astype(np.float32)
    vectors[:12] += 1
    senses = ["a"] * 12 + ["b"] * 10 + ["c"] * 8
    found = separate(vectors, senses)
    assert found is not None
    assert found.silhouette == pytest.approx(silhouette_score(vectors, senses, metric="cosine"), abs=1e-5)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    left, right = np.triu_indices(30, 1)
    same = [senses[i] == senses[j] for i, j in zip(left, right, strict=True)]
    assert found.auc == pytest.approx(roc_auc_score(same, (unit[left] * unit[right]).sum(axis=1)), abs=1e-4)
    np.fill_diagonal(alike := unit @ unit.T, -1)
    assert found.nearest == pytest.approx(np.mean([senses[i] == senses[j] for i, j in enumerate(alike.argmax(axis=1))]))
    assert 0.5 < found.by_chance < found.auc


def test_one_vector_for_all_separates_nothing() -> None:
    found = separate(np.ones((6, 4), np.float32), list("aaabbb"))
    assert found is not None
    assert (found.silhouette, found.auc, found.by_chance) == (0, 0.5, 0.5)
    assert found.nearest == pytest.approx(0.4)
    assert spread(np.ones((6, 4), np.float32)) == pytest.approx(0, abs=1e-6)
    assert not flatten(np.ones((6, 4), np.float32)).any()


@pytest.mark.parametrize("senses", [["a"] * 4, list("abcd"), ["a"], []])
def test_without_senses_to_compare_there_is_no_number(senses: list[str]) -> None:
    assert separate(np.eye(4, dtype=np.float32)[: len(senses)], senses) is None


def test_the_plane_keeps_distances_where_it_can() -> None:
    angles = np.linspace(0, 1, 7)
    vectors = np.stack([np.cos(angles), np.sin(angles), np.zeros(7)], axis=1).astype(np.float32)
    flat = flatten(vectors)
    assert flat.mean(axis=0) == pytest.approx([0, 0], abs=1e-5)
    assert np.linalg.norm(flat[0] - flat[6]) == pytest.approx(np.linalg.norm(vectors[0] - vectors[6]), abs=1e-4)
    assert flatten(vectors[:1]).tolist() == [[0, 0]]


def test_spread_is_one_less_the_mean_cosine() -> None:
    vectors = np.random.default_rng(1).normal(size=(9, 5)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    left, right = np.triu_indices(9, 1)
    assert spread(vectors) == pytest.approx(1 - (unit[left] * unit[right]).sum(axis=1).mean(), abs=1e-5)
    assert spread(vectors[:1]) == 0


def test_sentences_with_senses_are_read() -> None:
    assert read_sentences("one | a\n\n two \nthree | b | c\n|d\n") == (("one", "two", "three | b"), ("a", "", "c"))


def test_a_cell_without_a_sense_names_none() -> None:
    column = pd.Series([" river ", None, float("nan"), "", "money"], dtype=object)
    assert read_senses(column) == ("river", "", "", "", "money")
    assert read_senses(pd.Series([1, 2])) == ("1", "2")


def test_what_has_no_sense_is_not_measured() -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 4)).astype(np.float32)
    senses = ["a", "", "b", "a", "", "b", "b", "a", ""]
    named = [row for row, sense in enumerate(senses) if sense]
    assert separate(vectors, senses) == separate(vectors[named], [senses[row] for row in named])
    assert separate(vectors, ["a"] * 8 + [""]) is None
    assert separate(vectors, [""] * 9) is None


@pytest.mark.parametrize("word", EXAMPLES)
def test_senses_separate_in_minilm_and_not_in_the_static_model(word: str) -> None:
    texts, senses = read_sentences(EXAMPLES[word])
    found = find_word(texts, word)
    assert [one.text for one in found] == list(range(len(texts)))
    minilm, static = (_separation(name, word, texts, senses) for name in ("all-MiniLM-L6-v2", "minilm-static"))
    assert (static[0].silhouette, static[0].auc, len(static)) == (0, 0.5, 1)
    assert static[0].nearest < 0.5
    assert minilm[0].auc < 0.65  # Before the first layer only the place in the sentence differs.
    assert minilm[-1].auc > 0.7 > minilm[-1].by_chance + 0.1
    assert minilm[-1].silhouette > 0.2
    assert minilm[-1].nearest > static[0].nearest + 0.2


def _separation(name: str, word: str, texts: tuple[str, ...], senses: tuple[str, ...]) -> list[Separation]:
    reader = cast("TextReader", encoders.load(encoders.resolve(name)))
    places = find_word(texts, word)
    layers = np.stack([_layers(reader, texts[one.text], one) for one in places])
    found = [separate(layers[:, layer], senses) for layer in range(layers.shape[1])]
    assert all(found)
    return [one for one in found if one]


def _layers(reader: TextReader, text: str, place: Occurrence) -> np.ndarray:
    layers = word_layers(reader.read(text), place.start, place.stop)
    assert layers is not None
    return layers
