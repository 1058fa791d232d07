"""Evaluate: judgments of every kind, pairs, labels, and what cannot be read."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from components.evaluate import systems
from components.evaluate.difference import summary
from components.evaluate.pairs import disagreements, guessed
from components.evaluate.views import View
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import load_judgments
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.evaluate.bootstrap import paired_bootstrap
from embedding_core.evaluate.pairs import ScoredPairs, score_pairs
from embedding_core.evaluate.state import EvaluateState
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search.state import SearchState
from tests.core.search.test_answer import cross_encoder
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change

__all__ = ["cross_encoder"]

ANIMALS = ("cat", "dog", "owl", "bee")
TEXTS = [f"The {animal} sat by door {i}." for animal in ANIMALS for i in range(6)]
IDS = [f"{animal}{i}" for animal in ANIMALS for i in range(6)]
JUDGED = "query,document,relevance\n" + "".join(f"a {name[:-1]},{name},1\n" for name in IDS)


@pytest.fixture
def animals(app: AppTest, engine: Engine) -> AppTest:
    columns = pd.DataFrame({"animal": [name[:-1] for name in IDS]})
    dataset = Dataset.create("Animals", TEXTS, ids=IDS, columns=columns, label="animal")
    engine.keep_dataset(dataset)
    app.run()
    change(app, dataset=dataset.key, encoder="minilm-static")
    return settle(settle(open_page(app, "evaluate")).run())


def look(app: AppTest, view: View, errors: str = "") -> AppTest:
    choice = next(group for group in app.button_group if group.key == "evaluate-view")
    return settle(choice.set_value(view).run(), errors=errors)


def drop(app: AppTest, *files: tuple[str, bytes], errors: str = "") -> AppTest:
    """Drop files on the only place for them."""
    uploader = app.get("file_uploader")[0]
    uploader.set_value([(name, data, "") for name, data in files] if len(files) > 1 else [(*files[0], "")])
    return settle(app.run(), errors=errors)


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "evaluate")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_judgments_from_a_table(animals: AppTest) -> None:
    drop(animals, ("judged.csv", JUDGED.encode()))
    assert not animals.exception
    shown = animals.dataframe[0].value
    assert shown["engine"].tolist() == ["Semantic", "Keyword (BM25)", "Hybrid"]
    words = shown.set_index("engine").loc["Keyword (BM25)"]
    assert (words["ndcg@10"], words["map"], words["mrr"]) == (1, 1, 1)
    assert words["low"] <= words["ndcg@10"] <= words["high"]
    assert "4 queries, 24 judgments" in texts(animals)
    differing = animals.dataframe[1].value
    assert differing["difference"].abs().is_monotonic_decreasing
    hits = animals.dataframe[2].value
    assert hits["grade"].iloc[0] == "1"
    assert "score_rankings" in animals.code[0].value
    settle(animals.button(key="evaluate-1-map-bm25").click().run())
    assert workspace(animals).selection.how == "hits of Keyword (BM25)"


def test_two_encoders_are_compared(animals: AppTest) -> None:
    drop(animals, ("judged.csv", JUDGED.encode()))
    second = next(box for box in animals.selectbox if box.label == "Second encoder")
    settle(second.select("tf-idf").run())
    assert not animals.exception
    shown = animals.dataframe[0].value["engine"].tolist()
    assert shown == [
        "Semantic, MiniLM static",
        "Semantic, TF-IDF",
        "Keyword (BM25)",
        "Hybrid, MiniLM static",
        "Hybrid, TF-IDF",
    ]
    assert list(animals.dataframe[1].value.columns[1:3]) == ["Semantic, TF-IDF", "Semantic, MiniLM static"]
    assert "Semantic, TF-IDF minus Semantic, MiniLM static" in texts(animals).replace("\u2060", "").replace("\\", "")
    assert "('tf-idf', 'dense')" in animals.code[1].value
    assert "paired_bootstrap" in animals.code[1].value
    settle(animals.button(key="evaluate-2-map-dense-1").click().run())
    assert workspace(animals).selection.how == "hits of Semantic, TF-IDF"


def test_judgments_can_be_put_away(animals: AppTest) -> None:
    drop(animals, ("judged.csv", JUDGED.encode()))
    assert workspace(animals).state(EvaluateState).judgments is not None
    settle(animals.button(key="evaluate-away").click().run())
    assert workspace(animals).state(EvaluateState).judgments is None
    assert not animals.exception


def test_unknown_documents_are_told_and_bad_tables_refused(animals: AppTest) -> None:
    drop(animals, ("judged.csv", (JUDGED + "a cat,gone,1\nnothing,cat0,0\n").encode()))
    said_ = texts(animals).replace("\u2060", "").replace("\\", "")
    assert "judgments of documents that are not in the data set, 1 in all" in said_
    assert "queries without a relevant document, 1 in all" in said_
    settle(animals.button(key="evaluate-away").click().run())
    drop(animals, ("bad.csv", b"query,document,relevance\na,cat0,very\n"), errors="is not a number")
    assert workspace(animals).state(EvaluateState).judgments is None
    drop(animals, ("strangers.csv", b"query,document,relevance\na,gone,1\n"), errors="No query can be evaluated")


def beir() -> bytes:
    """Return a small collection as a ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        corpus = [{"_id": name, "text": text} for name, text in zip(IDS, TEXTS, strict=True)]
        archive.writestr("small/corpus.jsonl", "\n".join(map(json.dumps, corpus)))
        queries = ({"_id": "1", "text": "a cat"}, {"_id": "2", "text": "nobody judged this"})
        archive.writestr("small/queries.jsonl", "\n".join(map(json.dumps, queries)))
        archive.writestr("small/qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\tcat0\t2\n")
    return packed.getvalue()


