"""Train: from columns to an encoder in use, what is refused, a training stopped and taken up again."""

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.app import runtime
from components.train import columns as train_columns
from components.train import losses
from components.train.run import smoothed
from embedding_core import encoders
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import Judgments, keep_judgments
from embedding_core.encoders.text import tuned
from embedding_core.engine import Engine
from embedding_core.evaluate.state import EvaluateState
from embedding_core.search.state import SearchState
from embedding_core.train import Loss, Pairing
from embedding_core.train.stages import StoredCheckpoints
from embedding_core.train.state import TrainState
from embedding_core.workspace import Workspace
from tests.core.train.tiny import save_tiny, topic_texts
from tests.driver import check_errors, open_page, settle, texts
from tests.pages.test_map import change


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def bring(app: AppTest, engine: Engine, tiny: str) -> Iterator[Callable[..., AppTest]]:
    """Return a function that opens Train on data of one's own, with the tiny model in use."""

    def opened(texts: list[str], label: str | None = None, **columns: object) -> AppTest:
        frame = pd.DataFrame(columns) if columns else None
        dataset = Dataset.create("My topics.csv", texts, columns=frame, label=label)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder=tiny)
        return open_page(app, "train")

    yield opened
    runtime.close()
    shutil.rmtree(tuned.root(), ignore_errors=True)


def quick(app: AppTest) -> AppTest:
    """Ask for a training that takes a second."""
    app.slider[0].set_value(2)
    by_label = {one.label: one for one in app.select_slider}
    by_label["Learning rate"].set_value(3e-3)
    by_label["Batch size"].set_value(16)
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def belongs(app: AppTest, by: str) -> AppTest:
    """Say what belongs together."""
    return next(one for one in app.segmented_control if one.label == "Supervision").set_value(by).run()


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "train")
    assert not app.exception
    assert "There is no data yet" in texts(app)


@pytest.mark.slow
@pytest.mark.own_store
@pytest.mark.timeout(600)
def test_from_labels_to_an_encoder_in_use(bring: Callable[..., AppTest], tiny: str) -> None:
    topic_of, topics = topic_texts(12)
    app = bring(topic_of, "topic", topic=topics)
    assert not app.exception
    assert "38 rows for training, 10 for measuring; 76 examples per epoch" in texts(app)
    assert "press Train" in texts(app)
    settle(press(quick(app), "Train"), 300)
    assert not app.exception
    assert {one.label for one in app.metric} == {"kNN accuracy", "Linear probe accuracy"}
    assert "Trained on 38 rows (76 examples per epoch)" in texts(app)
    assert "The rows for measuring share no text with the rows for training." in texts(app)
    assert "Aligned with the map before training" in texts(app)
    assert "FineTune(" in app.code[0].value
    name = "my-topics-mnrl"
    assert name in {spec.name for spec in encoders.list_specs()}
    press(app, "Use this encoder")
    assert app.session_state["vectorscope"].workspace.encoder == name
    settle(open_page(app, "train"))
    assert "In use" in buttons(app)
    settle(press(app, "Delete"))
    assert tuned.about(name) is None
    now = app.session_state["vectorscope"].workspace
    assert (now.encoder, now.state(TrainState).training) == (tiny, None)


@pytest.mark.parametrize(
    ("rows", "labels", "says"),
    [
        (20, ["one"] * 20, "1 of 1 classes have two texts"),
        (3, ["one", "two", "one"], "classes have two texts"),
        (20, ["one", "two"] * 10, ""),
    ],
    ids=["one class", "three rows", "enough"],
)
def test_labels_that_teach_nothing_are_refused(
    bring: Callable[..., AppTest], rows: int, labels: list[str], says: str
) -> None:
    app = bring([f"text number {i}" for i in range(rows)], "kind", kind=labels)
    assert not app.exception
    assert ("Train" in buttons(app)) == (says == "")
    assert says in texts(app).replace("\\", "")
    check_errors(app, says)


def test_three_pairs_are_refused_and_empty_texts_are_counted(bring: Callable[..., AppTest]) -> None:
    app = bring(["a text", "another", "a third"], other=["its partner", "partner too", "and more"])
    check_errors(app, "0 of 3 classes have two texts")
    check_errors(belongs(app, "pairs"), "There are 3 rows to train on")
    texts_of = [f"question {i}" if i % 5 else "" for i in range(40)]
    # On the way the page of the first data set is drawn once more.
    app = check_errors(bring(texts_of, other=[f"answer {i}" for i in range(40)]), "**")
    belongs(app, "pairs")
    assert "8 rows lack a text, a label or a score and are skipped" in texts(app)


def test_an_encoder_that_cannot_be_tuned_gives_way(bring: Callable[..., AppTest]) -> None:
    texts_of, topics = topic_texts(8)
    app = bring(texts_of, "topic", topic=topics)
    change(app, encoder="tf-idf")
    app.run()
    assert not app.exception
    assert "MiniLM is trained instead" in texts(app)


