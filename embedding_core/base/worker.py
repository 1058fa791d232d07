"""Worker processes: one per lane, which reads work from standard input.

Messages are one JSON object a line. To the worker: `{"number": 7, "work": {...}}` or `{"cancel": 7}`. From it:
`{"progress": [done, total]}`, then `{"done": true}` or `{"error": {...}}`. When standard input closes, because the
server has gone, the worker goes too. Standard output is for messages alone; whatever a library prints goes to the log.
"""

import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from embedding_core.base import errors
from embedding_core.base.config import Config
from embedding_core.base.errors import JobCancelledError, JobError, VectorscopeError
from embedding_core.base.types import Progress

_PROGRESS_SECONDS = 0.1
_GRACE_SECONDS = 3.0
"""How long a cancelled job may take to notice before its process is ended."""
_POLL_SECONDS = 0.05
_log = logging.getLogger(__name__)


class ProcessWorker:
    """A worker in a process of its own, `python -m module lane`, started when first needed and again when it died."""

    def __init__(self, lane: str, config: Config, module: str) -> None:
        self._lane = lane
        self._module = module
        self._config = config
        self._process: subprocess.Popen[str] | None = None
        self._number = 0

    def warm(self) -> None:
        """Start the process, if it is not running, so that its imports are done before they are needed."""
        if self._process is not None and self._process.poll() is None:
            return
        self._release()
        self._config.home.mkdir(parents=True, exist_ok=True)
        with (self._config.home / f"worker-{self._lane}.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, self._lane],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                cwd=Path(__file__).parents[2],
                env={**os.environ, "VECTORSCOPE_HOME": str(self._config.home), "PYTHONUNBUFFERED": "1"},
            )

    def run(self, work: dict[str, Any], progress: Progress, cancelled: threading.Event) -> None:
        """Run one piece of work in the process.

        Raises:
            VectorscopeError: what the work raised there.
            JobCancelledError: `cancelled` was set and the work has stopped.
            JobError: the process died.
        """
        self.warm()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise JobError("The worker process could not be started.", "Restart the app.")
        self._number += 1
        ended = threading.Event()
        watch = (process, self._number, cancelled, ended)
        threading.Thread(target=self._watch, args=watch, daemon=True).start()
        try:
            _send(process.stdin, {"number": self._number, "work": work})
            self._listen(process.stdout, progress)
        except BrokenPipeError:
            raise self._died(process, cancelled) from None
        finally:
            ended.set()

    def _listen(self, messages: IO[str], progress: Progress) -> None:
        for line in messages:
            message = json.loads(line)
            if "progress" in message:
                progress(*message["progress"])
            elif "error" in message:
                raise _revive(message["error"])
            elif "done" in message:
                return
        raise BrokenPipeError

    def _watch(
        self, process: subprocess.Popen[str], number: int, cancelled: threading.Event, ended: threading.Event
    ) -> None:
        """Pass a cancel on; end the process when the work does not heed it."""
        while not ended.wait(_POLL_SECONDS):
            if cancelled.is_set() and process.stdin is not None:
                with suppress(BrokenPipeError, ValueError):
                    _send(process.stdin, {"cancel": number})
                if not ended.wait(_GRACE_SECONDS):
                    process.kill()
                return

    def _died(self, process: subprocess.Popen[str], cancelled: threading.Event) -> JobError:
        code = process.wait()
        if cancelled.is_set():
            return JobCancelledError("The work was cancelled.")
        why = "probably out of memory" if code in (-9, 137) else f"exit code {code}"
        return JobError(f"The {self._lane} worker stopped unexpectedly ({why}).", "Try again, or with fewer rows.")

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._release()

    def _release(self) -> None:
        """Close the pipes to a process that has ended, whatever still stands in them."""
        for pipe in (self._process.stdin, self._process.stdout) if self._process is not None else ():
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _send(pipe: IO[str], message: dict[str, Any]) -> None:
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()


def _revive(error: dict[str, str]) -> VectorscopeError:
    kind = getattr(errors, error["type"], JobError)
    revived: VectorscopeError = kind(error["message"], error["hint"])
    return revived


class _Inbox:
    """Reads standard input on a thread of its own, so that a cancel arrives while work is under way."""

    def __init__(self, lines: IO[str]) -> None:
        self._lines = lines
        self._arrived: queue.SimpleQueue[tuple[int, dict[str, Any]]] = queue.SimpleQueue()
        self._current = 0
        self._cancelled = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._lines:
            message = json.loads(line)
            if "cancel" in message:
                self._cancelled = message["cancel"]
            else:
                self._arrived.put((message["number"], message["work"]))
        os._exit(0)

    def next(self) -> dict[str, Any]:
        self._current, work = self._arrived.get()
        return work

    @property
    def cancelled(self) -> bool:
        return self._cancelled == self._current


def serve(
    lines: IO[str],
    replies: IO[str],
    run: Callable[[dict[str, Any], Progress], None],
) -> None:
    """Do work as it comes until the input closes."""
    inbox = _Inbox(lines)
    while True:
        work = inbox.next()
        last = 0.0

        def progress(done: float, total: float) -> None:
            nonlocal last
            if inbox.cancelled:
                raise JobCancelledError("The work was cancelled.")
            now = time.monotonic()
            if now - last > _PROGRESS_SECONDS or done >= total:
                last = now
                _send(replies, {"progress": [done, total]})

        try:
            run(work, progress)
        except VectorscopeError as error:
            reply = {"type": type(error).__name__, "message": error.message, "hint": error.hint}
            _send(replies, {"error": reply})
        except Exception as error:
            _log.exception("work failed")
            reply = {"type": "JobError", "message": f"Something went wrong: {error}", "hint": "The log says more."}
            _send(replies, {"error": reply})
        else:
            _send(replies, {"done": True})
