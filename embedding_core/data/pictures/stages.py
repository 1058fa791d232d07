"""Pictures that were brought: an album of them, and their bytes when an encoder wants them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from embedding_core.base.errors import ArtifactMissingError, InputError
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.pictures.album import Album, make_album, unused_table
from embedding_core.data.pictures.archives import from_zip
from embedding_core.data.pictures.columns import from_parquet
from embedding_core.data.pictures.decode import content_key, decode, thumbnail
from embedding_core.data.pictures.files import PictureFile, PictureFiles, Skipped
from embedding_core.data.pictures.folders import from_folder
from embedding_core.data.samples.catalog import drawn_sample

SHOWN_SIDE = 160
"""Pixels of the long side of a picture that is shown beside a question."""


@dataclass(frozen=True)
class ReadPictures(Stage[Album]):
    """The pictures of an uploaded ZIP or Parquet file, of a folder on this machine, or of a sample."""

    name: str
    upload: Key | None = None
    column: str | None = None
    """The column of pictures when the upload is a Parquet file."""
    folder: str | None = None
    """Read in place: its pictures are not copied."""
    stamp: Key | None = None
    """What the folder held when it was named: with other files in it, it is another album."""
    sample: str | None = None
    tables: tuple[str, ...] = ()
    """Files among the pictures that are used as their table, and so are not left out."""
    strays: tuple[str, ...] = ()
    """Files that came with the pictures and are none."""
    kind = "album"
    version = 2
    lane = Lane.ENCODE

    def key_parts(self) -> tuple[object, ...]:
        return (asdict(self),)

    @property
    def title(self) -> str:
        return f"Reading the pictures of {self.name}"

    def files(self, store: Store) -> PictureFiles:
        """Return what there is to look at.

        Raises:
            InputError: the archive, the file or the folder cannot be read as a whole.
        """
        found = self._found(store)
        if not self.tables and not self.strays:
            return found
        files = tuple(file for file in found.files if file.name not in self.tables)
        strays = tuple(Skipped(name, unused_table(name) or "not a picture") for name in self.strays)
        return replace(found, files=files, skipped=(*found.skipped, *strays))

    def _found(self, store: Store) -> PictureFiles:
        if self.sample is not None:
            return drawn_sample(self.sample)
        if self.folder is not None:
            return from_folder(Path(self.folder))
        path = store.open("upload", self.upload or "") / "bytes"
        if self.column is not None:
            return from_parquet(path, self.name, self.column)
        return from_zip(path, self.name)

    def make(self, store: Store, progress: Progress) -> None:
        files = self.files(store)
        with store.write(self.kind, self.key, {"source": asdict(self)}) as folder:
            make_album(files, folder, progress)

    def load(self, store: Store) -> Album:
        return Album.load(store.open(self.kind, self.key))


@dataclass(frozen=True)
class ShowPicture(Stage[bytes]):
    """A picture that was brought alone, small and upright, as JPEG: to be seen, and to know that it can be read."""

    upload: Key
    kind = "shown"

    @property
    def title(self) -> str:
        return "Reading the picture"

    def make(self, store: Store, progress: Progress) -> None:
        name = store.about("upload", self.upload)["name"]
        try:
            small = thumbnail(decode(store.upload(self.upload).read_bytes(), SHOWN_SIDE).image, SHOWN_SIDE)
        except InputError as error:
            raise InputError(f"{name} cannot be read: it is {error.message}.", "Use another picture.") from None
        with store.write(self.kind, self.key) as folder:
            (folder / "picture.jpg").write_bytes(small)

    def load(self, store: Store) -> bytes:
        return (store.open(self.kind, self.key) / "picture.jpg").read_bytes()


def load_album(key: Key, store: Store) -> Album:
    """Read an album from the store.

    Raises:
        ArtifactMissingError: the store does not hold it.
    """
    return Album.load(store.open(ReadPictures.kind, key))


def picture_readers(key: Key, store: Store) -> dict[Key, Callable[[], bytes]]:
    """Return a way to the bytes of every picture of an album, by its key.

    Raises:
        ArtifactMissingError: the store does not hold the album, or the upload it was made from.
    """
    source: dict[str, Any] = store.about(ReadPictures.kind, key)["source"]
    files = ReadPictures(**source).files(store).files
    index = load_album(key, store).index
    by_name = {file.name: file for file in files}
    return {
        content: partial(_unchanged, by_name.get(name), name, content)
        for name, content in zip(index["name"], index["key"], strict=True)
    }


def picture_bytes(picture: Key, album: Key | None, store: Store) -> bytes:
    """Return the file of a picture of an album, or of an upload where there is none.

    Raises:
        ArtifactMissingError: the store no longer holds it.
        InputError: the file is no longer what it was.
    """
    if album is None:
        return (store.open("upload", picture) / "bytes").read_bytes()
    reader = picture_readers(album, store).get(picture)
    if reader is None:
        raise ArtifactMissingError("That picture is no longer stored.", "Import the pictures again.")
    return reader()


def _unchanged(file: PictureFile | None, name: str, key: Key) -> bytes:
    data = file.read() if file is not None else b""
    if content_key(data) != key:
        raise InputError(f"{name} has changed")
    return data