def test_a_beir_collection_opens_with_its_judgments(app: AppTest) -> None:
    open_page(app, "evaluate")
    change(app, encoder="minilm-static")
    drop(app, ("small.zip", beir()))
    assert not app.exception
    assert workspace(app).dataset is not None
    assert app.dataframe[0].value["engine"].tolist() == ["Semantic", "Keyword (BM25)", "Hybrid"]
    assert "queries without judgments, 1 in all" in texts(app)


def test_the_marks_of_a_search_become_judgments(animals: AppTest, engine: Engine) -> None:
    change(animals, SearchState(query="a cat", more=(0, 1), less=(6,)))
    settle(animals.run())
    settle(animals.button(key="evaluate-marks").click().run())
    key = workspace(animals).state(EvaluateState).judgments
    assert key is not None
    given = load_judgments(key, engine.store)
    assert given.queries == {"q1": "a cat"}
    assert given.grades == {"q1": {"cat0": 1, "cat1": 1, "dog0": 0}}
    assert not animals.exception


def test_judging_here_asks_two_engines(animals: AppTest) -> None:
    field = next(box for box in animals.text_input if str(box.key).endswith("-judge-query"))
    settle(field.set_value("an owl").run())
    assert not animals.exception
    pool = animals.dataframe[0].value
    assert "relevant" in pool.columns
    assert not pool["relevant"].any()
    assert pool["text"].str.contains("owl").any()


def test_pairs(app: AppTest) -> None:
    open_page(app, "evaluate")
    change(app, encoder="minilm-static")
    look(app, View.PAIRS)
    rows = [("a small cat", "a little cat", 4.8), ("a cat", "a kitten", 3.5), ("a cat sleeps", "a tax form", 0.2)]
    table = pd.DataFrame(rows, columns=["one", "two", "score"]).to_csv(index=False).encode()
    drop(app, ("pairs.csv", table))
    assert not app.exception
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Spearman"] == "1.0000"
    assert values["Pairs"] == "3"
    assert [box.value for box in app.selectbox] == ["one", "two", "score"]
    app.selectbox[2].set_value("one")
    settle(app.run(), errors="are not numbers")


