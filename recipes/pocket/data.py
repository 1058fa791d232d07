"""The pictures the pocket encoder learns from: labeled rows of Parquet files, decoded once into one array on disk."""

import hashlib
import io
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Progress, no_progress

CAPTION_SEPARATOR = " ¦ "
COLUMNS = ("set", "label", "caption", "image")
STORED_SIZE = 80
"""Edge in pixels of the decoded pictures; the largest in the training sets."""


@dataclass(frozen=True)
class Corpus:
    """Pictures with their words, row by row."""

    sets: tuple[str, ...]
    labels: tuple[str, ...]
    """Empty where a picture has captions only."""
    captions: tuple[tuple[str, ...], ...]
    pixels: tuple[NDArray[np.uint8], ...]
    """(n, edge, edge, 3) RGB in one piece a file, one after the other; may be memory maps."""
    digests: tuple[str, ...]
    """The SHA-256 of each file."""

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
        """Return the pictures of some rows: (rows, edge, edge, 3)."""
        taken = np.empty((len(rows), *self.pixels[0].shape[1:]), np.uint8)
        start = 0
        for piece in self.pixels:
            inside = (rows >= start) & (rows < start + len(piece))
            taken[inside] = piece[rows[inside] - start]
            start += len(piece)
        return taken

    def __add__(self, other: "Corpus") -> "Corpus":
        return Corpus(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


@dataclass(frozen=True)
class Pictures:
    """Rows of one file with the pictures still encoded, for evaluation at their own size."""

    sets: tuple[str, ...]
    labels: tuple[str, ...]
    captions: tuple[tuple[str, ...], ...]
    encoded: tuple[bytes, ...]

    def rows_of(self, name: str) -> NDArray[np.intp]:
        """Return the row numbers of one set."""
        return np.flatnonzero(np.asarray(self.sets) == name)

    def __add__(self, other: "Pictures") -> "Pictures":
        return Pictures(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


def read_pictures(path: Path) -> Pictures:
    """Read a Parquet file with the columns `set`, `label`, `caption` and `image`."""
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Name the folder that holds the pictures' Parquet files.")
    missing = set(COLUMNS) - set(pq.read_schema(path).names)
    if missing:
        raise InputError(f"{path} has no column {', '.join(sorted(missing))}.", f"It needs {', '.join(COLUMNS)}.")
    table = pq.read_table(path, columns=list(COLUMNS)).to_pydict()
    captions = tuple(tuple(s for s in (text or "").split(CAPTION_SEPARATOR) if s) for text in table["caption"])
    return Pictures(
        tuple(table["set"]), tuple(label or "" for label in table["label"]), captions, tuple(table["image"])
    )


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def decode(encoded: bytes) -> Any:
    """Return one picture as a PIL image in RGB."""
    from PIL import Image

    return Image.open(io.BytesIO(encoded)).convert("RGB")


def load_corpus(path: Path, cache: Path, edge: int = STORED_SIZE, progress: Progress = no_progress) -> Corpus:
    """Return the rows of a Parquet file; its pictures are decoded to `edge` pixels on first use and kept in `cache`."""
    pictures = read_pictures(path)
    digest = file_digest(path)
    target = cache / f"pixels-{edge}-{digest[:16]}.npy"
    if not target.is_file():
        _decode_all(pictures, target, edge, progress)
    pixels = np.load(target, mmap_mode="r")
    return Corpus(pictures.sets, pictures.labels, pictures.captions, (pixels,), (digest,))


def _decode_all(pictures: Pictures, target: Path, edge: int, progress: Progress) -> None:
    from PIL import Image

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    pixels = open_memmap(partial, mode="w+", dtype=np.uint8, shape=(len(pictures.encoded), edge, edge, 3))
    for row, encoded in enumerate(pictures.encoded):
        image = decode(encoded)
        pixels[row] = np.asarray(
            image if image.size == (edge, edge) else image.resize((edge, edge), Image.Resampling.BICUBIC)
        )
        if row % 256 == 0:
            progress(row, len(pictures.encoded))
    pixels.flush()
    partial.rename(target)


def sampling_weights(sets: tuple[str, ...], exponent: float, boosts: dict[str, float]) -> NDArray[np.float64]:
    """Return (n,) probabilities of drawing each row: a set of m pictures weighs boost * m ** (1 + exponent) in all."""
    names, inverse, counts = np.unique(np.asarray(sets), return_inverse=True, return_counts=True)
    per_row = np.array([boosts.get(str(name), 1.0) for name in names]) * counts.astype(np.float64) ** exponent
    weights: NDArray[np.float64] = per_row[inverse]
    weights /= weights.sum()
    return weights


def drawn_rows(sets: tuple[str, ...], drawn_sets: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which rows belong to sets of drawings, (n,)."""
    return np.isin(np.asarray(sets), np.asarray(drawn_sets))
