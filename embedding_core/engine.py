"""The one place that knows what is made already, what is being made, and how to make the rest.

The app gives it a job queue, so work goes to worker processes and is joined by whoever asks for the same. The command
line gives it none, so the same stages run here and now.
"""

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from embedding_core import encoders
from embedding_core.config import Config, load_config
from embedding_core.dataset import Dataset, Kind
from embedding_core.encoders.spec import EncoderSpec, Modality
from embedding_core.errors import ArtifactMissingError, EncoderError, InputError, JobCancelledError
from embedding_core.fingerprint import hash_bytes, hash_file
from embedding_core.jobs import Job, JobQueue
from embedding_core.neighbors import Metric
from embedding_core.search import ApproximateIndex, Background, Hits, SearchParams, background, search
from embedding_core.sources.album import Album
from embedding_core.stages import (
    Embed,
    EncodeQueries,
    IndexVectors,
    Lane,
    Stage,
    describe,
    load_album,
    load_dataset,
    save_dataset,
)
from embedding_core.store import Store
from embedding_core.types import Key, Progress, Vector, no_progress
from embedding_core.worker import ProcessWorker

_IN_MEMORY = 8
_INDEXES_IN_MEMORY = 2
"""Of a million rows one takes 0.4 GB."""
_ATTEMPTS = 2


class Engine:
    """Stages in, results out."""

    def __init__(self, store: Store, queue: JobQueue | None = None) -> None:
        self.store = store
        self.queue = queue
        self._datasets: OrderedDict[Key, Dataset] = OrderedDict()
        self._albums: OrderedDict[Key, Album] = OrderedDict()
        self._backgrounds: OrderedDict[tuple[Key, str], Background] = OrderedDict()
        self._indexes: OrderedDict[Key, ApproximateIndex] = OrderedDict()
        self._lock = threading.Lock()

    # Data sets

    def keep_upload(self, data: bytes | Path, name: str) -> Key:
        """Store the bytes of a file and return their key."""
        key = hash_file(data) if isinstance(data, Path) else hash_bytes(data)
        if not self.store.has("upload", key):
            with self.store.write("upload", key, {"name": name}) as folder:
                (folder / "bytes").write_bytes(data.read_bytes() if isinstance(data, Path) else data)
        return key

    def keep_dataset(self, dataset: Dataset) -> Key:
        """Store a data set and return its key."""
        save_dataset(dataset, self.store)
        self._remember(dataset)
        return dataset.key

    def dataset(self, key: Key) -> Dataset:
        """Return a data set.

        Raises:
            ArtifactMissingError: the store does not hold it.
        """
        with self._lock:
            if key in self._datasets:
                self._datasets.move_to_end(key)
                return self._datasets[key]
        dataset = load_dataset(key, self.store)
        self._remember(dataset)
        return dataset

    def _remember(self, dataset: Dataset) -> None:
        with self._lock:
            self._datasets[dataset.key] = dataset
            while len(self._datasets) > _IN_MEMORY:
                self._datasets.popitem(last=False)

    def album(self, key: Key) -> Album:
        """Return the pictures of a data set.

        Raises:
            ArtifactMissingError: the store does not hold them.
        """
        with self._lock:
            if key in self._albums:
                self._albums.move_to_end(key)
                return self._albums[key]
        album = load_album(key, self.store)
        with self._lock:
            self._albums[key] = album
            while len(self._albums) > _IN_MEMORY:
                self._albums.popitem(last=False)
        return album

    # Stages

    def embedding(self, dataset: Dataset, encoder: str) -> Embed:
        """Return the stage that embeds a data set with an encoder.

        Raises:
            UnknownEncoderError: no encoder goes by that name.
            InputError: the encoder cannot read what the data set holds.
        """
        name = "vectors" if dataset.kind is Kind.VECTORS else encoder
        spec = encoders.resolve(name)
        if reason := misfit(spec, dataset):
            raise InputError(f"{spec.name} does not fit {dataset.name}, which {reason}.", "Choose another encoder.")
        return Embed(dataset.key, dataset.items_key, spec.name, spec.revision)

    def ready(self, stage: Stage) -> bool:
        """Say whether a stage's artifact is in the store."""
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
            raise JobCancelledError(f"{job.title} was cancelled.", "Somebody else still waits for it.")
        if job is not None and not job.wait(timeout):
            return None
        if job is not None and job.error is not None:
            raise job.error
        try:
            return stage.load(self.store)
        except ArtifactMissingError:
            return None

    # Queries

    def search(self, queries: EncodeQueries, params: SearchParams) -> Hits:
        """Search a space with the first of some queries; both are ready."""
        return self._search(queries.space, queries.load(self.store)[0], params)

    def search_near(self, space: Embed, rows: tuple[int, ...], params: SearchParams) -> Hits:
        """Find what lies nearest to the mean of some rows, themselves left out; the space is ready."""
        vectors = space.load(self.store)
        hits = self._search(space, vectors[list(rows)].mean(axis=0), replace(params, k=params.k + len(rows)))
        others = np.flatnonzero(~np.isin(hits.rows, rows))[: params.k]
        return Hits(*(getattr(hits, field.name)[others] for field in fields(Hits)))

    def _search(self, space: Embed, query: Vector, params: SearchParams) -> Hits:
        return search(space.load(self.store), query, params, self.background(space, params.metric))

    def background(self, space: Embed, metric: Metric) -> Background:
        """Return what searches of a space need to know of it; the space is ready."""
        place = (space.key, metric)
        with self._lock:
            known = self._backgrounds.get(place)
        if known is None:
            known = background(space.load(self.store), metric)
            with self._lock:
                self._backgrounds[place] = known
                while len(self._backgrounds) > _IN_MEMORY:
                    self._backgrounds.popitem(last=False)
        return known

    def vector_index(self, stage: IndexVectors) -> ApproximateIndex | None:
        """Return an index of the vectors of a space; None while it has not been built."""
        with self._lock:
            index = self._indexes.get(stage.key)
        if index is None and self.ready(stage):
            with suppress(ArtifactMissingError):  # Found damaged on reading, and dropped: it may be built again.
                index = stage.load(self.store)
        if index is not None:
            with self._lock:
                self._indexes[stage.key] = index
                self._indexes.move_to_end(stage.key)
                while len(self._indexes) > _INDEXES_IN_MEMORY:
                    self._indexes.popitem(last=False)
        return index


