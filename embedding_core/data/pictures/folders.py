"""Folders of pictures on this machine."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.files import PictureFiles, Skipped, arrange, check_count, read_file, tidy_name


def server_folder(name: str) -> Path:
    """Return the folder that a visitor names, which lies below the one that the owner of the server opened.

    Raises:
        InputError: no folder was opened, it is not in it, or there is none of that name.
    """
    root = load_config().image_root
    if root is None:
        raise InputError("This server shares no folder.", "Its operator can share one with VECTORSCOPE_IMAGE_ROOT.")
    try:
        folder = (root / name).resolve()
        inside = folder.is_relative_to(root) and folder.is_dir()
    except (OSError, ValueError):  # over names too long or with NUL
        inside = False
    if not inside:  # one answer for what lies outside and for what is not there: it tells nothing about the disk
        raise InputError(
            f"There is no folder {name!r} on this server.", "Enter a folder below the one that the server shares."
        )
    return folder


def from_folder(folder: Path, root: Path | None = None) -> PictureFiles:
    """Return the files of a folder and of those in it, sorted by name; links that lead out of `root` are left out.

    Args:
        folder: where they lie.
        root: what may be read; the folder itself when not given.

    Raises:
        InputError: the folder is not there or holds too many files.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", "Check its name.")
    folder = folder.resolve()
    root = root.resolve() if root else folder
    skipped: list[Skipped] = []
    found = []
    for name, path in _walk(folder, skipped):
        try:
            tidy = tidy_name(name)
            if tidy:
                found.append((tidy, partial(read_file, _target(path, root))))
        except InputError as error:
            skipped.append(Skipped(name, error.message))
    return arrange(found, skipped)


def _walk(folder: Path, skipped: list[Skipped]) -> Iterator[tuple[str, Path]]:
    """Yield every file with its name below the folder; `skipped` grows by the folders that are not entered."""

    def named(path: Path) -> str:
        """Bytes that are no UTF-8 could not be stored as text."""
        return path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()

    def closed(error: OSError) -> None:
        skipped.append(Skipped(named(Path(error.filename)), f"cannot be opened ({error.strerror})"))

    count = 0
    for place, folders, names in os.walk(folder, onerror=closed):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [here / name for name in folders if (here / name).is_symlink()]
        skipped += [Skipped(named(path), "a link to a folder") for path in linked]
        count += len(names)
        check_count(count, folder.name)
        yield from ((named(here / name), here / name) for name in sorted(names))


def _target(path: Path, root: Path) -> Path:
    """Return where a file lies, links followed.

    Raises:
        InputError: it lies outside of `root`, or is no plain file: reading a pipe would wait for ever.
    """
    target = path.resolve() if path.is_symlink() else path
    if not target.is_relative_to(root):
        raise InputError("a link to a place outside the folder")
    if not target.is_file():
        raise InputError("not a plain file")
    return target
