"""What a visitor left behind, kept as one small file each: the workspace and the data sets opened last."""

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from components.app.old_visits import converted
from embedding_core.base.errors import StoreError, VectorscopeError
from embedding_core.base.types import Key
from embedding_core.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Visit:
    """The state a visitor comes back to."""

    workspace: Workspace = field(default_factory=Workspace)
    recent: tuple[Key, ...] = ()
    """Keys of data sets, the one opened last first."""


def _file(folder: Path, visitor: str) -> Path:
    return folder / f"{hashlib.sha256(visitor.encode()).hexdigest()}.json"


def load(folder: Path, visitor: str) -> Visit:
    """Return what the visitor left; an empty visit for a new one, or when an older version wrote the file."""
    try:
        saved = json.loads(_file(folder, visitor).read_text(encoding="utf-8"))
        return Visit(Workspace.from_json(converted(saved["workspace"])), tuple(map(str, saved["recent"])))
    except FileNotFoundError:
        return Visit()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, VectorscopeError) as error:
        _log.warning("A saved workspace could not be read and starts anew: %s", error)
        return Visit()


def save(folder: Path, visitor: str, visit: Visit) -> None:
    """Write what the visitor leaves, all of it or nothing.

    Raises:
        StoreError: the folder cannot be written.
    """
    text = json.dumps({"workspace": visit.workspace.to_json(), "recent": visit.recent})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(draft).replace(_file(folder, visitor))
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"Your settings could not be saved in {folder}: {error.strerror or error}.",
            "Free some space, or set VECTORSCOPE_HOME to a folder with room.",
        ) from error
