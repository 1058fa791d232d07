"""The store: artifacts on disk by key, written once, verified when read, evicted when least recently used.

An artifact is a folder `KIND/KEY` of plain files (npy, parquet, json) and a `meta.json` with the SHA-256 of each. It is
written under a temporary name and renamed, so a reader sees all of it or none.
"""

import json
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ArtifactMissingError, StoreError
from embedding_core.base.keys import hash_bytes, hash_file
from embedding_core.base.types import Key

META_FILE = "meta.json"
KEPT_KINDS = frozenset({"upload", "dataset", "judgements", "workspace"})
"""Imports and choices of the user, which cannot be computed again: evicted last."""
_STALE_SECONDS = 24 * 3600
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class _Entry:
    path: Path
    kind: str
    size: int
    used: float


class Store:
    """A folder of artifacts with a size cap and least-recently-used eviction."""

    def __init__(self, root: Path, cap_bytes: int) -> None:
        self.root = root
        self.cap_bytes = cap_bytes
        self._verified: set[Path] = set()
        self._since_eviction = 0
        self._lock = threading.Lock()

    def _path(self, kind: str, key: Key) -> Path:
        # Keys may come from an address that anybody wrote: none may lead out of its folder.
        if not _KEY.fullmatch(key):
            raise ArtifactMissingError(f"{key[:80]!r} is no key.", "Keys are SHA-256 sums in hexadecimal.")
        return self.root / kind / key

    def has(self, kind: str, key: Key) -> bool:
        """Whether the artifact is there; damage is found when it is opened."""
        return (self._path(kind, key) / META_FILE).exists()

    @contextmanager
    def write(self, kind: str, key: Key, about: dict[str, Any] | None = None) -> Iterator[Path]:
        """Give an empty folder to fill; on leaving it becomes the artifact, on an error it vanishes.

        Raises:
            StoreError: the disk is full or the store cannot be written.
        """
        final = self._path(kind, key)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=final.parent))
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield draft
            files: dict[str, dict[str, Any]] = {
                p.name: {"sha256": hash_file(p), "bytes": p.stat().st_size} for p in sorted(draft.iterdir())
            }
            meta = {"kind": kind, "key": key, "made": time.time(), "files": files, "about": about or {}}
            (draft / META_FILE).write_text(json.dumps(meta))
            self._publish(draft, final)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._since_eviction += sum(facts["bytes"] for facts in files.values())
        # Weighing the whole store costs a walk over it: once in a hundredth of the cap is soon enough.
        if self._since_eviction > self.cap_bytes / 100:
            self._since_eviction = 0
            self.evict(keep=final)

    def keep_upload(self, data: bytes | Path, name: str) -> Key:
        """Store the bytes of a file and return their key; nothing looks into them."""
        key = hash_file(data) if isinstance(data, Path) else hash_bytes(data)
        if not self.has("upload", key):
            with self.write("upload", key, {"name": name}) as folder:
                if isinstance(data, Path):
                    shutil.copyfile(data, folder / "bytes")
                else:
                    (folder / "bytes").write_bytes(data)
        return key

    def upload(self, key: Key) -> Path:
        """Return where the bytes of an upload lie.

        Raises:
            ArtifactMissingError: it is not there, or was damaged and has been dropped.
        """
        return self.open("upload", key) / "bytes"

    def _publish(self, draft: Path, final: Path) -> None:
        try:
            draft.rename(final)
        except OSError:
            # Somebody else made the same artifact meanwhile: equal keys, equal content.
            if not (final / META_FILE).exists():
                raise
        with self._lock:
            self._verified.add(final)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"The store at {self.root} cannot be written: {error.strerror or error}.",
            "Free some space, or set VECTORSCOPE_HOME to a folder with room.",
        )

    def open(self, kind: str, key: Key) -> Path:
        """Return the artifact's folder, its files checked against their checksums once a process.

        Raises:
            ArtifactMissingError: it is not there, or was damaged and has been dropped.
        """
        path = self._path(kind, key)
        meta = self._read_meta(path)
        if path not in self._verified:
            for name, facts in meta["files"].items():
                file = path / name
                if not file.exists() or file.stat().st_size != facts["bytes"] or hash_file(file) != facts["sha256"]:
                    self.drop(kind, key)
                    raise ArtifactMissingError(
                        f"The stored {kind} {key[:12]} is damaged.",
                        "It has been deleted and will be computed again on the next try.",
                    )
            with self._lock:
                self._verified.add(path)
        with suppress(OSError):
            os.utime(path / META_FILE)
        return path

    def _read_meta(self, path: Path) -> dict[str, Any]:
        try:
            meta: dict[str, Any] = json.loads((path / META_FILE).read_text())
        except FileNotFoundError:
            raise ArtifactMissingError(
                f"The store has no {path.parent.name} {path.name[:12]}.", "Compute it again."
            ) from None
        except ValueError:
            self.drop(path.parent.name, path.name)
            raise ArtifactMissingError(
                f"The stored {path.parent.name} {path.name[:12]} is damaged.", "Compute it again."
            ) from None
        return meta

    def about(self, kind: str, key: Key) -> dict[str, Any]:
        """Return the metadata that was given when the artifact was written.

        Raises:
            ArtifactMissingError: it is not there.
        """
        about: dict[str, Any] = self._read_meta(self._path(kind, key))["about"]
        return about

    def array(self, kind: str, key: Key, name: str) -> NDArray[Any]:
        """Return one read-only array of an artifact, mapped from disk.

        Raises:
            ArtifactMissingError: the artifact or the array is not there.
        """
        file = self.open(kind, key) / f"{name}.npy"
        if not file.exists():
            raise ArtifactMissingError(f"The stored {kind} {key[:12]} has no {name}.", "Compute it again.")
        return np.load(file, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]

    def drop(self, kind: str, key: Key) -> None:
        """Remove an artifact, if it is there."""
        path = self._path(kind, key)
        with self._lock:
            self._verified.discard(path)
        shutil.rmtree(path, ignore_errors=True)

    def keys(self, kind: str) -> list[Key]:
        """Return the keys of all artifacts of a kind."""
        folder = self.root / kind
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []

    def _entries(self) -> list[_Entry]:
        entries = []
        for meta in self.root.glob(f"**/{META_FILE}"):
            folder = meta.parent
            with suppress(OSError):
                size = sum(f.stat().st_size for f in folder.iterdir())
                entries.append(_Entry(folder, folder.relative_to(self.root).parts[0], size, meta.stat().st_mtime))
        return entries

    def size(self) -> int:
        """Return the size of the store in bytes."""
        return sum(entry.size for entry in self._entries())

    def evict(self, keep: Path | None = None) -> int:
        """Drop what was used least recently until the store is below its cap; return the bytes freed.

        What can be made again goes before what a person brought; `keep` stays in any case.
        """
        entries = self._entries()
        excess = sum(entry.size for entry in entries) - self.cap_bytes
        freed = 0
        for entry in sorted(entries, key=lambda e: (e.kind in KEPT_KINDS, e.used)):
            if freed >= excess:
                break
            if entry.path != keep:
                self.drop(str(entry.path.parent.relative_to(self.root)), entry.path.name)
                freed += entry.size
        return freed

    def sweep(self) -> None:
        """Remove drafts that a killed process left behind."""
        for draft in self.root.glob("**/.draft-*"):
            with suppress(OSError):
                if time.time() - draft.stat().st_mtime > _STALE_SECONDS:
                    shutil.rmtree(draft, ignore_errors=True)


def save_arrays(folder: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays into an artifact's folder, one npy file each."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
