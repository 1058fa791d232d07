"""Search: by words, by selection, and with nothing to go by."""

import pytest
from streamlit.testing.v1 import AppTest

from embedding_core.engine import Engine
from embedding_core.workspace import Selection
from tests.driver import open_page, settle
from tests.pages.test_home import workspace
from tests.pages.test_map import change


@pytest.fixture
def words(app: AppTest) -> AppTest:
    app.run().button(key="sample-words").click().run()
    change(app, encoder="minilm-static")
    return settle(open_page(app, "search"))


def ask(app: AppTest, query: str) -> list[str]:
    settle(app.text_input[0].set_value(query).run())
    assert not app.exception
    return [str(word) for word in app.dataframe[0].value["word"]]


def test_without_a_query_it_says_what_to_do(words: AppTest) -> None:
    assert any("Type what you are looking for" in caption.value for caption in words.caption)
    assert not words.dataframe


def test_words_find_what_means_the_same(words: AppTest) -> None:
    found = ask(words, "a small dog")
    assert {"puppy", "dog"} & set(found[:3])
    scores = words.dataframe[0].value["score"]
    assert scores.is_monotonic_decreasing
    assert "a small dog" in words.query_params["q"]


@pytest.mark.parametrize("query", ["   ", "<script>alert(1)</script>", "word " * 10_000, "😀", "\u202eabc"])
def test_odd_queries_do_no_harm(words: AppTest, query: str) -> None:
    settle(words.text_input[0].set_value(query).run())
    assert not words.exception
    assert bool(words.dataframe) == bool(query.strip())


def test_a_selection_finds_its_like_without_itself(words: AppTest, engine: Engine) -> None:
    dataset = engine.dataset(workspace(words).dataset or "")
    rows = tuple(sorted(dataset.texts.index(word) for word in ("king", "queen")))
    change(words, selection=Selection(rows, "lasso"))
    settle(words.run())
    found = [str(word) for word in words.dataframe[0].value["word"]]
    assert not {"king", "queen"} & set(found)
    assert {"prince", "princess"} & set(found[:5])


def test_hits_are_shown_on_the_map(words: AppTest, engine: Engine) -> None:
    ask(words, "green")
    settle(words.button(key="search-select").click().run())
    assert workspace(words).selection.how == "search"
    assert len(workspace(words).selection) == 20
    settle(open_page(words, "map"))
    assert any("20 selected" in heading.value for heading in words.subheader)