@pytest.mark.slow
@pytest.mark.own_store
@pytest.mark.timeout(600)
def test_one_that_was_stopped_goes_on(bring: Callable[..., AppTest], engine: Engine) -> None:
    texts_of, topics = topic_texts(12)
    app = quick(bring(texts_of, "topic", topic=topics))
    app.slider[0].set_value(3).run()
    press(app, "Train")
    stage = app.session_state["vectorscope"].workspace.state(TrainState).training
    job = engine.queue.find(stage.key)
    until = time.monotonic() + 60
    while not stage.history(engine.store).losses and time.monotonic() < until:
        time.sleep(0.05)
    engine.queue.cancel(job, app.session_state["vectorscope"].visitor)
    assert job.wait(60)
    app.run()
    assert not app.exception
    step = stage.steps_done(engine.store)
    assert step > 0
    assert f"Training is saved up to step {step}." in texts(app)
    settle(press(app, f"Resume from step {step}"), 300)
    assert not app.exception
    assert app.metric
    # A server that was started anew knows of no job.
    engine.queue.forget(stage.key)
    tuned.remove(stage.name)
    engine.store.drop(stage.kind, stage.key)
    app.run()
    assert "was not finished" in texts(app)


@pytest.mark.slow
@pytest.mark.own_store
@pytest.mark.timeout(600)
def test_a_disk_that_fills_while_training_is_said_and_what_was_learned_is_kept(
    bring: Callable[..., AppTest], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts_of, topics = topic_texts(12)
    texts_of[:4] = [" ".join(["rain"] * (60 + row)) for row in range(4)]
    app = quick(bring(texts_of, "topic", topic=topics))
    keep = StoredCheckpoints.keep

    def filled(checkpoints: StoredCheckpoints, step: int, write: Callable[[Path], None]) -> None:
        if checkpoints.steps():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        keep(checkpoints, step, write)

    with monkeypatch.context() as patch:
        patch.setattr(StoredCheckpoints, "keep", filled)
        settle(press(app, "Train"), 300, errors=os.strerror(errno.ENOSPC))
    step = app.session_state["vectorscope"].workspace.state(TrainState).training.steps_done(engine.store)
    assert step > 0
    settle(press(app, f"Resume from step {step}"), 300)
    assert not app.exception
    assert app.metric
    assert "texts were longer than the max sequence length" in texts(app)


def test_columns_that_may_take_each_part() -> None:
    frame = pd.DataFrame({"topic": ["a", "b"] * 5, "other": [f"text {i}" for i in range(10)], "score": range(10)})
    dataset = Dataset.create("Data", [f"row {i}" for i in range(10)], columns=frame, label="topic", text_name="body")
    found = train_columns.columns_for(dataset)
    assert found[Pairing.LABELS] == (["body"], ["topic", "other", "score"])
    assert found[Pairing.SCORED] == (["body", "topic", "other"],) * 2 + (["score"],)
    assert train_columns.columns_for(Dataset.create("Data", ["one", "two"])) == dict.fromkeys(Pairing, ())


def test_what_was_judged_on_evaluate_and_marked_in_search_is_one_list(tmp_path: Path) -> None:
    store = Store(tmp_path, 1 << 30)
    dataset = Dataset.create("Data", ["one", "two", "three"], ids=["a", "b", "c"])
    key = keep_judgments(Judgments({"q1": "rain"}, {"q1": {"a": 2, "b": 0, "gone": 1}}), store)
    both = Workspace().with_state(SearchState(query="sun", more=(2,), less=(0,)), EvaluateState(key))
    assert train_columns.judgments(dataset, both, store) == (
        ("rain", 0, 1.0),
        ("rain", 1, 0.0),
        ("sun", 2, 1.0),
        ("sun", 0, 0.0),
    )
    assert train_columns.judgments(dataset, Workspace().with_state(SearchState(more=(1,))), store) == ()


def test_judgments_can_be_learned_from(bring: Callable[..., AppTest]) -> None:
    app = bring([f"text {i}" for i in range(20)])
    assert "has no label column" in texts(app)
    assert "Pairs need two text columns" in texts(belongs(app, "pairs"))
    change(app, SearchState(query="rain", more=(0, 1, 2, 3), less=(4, 5, 6, 7)))
    app.run()
    belongs(app, "judged")
    assert not app.exception
    assert "Queries: 1. Rows judged relevant: 4; irrelevant: 4." in texts(app)
    assert "4 rows for training, 4 for measuring" in texts(app)
    assert "4 of the rows for measuring share the query with rows for training. 8 rows were skipped" in texts(app)
    assert "Train" in buttons(app)
    change(app, SearchState(query="rain", more=tuple(range(10)), less=(14, 15)))
    app.run()
    toggle = next(one for one in app.toggle if one.label == "Use negatives")
    assert toggle.value
    toggle.set_value(False).run()
    assert not app.exception
    assert "8 rows for training, 2 for measuring" in texts(app)


@pytest.mark.parametrize("loss", list(Loss))
def test_each_loss_has_words_and_a_picture(loss: Loss) -> None:
    from xml.etree import ElementTree

    assert losses.WORDS[loss]
    drawn = ElementTree.fromstring(losses.picture(loss))
    circles = [one for one in drawn if one.tag.endswith("circle")]
    assert len(circles) == len(losses._DOTS[loss]) + (loss is Loss.TRIPLET)


def test_the_smoothed_loss_begins_where_the_loss_does() -> None:
    assert smoothed([2.0])[0] == pytest.approx(2.0)
    assert smoothed([1.0] * 30)[-1] == pytest.approx(1.0)
    assert 1.0 < smoothed([2.0, 1.0])[-1] < 2.0
