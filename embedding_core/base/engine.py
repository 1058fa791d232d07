"""The engine: runs stages as jobs, with what they need first, and returns their results.

The app gives it a job queue, so work goes to worker processes and is joined by whoever asks for the same. The command
line gives it none, so the same stages run here and now.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from embedding_core.base.errors import ArtifactMissingError, JobCancelledError
from embedding_core.base.jobs import Job, JobQueue
from embedding_core.base.stage import Stage, describe
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress, no_progress

_ATTEMPTS = 2


class StageEngine:
    """Runs stages and returns their results."""

    def __init__(self, store: Store, queue: JobQueue | None = None) -> None:
        self.store = store
        self.queue = queue
        self._memory: dict[str, OrderedDict[Hashable, Any]] = {}
        self._lock = threading.Lock()

    def remember(self, kind: str, key: Hashable, make: Callable[[], Any], most: int = 8) -> Any:
        """Return a value from memory, else make it; the `most` recently used of a kind are kept."""
        with self._lock:
            held = self._memory.setdefault(kind, OrderedDict())
            if key in held:
                held.move_to_end(key)
                return held[key]
        made = make()
        with self._lock:
            held[key] = made
            held.move_to_end(key)
            while len(held) > most:
                held.popitem(last=False)
        return made

    def keep_upload(self, data: bytes | Path, name: str) -> Key:
        """Store the bytes of a file and return their key."""
        return self.store.keep_upload(data, name)

    def ready(self, stage: Stage) -> bool:
        """Whether a stage's artifact is in the store."""
        return self.store.has(stage.kind, stage.key)

    def start(self, stage: Stage, owner: str = "") -> Job | None:
        """Start or join the job that makes a stage and what it needs; None when there is nothing to do.

        A job that failed or was cancelled stays so until `retry`.
        """
        if self.ready(stage):
            return None
        ended = self._jobs.find(stage.key)
        if ended is not None and ended.error is not None:
            return ended
        needs = [job for need in stage.needs() if (job := self.start(need, owner)) is not None]
        return self._jobs.start_or_join(stage.key, stage.title, stage.lane, describe(stage), needs, owner)

    @property
    def _jobs(self) -> JobQueue:
        if self.queue is None:
            raise RuntimeError("this engine has no job queue: use make()")
        return self.queue

    def retry(self, stage: Stage, owner: str = "") -> None:
        """Forget that a stage, or something it needs, failed or was cancelled."""
        self._jobs.forget(stage.key, owner)
        for need in stage.needs():
            self.retry(need, owner)

    def leave(self, stage: Stage, owner: str = "") -> None:
        """Stop waiting for a stage and for what is made of it, as if they had not been asked for."""
        job = self._jobs.find(stage.key)
        if job is not None:
            self._jobs.leave(job, owner)

    def make(self, stage: Stage, progress: Progress = no_progress) -> Any:
        """Make a stage and what it needs in this process, and return its result."""
        for _ in range(_ATTEMPTS):
            if not self.ready(stage):
                for need in stage.needs():
                    self.make(need, progress)
                stage.make(self.store, progress)
            try:
                return stage.load(self.store)
            except ArtifactMissingError:
                continue  # Found damaged on reading, and dropped: made again.
        return stage.load(self.store)

    def result(self, stage: Stage, owner: str = "", timeout: float = 0.0) -> Any | None:
        """Return a stage's result, or None while it is still being made.

        Starts or joins its job, and waits up to `timeout` seconds for it.

        Raises:
            VectorscopeError: the job failed.
            JobCancelledError: the job was cancelled.
        """
        job = self.start(stage, owner)
        if job is not None and owner in job.left:
            raise JobCancelledError(f"{job.title} was cancelled.", "Another visitor is still waiting for it.")
        if job is not None and not job.wait(timeout):
            return None
        if job is not None and job.error is not None:
            raise job.error
        try:
            return stage.load(self.store)
        except ArtifactMissingError:
            return None
