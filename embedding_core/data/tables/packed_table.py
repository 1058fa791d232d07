"""A table that lies in a ZIP beside the pictures it names, as many picture data sets are handed on."""

from pathlib import Path, PurePosixPath

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.archives import from_zip
from embedding_core.data.pictures.files import SUFFIXES

TABLES = frozenset({".csv", ".tsv", ".json", ".jsonl"})
MOST_BYTES = 64 << 20
_LOOKED_AT = 100
_NAMED = 0.5


def packed_table(path: Path, name: str) -> tuple[str, bytes] | None:
    """Return the name and bytes of the one table in an archive that names at least half of its pictures, or None.

    An archive that cannot be read has none: whoever reads its pictures says what is wrong with it.
    """
    try:
        files = from_zip(path, name).files
    except InputError:
        return None
    pictures = [file.name for file in files if PurePosixPath(file.name).suffix.lower() in SUFFIXES][:_LOOKED_AT]
    found = []
    for file in files:
        if PurePosixPath(file.name).suffix.lower() not in TABLES:
            continue
        try:
            data = file.read()
        except InputError:
            continue
        named = sum(PurePosixPath(picture).stem.encode() in data for picture in pictures)
        if len(data) <= MOST_BYTES and pictures and named >= _NAMED * len(pictures):
            found.append((PurePosixPath(file.name).name, data))
    return found[0] if len(found) == 1 else None
