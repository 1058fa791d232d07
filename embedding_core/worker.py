"""The process behind a lane: `python -m embedding_core.worker LANE`."""

import logging
import os
import sys

import numpy as np

from embedding_core import encoders, features  # noqa: F401  features make the stages known by name
from embedding_core.base.config import load_config
from embedding_core.base.stage import Lane, revive
from embedding_core.base.store import Store
from embedding_core.base.worker import serve
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors
from embedding_core.projection import UMAP

_log = logging.getLogger(__name__)


def warm(lane: str) -> None:
    """Do at leisure what the first job of a lane would wait for."""
    if lane == Lane.ENCODE:
        loaded_encoder(encoders.DEFAULT_ENCODER).encode_documents(["Ready."])
    elif lane == Lane.MAP:
        points = np.random.default_rng(0).normal(size=(64, 8)).astype(np.float32)
        UMAP().fit(points, nearest_neighbors(points, NeighborsParams()))


def main(lane: str) -> None:
    """Serve one lane."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # A library that prints would break the messages: they keep the real standard output to themselves.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    config = load_config()
    store = Store(config.home, config.store_cap_bytes)
    # Not beside the first job: it would load the same model twice, and two UMAPs at once end the process (umap#665).
    try:
        warm(lane)
    except Exception:
        _log.exception("warming up failed")
    serve(sys.stdin, replies, lambda work, progress: revive(work).make(store, progress))


if __name__ == "__main__":
    main(sys.argv[1])
