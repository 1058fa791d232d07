"""Trust: each view on a sample, and on data where there is little to measure; the badge on the map."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.trust.map import curves, table
from components.trust.methods import MeasuredMethod, advice
from components.trust.methods import table as methods_table
from components.trust.views import View
from embedding_core import projection
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection import PCAParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.trust import MAP, PCA, SHUFFLED, Fidelity, measure_map, verdict
from embedding_core.trust.stages import CompareSeeds, MeasureMap
from embedding_core.workspace import Selection
from tests.driver import open_page, sent, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change


def look(app: AppTest, view: View) -> AppTest:
    """Open a view and wait until all of it is there."""
    choice = next(group for group in app.button_group if group.key == "trust-view")
    settle(choice.set_value(view).run())
    assert not app.exception
    return app


@pytest.fixture
def everyday(app: AppTest, engine: Engine) -> AppTest:
    dataset = load_sample("everyday")
    engine.keep_dataset(dataset)
    app.run()
    change(app, dataset=dataset.key, encoder="minilm-static")
    return settle(settle(open_page(app, "trust")).run())


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Trust on vectors or texts of one's own."""

    def opened(texts: list[str], vectors: np.ndarray | None = None) -> AppTest:
        dataset = Dataset.create("Own", texts, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "trust"))

    return opened


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "trust")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_the_map_in_words_and_figures(everyday: AppTest) -> None:
    assert not everyday.exception
    answers = {metric.label: metric.value for metric in everyday.metric}
    assert set(answers) == {
        "Are points that are close on the map similar?",
        "Are similar items close on the map?",
        "Do distances on the map mean anything?",
    }
    shown = everyday.dataframe[0].value
    assert list(shown.columns) == ["measure", "UMAP", "PCA", "Shuffled"]
    assert (shown["UMAP"] > shown["Shuffled"]).all()
    assert "Measured on every row" in texts(everyday)
    assert "measure_map" in everyday.code[0].value


def test_the_points_that_lie_go_to_the_map(everyday: AppTest) -> None:
    settle(everyday.button(key="trust-map-worst").click().run())
    chosen = workspace(everyday).selection
    assert chosen.how == "unreliable on the map"
    assert len(chosen) >= 1


def test_other_seeds(everyday: AppTest) -> None:
    look(everyday, View.SEEDS)
    assert "Median movement" in {metric.label for metric in everyday.metric}
    settle(everyday.button(key="trust-seeds-most").click().run())
    assert workspace(everyday).selection.how == "unstable across seeds"


def test_going_from_seed_to_seed_moves_the_points_and_nothing_else(everyday: AppTest, engine: Engine) -> None:
    change(everyday, selection=Selection((1, 4, 9), "lasso"))
    look(everyday, View.SEEDS)
    now = workspace(everyday)
    stage = CompareSeeds(
        Project(engine.embedding(engine.dataset(now.dataset or ""), now.encoder), now.state(MapState).projection)
    )
    before = sent(everyday)
    places = np.concatenate([stage.map.load(engine.store).coordinates, *stage.load(engine.store).aligned])
    middle, side = (places.min(axis=0) + places.max(axis=0)) / 2, np.ptp(places, axis=0).max()
    shown = []
    for number, words in enumerate(("Seed 0, the current map", "Seed 1, aligned with", "Seed 2, aligned with")):
        switch = next(group for group in everyday.button_group if group.label == "Seed on the map")
        settle(switch.set_value(number).run())
        assert words in texts(everyday)
        parts = sent(everyday)
        assert {name for name in parts if parts[name].meta != before[name].meta} <= {"coordinates"}
        assert parts["view"].sections["rows"].tolist() == [1, 4, 9]
        shown.append((parts["coordinates"].sections["xy"].reshape(-1, 2) / 65_534 - 0.5) * side + middle)
    np.testing.assert_allclose(np.concatenate(shown), places, atol=side / 65_534)
    assert np.abs(shown[1] - shown[0]).max() > 0.01


def test_pca_has_no_seeds(everyday: AppTest) -> None:
    change(everyday, MapState(PCAParams()))
    settle(everyday.run())
    assert list(everyday.dataframe[0].value.columns) == ["measure", "PCA", "Shuffled"]
    look(everyday, View.SEEDS)
    assert "it draws the same map every time" in texts(everyday)


