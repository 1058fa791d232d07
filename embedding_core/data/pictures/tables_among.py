"""A table that lies among the pictures it names, in a folder or a ZIP, as many picture data sets are handed on."""

import json
import posixpath
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.data.choose import guess
from embedding_core.data.columns import holds_vectors
from embedding_core.data.packing import TABLES, TEXTS, table_suffix
from embedding_core.data.pictures.columns import match_files, naming_column, picture_paths
from embedding_core.data.pictures.files import SPLIT, PictureFile, PictureFiles, is_picture_name
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, ReadOptions

MOST_BYTES = 64 << 20
MOST_TABLES = 50
_NAMED = 0.5
_LISTED = 3
_LEAST_COLUMNS = 2
"""A list of the files says nothing of them."""
LABEL = "label"
_WRITTEN = ReadOptions(Format.CSV, "utf-8", ",", header=True)


@dataclass(frozen=True)
class TableAmong:
    """A table of pictures, and what it was made of."""

    name: str
    data: bytes
    files: tuple[str, ...]
    """The names of the files among the pictures that it stands in, or is joined from."""
    options: ReadOptions = ReadOptions()
    """How to read it."""


@dataclass(frozen=True, eq=False)
class _Candidate:
    file: PictureFile
    data: bytes
    frame: pd.DataFrame
    column: str
    """The one that names pictures."""
    paths: list[str]
    """What it names, from the folder of the pictures."""
    pictures: tuple[int | None, ...]
    """Which picture that is, row by row."""
    plain: bool
    """The cells name the same pictures without the folder of the table."""

    @property
    def named(self) -> set[int]:
        return {place for place in self.pictures if place is not None}


def table_among(files: PictureFiles) -> TableAmong | None:
    """Return the table that names at least half of the pictures, if there is one.

    Several tables are one if each names other pictures, as those of splits do. What the folders say of the pictures
    and the table does not, their split and their class, is added as columns `split` and `label`.
    """
    tables = [file for file in files.files if table_suffix(file.name) in TABLES | TEXTS]
    rest = [file for file in files.files if file not in tables]
    pictures = [file for file in rest if is_picture_name(file.name)] or rest
    if not tables or not pictures:
        return None
    tables.sort(key=lambda file: (table_suffix(file.name) in (".json", *TEXTS), file.name.count("/")))
    names = [file.name for file in pictures]
    found = [one for file in tables[:MOST_TABLES] if (one := _candidate(file, names)) is not None]
    named = Counter(place for one in found for place in one.named)
    if len(named) < _NAMED * len(pictures) or named.total() > len(named):
        return None
    first = found[0]
    added = _told_by_folders(pictures, found)
    if len(found) == 1 and first.plain and not added:
        return TableAmong(PurePosixPath(first.file.name).name, first.data, (first.file.name,))
    together = pd.concat([_rewritten(one, first.column, names, added) for one in found])
    text = together.to_csv(index=False).encode("utf-8", "replace")
    return TableAmong(_joined_name(found), text, tuple(one.file.name for one in found), _WRITTEN)


def _told_by_folders(pictures: list[PictureFile], found: list[_Candidate]) -> dict[str, list[str]]:
    """Return what the folders say of each picture and the tables do not: its split and its class."""
    told = {SPLIT: [dict(file.facts).get(SPLIT, "") for file in pictures], LABEL: [file.label for file in pictures]}
    known = {name for one in found for name in one.frame}
    if any(guess(one.frame.drop(columns=one.column)).label is not None for one in found):
        known.add(LABEL)
    return {name: cells for name, cells in told.items() if name not in known and len({*cells} - {""}) > 1}


def _joined_name(found: list[_Candidate]) -> str:
    names = list(dict.fromkeys(PurePosixPath(one.file.name).name for one in found))
    if len(names) == 1:
        return names[0] if len(found) == 1 else f"{names[0]} of {len(found):,} folders"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) <= _LISTED else f"{len(names):,} tables"


def _candidate(file: PictureFile, names: list[str]) -> _Candidate | None:
    """Return a table if it is about the pictures: half of its rows name one each, or it names half of them."""
    try:
        data = file.read()
        if len(data) > MOST_BYTES or not _may_name(data, file.name, names):
            return None
        frame = _read(data, PurePosixPath(file.name).name)
    except InputError:
        return None
    folder = posixpath.dirname(file.name)
    column = naming_column(frame, names, folder)
    if column is None or frame.shape[1] < _LEAST_COLUMNS:
        return None
    paths = picture_paths(frame[column], folder)
    pictures = match_files(paths, names)
    rows = sum(place is not None for place in pictures)
    if rows < _NAMED * len(pictures) and len(set(pictures) - {None}) < _NAMED * len(names):
        return None
    plain = match_files(picture_paths(frame[column]), names) == pictures
    return _Candidate(file, data, frame, column, paths, pictures, plain)


def _may_name(data: bytes, name: str, pictures: list[str]) -> bool:
    """Say whether a table is worth reading: in one that is not packed the names of pictures can be seen."""
    if table_suffix(name) in (".parquet", ".xlsx", ".arrow", ".feather", ".orc") or not data.isascii() or b"\0" in data:
        return True
    return any(PurePosixPath(picture).stem.encode("utf-8", "replace") in data for picture in pictures)


def _read(data: bytes, name: str) -> pd.DataFrame:
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        path = Path(folder) / "bytes"
        path.write_bytes(data)
        return read_table(path, name).frame


def _rewritten(one: _Candidate, column: str, names: list[str], added: dict[str, list[str]]) -> pd.DataFrame:
    """Return the rows of a table with the whole names of their pictures, and columns that say more of these."""
    wholes = [path if place is None else names[place] for path, place in zip(one.paths, one.pictures, strict=True)]
    frame = one.frame.rename(columns={one.column: column} if column not in one.frame else {})
    frame = frame.assign(**{column: wholes})
    for name in frame:
        if holds_vectors(frame[name]):
            frame[name] = ["" if cell is None else json.dumps(cell.tolist()) for cell in frame[name]]
    more = {name: ["" if i is None else cells[i] for i in one.pictures] for name, cells in added.items()}
    return frame.assign(**more)
