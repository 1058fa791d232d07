"""The map: its pictures, its card, the selection and what it can be sent to."""

import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from components.embedding_map import MapPoints, view
from embedding_core.base.feature import FeatureState
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.projection import PCAParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.search.state import SearchState
from embedding_core.trust.stages import MeasureMap
from embedding_core.workspace import Selection
from tests.driver import open_page, sent, settle
from tests.pages.test_home import workspace


@pytest.fixture
def words(app: AppTest) -> AppTest:
    """Return the app on the map of the sample of words, embedded by the quick encoder."""
    app.run().button(key="sample-words").click().run()
    change(app, encoder="minilm-static")
    return settle(open_page(app, "map"))


def change(app: AppTest, *states: FeatureState, **changes: object) -> None:
    session = app.session_state["vectorscope"]
    session.workspace = replace(session.workspace.with_state(*states), **changes)


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_umap_is_drawn_and_says_what_it_is_worth(words: AppTest) -> None:
    assert not words.exception
    assert re.search(r"UMAP, 315 points\. Close points are similar", captions(words))


def test_pca_says_how_much_it_shows_and_the_choice_is_kept(words: AppTest) -> None:
    settle(next(c for c in words.button_group if c.label == "Map").set_value("pca").run())
    assert re.search(r"PCA, 315 points\. Explains \d+\.\d% of the variance", captions(words))
    assert workspace(words).state(MapState).projection == PCAParams()
    assert "PCAParams" in str(words.query_params["map"])


def test_three_dimensions(words: AppTest) -> None:
    settle(next(c for c in words.button_group if c.label == "Dimensions").set_value(3).run())
    assert not words.exception
    assert workspace(words).state(MapState).projection == UMAPParams(dims=3)


def test_an_item_opens_with_its_neighbors(words: AppTest, engine: Engine) -> None:
    dataset = engine.dataset(workspace(words).dataset or "")
    row = dataset.texts.index("king")
    change(words, item=row)
    settle(words.run())
    assert any(text.value == "king" for text in words.text)
    neighbors = next(frame.value for frame in words.dataframe if "similarity" in frame.value.columns)
    assert len(neighbors) == 10
    assert neighbors["similarity"].is_monotonic_decreasing
    assert "queen" in neighbors["word"].tolist()


def test_an_open_item_becomes_the_example_of_a_search(words: AppTest, engine: Engine) -> None:
    dataset = engine.dataset(workspace(words).dataset or "")
    row = dataset.texts.index("king")
    change(words, SearchState(query="left over"), item=row)
    settle(words.run())
    next(button for button in words.button if button.label == "Find similar").click()
    settle(words.run())
    search = workspace(words).state(SearchState)
    assert (search.more, search.query) == ((row,), "")
    assert not words.exception


def test_a_selection_is_a_table_and_can_become_a_data_set(words: AppTest, engine: Engine) -> None:
    change(words, selection=Selection((3, 5, 8), "lasso"))
    settle(words.run())
    assert any("3 selected" in heading.value for heading in words.subheader)
    table = next(frame.value for frame in words.dataframe if "word" in frame.value.columns and len(frame.value) == 3)
    before = engine.dataset(workspace(words).dataset or "")
    assert table["word"].tolist() == [before.texts[row] for row in (3, 5, 8)]
    settle(next(button for button in words.button if button.label == "New dataset from selection").click().run())
    part = engine.dataset(workspace(words).dataset or "")
    assert part.ids == tuple(before.ids[row] for row in (3, 5, 8))
    assert not workspace(words).selection


def test_columns_for_the_card_are_chosen_and_kept(words: AppTest) -> None:
    chosen = next(box for box in words.multiselect if box.label == "Columns on hover")
    assert chosen.value == ["family", "form"]
    settle(chosen.set_value(["form"]).run())
    assert workspace(words).state(MapState).card == ("form",)
    settle(words.run())
    assert workspace(words).state(MapState).card == ("form",)


def test_the_open_item_is_joined_to_its_neighbors(words: AppTest, engine: Engine) -> None:
    now = workspace(words)
    dataset = engine.dataset(now.dataset or "")
    row = dataset.texts.index("king")
    neighbors = engine.make(FindNeighbors(engine.embedding(dataset, now.encoder)))
    points = MapPoints(np.zeros((len(dataset), 2), dtype=np.float32), dataset.titles)
    lines = view.opened(points, replace(now, item=row), neighbors).lines
    assert lines is not None
    assert lines.row == row
    assert lines.to == tuple(neighbors.indices[row, :10].tolist())
    assert dataset.texts.index("queen") in lines.to
    assert view.opened(points, now, neighbors).lines is None


def color_choice(app: AppTest) -> Selectbox:
    return next(box for box in app.selectbox if box.label == "Color by")


def test_trust_colors_the_map_and_is_kept(words: AppTest, engine: Engine) -> None:
    change(words, replace(workspace(words).state(MapState), color="family"))
    settle(words.run())
    settle(color_choice(words).select("Trust: neighborhood preservation").run())
    assert not words.exception
    now = workspace(words)
    assert (now.state(MapState).trust, now.state(MapState).color) == (True, "family")
    assert (words.query_params["trust"], words.query_params["color"]) == ("yes", "family")
    assert "Color: the share of a point's 15 nearest" in captions(words)
    stage = MeasureMap(
        Project(engine.embedding(engine.dataset(now.dataset or ""), now.encoder), now.state(MapState).projection)
    )
    kept = stage.load(engine.store).neighborhood_preservation
    colors = sent(words)["colors"]
    assert (colors.meta["kind"], colors.meta["title"]) == ("numbers", "Neighborhood preservation")
    assert np.all(np.diff(colors.sections["codes"][np.argsort(kept, kind="stable")].astype(int)) >= 0)
    settle(open_page(settle(open_page(words, "trust")), "map"))
    assert workspace(words).state(MapState).trust
    assert "Color: the share of a point's 15 nearest" in captions(words)


def test_trust_is_not_offered_where_it_is_not_measured(words: AppTest, engine: Engine) -> None:
    few = Dataset.create("Few", ["one", "two", "three"])
    engine.keep_dataset(few)
    settle(color_choice(words).select("Trust: neighborhood preservation").run())
    settle(next(c for c in words.button_group if c.label == "Dimensions").set_value(3).run())
    assert not words.exception
    assert "Trust: neighborhood preservation" not in color_choice(words).options
    assert not workspace(words).state(MapState).trust
    change(words, replace(workspace(words).state(MapState), projection=UMAPParams()), dataset=few.key)
    settle(words.run())
    assert not words.exception
    assert "Trust: neighborhood preservation" not in color_choice(words).options


def test_every_column_colors_the_map(words: AppTest) -> None:
    for place, column in enumerate((None, "family", "form")):
        settle(next(box for box in words.selectbox if box.label == "Color by").select_index(place).run())
        assert not words.exception
        assert workspace(words).state(MapState).color == column
