"""Clusters: each view on a sample, every edit, and data where there is little to cluster."""

import io
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.clusters.views import View
from embedding_core.clusters import FeatureSpace, HDBSCANParams, KMeansParams
from embedding_core.clusters.state import ClustersState
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection import PCAParams
from embedding_core.workspace import Selection
from tests.driver import PageTest, open_page, settle, texts
from tests.pages.conftest import FRAME
from tests.pages.test_home import workspace
from tests.pages.test_map import change


def look(app: AppTest, view: View) -> AppTest:
    """Open a view and wait until all of it is there."""
    choice = next(group for group in app.button_group if group.key == "clusters-view")
    settle(choice.set_value(view).run())
    assert not app.exception
    return app


def press(app: AppTest, ending: str, errors: str = "") -> AppTest:
    """Press the button whose key ends so, and wait for what comes of it."""
    return settle(next(each for each in app.button if str(each.key).endswith(ending)).click().run(), errors=errors)


def pick(app: AppTest, *places: int, ending: str = "-clusters") -> AppTest:
    """Pick rows of the table whose key ends so."""
    name = next(str(table.proto.id).split("-", 2)[2] for table in app.dataframe if table.proto.id.endswith(ending))
    app.session_state[name] = {"selection": {"rows": list(places), "columns": [], "cells": []}}
    settle(app.run())
    assert not app.exception
    return app


def table(app: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "silhouette" in frame.value and "name" in frame.value)


@pytest.fixture
def everyday(app: AppTest) -> AppTest:
    app.run().button(key="sample-everyday").click().run()
    change(app, MapState(PCAParams()), encoder="minilm-static")
    settle(open_page(app, "clusters"))
    assert not app.exception
    return app


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Clusters on vectors or texts of one's own."""

    def opened(texts: list[str], vectors: np.ndarray | None = None, **columns: list[str]) -> AppTest:
        label = next(iter(columns), None)
        frame = pd.DataFrame(columns) if columns else None
        dataset = Dataset.create("Own", texts, columns=frame, label=label, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        change(app, MapState(PCAParams()), dataset=dataset.key, encoder="minilm-static")
        settle(open_page(app, "clusters"))
        assert not app.exception
        return app

    return opened


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "clusters")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_it_opens_on_as_many_clusters_as_there_are_labels(everyday: AppTest, engine: Engine) -> None:
    dataset = engine.dataset(workspace(everyday).dataset or "")
    labels = dataset.columns[dataset.label].nunique()
    assert {metric.label: metric.value for metric in everyday.metric}["Clusters"] == str(labels)
    shown = table(everyday)
    assert len(shown) == labels
    assert shown["size"].sum() == len(dataset)
    assert shown["size"].is_monotonic_decreasing
    assert shown["name"].is_unique
    assert not shown["name"].str.startswith("Cluster ").any()
    assert shown["texts"].str.count(" · ").eq(2).all()


def test_a_cluster_lights_up_on_the_map_and_shows_its_items(everyday: AppTest) -> None:
    size = int(table(everyday)["size"].iloc[1])
    pick(everyday, 1)
    now = workspace(everyday).selection
    assert len(now) == size
    assert now.how.startswith("cluster ")
    members = everyday.dataframe[-1].value
    assert len(members) == size
    pick(everyday, 1, 2)
    assert workspace(everyday).selection.how == "2 clusters"


def test_rename_merge_split_and_undo(everyday: AppTest) -> None:
    before = table(everyday)
    pick(everyday, 0)
    next(field for field in everyday.text_input if field.label == "Name").input("My  *own* name")
    press(everyday, "-rename-go")
    assert table(everyday)["name"].iloc[0] == "My *own* name"
    pick(everyday, 1, 2)
    press(everyday, "-merge")
    merged = table(everyday)
    assert len(merged) == len(before) - 1
    assert int(before["size"].iloc[1] + before["size"].iloc[2]) in merged["size"].tolist()
    pick(everyday, 0)
    press(everyday, "-split")
    assert len(table(everyday)) == len(before)
    assert len(workspace(everyday).state(ClustersState).edits[0].records) == 3
    for _ in range(3):
        press(everyday, "clusters-undo")
    pd.testing.assert_frame_equal(table(everyday), before)
    assert workspace(everyday).state(ClustersState).edits == ()


