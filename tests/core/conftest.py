"""Runs a snippet as a person would: on its own, with what the store holds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedding_core.base.config import load_config

Run = Callable[[str], dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a function that runs code with the store at `tmp_path` and gives what it left."""
    monkeypatch.setenv("VECTORSCOPE_HOME", str(tmp_path))
    load_config.cache_clear()

    def of(code: str) -> dict[str, Any]:
        left: dict[str, Any] = {}
        exec(compile(code, "snippet", "exec"), left)
        return left

    yield of
    load_config.cache_clear()
