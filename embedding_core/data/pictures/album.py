"""Pictures that were brought, looked at once: what each is, a thumbnail of it, and why others were left out.

The pictures' files stay where they are, in an upload or a folder; an album holds what pages show of them.
"""

import json
import os
import threading
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.base.parallel import in_batches
from embedding_core.base.types import Key, Progress, no_progress
from embedding_core.data.packing import TABLES, table_suffix
from embedding_core.data.pictures.decode import THUMBNAIL_SIDE, content_key, decode, thumbnail
from embedding_core.data.pictures.files import PictureFile, PictureFiles, Skipped

BATCH = 16
INDEX_FILE, SKIPPED_FILE, THUMBNAILS_FILE = "index.parquet", "skipped.json", "thumbnails.bin"
FACTS = "facts"
UNUSED_TABLE = "a table, which does not name the pictures, or not as the only one"
SUPPORTED = "Supported are JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF and HEIC."


@dataclass(frozen=True, eq=False)
class Album:
    """The pictures that could be read, in the order they came in."""

    index: pd.DataFrame
    """A row a picture: place (among all files), name, label, path, caption, facts, key, width, height, start, size."""
    skipped: tuple[Skipped, ...]
    """What could not be read."""
    folder: Path

    def __len__(self) -> int:
        return len(self.index)

    @classmethod
    def load(cls, folder: Path) -> "Album":
        """Read what `make_album` wrote."""
        skipped = json.loads((folder / SKIPPED_FILE).read_text(encoding="utf-8"))
        return cls(pd.read_parquet(folder / INDEX_FILE), tuple(Skipped(**one) for one in skipped), folder)

    @cached_property
    def _places(self) -> dict[Key, tuple[int, int]]:
        columns = (self.index[name].tolist() for name in ("key", "start", "size"))
        return {key: (start, size) for key, start, size in zip(*columns, strict=True)}

    def thumbnail(self, key: Key) -> bytes:
        """Return a picture as a small JPEG.

        Raises:
            InputError: the album does not hold it.
        """
        if key not in self._places:
            raise InputError(f"Picture {key[:12]} is not stored here.", "Import the pictures again.")
        start, size = self._places[key]
        with (self.folder / THUMBNAILS_FILE).open("rb") as file:
            file.seek(start)
            return file.read(size)


def make_album(files: PictureFiles, folder: Path, progress: Progress = no_progress) -> Album:
    """Decode every picture once, on all cores, and write what is kept of it into an existing folder.

    What cannot be read is left out and named. Pictures of equal content share a thumbnail.
    """
    skipped = list(files.skipped)
    rows: list[dict[str, Any]] = []
    seen: dict[Key, tuple[int, int, int, int]] = {}
    lock = threading.Lock()
    draft = folder / f"{THUMBNAILS_FILE}.draft"
    with draft.open("wb") as thumbnails:

        def look(place: int) -> None:
            file = files.files[place]
            try:
                data = file.read()
                key = content_key(data)
                with lock:
                    known = seen.get(key)
                picture = None if known else decode(data, THUMBNAIL_SIDE)
                small = thumbnail(picture.image) if picture else b""
            except InputError as error:
                with lock:
                    skipped.append(Skipped(file.name, unused_table(file.name) or error.message))
                return
            with lock:
                if picture and key not in seen:
                    seen[key] = (picture.width, picture.height, thumbnails.tell(), len(small))
                    thumbnails.write(small)
                about = dict(zip(("width", "height", "start", "size"), seen[key], strict=True))
                rows.append({"place": place, **_described(file), "key": key, **about})

        def work(batch: range) -> None:
            for place in batch:
                look(place)

        in_batches(work, len(files.files), BATCH, progress, os.cpu_count() or 1)
    skipped += files.skipped_inside()
    if not rows:
        raise _nothing(skipped)
    rows.sort(key=lambda row: row["place"])
    _in_order(draft, rows, folder / THUMBNAILS_FILE)
    index = pd.DataFrame(rows)
    index.to_parquet(folder / INDEX_FILE, index=False)
    skipped.sort(key=lambda one: (one.name, one.reason))
    text = json.dumps([asdict(one) for one in skipped], ensure_ascii=True)
    (folder / SKIPPED_FILE).write_text(text, encoding="utf-8")
    return Album(index, tuple(skipped), folder)


def unused_table(name: str) -> str:
    """Return why a file is left out that is called like a table; empty for others."""
    return UNUSED_TABLE if table_suffix(name) in TABLES else ""


def _in_order(draft: Path, rows: list[dict[str, Any]], target: Path) -> None:
    """Write the thumbnails in the order of their pictures: threads finish in any, and equal albums are equal files."""
    moved: dict[Key, int] = {}
    with draft.open("rb") as found, target.open("wb") as thumbnails:
        for row in rows:
            if row["key"] not in moved:
                moved[row["key"]] = thumbnails.tell()
                found.seek(row["start"])
                thumbnails.write(found.read(row["size"]))
            row["start"] = moved[row["key"]]
    draft.unlink()


def _described(file: PictureFile) -> dict[str, str]:
    """Return what is known of a file; a name from another system may hold what UTF-8 cannot say."""
    known = {name: getattr(file, name) for name in ("name", "label", "path", "caption")}
    facts = json.dumps(dict(file.facts)) if file.facts else ""
    return {name: text.encode("utf-8", "replace").decode() for name, text in known.items()} | {FACTS: facts}


def _nothing(skipped: list[Skipped]) -> InputError:
    skipped = sorted(skipped, key=lambda one: one.name)
    if not skipped:
        return InputError("It contains no pictures.", SUPPORTED)
    name, reason = skipped[0].name, skipped[0].reason
    message = f"None of the {len(skipped):,} files is a readable picture. The first, {name}: {reason}."
    if len(skipped) == 1:
        message = f"{name} is not a readable picture: {reason}."
    return InputError(message, SUPPORTED)
