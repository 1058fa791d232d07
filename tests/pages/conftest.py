"""The app as a visitor without cookies runs it, its work done in threads of this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.app import runtime
from embedding_core.engine import Engine
from tests.driver import PageTest, check_errors
from tests.lanes import local_engine

FRAME = Path(__file__).parents[2] / "components" / "app" / "frame.py"


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the store that page tests share: what one has made, the next one finds."""
    return tmp_path_factory.mktemp("pages") / "store"


@pytest.fixture
def engine(request: pytest.FixtureRequest, shared_store: Path, tmp_path: Path) -> Iterator[Engine]:
    """Return the engine that the pages of this test use; with the marker `own_store`, its store is empty."""
    engine = local_engine(tmp_path / "store" if request.node.get_closest_marker("own_store") else shared_store)
    runtime.set_engine(engine)
    yield engine
    runtime.close()


@pytest.fixture
def app(engine: Engine) -> Iterator[AppTest]:
    """Return the app, not yet run; an error it shows and the test does not name fails the test."""
    app = PageTest(FRAME)
    yield app
    check_errors(app)
