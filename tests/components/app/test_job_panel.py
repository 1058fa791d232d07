"""Long work on the page: shown, stopped, tried again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.app import runtime
from components.app.job_panel import duration
from embedding_core.base.errors import JobCancelledError
from embedding_core.base.stage import Lane
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from tests.lanes import held_engine, local_engine

PATIENCE_SECONDS = 120


def page(key: str) -> None:
    import streamlit as st

    from components.app import job_panel, runtime
    from embedding_core.encoders.health import CheckHealth

    job_panel.begin()
    engine = runtime.engine()
    found = job_panel.result(engine, CheckHealth(key, "tf-idf", "1"), "me", wait=0.5)
    st.text("nothing yet" if found is None else f"{found.rows} rows")
    job_panel.show(engine, "me")


@pytest.fixture
def dataset() -> Dataset:
    return Dataset.create("Some texts", ["one", "two", "two"])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = local_engine(tmp_path)
    runtime.set_engine(engine)
    yield engine
    runtime.close()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Engine]:
    """Return an engine that never gets done."""
    engine = held_engine(tmp_path)
    runtime.set_engine(engine)
    yield engine
    runtime.close()


def open_with(dataset: Dataset) -> AppTest:
    return AppTest.from_function(page, args=(dataset.key,), default_timeout=PATIENCE_SECONDS).run()


def test_a_result_that_is_soon_there_is_returned(engine: Engine, dataset: Dataset) -> None:
    engine.keep_dataset(dataset)
    app = open_with(dataset)
    assert app.text[0].value == "3 rows"
    assert not app.get("skeleton")


def test_an_error_is_shown_and_can_be_tried_again(engine: Engine, dataset: Dataset) -> None:
    app = open_with(dataset)
    assert "has no dataset" in app.error[0].value
    assert app.text[0].value == "nothing yet"
    engine.keep_dataset(dataset)
    app.run()
    assert app.error, "it is not tried again by itself"
    app.button[0].click().run()
    assert not app.error
    assert app.text[0].value == "3 rows"


def test_work_under_way_shows_how_far_it_is(held: Engine, dataset: Dataset) -> None:
    app = open_with(dataset)
    assert not app.exception
    assert app.text[0].value == "nothing yet"
    assert app.progress[0].value == 25
    assert "Checking the data" in app.progress[0].text


def test_cancelled_work_says_so_and_can_be_started_again(held: Engine, dataset: Dataset) -> None:
    app = open_with(dataset)
    assert held.queue is not None
    job = held.queue.of("me")[0]
    app.button[0].click().run()
    assert job.wait(PATIENCE_SECONDS)
    app.run()
    assert not app.exception
    assert not app.progress
    assert "cancelled" in app.info[0].value
    app.button[0].click().run()
    assert held.queue.of("me")
    assert app.progress


def test_cancelling_stops_what_waits_for_it_and_nothing_else(held: Engine, dataset: Dataset) -> None:
    assert held.queue is not None
    app = open_with(dataset)
    first = held.queue.of("me")[0]
    follower = held.queue.start_or_join("b", "Follower", Lane.MAP, {}, [first], "me")
    other = held.queue.start_or_join("c", "Other", Lane.ENCODE, {}, [], "me")
    app.run()
    app.button(key=f"cancel-{first.key[:16]}").click().run()
    assert first.wait(PATIENCE_SECONDS)
    assert follower.wait(PATIENCE_SECONDS)
    assert isinstance(follower.error, JobCancelledError)
    assert other.active


def test_another_visitor_s_work_is_not_shown(held: Engine, dataset: Dataset) -> None:
    assert held.queue is not None
    held.queue.start_or_join("x", "Theirs", Lane.ENCODE, {}, [], "them")
    app = open_with(dataset)
    assert len(app.progress) == 1
    assert "Theirs" not in app.progress[0].text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a few seconds"),
        (12, "about 10 s"),
        (54, "about 55 s"),
        (56, "about 1 min"),
        (600, "about 10 min"),
        (3599, "about 1.0 h"),
        (9000, "about 2.5 h"),
    ],
)
def test_an_estimate_is_no_more_exact_than_it_is(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def late_page(key: str) -> None:
    import streamlit as st

    from components.app import job_panel, runtime
    from embedding_core.encoders.health import CheckHealth

    job_panel.begin()
    engine = runtime.engine()
    stage = CheckHealth(key, "tf-idf", "1")
    job = engine.start(stage, "me")
    st.text("ready" if job is None else "not yet")
    if job is not None:
        job.wait()
    job_panel.show(engine, "me")


def test_a_job_that_ends_while_the_page_is_drawn_is_not_missed(engine: Engine, dataset: Dataset) -> None:
    engine.keep_dataset(dataset)
    app = AppTest.from_function(late_page, args=(dataset.key,), default_timeout=PATIENCE_SECONDS).run()
    assert not app.exception
    assert app.text[0].value == "ready"
