"""Picture files as they are brought: each with its name, the folders it lies in and a way to its bytes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import IO

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.splits import places

SUFFIXES = frozenset(".jpg .jpeg .jfif .png .webp .gif .tif .tiff .bmp .avif .heic .heif".split())
"""What pictures are usually called; for guesses only, the content decides."""
NOISE = frozenset({"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "@eadir", "icon\r"})
"""What operating systems put beside pictures."""
SPLIT = "split"
"""The column of the folders that tell training pictures from test pictures."""


@dataclass(frozen=True, eq=False)
class PictureFile:
    """A file that may be a picture: only its content says."""

    name: str
    """Its path as it was brought, with forward slashes; unique among its siblings."""
    read: Callable[[], bytes]
    """Returns its bytes, or raises InputError with the reason as its message."""
    label: str = ""
    """The first of the folders that tell the files apart, but for that of the split."""
    path: str = ""
    """All of these folders but that of the split: the label and what lies between it and the file."""
    caption: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """What else is known of it: names and values."""


@dataclass(frozen=True)
class Skipped:
    """A file that is left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class PictureFiles:
    """What can be tried, in order, and what cannot. Bytes are read one file at a time, when asked for."""

    files: tuple[PictureFile, ...]
    skipped: tuple[Skipped, ...] = ()
    skipped_inside: Callable[[], tuple[Skipped, ...]] = tuple
    """Returns what was left out inside of the files, once all of them were read."""


def from_uploads(uploads: Sequence[tuple[str, Path]]) -> PictureFiles:
    """Return files that were brought one by one or as a folder: (name, where the bytes lie)."""
    skipped: list[Skipped] = []
    found = []
    for raw, path in uploads:
        try:
            name = tidy_name(raw)
        except InputError as error:
            skipped.append(Skipped(raw, error.message))
            continue
        if name:
            found.append((name, partial(read_file, path)))
    return arrange(found, skipped)


def tidy_name(raw: str) -> str:
    """Return a file's name with forward slashes; empty when it is hidden or an operating system's own.

    Names come from others. None is ever opened on this machine's disk, but they are shown and become labels.

    Raises:
        InputError: it points out of its folder, which no honest program writes.
    """
    name = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in raw.replace("\\", "/"))
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or name[1:2] == ":":
        raise InputError("its name is an absolute path")
    if ".." in parts:
        raise InputError("its path leaves the folder")
    if any(part.startswith(".") or part.lower() in NOISE for part in parts):
        return ""
    return "/".join(parts)


def arrange(found: Iterable[tuple[str, Callable[[], bytes]]], skipped: list[Skipped]) -> PictureFiles:
    """Give files their labels; of those with one name the first stays. `skipped` grows by the others."""
    readers: dict[str, Callable[[], bytes]] = {}
    for name, read in found:
        if name in readers:
            skipped.append(Skipped(name, "a file of this name was already read"))
        else:
            readers[name] = read
    shared = _shared_folders(list(readers))
    folders = [tuple(name.split("/")[shared:-1]) for name in readers]
    found_at = places(folders, [is_picture_name(name) for name in readers])
    splits = any(place.split for place in found_at)
    files = [
        PictureFile(name, read, place.label, place.path, facts=((SPLIT, place.split),) if splits else ())
        for (name, read), place in zip(readers.items(), found_at, strict=True)
    ]
    return PictureFiles(tuple(files), tuple(skipped))


def is_picture_name(name: str) -> bool:
    """Say whether a picture is usually called so."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _shared_folders(names: list[str]) -> int:
    """Return how many folders hold all that is called like a picture: a README beside them does not count."""
    pictures = list(filter(is_picture_name, names)) or names
    folders = [name.split("/")[:-1] for name in pictures]
    # In sorted order the first and the last differ the earliest.
    ends = zip(min(folders, default=[]), max(folders, default=[]), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        InputError: it is gone, may not be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            return read_capped(file)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})") from None


def read_capped(file: IO[bytes]) -> bytes:
    """Return what a file holds.

    Raises:
        InputError: it holds more than a picture may.
    """
    limit = load_config().max_picture_bytes
    data = file.read(limit + 1)
    if len(data) > limit:
        raise InputError(f"over the limit of {limit:,} bytes")
    return data


def check_count(count: int, name: str) -> None:
    """Refuse more files than the owner of the machine allows.

    Raises:
        InputError: there are too many.
    """
    limit = load_config().max_pictures
    if count > limit:
        message = f"{name} contains {count:,} files; at most {limit:,} are read."
        raise InputError(message, "Use a random sample of them, or raise VECTORSCOPE_MAX_PICTURES.")