def misfit(spec: EncoderSpec, dataset: Dataset) -> str:
    """Return why an encoder cannot embed a data set, as what the data set does; empty when it can."""
    if dataset.kind is Kind.VECTORS:
        return "" if Modality.VECTORS in spec.reads else "brings its own vectors"
    if Modality.VECTORS in spec.reads:
        return "brings no vectors of its own"
    if Modality.TEXT not in spec.reads:
        lacking = int((~dataset.is_picture).sum())
        if lacking == len(dataset):
            return "holds no pictures"
        return f"has {lacking:,} rows without a picture" if lacking else ""
    if Modality.IMAGE not in spec.reads and not any(dataset.texts):
        return "holds pictures without any text"
    return ""


def fitting_encoder(dataset: Dataset, wanted: str) -> str:
    """Return the encoder that was in use if it fits a data set, else the default one of its kind."""
    try:
        if not misfit(encoders.resolve(wanted), dataset):
            pictured = dataset.kind is Kind.PICTURES and wanted == encoders.DEFAULT_ENCODER
            return encoders.DEFAULT_IMAGE_ENCODER if pictured else wanted
    except EncoderError:
        pass
    return encoders.DEFAULT_IMAGE_ENCODER if dataset.kind is Kind.PICTURES else encoders.DEFAULT_ENCODER


def open_store(config: Config | None = None) -> Store:
    """Return the store of this configuration."""
    config = config or load_config()
    return Store(config.home, config.store_cap_bytes)


def app_engine(config: Config | None = None) -> Engine:
    """Return an engine whose work goes to one process a lane."""
    config = config or load_config()
    store = open_store(config)
    store.sweep()
    return Engine(store, JobQueue(list(Lane), lambda lane: ProcessWorker(lane, config)))
