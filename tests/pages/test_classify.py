"""Classify: each view on a sample, and on data with little to learn from."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.classify.views import View
from embedding_core.classify.state import ClassifyState
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change

TEXTS = [f"The {animal} number {i} is here." for animal in ("cat", "dog", "horse") for i in range(6)]


def look(app: AppTest, view: View, errors: str = "") -> AppTest:
    """Open a view and wait until all of it is there."""
    choice = next(group for group in app.button_group if str(group.key).startswith("classify-view"))
    return settle(choice.set_value(view).run(), errors=errors)


@pytest.fixture
def words(app: AppTest) -> AppTest:
    app.run().button(key="sample-words").click().run()
    change(app, encoder="minilm-static")
    return settle(open_page(app, "classify"))


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Classify on texts or vectors of one's own."""

    def opened(
        texts: list[str], vectors: np.ndarray | None = None, errors: str = "", **columns: list[object]
    ) -> AppTest:
        label = next(iter(columns), None)
        frame = pd.DataFrame(columns) if columns else None
        dataset = Dataset.create("Own", texts, columns=frame, label=label, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "classify"), errors=errors)

    return opened


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "classify")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_it_opens_on_scores_with_intervals(words: AppTest) -> None:
    assert not words.exception
    metrics = {metric.label: metric for metric in words.metric}
    assert float(metrics["Accuracy"].value) > 0.6
    low, high = metrics["Accuracy"].delta.split(" to ")
    assert float(low) < float(metrics["Accuracy"].value) < float(high)
    wrong = words.dataframe[0].value
    assert (wrong["label"] != wrong["prediction"]).all()
    assert wrong["confidence"].is_monotonic_decreasing


@pytest.mark.parametrize("method", ["knn", "centroid"])
def test_other_methods_and_tests(words: AppTest, method: str) -> None:
    settle(next(group for group in words.button_group if group.label == "Method").set_value(method).run())
    settle(next(group for group in words.button_group if group.label == "Test").set_value("Hold-out").run())
    assert not words.exception
    assert 55 <= int(next(metric.value for metric in words.metric if metric.label == "Rows tested")) <= 70


def test_what_was_misjudged_lights_up_on_the_map(words: AppTest) -> None:
    count = len(words.dataframe[0].value)
    settle(words.button(key="classify-scores-cell-None-map").click().run())
    assert workspace(words).selection.how == "misclassified"
    assert len(workspace(words).selection) == count


def test_a_suspect_label_is_put_right(bring: Callable[..., AppTest], engine: Engine) -> None:
    kinds: list[object] = [text.split()[1] for text in TEXTS]
    kinds[2] = "horse"
    app = look(bring(TEXTS, kind=kinds), View.SUSPECTS)
    table = app.dataframe[0].value
    assert (table["label"][0], table["suggested"][0], table["id"][0]) == ("horse", "cat", "2")
    before = workspace(app).dataset
    app.multiselect[0].set_value([2]).run()
    settle(app.button(key="classify-suspects-right").click().run())
    assert not app.exception
    after = engine.dataset(workspace(app).dataset or "")
    assert after.key != before
    assert after.columns["kind"].tolist() == [text.split()[1] for text in TEXTS]
    assert after.items_key == engine.dataset(before or "").items_key


def test_a_suspect_label_may_be_right_or_something_else(bring: Callable[..., AppTest], engine: Engine) -> None:
    kinds: list[object] = [text.split()[1] for text in TEXTS]
    kinds[2], kinds[8] = "horse", "cat"
    app = look(bring(TEXTS, kind=kinds), View.SUSPECTS)
    assert set(app.dataframe[0].value["id"]) == {"2", "8"}
    app.multiselect[0].set_value([2]).run()
    settle(app.button(key="classify-suspects-accept").click().run())
    assert workspace(app).state(ClassifyState).confirmed == (("kind", 2),)
    assert set(app.dataframe[0].value["id"]) == {"8"}
    assert "1 more were confirmed" in texts(app)
    app.multiselect[0].set_value([8]).run()
    app.selectbox(key="classify-suspects-label").set_value(2).run()
    settle(app.button(key="classify-suspects-right").click().run())
    assert not app.exception
    assert engine.dataset(workspace(app).dataset or "").columns["kind"][8] == "horse"
    assert workspace(app).state(ClassifyState).confirmed == (("kind", 2),)


