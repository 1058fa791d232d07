"""The one engine that every visitor of this process shares."""

import gc
import sys
import threading
from collections import OrderedDict
from types import ModuleType
from typing import cast

from embedding_core.base.stage import Lane
from embedding_core.base.types import Key
from embedding_core.engine import Engine, app_engine

WARM_AFTER_SECONDS = 1.0
"""Time for the first page to reach its browser before the workers take the processor."""
_HOME = "vectorscope_process"
_MOST_HELD = 8
"""Data sets a visitor: pages of several tabs, and what was open just before."""


class _Process(ModuleType):
    """Holds what must exist once, in a module without a file: the file watcher evicts only those that have one."""

    def __init__(self) -> None:
        super().__init__(_HOME)
        self.lock = threading.RLock()
        self.engine: Engine | None = None
        self.warmed = False
        self.held: dict[str, OrderedDict[Key, None]] = {}


def _process() -> _Process:
    return cast("_Process", sys.modules.setdefault(_HOME, _Process()))


def engine() -> Engine:
    """Return the engine, made on the first call."""
    process = _process()
    with process.lock:
        if process.engine is None:
            process.engine = app_engine()
        return process.engine


def hold(visitor: str, dataset: Key) -> None:
    """Take note that a visitor has a data set open: the routes serve its items to nobody else."""
    process = _process()
    with process.lock:
        keys = process.held.setdefault(visitor, OrderedDict())
        keys[dataset] = None
        keys.move_to_end(dataset)
        while len(keys) > _MOST_HELD:
            keys.popitem(last=False)


def holds(visitor: str, dataset: Key) -> bool:
    """Say whether a visitor has a data set open, or had it not long ago, in this process."""
    process = _process()
    with process.lock:
        return dataset in process.held.get(visitor, ())


def set_engine(other: Engine | None) -> None:
    """Use another engine from now on; None makes a new one when it is next asked for."""
    process = _process()
    with process.lock:
        process.engine, process.warmed = other, False


def warm_up() -> None:
    """Start the worker processes, once, soon: what they import is then there when the first job comes."""
    process = _process()
    with process.lock:
        if process.warmed:
            return
        process.warmed = True
    timer = threading.Timer(WARM_AFTER_SECONDS, _warm, [engine()])
    timer.daemon = True
    timer.start()


def _warm(warmed: Engine) -> None:
    if warmed.queue is not None:
        # Few train, and it takes minutes: its process starts when it is first wanted.
        warmed.queue.warm(but=[Lane.TRAIN])
    # What is loaded now stays: later collections need not walk it.
    gc.collect()
    gc.freeze()


def close() -> None:
    """End the worker processes."""
    process = _process()
    with process.lock:
        if process.engine is not None and process.engine.queue is not None:
            process.engine.queue.close()
        process.engine, process.warmed = None, False
