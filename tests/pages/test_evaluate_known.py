"""Evaluate on collections that others measure too: the figures of decision 0041, brought as a person brings them."""

import io
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.evaluate.views import View
from tests.driver import open_page, texts
from tests.pages.test_evaluate import drop, look
from tests.pages.test_map import change

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def test_cranfield(app: AppTest, shared_data: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        folder = shared_data / "text" / "cranfield"
        for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
            archive.write(folder / name, f"cranfield/{name}")
    open_page(app, "evaluate")
    change(app, encoder="minilm-static")
    drop(app, ("cranfield.zip", packed.getvalue()))
    assert not app.exception
    assert "225 queries" in texts(app)
    shown = app.dataframe[0].value.set_index("engine")
    known = {"ndcg@10": 0.349, "recall@10": 0.388, "map": 0.275, "mrr": 0.506}
    assert shown.loc["Keyword (BM25)", list(known)].to_dict() == pytest.approx(known, abs=0.0006)


def test_sts_benchmark(app: AppTest, shared_data: Path) -> None:
    open_page(app, "evaluate")
    change(app, encoder="all-MiniLM-L6-v2")
    look(app, View.PAIRS)
    drop(app, ("sts-test.csv", (shared_data / "text" / "stsbenchmark" / "sts-test.csv").read_bytes()))
    assert not app.exception
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Pairs"] == "1,379"
    assert float(values["Spearman"]) == pytest.approx(0.8205, abs=0.0005)
    assert float(values["Pearson"]) == pytest.approx(0.8275, abs=0.0005)