def test_a_cell_of_the_confusion_lights_up(words: AppTest) -> None:
    box = next(box for box in words.selectbox if box.label == "Rows")
    cell = (int(box.options[1].rsplit(": ", 1)[1]), *box.options[1].rsplit(": ", 1)[0].split(" predicted as "))
    settle(box.set_value(box.options[1]).run())
    assert not words.exception
    rows = words.dataframe[0].value
    assert (len(rows), set(rows["label"]), set(rows["prediction"])) == (cell[0], {cell[1]}, {cell[2]})
    settle(
        next(button for button in words.button if str(button.key).startswith("classify-scores-cell-(")).click().run()
    )
    assert workspace(words).selection.how == f"{cell[1]} as {cell[2]}"
    assert len(workspace(words).selection) == cell[0]


def test_predictions_are_kept_as_a_column_that_colors_the_map(words: AppTest, engine: Engine) -> None:
    before = workspace(words).dataset or ""
    settle(words.button(key="classify-scores-keep").click().run())
    after = engine.dataset(workspace(words).dataset or "")
    assert (workspace(words).state(MapState).color, after.label) == ("family predicted", "family")
    assert after.items_key == engine.dataset(before).items_key
    agree = (after.columns["family"] == after.columns["family predicted"]).mean()
    accuracy = next(float(metric.value) for metric in words.metric if metric.label == "Accuracy")
    assert agree == pytest.approx(accuracy, abs=0.02)


def test_the_settings_are_kept_while_one_looks_at_the_map(words: AppTest) -> None:
    settle(next(group for group in words.button_group if group.label == "Method").set_value("centroid").run())
    look(words, View.SUSPECTS)
    settle(open_page(words, "map"))
    settle(open_page(words, "classify"))
    assert next(group for group in words.button_group if group.key == "classify-view").value == View.SUSPECTS
    assert next(group for group in words.button_group if group.label == "Method").value == "centroid"


def test_rows_without_a_label_are_completed(bring: Callable[..., AppTest], engine: Engine) -> None:
    kinds: list[object] = [text.split()[1] if place % 3 else None for place, text in enumerate(TEXTS)]
    app = look(bring(TEXTS, kind=kinds), View.PREDICT)
    assert len(app.dataframe[0].value) == 6
    settle(app.button(key="classify-predict-keep").click().run())
    columns = engine.dataset(workspace(app).dataset or "").columns
    assert columns["kind completed"].tolist() == [text.split()[1] for text in TEXTS]
    assert columns["kind"].isna().sum() == 6


def test_a_picture_is_classified(app: AppTest) -> None:
    settle(app.run().button(key="sample-shapes").click().run())
    change(app, encoder="pixels")
    look(settle(open_page(app, "classify")), View.PREDICT)
    assert not app.text_input
    drawn = draw_shapes(1, seed=5)[0]
    app.file_uploader[0].set_value([("one.png", drawn.png, "image/png")])
    settle(app.run())
    assert not app.exception
    assert workspace(app).state(SearchState).picture is not None
    assert app.dataframe[0].value["probability"].is_monotonic_decreasing
    settle(app.button(key="classify-predict-away").click().run())
    assert workspace(app).state(SearchState).picture is None
    app.file_uploader[0].set_value([("no.png", b"no picture", "image/png")])
    settle(app.run(), errors="cannot be read")


def test_more_neighbors_than_rows(bring: Callable[..., AppTest]) -> None:
    app = bring(TEXTS[:4] + TEXTS[6:10], kind=["cat"] * 4 + ["dog"] * 4)
    settle(next(group for group in app.button_group if group.label == "Method").set_value("knn").run())
    settle(app.number_input(key="classify-k").set_value(200).run())
    settle(app.number_input(key="classify-folds").set_value(20).run())
    assert not app.exception
    assert next(metric.value for metric in app.metric if metric.label == "Rows tested") == "8"


def test_the_learning_curve(words: AppTest) -> None:
    look(words, View.CURVE)
    assert "rows per class reach 95% of the accuracy with all rows" in texts(words)


def test_new_words_are_classified(words: AppTest) -> None:
    look(words, View.PREDICT)
    settle(words.text_input(key="classify-predict-words").set_value("tiger").run())
    assert not words.exception
    answers = words.dataframe[0].value
    assert answers["probability"].is_monotonic_decreasing
    assert "animal" in " ".join(answers["class"]).casefold() or "family" in " ".join(answers["class"])
    settle(words.text_input(key="classify-predict-words").set_value("   ").run())
    assert not words.exception


