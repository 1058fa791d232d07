"""Whether each encoder can work here and now, found out beside the page: the hub may take seconds not to answer."""

import threading
import time
from collections.abc import Sequence

import streamlit as st

from embedding_core import encoders
from embedding_core.encoders.spec import EncoderSpec, Origin

_FRESH_SECONDS = 60.0
_PATIENCE_SECONDS = 0.1
_TICK_SECONDS = 0.5


class _Inquiry:
    """Asks about the hub's encoders in a thread, one at a time, and keeps the latest answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = 0.0
        self.answers: dict[str, str] = {}

    def ask(self, specs: Sequence[EncoderSpec]) -> None:
        with self._lock:
            if not self.asking and (not self.answers or time.monotonic() - self._asked > _FRESH_SECONDS):
                self._asked = time.monotonic()
                self._thread = threading.Thread(target=self._run, args=(specs,), daemon=True)
                self._thread.start()
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    @property
    def asking(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self, specs: Sequence[EncoderSpec]) -> None:
        self.answers = {spec.name: encoders.availability(spec) for spec in specs}


_inquiry = _Inquiry()


def reasons(specs: Sequence[EncoderSpec]) -> dict[str, str | None]:
    """Return why each encoder cannot work, empty when it can, None when that is not known yet.

    As long as something is unknown the page is run again when the answers are there.
    """
    remote = [spec for spec in specs if spec.origin is Origin.HUB]
    _inquiry.ask(remote)
    answers = dict(_inquiry.answers)
    if any(spec.name not in answers for spec in remote):
        st.fragment(run_every=_TICK_SECONDS)(_await)()
    return {spec.name: answers.get(spec.name) if spec in remote else encoders.availability(spec) for spec in specs}


def _await() -> None:
    if not _inquiry.asking:
        st.rerun()
