"""One engine a process, whatever is reloaded."""

import importlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.app import runtime
from tests.lanes import local_engine


@pytest.fixture(autouse=True)
def no_engine() -> Iterator[None]:
    runtime.set_engine(None)
    yield
    runtime.set_engine(None)


def test_threads_that_ask_at_once_get_the_same_engine() -> None:
    found = []
    threads = [threading.Thread(target=lambda: found.append(runtime.engine())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    runtime.close()


def test_the_engine_outlives_a_reload_of_the_module() -> None:
    before = runtime.engine()
    assert importlib.reload(runtime).engine() is before
    runtime.close()


def test_closing_ends_the_workers_and_a_new_engine_follows(tmp_path: Path) -> None:
    first = local_engine(tmp_path)
    runtime.set_engine(first)
    runtime.close()
    assert first.queue is not None
    assert not any(thread.is_alive() for thread in first.queue._threads)
    assert runtime.engine() is not first
    runtime.close()


def test_the_workers_are_warmed_once_and_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = local_engine(tmp_path)
    assert engine.queue is not None
    warmed = threading.Event()
    calls = []
    monkeypatch.setattr(engine.queue, "warm", lambda but: (calls.append(1), warmed.set()))
    monkeypatch.setattr(runtime, "WARM_AFTER_SECONDS", 0.05)
    runtime.set_engine(engine)
    runtime.warm_up()
    assert calls == []
    runtime.warm_up()
    assert warmed.wait(120)
    assert calls == [1]
    engine.queue.close()
