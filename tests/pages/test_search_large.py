"""Search of a large data set: exact until its index has been built, then by way of it, and by a switch exact again."""

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.texts import made_texts
from components.app import job_panel
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.ranking.inverted_file import SAMPLED
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search import mode
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change
from tests.pages.test_search import ask, box, rank_by, switch

ROWS = 10_500
BY_INDEX = "From an approximate index: recall@10 "
pytestmark = pytest.mark.own_store


@pytest.fixture
def large(app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Open the page on a data set of the size that counts as large."""
    monkeypatch.setattr(mode, "APPROXIMATE_FROM", ROWS)
    dataset = Dataset.create("made", made_texts(ROWS, 8), text_name="word")
    engine.keep_dataset(dataset)
    app.run()
    change(app, dataset=dataset.key, encoder="minilm-static")
    return settle(open_page(app, "search"))


def toggles(app: AppTest) -> list[str]:
    return [toggle.label for toggle in app.toggle]


def test_it_is_exact_until_the_index_is_there_and_says_by_what_it_was_found(large: AppTest, engine: Engine) -> None:
    stage = IndexVectors(engine.embedding(engine.dataset(workspace(large).dataset or ""), "minilm-static"))
    box(large, "Search").set_value("fresh bread").run()
    assert not engine.ready(stage)
    found = ask(large, "fresh bread")
    assert engine.ready(stage)
    summary = texts(large)
    assert f"{BY_INDEX}0.9" in summary or f"{BY_INDEX}1.0" in summary
    assert "for 200 items of this data" in summary
    assert f"percentiles are estimated from {SAMPLED:,} random items" in summary
    switch(large, "Exact search")
    assert BY_INDEX not in texts(large)
    assert large.query_params["how"] == "exact=True"
    assert len(set(found) & {str(word) for word in large.dataframe[0].value["word"]}) >= 19
    switch(large, "Exact search", on=False)
    assert BY_INDEX in texts(large)


def test_by_both_it_says_who_has_a_rank(large: AppTest) -> None:
    rank_by(large, "hybrid")
    ask(large, "fresh bread")
    assert "Only the 1,000 nearest items have a semantic rank." in texts(large)
    assert "percentiles are estimated" not in texts(large)
    assert "have a semantic rank" not in texts(rank_by(large, "dense"))


def test_a_cancelled_index_leaves_it_exact(large: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IndexVectors, "make", cancelled)
    assert len(ask(large, "fresh bread")) == 20
    assert BY_INDEX not in texts(large)
    stage = IndexVectors(engine.embedding(engine.dataset(workspace(large).dataset or ""), "minilm-static"))
    assert job_panel.failed(engine, stage)


def cancelled(self: IndexVectors, store: object, progress: object) -> None:
    from embedding_core.base.errors import JobCancelledError

    raise JobCancelledError("The work was cancelled.")


def test_below_that_size_nothing_changes(large: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Exact search" in toggles(large)
    monkeypatch.setattr(mode, "APPROXIMATE_FROM", ROWS + 1)
    ask(large, "fresh bread")
    assert "Exact search" not in toggles(large)
    assert BY_INDEX not in texts(large)
