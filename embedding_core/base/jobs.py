"""Background jobs: queued by lane, joined by key, with progress, an estimate and cancellation.

A lane is one worker process that does one job after another, so two maps never run at once in one process and the
caller's interpreter stays free. A worker that dies takes one job with it; the next job gets a new worker.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from embedding_core.base.errors import JobCancelledError, JobError, VectorscopeError
from embedding_core.base.types import Key, Progress

_KEPT_FINISHED = 200
_log = logging.getLogger(__name__)


class JobState(StrEnum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})


class Worker(Protocol):
    """Runs one piece of work at a time, in another thread or process."""

    def warm(self) -> None:
        """Get ready for the first piece of work."""
        ...

    def run(self, work: dict[str, Any], progress: Progress, cancelled: threading.Event) -> None:
        """Do the work, or raise a VectorscopeError; JobCancelledError once `cancelled` is set."""
        ...

    def close(self) -> None:
        """End the worker."""
        ...


@dataclass(eq=False)
class Job:
    """One piece of work that makes one artifact; every field may be read from any thread."""

    key: Key
    title: str
    lane: str
    work: dict[str, Any]
    needs: tuple["Job", ...] = ()
    state: JobState = JobState.QUEUED
    done: float = 0.0
    total: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    error: VectorscopeError | None = None
    owners: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    """Who cancelled it while others went on waiting."""
    _finished: threading.Event = field(default_factory=threading.Event, repr=False)
    _cancelled: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def active(self) -> bool:
        """Whether the job is waiting or running."""
        return self.state in ACTIVE

    @property
    def upstream(self) -> set["Job"]:
        """Return the jobs that have to be done before this one."""
        return {above for need in self.needs for above in (need, *need.upstream)}

    @property
    def share(self) -> float:
        """Return the share that is done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Return an estimate in seconds, or None while there is nothing to go by."""
        elapsed = time.monotonic() - self.started
        if self.state is not JobState.RUNNING or self.share < 0.01 or elapsed < 0.5:
            return None
        return elapsed * (1 - self.share) / self.share

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the job has ended; return whether it has."""
        return self._finished.wait(timeout)

    def _end(self, state: JobState, error: VectorscopeError | None = None) -> None:
        # The state comes last: whoever sees that it has ended sees when and how.
        self.ended, self.error, self.state = time.monotonic(), error, state
        self._finished.set()


class JobQueue:
    """Starts jobs, lets callers join them, and runs one at a time in each lane."""

    def __init__(self, lanes: Sequence[str], start_worker: Callable[[str], Worker]) -> None:
        self._start_worker = start_worker
        self._jobs: dict[Key, Job] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._lanes = tuple(lanes)
        self._cold: set[str] = set()
        self._threads = [
            threading.Thread(target=self._serve, args=(lane,), name=f"lane-{lane}", daemon=True) for lane in self._lanes
        ]
        for thread in self._threads:
            thread.start()

    def start_or_join(
        self, key: Key, title: str, lane: str, work: dict[str, Any], needs: Sequence[Job] = (), owner: str = ""
    ) -> Job:
        """Return the active job of that key, or queue a new one."""
        with self._changed:
            job = self._jobs.get(key)
            if job is None or not job.active:
                self._jobs.pop(key, None)
                job = self._jobs[key] = Job(key, title, lane, work, tuple(needs))
                self._forget_old()
            if owner not in job.left:
                job.owners.add(owner)
            self._changed.notify_all()
            return job

    def _forget_old(self) -> None:
        finished = [job for job in self._jobs.values() if not job.active]
        for job in finished[: max(0, len(finished) - _KEPT_FINISHED)]:
            del self._jobs[job.key]

    def find(self, key: Key) -> Job | None:
        """Return the latest job of that key, finished or not."""
        with self._changed:
            return self._jobs.get(key)

    def forget(self, key: Key, owner: str = "") -> None:
        """Drop a job that has ended, or that an owner had cancelled: it may be started or joined again."""
        with self._changed:
            job = self._jobs.get(key)
            if job is not None:
                job.left.discard(owner)
                if not job.active:
                    del self._jobs[key]

    def of(self, owner: str, since: float = math.inf) -> list[Job]:
        """Return the jobs that an owner waits for, oldest first: active, or ended since a `time.monotonic()`."""
        with self._changed:
            return [job for job in self._jobs.values() if owner in job.owners and (job.active or job.ended >= since)]

    def ahead(self, job: Job) -> int:
        """Return the number of jobs of the same lane that come before this one."""
        with self._changed:
            lane = [other for other in self._jobs.values() if other.active and other.lane == job.lane]
        return lane.index(job) if job in lane else 0

    def cancel(self, job: Job, owner: str = "") -> None:
        """Stop waiting for a job; it ends when nobody else waits for it."""
        with self._changed:
            job.owners.discard(owner)
            if job.owners and job.active:
                job.left.add(owner)
            if job.owners or not job.active:
                return
            job._cancelled.set()
            if job.state is JobState.QUEUED:
                job._end(JobState.CANCELLED, JobCancelledError(f"{job.title} was cancelled."))
            self._changed.notify_all()

    def leave(self, job: Job, owner: str = "") -> None:
        """Stop waiting for a job and for all that needs it, as if they had not been asked for; they may be again."""
        with self._changed:
            for other in [other for other in self._jobs.values() if owner in other.owners and other.active]:
                if other is not job and job not in other.upstream:
                    continue
                self.cancel(other, owner)
                other.left.discard(owner)
                if not other.owners:
                    del self._jobs[other.key]

    def warm(self, but: Sequence[str] = ()) -> None:
        """Have the workers get ready before their first job, except in some lanes."""
        with self._changed:
            self._cold.update(lane for lane in self._lanes if lane not in but)
            self._changed.notify_all()

    def close(self) -> None:
        """Cancel everything and end the workers."""
        with self._changed:
            self._closing = True
            for job in self._jobs.values():
                job._cancelled.set()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def _next(self, lane: str) -> Job | None:
        """Return the first job of a lane that can run now; end those whose needs were not met."""
        for job in list(self._jobs.values()):
            if job.lane != lane or job.state is not JobState.QUEUED:
                continue
            unmet = next((need for need in job.needs if need.state in (JobState.FAILED, JobState.CANCELLED)), None)
            if unmet is not None:
                job._end(unmet.state, unmet.error)
                self._changed.notify_all()
            elif all(need.state is JobState.DONE for need in job.needs):
                job.state, job.started = JobState.RUNNING, time.monotonic()
                return job
        return None

    def _serve(self, lane: str) -> None:
        worker = self._start_worker(lane)
        while True:
            with self._changed:
                while (job := self._next(lane)) is None and not self._closing and lane not in self._cold:
                    self._changed.wait()
                self._cold.discard(lane)
            if job is not None:
                self._run(worker, job)
                with self._changed:
                    self._changed.notify_all()
            elif self._closing:
                worker.close()
                return
            else:
                worker.warm()

    def _run(self, worker: Worker, job: Job) -> None:
        def note(done: float, total: float) -> None:
            job.done, job.total = done, total

        try:
            worker.run(job.work, note, job._cancelled)
        except JobCancelledError as error:
            job._end(JobState.CANCELLED, error)
        except VectorscopeError as error:
            job._end(JobState.FAILED, error)
        except Exception as error:
            _log.exception("%s failed", job.title)
            job._end(JobState.FAILED, JobError(f"{job.title} stopped: {error}", "Try again; the log says more."))
        else:
            job._end(JobState.DONE)
