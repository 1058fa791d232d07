"""Similarity: each view on a sample, and on data where there is little to compare."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.similarity.views import View
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.workspace import Selection
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change


def look(app: AppTest, view: View) -> AppTest:
    """Open a view and wait until all of it is there."""
    choice = next(group for group in app.button_group if group.key == "similarity-view")
    settle(choice.set_value(view).run())
    assert not app.exception
    return app


@pytest.fixture
def everyday(app: AppTest) -> AppTest:
    app.run().button(key="sample-everyday").click().run()
    change(app, encoder="minilm-static")
    return settle(open_page(app, "similarity"))


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Similarity on vectors or texts of one's own."""

    def opened(texts: list[str], vectors: np.ndarray | None = None, **columns: list[str]) -> AppTest:
        dataset = Dataset.create("Own", texts, columns=pd.DataFrame(columns) if columns else None, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "similarity"))

    return opened


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "similarity")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_it_opens_on_the_duplicates(everyday: AppTest) -> None:
    metrics = {metric.label: metric.value for metric in everyday.metric}
    assert int(metrics["Groups"]) >= 8
    assert 0.6 < float(metrics["Similarity threshold"]) < 0.9
    groups = everyday.dataframe[0].value
    assert len(groups) == int(metrics["Groups"])
    rows = everyday.dataframe[1].value
    assert rows["keep"].tolist().count(True) == 1
    assert rows["cosine"].iloc[0] == pytest.approx(1, abs=1e-3)


def test_duplicates_light_up_on_the_map(everyday: AppTest) -> None:
    groups = int(everyday.dataframe[0].value["size"].sum())
    settle(everyday.button(key="similarity-duplicates-all").click().run())
    assert workspace(everyday).selection.how == "near-duplicates"
    assert len(workspace(everyday).selection) == groups


def test_a_threshold_of_ones_own(everyday: AppTest) -> None:
    settle(everyday.number_input(key="similarity-duplicates-threshold").set_value(1.0).run())
    assert not everyday.exception
    metrics = {metric.label: metric.value for metric in everyday.metric}
    assert metrics["Similarity threshold"] == "1.000"
    assert int(metrics["Groups"]) < 8


def test_leakage_is_found_where_there_is_a_split(bring: Callable[..., AppTest]) -> None:
    app = bring(["a cat", "a cat", "a dog", "an owl"], split=["train", "test", "train", "test"])
    assert app.selectbox(key="similarity-duplicates-split").value == "split"
    assert "**1** rows of test (50.0%) have a duplicate in train" in texts(app)
    settle(app.button(key="similarity-duplicates-leak-0").click().run())
    assert workspace(app).selection == Selection((1,), "leakage")


def test_two_items_picked(everyday: AppTest) -> None:
    look(everyday, View.PAIR)
    values = {metric.label: metric.value for metric in everyday.metric}
    assert set(values) == {"Cosine", "Dot product", "Euclidean distance", "Angle"}
    cosine = float(values["Cosine"])
    assert float(values["Euclidean distance"]) == pytest.approx((2 - 2 * cosine) ** 0.5, abs=2e-3)
    assert float(values["Angle"].rstrip("°")) == pytest.approx(np.degrees(np.arccos(cosine)), abs=0.1)
    assert "left = vectors[0]" in everyday.code[0].value
    settle(everyday.button(key="similarity-pair-map").click().run())
    assert workspace(everyday).selection.how == "compared"


def test_the_selection_is_compared_and_tokens_aligned(everyday: AppTest) -> None:
    change(everyday, selection=Selection((3, 8), "lasso"), encoder="all-MiniLM-L6-v2")
    settle(everyday.run())
    look(everyday, View.PAIR)
    assert [box.value for box in everyday.selectbox if "pair" in str(box.key)] == [3, 8]
    assert "Mean of each token's best match" in texts(everyday)


def test_the_matrix(everyday: AppTest) -> None:
    look(everyday, View.MATRIX)
    assert "items 1 to 60 of this order" in texts(everyday)
    change(everyday, selection=Selection((1, 2, 3), "lasso"))
    settle(everyday.run())
    assert not everyday.exception
    assert "The 3 selected items" in texts(everyday)


def test_outliers(everyday: AppTest) -> None:
    look(everyday, View.OUTLIERS)
    table = everyday.dataframe[0].value
    assert len(table) == 25
    assert table["factor"].is_monotonic_decreasing
    settle(everyday.button(key="similarity-outliers-Local outlier factor-map").click().run())
    assert len(workspace(everyday).selection) == 25


def test_suggestions(everyday: AppTest) -> None:
    look(everyday, View.SUGGESTIONS)
    assert len(everyday.dataframe[0].value) == 10
    settle(everyday.multiselect[0].set_value([]).run())
    assert not everyday.exception
    assert "Pick an item you like" in texts(everyday)


def test_the_view_is_kept_while_one_looks_at_the_map(everyday: AppTest) -> None:
    look(everyday, View.OUTLIERS)
    settle(open_page(everyday, "map"))
    settle(open_page(everyday, "similarity"))
    assert next(group for group in everyday.button_group if group.key == "similarity-view").value == View.OUTLIERS


def test_more_neighbors_than_items(bring: Callable[..., AppTest]) -> None:
    app = look(bring(["a cat", "a dog", "an owl", "the rain"]), View.OUTLIERS)
    settle(app.number_input(key="similarity-outliers-k").set_value(32).run())
    assert not app.exception
    assert len(app.dataframe[0].value) == 4
    look(app, View.SUGGESTIONS)
    settle(app.number_input(key="similarity-suggestions-k").set_value(100).run())
    assert not app.exception
    assert len(app.dataframe[0].value) == 3


def test_pictures(app: AppTest, subtests: pytest.Subtests) -> None:
    settle(app.run().button(key="sample-shapes").click().run())
    change(app, encoder="pixels")
    settle(open_page(app, "similarity"))
    for view in View:
        with subtests.test(view=view):
            look(app, view)
    look(app, View.DUPLICATES)
    settle(app.number_input(key="similarity-duplicates-threshold").set_value(0.95).run())
    assert app.dataframe[0].value["picture"].str.startswith("/api/data/").all()
    assert app.dataframe[1].value["picture"].str.startswith("/api/data/").all()


SPARSE = {
    "one item": (["alone"], None),
    "all equal": (["same"] * 8, None),
    "no captions": ([""] * 40, np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)),
}


@pytest.mark.parametrize("name", SPARSE)
def test_little_to_compare(bring: Callable[..., AppTest], subtests: pytest.Subtests, name: str) -> None:
    app = bring(*SPARSE[name])
    for view in View:
        with subtests.test(view=view):
            look(app, view)


def test_hostile_texts_are_shown_as_text(bring: Callable[..., AppTest]) -> None:
    hostile = "![x](http://x.example/y.png) <b>bold</b> :red[no]"
    app = bring([hostile, hostile, "other"])
    shown = " ".join(caption.value for caption in app.caption)
    assert "![x](http" not in shown
