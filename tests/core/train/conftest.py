"""The tiny model, made once."""

from pathlib import Path

import pytest

from tests.core.train.tiny import save_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a model that can be tuned in a second."""
    return save_tiny(tmp_path_factory.mktemp("tiny"))
