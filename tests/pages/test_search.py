"""Search: by every engine, by selection and examples, with filters, and with nothing to go by."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.ranking.fusion import FusionParams
from embedding_core.search.settings import SearchSettings
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change


@pytest.fixture
def words(app: AppTest) -> AppTest:
    app.run().button(key="sample-words").click().run()
    change(app, encoder="minilm-static")
    return settle(open_page(app, "search"))


def opened(app: AppTest, engine: Engine, rows: list[str]) -> AppTest:
    """Open the page on a data set of these texts."""
    dataset = Dataset.create("made", rows)
    engine.keep_dataset(dataset)
    app.run()
    change(app, dataset=dataset.key, encoder="minilm-static")
    return settle(open_page(app, "search"))


def box(app: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(element for element in app.text_input if element.label == label)


def ask(app: AppTest, query: str, **found: str) -> list[str]:
    settle(box(app, "Search").set_value(query).run())
    assert not app.exception
    return shown(app)


def shown(app: AppTest) -> list[str]:
    return [str(word) for word in app.dataframe[0].value["word"]]


def rank_by(app: AppTest, engine: str) -> AppTest:
    settle(app.segmented_control[0].set_value(engine).run())
    assert not app.exception
    return app


def switch(app: AppTest, label: str, on: bool = True) -> None:
    settle(next(toggle for toggle in app.toggle if toggle.label == label).set_value(on).run())
    assert not app.exception


def press(app: AppTest, label: str) -> AppTest:
    return settle(next(button for button in app.button if button.label.startswith(label)).click().run())


def test_without_a_query_it_says_what_to_do(words: AppTest) -> None:
    assert any("Type a query" in caption.value for caption in words.caption)
    assert not words.dataframe


def test_without_data_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "search")
    assert "There is no data yet" in texts(app)


def test_words_find_what_means_the_same(words: AppTest) -> None:
    found = ask(words, "a small dog")
    assert {"puppy", "dog"} & set(found[:3])
    scores = words.dataframe[0].value["score"]
    assert scores.is_monotonic_decreasing
    assert "a small dog" in words.query_params["q"]


@pytest.mark.parametrize("query", ["   ", "<script>alert(1)</script>", "word " * 10_000, "😀", "\u202eabc", "a - - b"])
def test_odd_queries_do_no_harm(words: AppTest, query: str) -> None:
    unfinished = query == "a - - b"
    settle(box(words, "Search").set_value(query).run(), errors="no term next to it" if unfinished else "")
    if not unfinished:
        assert bool(words.dataframe) == bool(query.strip())


@pytest.mark.parametrize("engine", ["bm25", "hybrid", "late"])
def test_every_engine_answers_and_says_why(words: AppTest, engine: str) -> None:
    rank_by(words, engine)
    found = ask(words, "king")
    assert found[0] == "king"
    head = words.dataframe[0].value
    assert {"score", "percentile", "random-baseline percentile", "matched words"} <= set(head)
    assert head["matched words"][0].startswith("king ")
    if engine == "late":
        assert head["matched tokens"][0] == "king ~ king"
        assert head["Late interaction rank"][0] == 1
    if engine == "hybrid":
        assert [head[f"{name} rank"][0] for name in ("Semantic", "Keyword (BM25)", "Hybrid")] == [1, 1, 1]
    assert words.query_params["by"] == engine


def test_two_engines_stand_side_by_side(words: AppTest) -> None:
    ask(words, "king")
    beside = next(element for element in words.selectbox if element.label == "Compare with")
    settle(beside.set_value("bm25").run())
    assert [heading.value for heading in words.subheader] == ["Semantic", "Keyword (BM25)", "Semantic, on the map"]
    assert len(words.dataframe[1].value) == 1
    assert len(words.get("bidi_component")) > 0
    assert "The star is the query" in texts(words)


def test_a_sum_is_read_as_one_and_says_so(words: AppTest) -> None:
    assert ask(words, "king - man + woman")[0] == "king"
    assert "Vector arithmetic" not in texts(words)
    switch(words, "Vector arithmetic", on=True)
    assert shown(words)[0] == "queen"
    assert "Vector arithmetic" in texts(words)
    assert "With the inputs, “king” would rank first" in texts(words)
    switch(words, "Exclude inputs", on=False)
    assert shown(words)[0] == "king"
    assert "Without the inputs, “queen” would rank first" in texts(words)
    switch(words, "Vector arithmetic", on=False)
    assert all(toggle.label != "Exclude inputs" for toggle in words.toggle)
    assert "Vector arithmetic" not in texts(words)


def test_a_filter_takes_hits_away_and_may_take_all(words: AppTest) -> None:
    ask(words, "king")
    settle(box(words, "Filter").set_value('word in ("queen", "dog")').run())
    assert sorted(shown(words)) == ["dog", "queen"]
    assert words.query_params["where"]
    settle(box(words, "Filter").set_value("word = nothing").run())
    assert not words.exception
    assert "No item passes the filter" in texts(words)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os')", "cannot be read"),
        ("word = 1; drop table", "cannot be read"),
        ("(" * 300, "nested more than"),
        ("![x](http://e.com/a.png) = 1", "cannot be read"),
    ],
)
def test_a_hostile_filter_is_refused_in_words(words: AppTest, text: str, message: str) -> None:
    ask(words, "king")
    settle(box(words, "Filter").set_value(text).run(), errors=message)
    assert len(words.error) == 1
    assert not words.dataframe


def test_a_condition_can_be_put_together(words: AppTest) -> None:
    ask(words, "king")
    next(element for element in words.selectbox if element.label == "Column").set_value(1)
    box(words, "Value").set_value("queen")
    press(words, "Add")
    assert box(words, "Filter").value == 'word = "queen"'
    assert shown(words) == ["queen"]


def test_single_words_have_none_to_add(words: AppTest) -> None:
    ask(words, "king")
    switch(words, "Query expansion")
    assert "Words added" not in texts(words)


SENTENCES = [
    f"{animal} {act} in the {place}"
    for animal in ("The cat", "A dog", "An owl")
    for act, place in (("sleeps", "garden"), ("eats", "kitchen"), ("sits", "old barn"))
]


@pytest.mark.parametrize("engine_name", ["dense", "bm25", "hybrid"])
def test_expansion_names_the_words_it_added(app: AppTest, engine: Engine, engine_name: str) -> None:
    opened(app, engine, SENTENCES)
    rank_by(app, engine_name)
    settle(box(app, "Search").set_value("cat").run())
    switch(app, "Query expansion")
    summary = r"Shared words: (\w+)" if engine_name == "dense" else r"Words added: (\S+) 0\.50"
    added = re.search(summary, texts(app))
    assert added is not None
    assert added[1] in " ".join(SENTENCES).lower().split()
    assert ("the top 5 hits, moving the query by 0.5 × their mean." in texts(app)) == (engine_name != "bm25")


def test_knobs_are_in_the_link_and_still_there_on_coming_back(words: AppTest) -> None:
    ask(words, "king")
    rank_by(words, "hybrid")
    assert "1 / (60 + semantic rank) + 1 / (60 + keyword rank)" in texts(words)
    number(words, "meaning", 0.0)
    assert words.query_params["how"] == "fusion.weights=0.0;1.0"
    number(words, "Hits", 5)
    number(words, "k1", 99.0, errors="k1 is 99")
    open_page(words, "encoder")
    settle(open_page(words, "search"))
    assert len(shown(words)) == 1
    assert workspace(words).state(SearchState).settings == SearchSettings(hits=5, fusion=FusionParams((0.0, 1.0)))
    number(words, "words", 0.0, errors="The weights are")


def number(app: AppTest, label: str, value: float, errors: str = "") -> None:
    settle(next(field for field in app.number_input if field.label == label).set_value(value).run(), errors=errors)


def test_what_is_selected_beside_a_query_can_become_an_example(words: AppTest, engine: Engine) -> None:
    ask(words, "king")
    dataset = engine.dataset(workspace(words).dataset or "")
    row = dataset.texts.index("red")
    change(words, selection=Selection((row,), "lasso"))
    settle(words.run())
    press(words, "Less like this")
    assert workspace(words).state(SearchState).less == (row,)
    assert "1 × the query − 0.15 × the mean of 1 negative example" in texts(words)
    assert not any(button.label == "Less like this" for button in words.button)


def test_an_item_that_was_clicked_is_read_and_becomes_an_example(words: AppTest, engine: Engine) -> None:
    ask(words, "king")
    dataset = engine.dataset(workspace(words).dataset or "")
    row = dataset.texts.index("red")
    change(words, item=row)
    settle(words.run())
    assert "red" in texts(words)
    press(words, "More like this")
    assert workspace(words).state(SearchState).more == (row,)
    press(words, "Less like this")
    assert (workspace(words).state(SearchState).more, workspace(words).state(SearchState).less) == ((), (row,))


def test_hits_are_shown_as_code(words: AppTest) -> None:
    ask(words, "king")
    assert "question = Question(words='king', k=20)" in words.code[0].value


def test_a_selection_finds_its_like_without_itself(words: AppTest, engine: Engine) -> None:
    dataset = engine.dataset(workspace(words).dataset or "")
    rows = tuple(sorted(dataset.texts.index(word) for word in ("king", "queen")))
    change(words, selection=Selection(rows, "lasso"))
    settle(words.run())
    found = shown(words)
    assert not {"king", "queen"} & set(found)
    assert {"prince", "princess"} & set(found[:5])


def test_examples_move_the_answers_and_can_be_forgotten(words: AppTest, engine: Engine) -> None:
    before = ask(words, "animal")
    dataset = engine.dataset(workspace(words).dataset or "")
    change(words, SearchState(more=(dataset.texts.index("red"),), less=(dataset.texts.index("dog"),)))
    settle(words.run())
    assert shown(words) != before
    assert "“red”" in texts(words)
    press(words, "Clear feedback")
    assert shown(words) == before


def test_hits_are_shown_on_the_map(words: AppTest, engine: Engine) -> None:
    ask(words, "green")
    press(words, "Show all")
    assert workspace(words).selection.how == "search"
    assert len(workspace(words).selection) == 20
    settle(open_page(words, "map"))
    assert any("20 selected" in heading.value for heading in words.subheader)


@pytest.mark.parametrize("rows", [["only one"], ["the same"] * 30], ids=["one item", "all equal"])
def test_tiny_and_equal_data_do_no_harm(
    app: AppTest, engine: Engine, subtests: pytest.Subtests, rows: list[str]
) -> None:
    opened(app, engine, rows)
    settle(box(app, "Search").set_value("the one").run())
    for name in ("dense", "bm25", "hybrid", "late"):
        with subtests.test(engine=name):
            assert len(rank_by(app, name).dataframe[0].value) == min(20, len(rows))


def test_approximate_indexes_are_compared(words: AppTest) -> None:
    switch(words, "Benchmark ANN indexes")
    assert set(words.dataframe[0].value["index"]) == {"Flat (exact)", "HNSW", "IVF", "LSH", "PQ"}


def test_a_link_brings_the_engine_and_the_filter_and_nonsense_does_no_harm(words: AppTest) -> None:
    open_page(words, "encoder")
    change(words, SearchState(method="no such", filter="word contains k", query="king"))
    settle(open_page(words, "search"))
    assert not words.exception
    assert all("k" in word.casefold() for word in shown(words))
