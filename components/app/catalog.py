"""What the store knows of data sets without reading them; keys come from links, so they are anybody's text."""

import re
from typing import Any

from embedding_core.base.errors import ArtifactMissingError
from embedding_core.base.store import Store
from embedding_core.base.types import Key
from embedding_core.workspace import Workspace

_KEY = re.compile(r"[0-9a-f]{64}")


def about(store: Store, key: Key | None) -> dict[str, Any] | None:
    """Return name, rows and kind of a stored data set, or None when there is no such."""
    if key is None or not _KEY.fullmatch(key):
        return None
    try:
        return store.about("dataset", key)
    except ArtifactMissingError:
        return None


def fit(workspace: Workspace, store: Store) -> Workspace:
    """Return the workspace without what is not there: rows beyond the data set's, or a data set that has gone."""
    if workspace.dataset is None:
        return workspace
    known = about(store, workspace.dataset)
    return workspace.without_dataset() if known is None else workspace.within(known["rows"])
