"""Find out what was brought: a table, pictures, an archive of either, or several that belong together.

Files are anybody's, and a library may end the process that opens one. So they are only stored where they arrive, and
opened first by this stage, in a worker.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from embedding_core.base.errors import ArtifactMissingError, InputError
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.detect import ZIP, find_format
from embedding_core.data.packing import TEXTS, archive_members, is_table_name, table_suffix, tables_among
from embedding_core.data.pictures.columns import own_pictures
from embedding_core.data.pictures.files import PictureFile, PictureFiles, is_picture_name
from embedding_core.data.pictures.held import held_pictures
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.data.pictures.tables_among import table_among
from embedding_core.data.stages import ReadTable, Source
from embedding_core.data.table import Format, ReadOptions
from embedding_core.data.tables.parquet_footer import MAGIC

_EMPTY_ZIP = b"PK\x05\x06"
_NAMED = 3
_VECTOR_SUFFIXES = frozenset({".npy", ".npz", ".safetensors", ".bytes", ".bin", ".vec"})
_VECTOR_NAMES, _METADATA_NAMES = ("vector", "embedding", "tensor"), ("meta", "label")


@dataclass(frozen=True)
class BroughtFile:
    """A stored file that is no picture by its first bytes."""

    name: str
    upload: Key


@dataclass(frozen=True)
class SortFiles(Stage[Source]):
    """What the files of one import are, and so what a data set can be made from."""

    files: tuple[BroughtFile, ...]
    pictures: ReadPictures | None = None
    """Those that are pictures by their first bytes, stored as one archive."""
    count: int = 0
    """How many these are."""
    kind = "import"

    @property
    def title(self) -> str:
        return f"Opening {self.files[0].name if self.files else self.pictures.name if self.pictures else ''}"

    def needs(self) -> tuple[Stage, ...]:
        return ()  # what the pictures are is found out when they are read

    def compute(self, store: Store, progress: Progress) -> Source:
        archives = [file for file in self.files if _is_archive(store.upload(file.upload), file.name)]
        tables = [file for file in self.files if file not in archives]
        if archives or self.pictures is not None:
            tables = [file for file in tables if is_table_name(file.name)]
        count = len(self.files) + self.count
        if len(archives) > 1:
            raise _several("ZIP archives", archives, count)
        if archives and self.pictures is not None:
            message = f"{archives[0].name} came with {self.count:,} pictures."
            raise InputError(message, "Import one or the other.")
        album = ReadPictures(archives[0].name, archives[0].upload) if archives else self.pictures
        if album is not None:
            return _with_table(store, album, tables, count)
        table = _table(tables, count)
        return Source(table) if table is None else _with_own_pictures(store, table)

    def load(self, store: Store) -> Source:
        source = super().load(store)
        uploads = [getattr(stage, name, None) for stage in source.stages for name in ("upload", "companion")]
        if not all(store.has("upload", upload) for upload in uploads if upload):
            store.drop(self.kind, self.key)  # what was taken out of an archive can be taken out again
            raise ArtifactMissingError("Part of what was imported is no longer stored.", "Import it again.")
        return source


def _is_archive(path: Path, name: str) -> bool:
    """Say whether a file is a ZIP of pictures; by its name when it is damaged."""
    with path.open("rb") as file:
        head = file.read(len(ZIP))
    if head not in (ZIP, _EMPTY_ZIP):
        return False
    try:
        members = archive_members(path, name)
    except InputError:
        return PurePath(name).suffix.lower() not in (".xlsx", ".npz")
    if members is None:
        return False
    pictures = any(map(is_picture_name, members))
    return pictures or not tables_among(members)


def _table(tables: Sequence[BroughtFile], files: int) -> ReadTable | None:
    """Return the one table, or vectors with the table that says something of each.

    Raises:
        InputError: there are several.
    """
    if not tables:
        return None
    if len(tables) == 1:
        return ReadTable(tables[0].upload, tables[0].name)
    vectors = [file for file in tables if _holds_vectors(file.name)]
    if len(tables) > 2 or len(vectors) != 1:
        raise _several("tables", tables, files)
    (matrix,), (about,) = vectors, [file for file in tables if file not in vectors]
    return ReadTable(matrix.upload, matrix.name, companion=about.upload, companion_name=about.name)


def _holds_vectors(name: str) -> bool:
    """Say whether a file holds vectors, by its name: a format of arrays, or what the Projector's files are called."""
    stem = PurePath(name).stem.lower()
    called = any(word in stem for word in _VECTOR_NAMES) and not any(word in stem for word in _METADATA_NAMES)
    return PurePath(name).suffix.lower() in _VECTOR_SUFFIXES or called


def _several(what: str, files: Sequence[BroughtFile], count: int) -> InputError:
    names = ", ".join(file.name for file in files[:_NAMED])
    return InputError(f"{count:,} files contain several {what}: {names}.", "Import one at a time.")


def _with_table(store: Store, album: ReadPictures, tables: Sequence[BroughtFile], count: int) -> Source:
    """Return pictures with the table that was brought with them, or that lies among them and names them."""
    try:
        among = album.files(store)
    except InputError:  # whoever reads the pictures says what is wrong with them
        return Source(_table(tables, count), album)
    brought = tuple(PictureFile(file.name, store.upload(file.upload).read_bytes) for file in tables)
    found = table_among(PictureFiles((*among.files, *brought)))
    if found is None:
        meant = [file for file in tables if table_suffix(file.name) not in TEXTS]
        meant = meant if len(meant) == 1 else []
        return Source(_table(meant, count), _with_strays(album, [file for file in tables if file not in meant]))
    album = replace(album, tables=tuple(name for name in found.files if name not in {file.name for file in tables}))
    album = _with_strays(album, [file for file in tables if file.name not in found.files])
    one = next((file for file in tables if (file.name,) == found.files), None)
    if one is not None and found.options == ReadOptions():
        return Source(ReadTable(one.upload, one.name), album)
    name = f"{album.name}, {found.name}"
    return Source(ReadTable(store.keep_upload(found.data, name), name, found.options), album)


def _with_strays(album: ReadPictures, files: Sequence[BroughtFile]) -> ReadPictures:
    return replace(album, strays=(*album.strays, *(file.name for file in files)))


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _with_own_pictures(store: Store, table: ReadTable) -> Source:
    """Return a table with the pictures it holds itself, as bytes or written as text."""
    path = store.upload(table.upload)
    try:
        if _is_parquet(path) and find_format(path, table.name) is Format.PARQUET:
            column, alone = own_pictures(path)
            upload = table.upload
        else:
            with tempfile.TemporaryDirectory(prefix=".draft-", dir=store.root) as folder:
                taken_out = Path(folder) / "pictures.parquet"
                column, alone = held_pictures(path, table.name, taken_out)
                upload = store.keep_upload(taken_out, table.name) if column is not None else table.upload
    except InputError:
        return Source(table)  # whoever reads it says what is wrong with it
    if column is None:
        return Source(table)
    return Source(None if alone else table, ReadPictures(table.name, upload, column))
