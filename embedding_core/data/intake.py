"""Import files of any kind: each becomes a source of a data set with a first choice of columns."""

import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from embedding_core.base.engine import StageEngine
from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.types import Key
from embedding_core.data.arrivals import BroughtFile, SortFiles
from embedding_core.data.choose import ColumnChoice, guess
from embedding_core.data.detect import ZIP
from embedding_core.data.packing import TEXTS, is_table_name, table_suffix
from embedding_core.data.pictures.album import Album
from embedding_core.data.pictures.album_rows import album_choice, find_column
from embedding_core.data.pictures.files import check_count, is_picture_name, tidy_name
from embedding_core.data.pictures.folders import from_folder
from embedding_core.data.pictures.stages import ReadPictures, ShowPicture
from embedding_core.data.samples.catalog import list_samples
from embedding_core.data.stages import Source
from embedding_core.data.table import Table

_HEAD_BYTES = 2_000
_PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|GIF8|II\*\0|MM\0\*|II\+\0|MM\0\+|BM.{4}\0{4}|.{4}ftyp(avi|hei|hev|mif|msf)",
    re.DOTALL,
)
_FOREIGN_PICTURES = frozenset({".svg", ".jp2", ".jxl", ".psd", ".eps"})
"""None of them is read, but a person who brings one means a picture, and is told why not."""
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_MOST_OTHERS = 20
"""Files that are no pictures; nothing is made of more than a few."""
_NAMED = 3
_NO_USE = 3


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
    def is_picture(self) -> bool:
        """Whether it is a picture, by its first bytes or, where these do not tell, by its name."""
        head = self._head()
        if head.startswith(ZIP):
            return False
        return bool(_PICTURE.match(head)) or is_picture_name(self.name) or self.suffix in _FOREIGN_PICTURES

    @property
    def is_archive(self) -> bool:
        """Whether it is a ZIP, as Excel's and NumPy's files are too."""
        return self._head().startswith(ZIP)

    def _head(self) -> bytes:
        if isinstance(self.data, bytes):
            return self.data[:_HEAD_BYTES]
        with self.data.open("rb") as file:
            return file.read(_HEAD_BYTES)


def receive(engine: StageEngine, files: Sequence[UploadedFile]) -> SortFiles:
    """Store the files of one import, without opening any; return the stage that finds out what they are.

    Raises:
        InputError: there is nothing, or too much that is no picture.
    """
    if not files:
        raise InputError("No file was given.", "Import a table, pictures, or a ZIP of pictures.")
    pictures = [file for file in files if file.is_picture]
    others = [file for file in files if not file.is_picture]
    strays: list[str] = []
    if pictures:  # beside pictures, what is no table is a stray file of their folder
        others.sort(key=_use)
        used = [file for file in others if _use(file) < _NO_USE][:_MOST_OTHERS]
        strays = [name for file in others if file not in used and (name := _stray_name(file.name))]
        others = used
    if len(others) > _MOST_OTHERS:
        names = ", ".join(file.name for file in others[:_NAMED])
        raise InputError(f"{len(files):,} files contain several tables: {names}.", "Import one at a time.")
    kept = tuple(BroughtFile(file.name, engine.keep_upload(file.data, file.name)) for file in others)
    album = replace(_packed(engine, pictures), strays=tuple(strays)) if pictures else None
    return SortFiles(kept, album, len(pictures))


def _use(file: UploadedFile) -> int:
    """Return a lower number for what is likelier to say something of the pictures it came with."""
    if file.is_archive:
        return 0
    if not is_table_name(file.name):
        return _NO_USE
    return 1 + (table_suffix(file.name) in (".json", *TEXTS))  # there often is one of these for each picture


def _stray_name(raw: str) -> str:
    """Return what to call a file that is left out; empty for those that systems put beside pictures."""
    try:
        return tidy_name(raw)
    except InputError:
        return raw


def bring(engine: StageEngine, files: Sequence[UploadedFile]) -> Source:
    """Store the files of one import: a table, pictures, an archive of either, or a table with pictures.

    Raises:
        InputError: there is nothing, or more than one data set is made from.
    """
    source: Source = engine.make(receive(engine, files))
    return source


def bring_path(engine: StageEngine, path: Path) -> Source:
    """Store a file on this machine, or take a folder of pictures as it lies there.

    Raises:
        InputError: there is no such file or folder.
    """
    if path.is_dir():
        source: Source = engine.make(bring_folder(path, path.resolve().name))
        return source
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check the path.")
    return bring(engine, [UploadedFile(path.name, path)])


def bring_folder(folder: Path, name: str) -> SortFiles:
    """Take a folder of pictures as it lies on this machine; return the stage that finds the table among them.

    Raises:
        InputError: it is not there, or holds too many files.
    """
    held = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in _files(folder)]
    return SortFiles((), ReadPictures(name, folder=str(folder.resolve()), stamp=fingerprint(held)))


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
    kept = engine.keep_upload(path, path.name)
    engine.make(ShowPicture(kept))
    return kept


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
