"""Long work on the page: what runs, how far it is, a way to stop it; and the result where it is wanted.

The panel ticks only while a job of this visitor is active, and runs the page again once for each job that ends.
"""

import math
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.app import problem
from components.app.untrusted import md_label, shorten
from embedding_core.base.errors import VectorscopeError
from embedding_core.base.jobs import Job, JobQueue, JobState
from embedding_core.base.stage import Stage
from embedding_core.base.types import Key
from embedding_core.engine import Engine

TICK_SECONDS = 1.0
QUICK_SECONDS = 0.15
"""A page waits this long for a result before it draws a placeholder: most small work is done by then."""
_BAR_PIXELS = 330


@dataclass(frozen=True)
class _Run:
    """One run of a page."""

    began: float = math.inf
    """By `time.monotonic()`."""
    seen: set[Key] = field(default_factory=set)
    """Stages whose result, or failure, this run has already drawn."""


_run: ContextVar[_Run] = ContextVar("run")


def begin() -> None:
    """Begin a run of a page: a job that ends in the course of it is not missed."""
    _run.set(_Run(time.monotonic()))


def result(engine: Engine, stage: Stage, owner: str, *, height: int = 320, wait: float = QUICK_SECONDS) -> Any | None:
    """Return the result of a stage, or None: then a placeholder `height` pixels high, or what went wrong, is shown.

    Args:
        engine: makes the stage.
        stage: what is wanted.
        owner: who waits for it.
        height: of the placeholder; with 0 there is none.
        wait: seconds to give it before the placeholder is drawn.
    """
    try:
        value = engine.result(stage, owner, wait)
    except VectorscopeError as error:
        _now().seen.add(stage.key)
        if problem.show(error, key=f"retry-{stage.key[:16]}"):
            engine.retry(stage, owner)
            st.rerun()
        return None
    if value is not None:
        _now().seen.add(stage.key)
    elif height:
        st.skeleton(height=height)
    return value


def _now() -> _Run:
    return _run.get(_Run())


def failed(engine: Engine, stage: Stage) -> bool:
    """Say whether the last attempt at a stage ended without a result."""
    job = None if engine.queue is None or engine.ready(stage) else engine.queue.find(stage.key)
    return job is not None and job.error is not None


def show(engine: Engine, owner: str) -> None:
    """Show the active jobs that an owner waits for; draw this after whatever starts jobs."""
    queue = engine.queue
    if queue is None:
        return
    jobs = [job for job in queue.of(owner, _now().began) if job.active or job.key not in _now().seen]
    st.fragment(run_every=TICK_SECONDS if jobs else None)(_panel)(queue, owner, jobs)


def _panel(queue: JobQueue, owner: str, jobs: list[Job]) -> None:
    if any(not job.active for job in jobs):
        st.rerun()
    # One line, whatever is under way: the strip keeps its height. What waits for this job, or beside it, is counted.
    job = next((job for job in jobs if job.state is JobState.RUNNING), jobs[0] if jobs else None)
    if job is not None and _row(job, queue.ahead(job), len(jobs) - 1):
        _stop(queue, job, owner)
        st.rerun()


def _row(job: Job, ahead: int, others: int) -> bool:
    """Draw one job, as high as the strip beside it; return whether it is to be stopped."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="small"):
        st.progress(job.share, text=_describe(job, ahead, others), width=_BAR_PIXELS)
        key = f"cancel-{job.key[:16]}"
        return st.button("Cancel", key=key, icon=":material/close:", type="tertiary")


def _describe(job: Job, ahead: int, others: int) -> str:
    parts = [md_label(shorten(job.title, 36))]
    if job.state is JobState.QUEUED:
        parts.append("starting" if ahead == 0 else f"{ahead} ahead in queue")
    elif job.share > 0:
        parts.append(f"{job.share:.0%}")
    if (left := job.seconds_left) is not None:
        parts.append(duration(left))
    elif others:
        parts.append(f"{others} more")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Return an estimated time as words, no more exact than it is."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds / 5) * 5} s"
    if seconds < 3300:
        return f"about {max(1, round(seconds / 60))} min"
    return f"about {seconds / 3600:.1f} h"


def _stop(queue: JobQueue, job: Job, owner: str) -> None:
    """Stop waiting for a job and for all that needs it."""
    for other in queue.of(owner):
        if other is job or job in other.upstream:
            queue.cancel(other, owner)
