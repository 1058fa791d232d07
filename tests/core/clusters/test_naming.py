"""Names of clusters: in several languages, without stop words, never the same twice; words for pictures."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.clusters.naming import NamingParams, distinct, keywords, names, nearest_words

ENGLISH = [
    "the cat sleeps on the mat",
    "a cat and the kitten play",
    "the kitten purrs like a cat",
    "the rain falls on the roof",
    "a storm brings the rain",
    "the storm and the rain are loud",
    "the bank opened an account",
    "an account at the bank",
    "the bank closed the account",
]
GERMAN = [
    "die Katze schläft auf dem Sofa",
    "der Katze folgt die Maus",
    "eine Katze jagt den Vogel",
    "der Regen fällt auf die Dächer",
    "die Wolke bringt den Regen",
    "der Sturm und der Regen auf dem Meer",
]
JAPANESE = ["猫が庭で寝ている", "白い猫が好きです", "猫と遊ぶ", "雨が降っている", "大雨の予報です", "雨の日が続く"]
THAI = ["แมวนอนบนเตียง", "แมวกินปลา", "ฉันรักแมว", "ฝนตกหนัก", "วันนี้ฝนตก", "ฝนตกทั้งวัน"]


def three(texts: list[str]) -> np.ndarray:
    return np.repeat(np.arange(len(texts) // 3), 3).astype(np.int32)


def test_keywords_tell_clusters_apart_and_leave_stop_words_out() -> None:
    found = keywords(ENGLISH, three(ENGLISH))
    assert "cat" in found[0][:2]
    assert {"rain", "storm"} == set(found[1][:2])
    assert {"bank", "account"} == set(found[2][:2])
    assert not {"the", "on", "an"} & {word for words in found for word in words[:2]}


def test_another_language_needs_no_list() -> None:
    found = keywords(GERMAN, three(GERMAN))
    assert found[0][0] == "katze"
    assert found[1][0] == "regen"
    assert not {"die", "der", "den", "dem", "auf"} & {word for words in found for word in words[:2]}


@pytest.mark.parametrize(("texts", "words"), [(JAPANESE, ("猫", "雨")), (THAI, ("แมว", "ฝน"))])
def test_scripts_without_spaces_are_named_by_runs_of_characters(texts: list[str], words: tuple[str, ...]) -> None:
    found = keywords(texts, three(texts))
    for own, word in zip(found, words, strict=True):
        assert any(word in term for term in own[:3])


def test_forms_of_one_word_stand_once() -> None:
    texts = ["transfer transfers transferred transferring"] * 2 + ["card cards card cards"] * 2
    found = keywords(texts, np.array([0, 0, 1, 1], np.int32))
    assert (len(found[0]), len(found[1])) == (1, 1)


def test_noise_and_empty_texts_count_for_nobody() -> None:
    found = keywords(["red apple", "", "blue sky", "green grass"], np.array([0, 1, -1, 2], np.int32))
    assert found[1] == ()
    assert not {"blue", "sky"} & {word for words in found for word in words}
    assert keywords(["", ""], np.array([0, 1], np.int32)) == ((), ())
    assert keywords(["a b"], np.array([-1], np.int32)) == ()


def test_one_cluster_alone_is_named_by_what_it_says_most() -> None:
    assert keywords(["tea tea cup", "tea pot"], np.zeros(2, np.int32))[0][0] == "tea"


def test_no_two_clusters_have_the_same_name() -> None:
    named = names([("card", "bank", "pin", "lost"), ("card", "bank", "pin", "new"), ("card", "bank", "pin"), ()])
    assert named == ("card, bank, pin", "card, bank, pin, new", "card, bank, pin (2)", "Cluster 4")
    assert names([(), ()]) == ("Cluster 1", "Cluster 2")
    assert distinct("a", ["a", "a (2)"]) == "a (3)"


def test_the_nearest_words_name_a_cluster_across_the_gap() -> None:
    rng = np.random.default_rng(0)
    concepts = rng.normal(size=(5, 16)).astype(np.float32)
    # Pictures lie apart from words, all in one direction.
    pictured = concepts[:3] + 6 * np.eye(16, dtype=np.float32)[0]
    words = ("dog", "ship", "rose", "lamp", "book")
    found = nearest_words(pictured, words, concepts, NamingParams(2, 1))
    assert [own[0] for own in found] == ["dog", "ship", "rose"]
    assert nearest_words(concepts[:1], words, concepts)[0][0] == "dog"


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(InputError, match="2 texts but 1 labels"):
        keywords(["a", "b"], np.zeros(1, np.int32))
    rows = np.ones((2, 3), np.float32)
    with pytest.raises(InputError, match="0 words"):
        nearest_words(rows, (), rows[:0])
    with pytest.raises(InputError, match="1 words with 2 vectors"):
        nearest_words(rows, ("a",), rows)
    with pytest.raises(InputError, match="3 dimensions, the words 2"):
        nearest_words(rows, ("a", "b"), rows[:, :2])
    with pytest.raises(ParameterError):
        NamingParams(2, 3)
    with pytest.raises(ParameterError):
        NamingParams(stop_evenness=0)
