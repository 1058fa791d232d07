"""Home: drop a file or open a sample, land on the map."""

import pytest
from streamlit.testing.v1 import AppTest

from embedding_core.data.samples.catalog import list_samples
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.workspace import Workspace
from tests.driver import open_page, settle, texts

CSV = b"text,topic\nThe cat sleeps.,pets\nThe dog barks.,pets\nBread is rising.,food\n"


def workspace(app: AppTest) -> Workspace:
    found: Workspace = app.session_state["vectorscope"].workspace
    return found


def drop(app: AppTest, name: str, data: bytes, errors: str = "") -> AppTest:
    app.file_uploader[0].set_value([(name, data, "text/csv")])
    return settle(app.run(), errors=errors)


def test_empty(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Explore your texts and pictures as a map of meaning"
    assert len(app.file_uploader) == 1
    assert app.query_params == {}


@pytest.mark.parametrize("sample", [sample.name for sample in list_samples()])
def test_a_sample_opens_its_map_with_one_click(app: AppTest, engine: Engine, sample: str) -> None:
    settle(app.run().button(key=f"sample-{sample}").click().run())
    key = workspace(app).dataset
    assert key is not None
    title = next(known.title for known in list_samples() if known.name == sample)
    assert engine.dataset(key).name == title
    assert app.query_params["data"] == key
    assert workspace(app).state(MapState).color == engine.dataset(key).label


def test_a_dropped_file_is_read_and_opened(app: AppTest, engine: Engine) -> None:
    drop(app.run(), "pets.csv", CSV)
    now = workspace(app)
    assert now.dataset is not None
    dataset = engine.dataset(now.dataset)
    assert dataset.texts == ("The cat sleeps.", "The dog barks.", "Bread is rising.")
    assert dataset.label == "topic"
    assert now.source is not None
    assert now.source.name == "pets.csv"


def test_a_bad_file_says_so_and_leaves_what_was_open(app: AppTest) -> None:
    drop(app.run(), "pets.csv", CSV)
    before = workspace(app)
    open_page(app, "home")
    drop(app, "empty.csv", b"", errors="empty")
    assert workspace(app) == before
    assert len(app.file_uploader) == 1
    app.button(key="put-away").click().run()
    assert not app.error


def test_what_was_open_can_be_opened_again(app: AppTest) -> None:
    app.run().button(key="sample-words").click().run()
    words = workspace(app).dataset
    open_page(app, "home").button(key="sample-faq").click().run()
    assert workspace(app).dataset != words
    open_page(app, "home")
    assert "Word families" in app.button(key="recent-1").label
    app.button(key="recent-1").click().run()
    assert workspace(app).dataset == words


def test_a_name_that_came_with_a_file_stays_text(app: AppTest) -> None:
    drop(app.run(), "![x](https://e.example/p.png).csv", CSV)
    open_page(app, "home")
    assert "](https" not in texts(app)
    assert all("](https" not in button.label for button in app.button)
