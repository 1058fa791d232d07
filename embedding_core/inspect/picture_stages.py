"""What a model sees of a picture, made in the worker that holds the model."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from embedding_core import encoders
from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Indices, Key, Progress
from embedding_core.data.pictures.stages import picture_bytes
from embedding_core.encoders.image import patches
from embedding_core.encoders.image.patches import Patches, PatchReader
from embedding_core.encoders.text.tokens import PictureTokens
from embedding_core.inspect import Interaction, PictureInteraction, interact
from embedding_core.inspect.stages import OfEncoder, token_reader


@lru_cache(maxsize=1)
def _patches(name: str, _revision: str) -> PatchReader:
    return patches.load(encoders.resolve(name))


@dataclass(frozen=True)
class ReadPatches(OfEncoder):
    """The parts of a picture: one of an album, or an upload where there is none."""

    picture: Key
    album: Key | None = None
    scale: int = 1
    kind: ClassVar[str] = "patches"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.picture, self.album, self.scale)

    @property
    def title(self) -> str:
        return "Computing image patches"

    def make(self, store: Store, progress: Progress) -> None:
        found = _patches(self.encoder, self.revision).read(picture_bytes(self.picture, self.album, store), self.scale)
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"vectors": found.vectors, "whole": found.whole, "seen": found.seen})

    def load(self, store: Store) -> Patches:
        return Patches(*(store.array(self.kind, self.key, name) for name in ("vectors", "whole", "seen")))


@dataclass(frozen=True)
class ReadPictureTokens(OfEncoder):
    """A picture as a document of late interaction: one of an album, or an upload where there is none."""

    picture: Key
    album: Key | None = None
    kind: ClassVar[str] = "picture-tokens"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.picture, self.album)

    @property
    def title(self) -> str:
        return "Reading the picture patch by patch"

    def make(self, store: Store, progress: Progress) -> None:
        data = picture_bytes(self.picture, self.album, store)
        found = token_reader(self.encoder, self.revision).read_picture(data)
        with store.write(self.kind, self.key, {"pieces": found.pieces}) as folder:
            save_arrays(folder, {"vectors": found.vectors, "seen": found.seen, "grid": _flat(found.grid)})

    def load(self, store: Store) -> PictureTokens:
        vectors, seen, grid = (store.array(self.kind, self.key, name) for name in ("vectors", "seen", "grid"))
        return PictureTokens(tuple(store.about(self.kind, self.key)["pieces"]), vectors, _placed(grid), seen)


def _flat(grid: Indices | None) -> Indices:
    """Return a grid as it is stored: one without places is empty."""
    return np.zeros((0, 0), np.int32) if grid is None else grid


def _placed(grid: Indices) -> Indices | None:
    return grid if grid.size else None


@dataclass(frozen=True)
class InteractWithPicture(OfEncoder):
    """A query and a picture by late interaction; a new query does not read the picture again."""

    query: str
    picture: Key
    album: Key | None = None
    kind: ClassVar[str] = "picture-interaction"

    @property
    def _document(self) -> ReadPictureTokens:
        return ReadPictureTokens(self.encoder, self.revision, self.picture, self.album)

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self._document.key, self.query)

    @property
    def title(self) -> str:
        return "Matching the query with the picture"

    def needs(self) -> tuple[Stage, ...]:
        return (self._document,)

    def make(self, store: Store, progress: Progress) -> None:
        asked = token_reader(self.encoder, self.revision).read(self.query, query=True)
        found = self._document.load(store)
        made = interact(asked.pieces, asked.vectors, found.pieces, found.vectors)
        with store.write(self.kind, self.key, {"query": made.query, "document": made.document}) as folder:
            save_arrays(folder, {"cosines": made.cosines, "own": asked.own, "grid": _flat(found.grid)})

    def load(self, store: Store) -> PictureInteraction:
        about = store.about(self.kind, self.key)
        cosines, own, grid = (store.array(self.kind, self.key, name) for name in ("cosines", "own", "grid"))
        made = Interaction(tuple(about["query"]), tuple(about["document"]), cosines)
        return PictureInteraction(made, own, _placed(grid))