def test_a_selection_is_sent_to_another_cluster(everyday: AppTest) -> None:
    change(everyday, selection=Selection((0, 1, 2), "lasso"))
    settle(everyday.run())
    target = next(box for box in everyday.selectbox if str(box.label).startswith("Move 3 selected"))
    name = target.options[0]
    settle(target.select(target.options[0]).run())
    press(everyday, "clusters-send")
    (edits,) = workspace(everyday).state(ClustersState).edits
    assert edits.records[0].rows == (0, 1, 2)  # type: ignore[union-attr]
    assert name in table(everyday)["name"].tolist()


def test_edits_are_there_again_in_another_session(everyday: AppTest, engine: Engine) -> None:
    pick(everyday, 0, 1)
    press(everyday, "-merge")
    saved = type(workspace(everyday)).from_json(workspace(everyday).to_json())
    again = PageTest(FRAME).run()
    again.session_state["vectorscope"].workspace = saved
    settle(open_page(again, "clusters"))
    pd.testing.assert_frame_equal(table(again), table(everyday))


def test_noise_is_put_somewhere(everyday: AppTest) -> None:
    change(everyday, ClustersState(HDBSCANParams(4)))
    everyday.session_state["vectorscope"].numbers["clusters"] = 9
    settle(everyday.run())
    assert "items are noise" in next(m for m in everyday.metric if m.label == "Clusters").delta
    press(everyday, "clusters-adopt")
    assert next(m for m in everyday.metric if m.label == "Clusters").delta == "no noise"


def test_another_method(everyday: AppTest) -> None:
    method = next(group for group in everyday.button_group if group.label == "Method")
    settle(method.set_value("Agglomerative").run())
    assert not everyday.exception
    assert "AgglomerativeParams" in str(everyday.query_params["clusters"])


def test_clusters_of_the_map_come_with_a_warning(everyday: AppTest) -> None:
    settle(next(radio for radio in everyday.radio if radio.label == "Cluster").set_value(FeatureSpace.MAP).run())
    assert not everyday.exception
    assert "clusters of the map" in texts(everyday)
    assert len(table(everyday))


def test_how_many(everyday: AppTest) -> None:
    look(everyday, View.SWEEP)
    summary = next(m.value for m in everyday.markdown if "The mean silhouette is highest" in m.value)
    k = int(re.findall(r"\*\*(\d+) clusters", summary)[0])
    press(everyday, "-use")
    assert workspace(everyday).state(ClustersState).params == KMeansParams(k)
    field = next(field for field in everyday.text_input if field.label == "Values of k")
    field.input("3, 5")
    press(everyday, "-sweep-" + str(field.key).split("-sweep-")[1].replace("-ks", "-go"))
    assert re.search(r"\*\*[35] clusters", texts(everyday))
    field = next(field for field in everyday.text_input if field.label == "Values of k")
    field.input("3, cat")
    go = "-sweep-" + str(field.key).split("-sweep-")[1].replace("-ks", "-go")
    press(everyday, go, errors="That is not a list of numbers")


def test_silhouettes_and_the_borderline(everyday: AppTest) -> None:
    look(everyday, View.FIT)
    border = next(frame.value for frame in everyday.dataframe if "second-best cluster" in frame.value)
    assert border["silhouette"].is_monotonic_increasing
    assert (border["cluster"] != border["second-best cluster"]).all()
    press(everyday, "-fit-" + next(str(b.key).split("-fit-")[1] for b in everyday.button if "-fit-" in str(b.key)))
    assert workspace(everyday).selection.how == "borderline items"


def test_labels(everyday: AppTest) -> None:
    look(everyday, View.LABELS)
    metrics = {metric.label: float(metric.value) for metric in everyday.metric}
    assert 0.2 < metrics["Adjusted Rand"] <= metrics["NMI"] <= 1
    pairs = everyday.dataframe[-1].value
    assert pairs["items"].is_monotonic_decreasing
    pick(everyday, 0, ending="-pairs")
    assert len(workspace(everyday).selection) == int(pairs["items"].iloc[0])


