"""Jobs: one at a time in a lane, joined by key, cancelled when nobody waits any more."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from embedding_core.base.errors import InputError, JobCancelledError
from embedding_core.base.jobs import Job, JobQueue, JobState
from embedding_core.base.types import Progress

PATIENCE_SECONDS = 60


class StepWorker:
    """Does work in small steps: `steps` of them, or until `gate` opens; `fail` raises."""

    gate = threading.Event()

    def __init__(self, log: list[str]) -> None:
        self._log = log

    def run(self, work: dict[str, Any], progress: Progress, cancelled: threading.Event) -> None:
        """Do the steps."""
        self._log.append(f"start {work['name']}")
        if work.get("fail"):
            raise InputError("The file is broken.", "Bring another.")
        if work.get("bug"):
            raise ZeroDivisionError
        steps = work.get("steps", 1)
        for step in range(steps):
            if cancelled.is_set():
                raise JobCancelledError("cancelled")
            progress(step, steps)
            time.sleep(0.01)
        if work.get("gated"):
            while not self.gate.wait(0.01):
                if cancelled.is_set():
                    raise JobCancelledError("cancelled")
        self._log.append(f"end {work['name']}")

    def close(self) -> None:
        """Note the end."""
        self._log.append("closed")


@pytest.fixture
def log() -> list[str]:
    """Return what the workers did."""
    return []


@pytest.fixture
def queue(log: list[str]) -> Iterator[JobQueue]:
    """Return a queue of two lanes."""
    StepWorker.gate = threading.Event()
    queue = JobQueue(["one", "two"], lambda lane: StepWorker(log))
    yield queue
    queue.close()


def start(
    queue: JobQueue, name: str, lane: str = "one", owner: str = "me", needs: tuple[Job, ...] = (), **work: Any
) -> Job:
    """Queue one piece of work."""
    return queue.start_or_join(name, f"Doing {name}", lane, {"name": name, **work}, needs, owner)


def test_a_job_runs_to_its_end(queue: JobQueue) -> None:
    job = start(queue, "a", steps=3)
    assert job.wait(PATIENCE_SECONDS)
    assert job.state is JobState.DONE
    assert not job.active
    assert job.total == 3


def test_one_at_a_time_in_a_lane_first_come_first_served(queue: JobQueue, log: list[str]) -> None:
    jobs = [start(queue, name, steps=2) for name in "abc"]
    assert all(job.wait(PATIENCE_SECONDS) for job in jobs)
    assert log == ["start a", "end a", "start b", "end b", "start c", "end c"]


def test_lanes_run_side_by_side(queue: JobQueue) -> None:
    slow = start(queue, "slow", gated=True)
    assert start(queue, "quick", lane="two").wait(PATIENCE_SECONDS)
    assert slow.active
    StepWorker.gate.set()
    assert slow.wait(PATIENCE_SECONDS)


def test_asking_twice_joins(queue: JobQueue, log: list[str]) -> None:
    first = start(queue, "a", owner="tab 1", gated=True)
    second = start(queue, "a", owner="tab 2", gated=True)
    assert first is second
    StepWorker.gate.set()
    assert first.wait(PATIENCE_SECONDS)
    assert log.count("start a") == 1


def test_a_cancel_ends_the_job_only_when_nobody_else_waits(queue: JobQueue) -> None:
    job = start(queue, "a", owner="tab 1", gated=True)
    start(queue, "a", owner="tab 2", gated=True)
    queue.cancel(job, "tab 1")
    assert not job.wait(0.2)
    queue.cancel(job, "tab 2")
    assert job.wait(PATIENCE_SECONDS)
    assert job.state is JobState.CANCELLED


def test_who_left_a_job_stays_out_until_asking_anew(queue: JobQueue) -> None:
    job = start(queue, "a", owner="tab 1", gated=True)
    start(queue, "a", owner="tab 2", gated=True)
    queue.cancel(job, "tab 1")
    assert start(queue, "a", owner="tab 1") is job
    assert queue.of("tab 1") == []
    queue.forget("a", "tab 1")
    assert start(queue, "a", owner="tab 1") is job
    assert queue.of("tab 1") == [job]
    StepWorker.gate.set()
    assert job.wait(PATIENCE_SECONDS)


def test_what_is_left_ends_with_all_that_needs_it_as_if_never_asked_for(queue: JobQueue, log: list[str]) -> None:
    first = start(queue, "first", gated=True)
    after = start(queue, "after", lane="two", needs=(first,))
    other = start(queue, "other")
    queue.leave(first, "me")
    assert first.wait(PATIENCE_SECONDS) and after.wait(PATIENCE_SECONDS) and other.wait(PATIENCE_SECONDS)
    assert (first.state, after.state, other.state) == (JobState.CANCELLED, JobState.CANCELLED, JobState.DONE)
    assert queue.find("first") is None and queue.find("after") is None
    StepWorker.gate.set()
    again = start(queue, "first")
    assert again is not first
    assert again.wait(PATIENCE_SECONDS) and again.state is JobState.DONE
    assert "start after" not in log


def test_what_others_wait_for_goes_on_when_one_leaves(queue: JobQueue) -> None:
    job = start(queue, "a", owner="tab 1", gated=True)
    start(queue, "a", owner="tab 2", gated=True)
    queue.leave(job, "tab 1")
    assert queue.of("tab 1") == []
    assert start(queue, "a", owner="tab 1") is job
    assert queue.of("tab 1") == [job]
    StepWorker.gate.set()
    assert job.wait(PATIENCE_SECONDS) and job.state is JobState.DONE


def test_a_queued_job_is_cancelled_at_once(queue: JobQueue, log: list[str]) -> None:
    start(queue, "a", gated=True)
    waiting = start(queue, "b")
    assert queue.ahead(waiting) == 1
    queue.cancel(waiting, "me")
    assert waiting.state is JobState.CANCELLED
    StepWorker.gate.set()
    assert start(queue, "c").wait(PATIENCE_SECONDS)
    assert "start b" not in log


def test_a_job_waits_for_what_it_needs_in_another_lane(queue: JobQueue, log: list[str]) -> None:
    need = start(queue, "need", gated=True)
    after = start(queue, "after", lane="two", needs=(need,))
    assert start(queue, "other", lane="two").wait(PATIENCE_SECONDS)  # It does not block its lane meanwhile.
    assert after.active
    StepWorker.gate.set()
    assert after.wait(PATIENCE_SECONDS)
    assert log.index("end need") < log.index("start after")


def test_a_failed_need_fails_what_waits_for_it_with_the_same_words(queue: JobQueue) -> None:
    need = start(queue, "need", fail=True)
    after = start(queue, "after", lane="two", needs=(need,))
    assert after.wait(PATIENCE_SECONDS)
    assert after.state is JobState.FAILED
    assert str(after.error) == "The file is broken. Bring another."


def test_a_bug_ends_the_job_and_not_the_lane(queue: JobQueue) -> None:
    job = start(queue, "a", bug=True)
    assert job.wait(PATIENCE_SECONDS)
    assert job.state is JobState.FAILED
    assert start(queue, "b").wait(PATIENCE_SECONDS)


def test_a_failed_job_starts_afresh_when_asked_again(queue: JobQueue) -> None:
    first = start(queue, "a", fail=True)
    assert first.wait(PATIENCE_SECONDS)
    second = start(queue, "a")
    assert second is not first
    assert second.wait(PATIENCE_SECONDS)
    assert second.state is JobState.DONE


def test_owners_see_their_own_jobs(queue: JobQueue) -> None:
    mine = start(queue, "a", owner="me", gated=True)
    start(queue, "b", owner="you")
    assert queue.of("me") == [mine]


def test_the_estimate_follows_the_share_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    job = Job("k", "t", "one", {}, state=JobState.RUNNING, done=25, total=100)
    job.started = 90.0
    assert job.seconds_left == pytest.approx(30)
    job.done = 0
    assert job.seconds_left is None


def test_closing_cancels_and_ends_the_workers(log: list[str]) -> None:
    queue = JobQueue(["one"], lambda lane: StepWorker(log))
    job = start(queue, "a", gated=True)
    queue.close()
    assert job.state is JobState.CANCELLED
    assert log[-1] == "closed"