def test_other_methods_begin_with_what_is_measured(everyday: AppTest) -> None:
    look(everyday, View.METHODS)
    # Other tests may have measured further methods in the store that all share.
    assert everyday.dataframe[0].value["map"].tolist()[0] == "UMAP"
    assert everyday.button(key="trust-methods-use").disabled
    assert "Random baseline" in texts(everyday)
    assert "UMAPParams()" in everyday.code[0].value


def test_the_space(everyday: AppTest) -> None:
    look(everyday, View.SPACE)
    values = {metric.label: metric.value for metric in everyday.metric}
    assert set(values) == {"Anisotropy", "Hubness", "Intrinsic dimension", "Length bias", "Truncated"}
    assert 1 < float(values["Intrinsic dimension"]) < 256
    hubs = everyday.dataframe[0].value["k-occurrence"]
    assert hubs.is_monotonic_decreasing


def test_few_items(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring(["one", "two"])
    for view in View:
        with subtests.test(view=view):
            assert "Import more rows" in texts(look(app, view))


def test_all_items_equal(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring(["same"] * 8)
    for view in View:
        with subtests.test(view=view):
            look(app, view)


def test_vectors_without_captions(bring: Callable[..., AppTest]) -> None:
    app = bring([""] * 40, np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32))
    assert not app.exception
    look(app, View.SPACE)
    assert {metric.label: metric.value for metric in app.metric}["Length bias"] == "–"


def test_the_badge_stands_under_the_map(everyday: AppTest) -> None:
    settle(open_page(everyday, "map"))
    assert not everyday.exception
    assert "Trustworthiness (close = similar): " in texts(everyday)


def test_the_badge_has_pca_and_chance_beside_its_figure(everyday: AppTest, engine: Engine) -> None:
    settle(open_page(everyday, "map"))
    now = workspace(everyday)
    space = engine.embedding(engine.dataset(now.dataset or ""), now.encoder)
    found = MeasureMap(Project(space, now.state(MapState).projection)).load(engine.store)
    claims = verdict(found)
    helps = [str(element.help) for element in everyday.markdown if "-badge[" in str(element.value)]
    assert len(helps) == len(claims) == 3
    for claim, record in zip(claims, helps, strict=True):
        beside = [found.at(name, claim.measure) for name in (MAP, PCA, SHUFFLED)] if claim != claims[2] else []
        for value in beside or [found.maps[name].correlation for name in (MAP, PCA, SHUFFLED)]:
            assert f" {value:.3f}" in record
        assert f"{claim.value:.2f} · PCA {claim.pca:.2f} · random {claim.chance:.2f}" in texts(everyday)


@pytest.fixture(scope="module")
def found() -> Fidelity:
    rows = np.random.default_rng(0).normal(size=(80, 6)).astype(np.float32)
    flat = projection.PCA().fit(rows).coordinates
    return measure_map(rows, rows[:, :2], flat)


def test_curves_and_table_leave_out_what_is_the_same(found: Fidelity) -> None:
    from components.widgets.palette import Theme

    assert [line.name for line in curves(found, "continuity", "UMAP", Theme.LIGHT).data] == ["UMAP", "PCA", "Shuffled"]
    assert [line.name for line in curves(found, "continuity", "PCA", Theme.DARK).data] == ["PCA", "Shuffled"]
    shown = table(found, "UMAP")
    assert shown["UMAP"].iloc[0] == found.at(MAP, "trustworthiness")
    assert len(shown) == 4


def test_advice_names_the_best_and_those_as_good(found: Fidelity) -> None:
    done = [MeasuredMethod("umap", found), MeasuredMethod("pca", found)]
    assert "Best for seeing which close points really are similar (trustworthiness): **UMAP** or **PCA**" in advice(
        done
    )
    assert methods_table(done)["map"].tolist() == ["UMAP", "PCA"]


def test_a_map_in_three_dimensions(everyday: AppTest) -> None:
    change(everyday, MapState(UMAPParams(dims=3)))
    settle(everyday.run())
    assert not everyday.exception