def test_clusters_become_a_column_that_colors_the_map(everyday: AppTest, engine: Engine) -> None:
    shown = table(everyday)
    pick(everyday, 0)
    press(everyday, "-keep")
    now = workspace(everyday)
    column = engine.dataset(now.dataset or "").columns["cluster"]
    assert now.state(MapState).color == "cluster"
    assert sorted(column.value_counts().tolist(), reverse=True) == shown["size"].tolist()
    assert len(now.selection) == int(shown["size"].iloc[0])
    settle(open_page(everyday, "clusters"))
    pd.testing.assert_frame_equal(table(everyday), shown)


def test_the_files_hold_every_row_with_its_cluster(everyday: AppTest) -> None:
    from components.app.runtime import engine as running
    from components.clusters import found as clusters_found
    from components.clusters import share
    from components.widgets import context

    now = workspace(everyday)
    dataset = running().dataset(now.dataset or "")
    stage = context.open_context(running(), dataset, now.encoder, "test", now.selection)
    assert stage is not None
    state = now.state(ClustersState)
    assert state.params is not None
    made = clusters_found.wanted(stage, state.params, now.state(MapState).projection)
    found = clusters_found.find(stage, made, state.edits_of(made.key))
    assert found is not None
    frame = share.assigned(dataset, found).frame()
    again = pd.read_parquet(io.BytesIO(share.to_parquet(frame)))
    assert again["cluster_number"].tolist() == found.clusters.labels.tolist()
    assert again["cluster"].tolist() == [found.names[number] for number in found.clusters.labels]


def test_one_item(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring(["alone"])
    for view in View:
        with subtests.test(view=view):
            look(app, view)


def test_all_items_equal(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring(["same"] * 8)
    for view in View:
        with subtests.test(view=view):
            shown = texts(look(app, view))
            assert any(part in shown for part in ("1 different item", "equal", "two", "No column"))


def test_one_label(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring([f"word {i}" for i in range(30)], kind=["x"] * 30)
    for view in View:
        with subtests.test(view=view):
            look(app, view)
    look(app, View.LABELS)
    assert {metric.label: metric.value for metric in app.metric}["Labels"] == "1"


def test_more_clusters_than_items(bring: Callable[..., AppTest]) -> None:
    app = bring(["a cat", "a dog", "rain"])
    settle(next(field for field in app.number_input if field.label == "Clusters (k)").set_value(50).run())
    assert not app.exception
    assert "50 clusters were requested, but 3 different items allow no more" in texts(app)


def test_nothing_dense_and_an_edit_that_fails(bring: Callable[..., AppTest]) -> None:
    app = bring(["same"] * 6 + ["other"] * 6)
    settle(next(group for group in app.button_group if group.label == "Method").set_value("HDBSCAN").run())
    assert "No cluster was found" in texts(app) or table(app)["size"].sum() <= 12
    settle(next(group for group in app.button_group if group.label == "Method").set_value("k-means").run())
    pick(app, 0)
    press(app, "-split", errors="All items of that cluster are equal")
    press(app, "clusters-undo")
    assert table(app)["size"].tolist() == [6, 6]


def test_vectors_without_captions(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring([""] * 40, np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32))
    for view in View:
        with subtests.test(view=view):
            look(app, view)
    assert table(look(app, View.TABLE))["name"].str.startswith("Cluster ").all()


def test_hostile_texts_are_shown_as_text(bring: Callable[..., AppTest]) -> None:
    hostile = "![x](http://x.example/y.png) <b>bold</b> :red[no]"
    app = bring([hostile, f"{hostile} too", "other words", "yet others"], **{"![c](http://c.example)": list("aabb")})
    pick(app, 0)
    look(app, View.LABELS)
    for kind in (app.caption, app.markdown):
        assert ".example)" not in " ".join(str(element.value) for element in kind)
