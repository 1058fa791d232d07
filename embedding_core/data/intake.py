"""Import files of any kind: each becomes a source of a data set with a first choice of columns."""

import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePath

from embedding_core.base.engine import StageEngine
from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.types import Key
from embedding_core.data.choose import ColumnChoice, guess
from embedding_core.data.pictures.album import Album
from embedding_core.data.pictures.album_rows import album_choice, find_column
from embedding_core.data.pictures.columns import own_pictures
from embedding_core.data.pictures.decode import decode
from embedding_core.data.pictures.files import SUFFIXES, check_count
from embedding_core.data.pictures.folders import from_folder
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.data.samples.catalog import list_samples
from embedding_core.data.stages import ReadTable, Source
from embedding_core.data.table import Table
from embedding_core.data.tables.packed_table import packed_table

_HEAD_BYTES = 2_000
_PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|GIF8|II\*\0|MM\0\*|II\+\0|MM\0\+|BM.{4}\0{4}|.{4}ftyp(avi|hei|hev|mif|msf)",
    re.DOTALL,
)
_FOREIGN_PICTURES = frozenset({".svg", ".heic", ".heif", ".jp2", ".jxl", ".psd", ".eps"})
"""None of them is read, but a person who brings one means a picture, and is told why not."""
_TABULAR = frozenset({".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".txt"})
_VECTOR_SUFFIXES = frozenset({".npy", ".npz", ".safetensors", ".bytes", ".vec", ".bin"})
_ONE_VALUE_A_ROW = re.compile(rb"'shape': \(\d+,\)")
"""In the header of an array: labels, and no vectors."""
_NUMBERS = re.compile(rb"(?=[^\n]*[\t,; |])(?=.*\.)(?:#[^\n]*\n)*[-+\d.eE\s,;|]+", re.DOTALL)
"""The first bytes of lines of several numbers, some with a fraction."""
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


class Role(StrEnum):
    """The role of a file."""

    TABLE = "table"
    PICTURE = "picture"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class UploadedFile:
    """An uploaded file."""

    name: str
    data: bytes | Path

    @property
    def suffix(self) -> str:
        """The extension of its name, lower-cased, with the dot."""
        return PurePath(self.name).suffix.lower()

    @property
    def role(self) -> Role:
        """Its role, by its content or, where that does not tell, by its name."""
        head = self._head()
        if head.startswith(b"PK\x03\x04") or (head.startswith(b"PK\x05\x06") and self.suffix == ".zip"):
            return Role.TABLE if self._is_packed_table() else Role.ARCHIVE
        if _PICTURE.match(head) or self.suffix in SUFFIXES | _FOREIGN_PICTURES:
            return Role.PICTURE
        return Role.TABLE

    @property
    def is_matrix(self) -> bool:
        """Whether it holds vectors and nothing else, by its first bytes or its name."""
        head = self._head()
        if head.startswith(b"\x93NUMPY"):
            return _ONE_VALUE_A_ROW.search(head) is None
        return self.suffix in _VECTOR_SUFFIXES

    @property
    def is_number_lines(self) -> bool:
        """Whether it is text of several numbers a line and nothing else, by its first bytes."""
        return _NUMBERS.fullmatch(self._head()) is not None

    def _head(self) -> bytes:
        if isinstance(self.data, bytes):
            return self.data[:_HEAD_BYTES]
        with self.data.open("rb") as file:
            return file.read(_HEAD_BYTES)

    def _is_packed_table(self) -> bool:
        """Say whether an archive is an Excel file or arrays of NumPy; by its name when it is damaged."""
        if self.suffix in (".xlsx", ".npz"):
            return True
        if self.suffix == ".zip":
            return False
        try:
            with zipfile.ZipFile(self.data if isinstance(self.data, Path) else io.BytesIO(self.data)) as archive:
                members = archive.namelist()
        except (zipfile.BadZipFile, OSError):
            return False
        return "xl/workbook.xml" in members or (bool(members) and all(name.endswith(".npy") for name in members))


def bring(engine: StageEngine, files: Sequence[UploadedFile]) -> Source:
    """Store the files of one import: a table, pictures, an archive of pictures, or a table with pictures.

    Raises:
        InputError: there is nothing, or more than one data set is made from.
    """
    if not files:
        raise InputError("No file was given.", "Import a table, pictures, or a ZIP of pictures.")
    roles = [file.role for file in files]
    tables, pictures, archives = ([f for f, r in zip(files, roles, strict=True) if r is role] for role in Role)
    if pictures or archives:  # beside pictures, what is no table is a stray file of their folder
        tables = [file for file in tables if file.suffix in _TABULAR]
    if len(tables) == len(files) == 2:
        vectors = [file for file in tables if file.is_matrix] or [file for file in tables if file.is_number_lines]
        if len(vectors) == 1:
            (about,) = (file for file in tables if file is not vectors[0])
            upload = engine.keep_upload(about.data, about.name)
            return Source(replace(_table(engine, vectors[0]), companion=upload, companion_name=about.name))
    if len(tables) > 1 or len(archives) > 1:
        names = ", ".join(file.name for file in (tables if len(tables) > 1 else archives)[:3])
        what = "tables" if len(tables) > 1 else "ZIP archives"
        raise InputError(f"{len(files):,} files contain several {what}: {names}.", "Import one at a time.")
    if archives and pictures:
        raise InputError(f"{archives[0].name} came with {len(pictures):,} pictures.", "Import one or the other.")
    table = _table(engine, tables[0]) if tables else None
    if archives:
        upload = engine.keep_upload(archives[0].data, archives[0].name)
        album = ReadPictures(archives[0].name, upload)
        table = table or _table_within(engine, upload, archives[0].name)
    elif pictures:
        album = _packed(engine, pictures)
    elif table is not None:
        return _with_own_pictures(engine, table)
    return Source(table, album)


def bring_path(engine: StageEngine, path: Path) -> Source:
    """Store a file on this machine, or take a folder of pictures as it lies there.

    Raises:
        InputError: there is no such file or folder.
    """
    if path.is_dir():
        return bring_folder(path, path.resolve().name)
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check the path.")
    return bring(engine, [UploadedFile(path.name, path)])


def with_companion(engine: StageEngine, source: Source, companion: Path) -> Source:
    """Return a source of vectors that reads another file beside them, with a row for each.

    Raises:
        InputError: there is no such file, or the source is no file of vectors.
    """
    if not companion.is_file():
        raise InputError(f"There is no file {companion}.", "Check the path.")
    if source.table is None:
        raise InputError(f"{source.name} is no file of vectors.", "Metadata can be added to vectors only.")
    upload = engine.keep_upload(companion, companion.name)
    return replace(source, table=replace(source.table, companion=upload, companion_name=companion.name))


def bring_folder(folder: Path, name: str) -> Source:
    """Take a folder of pictures as it lies on this machine.

    Raises:
        InputError: it is not there, or holds too many files.
    """
    held = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in _files(folder)]
    return Source(album=ReadPictures(name, folder=str(folder.resolve()), stamp=fingerprint(held)))


def _files(folder: Path) -> list[Path]:
    from_folder(folder)  # says what is wrong with it
    return sorted(path for path in folder.rglob("*") if path.is_file())


def bring_sample(name: str) -> Source:
    """Return a sample of pictures.

    Raises:
        InputError: there is none of that name.
    """
    titles = {sample.name: sample.title for sample in list_samples() if sample.drawn}
    if name not in titles:
        raise InputError(f"There is no sample of pictures called {name!r}.", f"There are: {', '.join(titles)}.")
    return Source(album=ReadPictures(titles[name], sample=name))


def keep_picture(engine: StageEngine, path: Path) -> Key:
    """Store a picture to search with and return its key.

    Raises:
        InputError: there is no such file, or it is no picture that can be read.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check the path.")
    return keep_picture_bytes(engine, path.read_bytes(), path.name)


def keep_picture_bytes(engine: StageEngine, data: bytes, name: str) -> Key:
    """Store the bytes of a picture to search with and return their key.

    Raises:
        InputError: it is no picture that can be read.
    """
    try:
        decode(data, wanted=1)
    except InputError as error:
        raise InputError(f"{name} cannot be read: it is {error.message}.", "Use another picture.") from None
    return engine.keep_upload(data, name)


def first_choice(source: Source, table: Table, album: Album | None) -> ColumnChoice:
    """Return a choice of columns guessed from their names and values."""
    if source.table is None:
        return album_choice(table)
    if album is None or source.album is None:
        return guess(table.frame)
    pictures = source.album.column or find_column(table, album)
    frame = table.frame.drop(columns=[name for name in (pictures,) if name in table.frame])
    choice = guess(frame)
    # Beside a picture, a column of single words is its class and not its caption.
    if choice.text and not frame[choice.text[0]].astype("str").str.strip().str.contains(" ").any():
        label = choice.text[0] if choice.label is None and not frame[choice.text[0]].is_unique else choice.label
        choice = replace(choice, text=(), label=label, keep=tuple(dict.fromkeys([*choice.text, *(choice.keep or ())])))
    return replace(choice, pictures=pictures)


def _table(engine: StageEngine, file: UploadedFile) -> ReadTable:
    return ReadTable(engine.keep_upload(file.data, file.name), file.name)


def _table_within(engine: StageEngine, upload: Key, name: str) -> ReadTable | None:
    """Return the table that lies among an archive's pictures and names them, if there is one."""
    found = packed_table(engine.store.open("upload", upload) / "bytes", name)
    return _table(engine, UploadedFile(f"{name}, {found[0]}", found[1])) if found else None


def _with_own_pictures(engine: StageEngine, table: ReadTable) -> Source:
    """Return a table with the pictures it holds itself, as a Parquet file can."""
    path = engine.store.open("upload", table.upload) / "bytes"
    column, alone = own_pictures(path)
    if column is None:
        return Source(table)
    return Source(None if alone else table, ReadPictures(table.name, table.upload, column))


def _packed(engine: StageEngine, pictures: list[UploadedFile]) -> ReadPictures:
    """Store pictures that came one by one as one archive, uncompressed, the same for the same pictures."""
    name = pictures[0].name if len(pictures) == 1 else f"{len(pictures):,} pictures"
    check_count(len(pictures), name)
    engine.store.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=engine.store.root) as folder:
        target = Path(folder) / "pictures.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for picture in pictures:
                data = picture.data if isinstance(picture.data, bytes) else picture.data.read_bytes()
                inside = picture.name.encode("utf-8", "replace").decode()
                archive.writestr(zipfile.ZipInfo(inside, _FIXED_DATE), data)
        return ReadPictures(PurePath(name).name, engine.keep_upload(target, name))