def test_labels_given_by_hand_spread(bring: Callable[..., AppTest], engine: Engine) -> None:
    app = look(bring(TEXTS), View.SPREAD)
    for rows, name in (((0, 1), "cat"), ((6, 7), "dog"), ((12, 13), "horse")):
        change(app, selection=Selection(rows, "lasso"))
        settle(app.run())
        # No run in between: what is typed into a form goes only with its button.
        app.text_input(key="classify-spread-name").set_value(name)
        settle(app.button(key="classify-spread-give").click().run())
        assert not app.exception
        look(app, View.SPREAD)
    assert workspace(app).selection.rows == (12, 13)
    table = app.dataframe[0].value
    assert len(table) == len(TEXTS) - 6
    assert (table["label"] == [text.split()[1] for text in table["text"]]).all()
    settle(app.button(key="classify-spread-keep").click().run())
    spread = engine.dataset(workspace(app).dataset or "").columns["by hand spread"]
    assert spread.tolist() == [text.split()[1] for text in TEXTS]


def test_classes_by_their_names(words: AppTest) -> None:
    look(words, View.ZERO_SHOT)
    assert float(next(metric.value for metric in words.metric if metric.label == "Accuracy")) > 0.3
    area = next(area for area in words.text_area if area.label.startswith("Classes"))
    area.set_value("animals\nnumbers: one, two, three")
    settle(next(button for button in words.button if button.label == "Classify").click().run())
    assert not words.exception
    assert set(words.dataframe[0].value["class"]) == {"animals", "numbers"}
    settle(words.slider[1].set_value(1.0).run())
    assert set(words.dataframe[0].value["class"]) == {"unassigned"}


def test_what_is_left_open_is_no_right_answer(bring: Callable[..., AppTest]) -> None:
    app = look(bring(TEXTS, kind=[text.split()[1] for text in TEXTS]), View.ZERO_SHOT)
    assert "are unassigned" not in texts(app)
    settle(app.slider[0].set_value(0.2).run())  # So that no class takes all of an item.
    sure = app.dataframe[0].value["probability"]
    least = 0.05 * round(20 * float(sure.median()))
    settle(app.slider[1].set_value(least).run())
    found = app.dataframe[0].value
    answered = found[found["class"] != "unassigned"]
    assert 0 < len(answered) < len(TEXTS)
    right = int((answered["class"] == [text.split()[1] for text in answered["text"]]).sum())
    accuracy = next(metric.value for metric in app.metric if metric.label == "Accuracy")
    assert float(accuracy) == pytest.approx(right / len(answered), abs=0.001)
    assert f"{len(TEXTS) - len(answered)} of {len(TEXTS)} labeled items are unassigned" in texts(app)
    assert f"with the unassigned counted as wrong, it is {right / len(TEXTS):.3f}" in texts(app)
    settle(app.slider[1].set_value(1.0).run())
    assert "Without assigned items there is no accuracy; over all labeled items" in texts(app)
    assert "it is 0.000" in texts(app)


NO_PAIR, ONE_CLASS = "No class has two rows", "Fewer than two classes have labeled rows"
LITTLE = {
    "one item": (
        ["alone"],
        ["a"],
        {View.SCORES: NO_PAIR, View.SUSPECTS: NO_PAIR, View.CURVE: NO_PAIR, View.PREDICT: ONE_CLASS},
    ),
    "all equal": (["same"] * 8, ["a", "a", "a", "a", "b", "b", "b", "b"], {}),
    "one label": (
        ["one", "two", "three", "four"],
        ["a", "a", "a", "a"],
        dict.fromkeys((View.SCORES, View.SUSPECTS, View.CURVE, View.PREDICT), ONE_CLASS),
    ),
    "a class of one": (["one", "two", "three", "four", "five"], ["a", "a", "b", "b", "c"], {}),
    "no label": (["one", "two"], [None, ""], {}),
}
"""Items, their labels, and the error that a view shows."""


@pytest.mark.parametrize("name", LITTLE)
def test_little_to_learn_from(bring: Callable[..., AppTest], subtests: pytest.Subtests, name: str) -> None:
    items, labels, errors = LITTLE[name]
    app = bring(items, errors=errors.get(View.SCORES, ""), kind=labels)
    for view in View:
        with subtests.test(view=view):
            look(app, view, errors.get(view, ""))


def test_vectors_bring_no_words(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    rows = np.random.default_rng(0).normal(size=(30, 5)).astype(np.float32)
    app = bring([""] * 30, rows, kind=["a", "b", "c"] * 10)
    for view in View:
        with subtests.test(view=view):
            look(app, view)
