"""The frame round every page."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from embedding_core.base.feature import Feature
from embedding_core.engine import Engine
from embedding_core.features import FEATURES
from embedding_core.workspace import Selection
from tests.driver import PageTest, check_errors, open_page
from tests.pages.conftest import FRAME

ROOT = Path(__file__).parents[2]
PAGES = [feature.name for feature in FEATURES]


def links(app: AppTest) -> list[str]:
    """Return the labels in the strip."""
    return [link.label for link in app.page_link]


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_page_says_that_there_is_no_data(app: AppTest, page: str) -> None:
    check_errors(open_page(app, page))
    assert not app.exception
    assert "No data yet" in links(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_loaded_page_says_what_is_open(app: AppTest, page: str) -> None:
    app.run().button(key="sample-words").click().run()
    open_page(app, "encoder").button(key="encoder-tf-idf").click().run()
    check_errors(open_page(app, page))
    assert not app.exception
    shown = " ".join(links(app))
    assert "Word families" in shown
    assert "315 rows" in shown
    assert "Nothing selected" in shown


@pytest.mark.parametrize("feature", FEATURES, ids=[feature.name for feature in FEATURES])
def test_a_page_has_one_heading_and_its_own_title(
    app: AppTest, feature: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles: list[str] = []
    monkeypatch.setattr("streamlit.set_page_config", lambda page_title="", **_: titles.append(page_title))
    open_page(app, feature.name)
    assert not app.exception
    assert [title.value for title in app.title] == [feature.heading or feature.title]
    assert titles[-1] == f"{feature.title} · Vectorscope"


def test_the_selection_is_cleared_and_brought_back_from_any_page(app: AppTest) -> None:
    app.run().button(key="sample-words").click().run()
    open_page(app, "encoder")
    state = app.session_state["vectorscope"]
    state.workspace = replace(state.workspace, encoder="tf-idf", selection=Selection((1, 2, 3), "lasso"))
    app.run()
    assert "**3** selected" in links(app)
    assert app.query_params["rows"] == "1,2,3"
    app.button(key="strip-clear").click().run()
    assert "Nothing selected" in links(app)
    assert "rows" not in app.query_params
    app.button(key="strip-undo").click().run()
    assert "**3** selected" in links(app)


def test_a_link_is_opened(app: AppTest, engine: Engine) -> None:
    app.run().button(key="sample-words").click().run()
    key = app.session_state["vectorscope"].workspace.dataset
    other = PageTest(FRAME)
    other.query_params.update({"data": key, "encoder": "tf-idf", "rows": "0,5,99999", "item": "-1", "map": "nonsense"})
    open_page(other, "data")
    assert not other.exception
    assert other.session_state["vectorscope"].workspace.selection.rows == (0, 5)
    assert other.session_state["vectorscope"].workspace.encoder == "tf-idf"
    assert "**2** selected" in links(other)


def test_a_link_to_what_is_not_here_says_so(app: AppTest) -> None:
    app.query_params["data"] = "0" * 64
    app.run()
    assert not app.exception
    assert "no longer stored" in app.toast[0].value
    assert app.query_params == {}


@pytest.mark.own_store
def test_a_data_set_that_goes_while_it_is_open_is_closed(app: AppTest, engine: Engine) -> None:
    app.run().button(key="sample-words").click().run()
    key = app.session_state["vectorscope"].workspace.dataset
    engine.store.drop("dataset", key)
    engine._memory.clear()
    open_page(app, "data")
    assert not app.exception
    assert "No data yet" in links(app)
    assert app.subheader[0].value == "Import data"


def test_no_page_loads_a_model_or_an_analysis_into_the_server(tmp_path: Path) -> None:
    code = f"""
import json, sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from components.app import runtime
from embedding_core.data.samples.catalog import load_sample
from tests.driver import PageTest, check_errors, open_page
from tests.lanes import held_engine
engine = held_engine(Path({str(tmp_path)!r}))
runtime.set_engine(engine)
app = PageTest({str(FRAME)!r})
app.query_params["data"] = engine.keep_dataset(load_sample("words"))
for page in {PAGES}:
    check_errors(open_page(app, page))
runtime.close()
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert "streamlit" in loaded
    assert loaded & {"torch", "umap", "numba", "sklearn", "transformers", "sentence_transformers"} == set()


def test_no_component_hides_a_module_of_python() -> None:
    # Streamlit puts the main script's folder first on the path while a page runs.
    names = {path.stem for path in FRAME.parent.iterdir()}
    assert names & set(sys.stdlib_module_names) == set()