def test_a_cross_encoder_looks_again(animals: AppTest, cross_encoder: Path) -> None:
    drop(animals, ("judged.csv", JUDGED.encode()))
    engines = next(group for group in animals.button_group if group.label == "Ranking methods")
    settle(engines.set_value([RankingMethod.DENSE, RankingMethod.CROSS]).run(), errors="Hub cannot be reached")
    settle(_named(animals).set_value("").run(), errors="encoder is given")
    settle(_named(animals).set_value(str(cross_encoder)).run())
    assert not animals.exception
    assert animals.dataframe[0].value["engine"].tolist() == ["Semantic", "Cross-encoder"]
    assert "encoder is given" not in texts(animals)
    assert any(str(cross_encoder) in block.value for block in animals.code)


def _named(app: AppTest) -> TextInput:
    return next(box for box in app.text_input if box.label == "Cross-encoder (Hugging Face name or folder)")


def test_labels(animals: AppTest) -> None:
    look(animals, View.LABELS, errors="No labeled row is left to test on")


def test_labels_of_a_sample(app: AppTest) -> None:
    app.run().button(key="sample-faq").click().run()
    change(app, encoder="minilm-static")
    look(settle(open_page(app, "evaluate")), View.LABELS)
    assert not app.exception
    values = {metric.label: float(metric.value) for metric in app.metric}
    assert 0.3 < values["Accuracy"] <= 1
    assert 0 < values["V-measure"] <= 1
    rounds = app.dataframe[0].value
    assert len(rounds) == 10
    deltas = {metric.label: metric.delta for metric in app.metric}
    for name in values:
        chance = rounds[f"{name} random baseline"].mean()
        assert 0 < chance < values[name]
        assert f"random {chance:.3f}" in deltas[name]


def test_columns_of_pairs_are_guessed() -> None:
    frame = pd.DataFrame({"id": ["1", "2"], "s": ["2.5", "0"], "a": ["some long words", "x y z"], "b": ["others", "w"]})
    assert guessed(frame) == ("a", "b", "s")
    assert guessed(pd.DataFrame({"only": ["x"]})) == ("only", "only", "only")


def test_disagreements_come_first() -> None:
    vectors = np.array([[1, 0], [1, 0], [1, 0], [1, 0.1], [1, 1], [0, 1]], np.float32)
    pairs = ScoredPairs(("a", "b", "c"), ("d", "e", "f"), np.array([0.0, 3.0, 5.0]))
    record = disagreements(pairs, score_pairs(vectors, pairs.scores))
    assert record["first"].tolist()[-1] == "b"
    assert record["rank difference"].abs().is_monotonic_decreasing


@pytest.mark.parametrize(("shift", "answer"), [(0.2, "**Better.**"), (-0.2, "**Worse.**"), (0, "**Not significant.**")])
def test_the_difference_in_words(shift: float, answer: str) -> None:
    first = np.random.default_rng(0).random(60)
    record = summary("Hybrid", "Keyword (BM25)", "ndcg@10", paired_bootstrap(first, first + shift))
    assert record.startswith(answer)
    assert "Hybrid minus Keyword" in record


@pytest.fixture
def hostile(app: AppTest, engine: Engine) -> Callable[[], AppTest]:
    def opened() -> AppTest:
        name = "![x](http://x.example/y.png)"
        dataset = Dataset.create(name, [f"{name} {text}" for text in TEXTS], ids=IDS)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "evaluate"))

    return opened


def test_hostile_queries_are_shown_as_text(hostile: Callable[[], AppTest]) -> None:
    app = drop(hostile(), ("j.csv", b"query,document,relevance\n![x](http://x.example/y.png) cat,cat0,1\nowl,owl1,1\n"))
    assert not app.exception
    shown = " ".join(str(element.value) for kind in (app.caption, app.markdown) for element in kind)
    assert "![x](http" not in shown


def test_encoders_of_one_title_keep_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    spaces = [Embed("data", "items", name, "1") for name in ("/a/mine", "/b/mine")]
    monkeypatch.setattr(systems, "titled", lambda name: "mine")
    found = systems.systems(RankingMethod.DENSE, spaces, several=True)
    assert [one.name for one in found] == ["Semantic, /a/mine", "Semantic, /b/mine"]
    assert len({one.key for one in found}) == 2
    assert [one.name for one in systems.systems(RankingMethod.BM25, spaces, several=True)] == ["Keyword (BM25)"]
