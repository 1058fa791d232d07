"""Compare: two encoders on a sample, and on data where there is little to compare."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.compare.maps import laid
from components.embedding_map import MapPoints
from components.widgets.palette import coloring
from embedding_core.compare.state import CompareState
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection import PCAParams
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Compare on texts or vectors of one's own."""

    def opened(texts: list[str], vectors: np.ndarray | None = None) -> AppTest:
        dataset = Dataset.create("Own", texts, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        states = CompareState("tf-idf"), MapState(PCAParams())
        change(app, *states, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "compare"))

    return opened


@pytest.fixture
def faq(app: AppTest) -> AppTest:
    app.run().button(key="sample-faq").click().run()
    change(app, CompareState("tf-idf"), MapState(PCAParams()), encoder="minilm-static")
    return settle(open_page(app, "compare"))


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "compare")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_two_encoders_of_a_sample(faq: AppTest) -> None:
    assert not faq.exception
    metrics = {metric.label: metric.value for metric in faq.metric}
    assert 0 < float(metrics["Shared neighbors"].rstrip("%")) < 100
    assert 0 < float(metrics["CKA"]) < 1
    assert len(faq.get("bidi_component")) >= 2
    changed, *lists = (table.value for table in faq.dataframe)
    assert changed["shared"].is_monotonic_increasing
    assert len(lists) == 2
    row = workspace(faq).item
    assert row is None
    assert [frame["in both lists"].sum() for frame in lists] == [changed["shared"].iloc[0]] * 2
    assert all(frame["cosine"].is_monotonic_decreasing for frame in lists)
    assert "compare_neighborhoods" in faq.code[0].value
    assert faq.query_params["beside"] == "tf-idf"


def test_the_open_item_is_looked_at(faq: AppTest) -> None:
    first = faq.dataframe[1].value["text"].tolist()
    change(faq, item=17)
    settle(faq.run())
    assert not faq.exception
    assert faq.dataframe[1].value["text"].tolist() != first


def test_another_encoder_and_k(faq: AppTest) -> None:
    before = faq.metric[0].value
    settle(next(box for box in faq.number_input if str(box.key).endswith("-k")).set_value(3).run())
    assert not faq.exception
    assert len(faq.dataframe[1].value) == 3
    assert faq.metric[0].value != before
    box = next(box for box in faq.selectbox if "-other-" in str(box.key))
    assert "minilm-static" not in box.options
    assert workspace(faq).state(CompareState).other == box.value == "tf-idf"


def test_one_item(bring: Callable[..., AppTest]) -> None:
    app = bring(["alone"])
    assert not app.exception
    assert "One item has no neighbors" in texts(app)


@pytest.mark.parametrize("items", [["a cat", "a dog"], ["same"] * 8])
def test_where_the_alignment_is_not_defined(bring: Callable[..., AppTest], items: list[str]) -> None:
    app = bring(items)
    assert not app.exception
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics == {"Shared neighbors": "100.0%", "CKA": "–"}


def test_vectors_have_no_second_encoder(bring: Callable[..., AppTest]) -> None:
    app = bring([""] * 20, np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32))
    assert not app.exception
    assert "nothing to compare with" in texts(app)


def test_hostile_texts_are_shown_as_text(bring: Callable[..., AppTest]) -> None:
    hostile = "![x](http://x.example/y.png) <b>bold</b> :red[no]"
    app = bring([f"{hostile} {i}" for i in range(6)])
    assert not app.exception
    assert "x.example" not in " ".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def test_the_second_map_is_laid_over_the_first_with_its_names() -> None:
    still = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    classes = coloring(pd.Series(["left" if x < 0 else "right" for x in still[:, 0]]))
    turned = (still[:, ::-1] * [3, -3] + 7).astype(np.float32)
    first = MapPoints(still, ("",) * 40, classes, axes=("PC1", "PC2"))
    points, left = laid(first, MapPoints(turned, ("",) * 40, classes, axes=("PC1", "PC2")))
    np.testing.assert_allclose(points.coordinates, still, atol=1e-4)
    assert left == pytest.approx(0, abs=1e-6)
    assert points.axes == ()
    assert all((label.x < 0) == (label.text == "left") for label in points.labels)
