"""The app as a visitor without cookies runs it, its work done in threads of this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.app import runtime
from embedding_core.engine import Engine
from tests.lanes import local_engine

FRAME = Path(__file__).parents[2] / "components" / "app" / "frame.py"
PATIENCE_SECONDS = 60


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return the engine that the pages of this test use."""
    engine = local_engine(tmp_path / "store")
    runtime.set_engine(engine)
    yield engine
    runtime.close()


@pytest.fixture
def app(engine: Engine) -> AppTest:
    """Return the app, not yet run."""
    return AppTest.from_file(str(FRAME), default_timeout=PATIENCE_SECONDS)
