"""An engine whose lanes work in threads of this process: the real stages and the real queue, no process to start."""

import threading
from pathlib import Path
from typing import Any

from embedding_core import features  # noqa: F401  makes every stage known by name
from embedding_core.base.errors import JobCancelledError
from embedding_core.base.jobs import JobQueue
from embedding_core.base.stage import Lane, revive
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.engine import Engine

CAP_BYTES = 1 << 30


class LocalWorker:
    """Makes stages here."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.warmed = False

    def warm(self) -> None:
        self.warmed = True

    def run(self, work: dict[str, Any], progress: Progress, cancelled: threading.Event) -> None:
        def heed(done: float, total: float) -> None:
            if cancelled.is_set():
                raise JobCancelledError("The work was cancelled.")
            progress(done, total)

        revive(work).make(self.store, heed)

    def close(self) -> None:
        """Nothing was started."""


class HeldWorker:
    """Is busy until it is told to stop."""

    def warm(self) -> None:
        """Nothing to get ready."""

    def run(self, work: dict[str, Any], progress: Progress, cancelled: threading.Event) -> None:
        progress(1, 4)
        cancelled.wait()
        raise JobCancelledError("The work was cancelled.")

    def close(self) -> None:
        """Nothing was started."""


def held_engine(home: Path) -> Engine:
    """Return an engine that never gets done."""
    return Engine(Store(home, CAP_BYTES), JobQueue(list(Lane), lambda _: HeldWorker()))


def local_engine(home: Path) -> Engine:
    """Return an engine with its store under `home`."""
    store = Store(home, CAP_BYTES)
    return Engine(store, JobQueue(list(Lane), lambda _: LocalWorker(store)))
