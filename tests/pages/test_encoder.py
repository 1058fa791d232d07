"""Encoder: what there is to choose from, and what cannot work here."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.app import runtime
from components.widgets import availability
from embedding_core import encoders
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import EncoderSpec, Modality, Origin
from embedding_core.engine import Engine
from embedding_core.workspace import Workspace
from tests.driver import PageTest, check_errors, open_page, texts
from tests.lanes import held_engine
from tests.pages.conftest import FRAME


def workspace(app: AppTest) -> Workspace:
    found: Workspace = app.session_state["vectorscope"].workspace
    return found


def test_every_encoder_has_its_card(app: AppTest) -> None:
    open_page(app, "encoder")
    assert not app.exception
    for spec in encoders.list_specs():
        if spec.reads == (Modality.IMAGE,):
            continue
        button = app.button(key=f"encoder-{spec.name}")
        if spec.origin is Origin.EMBEDDED:
            assert button.disabled == (spec.name in (encoders.DEFAULT_ENCODER, "vectors"))


def test_a_data_set_of_vectors_needs_no_encoder(app: AppTest, engine: Engine) -> None:
    dataset = Dataset.create("points", ["a", "b"], vectors=np.eye(2, dtype=np.float32))
    engine.keep_dataset(dataset)
    app.query_params["data"] = dataset.key
    open_page(app, "encoder")
    assert not app.exception
    assert app.button(key="encoder-vectors").label == "In use"
    assert app.button(key="encoder-tf-idf").disabled


def test_a_hub_that_does_not_answer_leaves_the_page_at_once(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = threading.Event(), threading.Event()

    def wait(spec: EncoderSpec) -> str:
        if spec.origin is Origin.HUB:
            asked.set()
            answer.wait(150)
        return "The hub cannot be reached."

    monkeypatch.setattr(availability, "_inquiry", availability._Inquiry())
    monkeypatch.setattr(encoders, "availability", wait)
    open_page(app, "encoder")
    assert asked.is_set()
    assert "Asking the Hub …" in texts(app)
    answer.set()
    while availability._inquiry.asking:
        time.sleep(0.01)
    app.run()
    assert "Asking the Hub …" not in texts(app)
    assert "The hub cannot be reached" in texts(app)


def test_choosing_goes_back_to_the_map(app: AppTest) -> None:
    app.run().button(key="sample-words").click().run()
    open_page(app, "encoder").button(key="encoder-tf-idf").click().run()
    assert workspace(app).encoder == "tf-idf"
    assert app.query_params["encoder"] == "tf-idf"


def test_another_encoder_does_not_wait_for_the_one_before(tmp_path: Path) -> None:
    engine = held_engine(tmp_path / "held")
    runtime.set_engine(engine)
    try:
        app = PageTest(FRAME)
        app.run().button(key="sample-words").click().run()
        dataset, owner = workspace(app).dataset, app.session_state["vectorscope"].visitor
        assert dataset is not None and engine.queue is not None
        before = engine.embedding(engine.dataset(dataset), workspace(app).encoder)
        assert before.key in {job.key for job in engine.queue.of(owner)}
        open_page(app, "encoder").button(key="encoder-tf-idf").click().run()
        after = engine.embedding(engine.dataset(dataset), "tf-idf")
        waited = engine.queue.of(owner)
        assert after.key in {job.key for job in waited}
        assert not any(before.key in {need.key for need in (job, *job.upstream)} for job in waited)
        assert engine.queue.find(before.key) is None
        assert not app.exception
        open_page(app, "encoder").button(key=f"encoder-{encoders.DEFAULT_ENCODER}").click().run()
        assert before.key in {job.key for job in engine.queue.of(owner)}
        assert "was cancelled" not in texts(app)
    finally:
        runtime.close()


@pytest.mark.parametrize("name", ["tf-idff", "no such model", "<b>x</b>"])
def test_a_wrong_name_says_so_and_changes_nothing(app: AppTest, name: str) -> None:
    open_page(app, "encoder").text_input[0].set_value(name)
    next(button for button in app.button if button.label == "Use this model").click().run()
    check_errors(app, name)
    assert len(app.error) == 1
    assert "<b>" not in app.error[0].value
    assert workspace(app).encoder == encoders.DEFAULT_ENCODER
