"""What a model sees of a picture, made in the worker that holds the model."""

from dataclasses import dataclass
from functools import lru_cache

from embedding_core import encoders
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.pictures.stages import picture_bytes
from embedding_core.encoders.image import patches
from embedding_core.encoders.image.patches import Patches, PatchReader
from embedding_core.encoders.text.tokens import PictureTokens
from embedding_core.inspect import PictureInteraction, interact
from embedding_core.inspect.stages import OfEncoder, token_reader


@lru_cache(maxsize=1)
def _patches(name: str, _revision: str) -> PatchReader:
    return patches.load(encoders.resolve(name))


@dataclass(frozen=True)
class ReadPatches(OfEncoder[Patches]):
    """The parts of a picture: one of an album, or an upload where there is none."""

    picture: Key
    album: Key | None = None
    scale: int = 1
    kind = "patches"
    title = "Computing image patches"

    def compute(self, store: Store, progress: Progress) -> Patches:
        return _patches(self.encoder, self.revision).read(picture_bytes(self.picture, self.album, store), self.scale)


@dataclass(frozen=True)
class ReadPictureTokens(OfEncoder[PictureTokens]):
    """A picture as a document of late interaction: one of an album, or an upload where there is none."""

    picture: Key
    album: Key | None = None
    kind = "picture-tokens"
    version = 2
    title = "Reading the picture patch by patch"

    def compute(self, store: Store, progress: Progress) -> PictureTokens:
        data = picture_bytes(self.picture, self.album, store)
        return token_reader(self.encoder, self.revision).read_picture(data)


@dataclass(frozen=True)
class InteractWithPicture(OfEncoder[PictureInteraction]):
    """A query and a picture by late interaction; a new query does not read the picture again."""

    query: str
    picture: Key
    album: Key | None = None
    kind = "picture-interaction"
    version = 2
    title = "Matching the query with the picture"

    @property
    def _document(self) -> ReadPictureTokens:
        return ReadPictureTokens(self.encoder, self.revision, self.picture, self.album)

    def key_parts(self) -> tuple[object, ...]:
        return self._document.key, self.query

    def needs(self) -> tuple[Stage, ...]:
        return (self._document,)

    def compute(self, store: Store, progress: Progress) -> PictureInteraction:
        asked = token_reader(self.encoder, self.revision).read(self.query, query=True)
        found = self._document.load(store)
        made = interact(asked.pieces, asked.vectors, found.pieces, found.vectors)
        return PictureInteraction(made, asked.own, found.grid)
