"""Compress: the chart, the advice and the table on a sample, and on data where there is little to measure."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.compress.chart import figure, words
from components.compress.table import table
from components.widgets.palette import Theme
from embedding_core.compress import Compression, Judged, Precision, compress
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import Judgments, keep_judgments
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.evaluate.state import EvaluateState
from tests.driver import open_page, settle, texts
from tests.pages.test_map import change

PATIENCE = 150
"""Seconds; forty-five forms are tried, and other work may be under way."""


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Compress on texts or vectors of one's own."""

    def opened(texts: list[str], vectors: np.ndarray | None = None) -> AppTest:
        dataset = Dataset.create("Own", texts, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "compress"), PATIENCE)

    return opened


@pytest.fixture(scope="module")
def found() -> Compression:
    rows = np.random.default_rng(0).normal(size=(120, 24)).astype(np.float32)
    return compress(rows, judged=Judged(rows[:9], np.column_stack([np.arange(9)] * 2), np.ones(9)))


def test_empty_it_says_what_to_do(app: AppTest) -> None:
    open_page(app, "compress")
    assert not app.exception
    assert "There is no data yet" in texts(app)


def test_a_sample_is_measured(app: AppTest) -> None:
    app.run().button(key="sample-everyday").click().run()
    change(app, encoder="minilm-static")
    settle(open_page(app, "compress"), PATIENCE)
    assert not app.exception
    shown = app.dataframe[-1].value
    assert "nDCG@10" not in shown
    assert len(shown) == 2 * 5 * 9 - 1
    full = shown[(shown["dimensions"] == 256) & (shown["precision"] == "float32")].iloc[0]
    assert (full["recall@10"], full["bytes per vector"]) == (1.0, 1024)
    summary = texts(app)
    assert "Smallest vectors with recall of at least 95% at k = 10" in summary
    assert "Int8" in summary
    cut = app.dataframe[0].value
    assert (cut["PCA"] > cut["truncated"]).all()
    assert "CompressionParams()" in app.code[0].value


def test_the_knobs_need_no_new_measuring(app: AppTest, engine: Engine) -> None:
    app.run().button(key="sample-everyday").click().run()
    change(app, encoder="minilm-static")
    settle(open_page(app, "compress"), PATIENCE)
    made = list((engine.store.root / "compression").iterdir())
    rescoring = next(group for group in app.button_group if str(group.key).endswith("-rescoring"))
    settle(rescoring.set_value(0).run())
    assert len(app.dataframe[-1].value) == 5 * 9
    assert set(app.dataframe[-1].value["rescored"]) == {0}
    least = next(group for group in app.button_group if str(group.key).endswith("-least"))
    settle(least.set_value(0.8).run())
    assert "Smallest vectors with recall of at least 80% at k = 10" in texts(app)
    assert list((engine.store.root / "compression").iterdir()) == made


@pytest.mark.parametrize("rows", [1, 49])
def test_too_few_items_are_told_so(bring: Callable[..., AppTest], rows: int) -> None:
    app = bring([f"item {i}" for i in range(rows)])
    assert not app.exception
    assert "at least 50 items" in texts(app)


def test_all_items_equal(bring: Callable[..., AppTest]) -> None:
    app = bring(["same"] * 60)
    assert not app.exception
    assert set(app.dataframe[-1].value["recall@10"]) == {1.0}
    assert "not trained" not in texts(app)


def test_vectors_of_few_numbers(bring: Callable[..., AppTest]) -> None:
    app = bring([""] * 60, np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32))
    assert not app.exception
    assert set(app.dataframe[-1].value["dimensions"]) == {5}


def judged_table(dataset: Dataset) -> bytes:
    """Return a table in which the beginning of each of some items is a query that this item answers."""
    rows = range(0, len(dataset), 9)
    columns = ([f(row) for row in rows] for f in (lambda row: dataset.texts[row][:25], dataset.ids.__getitem__))
    return pd.DataFrame(dict(zip(("query", "document"), columns, strict=True))).assign(relevance=1).to_csv().encode()


@pytest.fixture
def judged(app: AppTest, engine: Engine) -> AppTest:
    """Return Evaluate with judgments of a sample that were brought there."""
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    app.run()
    change(app, dataset=dataset.key, encoder="minilm-static")
    settle(open_page(app, "evaluate"), PATIENCE)
    app.get("file_uploader")[0].set_value([("judged.csv", judged_table(dataset), "")])
    return settle(app.run(), PATIENCE)


def test_judgments_brought_on_evaluate_measure_every_form(judged: AppTest) -> None:
    app = judged
    measured = app.dataframe[0].value.set_index("engine")
    settle(open_page(app, "compress"), PATIENCE)
    assert not app.exception
    shown = app.dataframe[-1].value
    assert list(shown.columns).index("nDCG@10") == list(shown.columns).index("recall@10") + 1
    assert shown["nDCG@10"].between(0, 1).all()
    full = shown[(shown["dimensions"] == 256) & (shown["precision"] == "float32")].iloc[0]
    assert full["nDCG@10"] == pytest.approx(measured.loc["Semantic", "ndcg@10"], abs=1e-6)
    assert shown[shown["Pareto-optimal"]]["nDCG@10"].is_monotonic_increasing
    summary = texts(app)
    assert "judged queries" in summary
    assert f"full vectors {full['nDCG@10']:.3f}" in summary
    assert "Add judged queries" not in summary
    assert "load_judgments" in app.code[0].value
    app.toggle[0].set_value(False).run()
    assert not app.exception
    front = app.dataframe[-1].value
    assert front[front["Pareto-optimal"]]["recall@10"].is_monotonic_increasing


def test_without_judgments_it_says_where_to_bring_them(judged: AppTest) -> None:
    change(judged, EvaluateState())
    settle(open_page(judged, "compress"), PATIENCE)
    assert "Add judged queries" in texts(judged)
    assert "Add judgments" in [link.label for link in judged.get("page_link")]
    assert "nDCG@10" not in judged.dataframe[-1].value


def test_judgments_that_fit_nothing_here_are_left_out(judged: AppTest, engine: Engine) -> None:
    strangers = keep_judgments(Judgments({"a": "a train"}, {"a": {"gone": 1}}), engine.store)
    change(judged, EvaluateState(strangers))
    settle(open_page(judged, "compress"), PATIENCE)
    assert not judged.exception
    assert "Add judged queries" in texts(judged)


def test_vectors_cannot_be_asked_by_words(bring: Callable[..., AppTest]) -> None:
    app = bring([""] * 60, np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32))
    assert not app.exception
    assert "no text input" in texts(app)


def test_the_chart_holds_every_option_and_the_front(found: Compression) -> None:
    for judged in (False, True):
        chart = figure(found, 4, judged, Theme.DARK)
        drawn = sorted(y for trace in chart.data[1:] for y in trace.y)
        options = found.options(4)
        wanted = [option.quality.ndcg if judged else option.quality.recall for option in options]
        assert drawn == sorted(wanted)
        front = list(chart.data[0].y)
        assert front == sorted(front)
        assert max(wanted) == front[-1]
    assert chart.layout.yaxis.title.text == "nDCG@10"


def test_the_table_says_what_the_chart_says(found: Compression) -> None:
    frame = table(found, 8, judged=False)
    assert isinstance(frame, pd.DataFrame)
    assert frame["nDCG@10"].between(0, 1).all()
    best = frame[frame["Pareto-optimal"]]
    assert best["recall@10"].is_monotonic_increasing
    option = next(o for o in found.options(8) if o.trial.precision is Precision.BINARY and o.trial.dims == 8)
    assert words(option, found.k) == "binary, truncated to 8"
