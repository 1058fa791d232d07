"""Configuration, read once from environment variables."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from embedding_core.base.errors import ParameterError

MIB, GIB = 1024**2, 1024**3


@dataclass(frozen=True)
class Config:
    """Folders and limits."""

    home: Path
    """The store's folder: `VECTORSCOPE_HOME`, else the user's cache folder."""
    store_cap_bytes: int = 20 * GIB
    """The store drops what was used least recently above this size: `VECTORSCOPE_STORE_GB`."""
    max_rows: int = 2_000_000
    """More rows than this are refused with a hint to sample: `VECTORSCOPE_MAX_ROWS`."""
    max_columns: int = 1_000
    """Columns beyond this are left out of a table, with a note: `VECTORSCOPE_MAX_COLUMNS`."""
    max_cell_chars: int = 1_000_000
    """Longer cells are truncated, with a note of how many: `VECTORSCOPE_MAX_CELL_CHARS`."""
    max_file_bytes: int = 1 * GIB
    """Larger files are refused: `VECTORSCOPE_MAX_FILE_GB`."""
    max_pixels: int = 108_000_000
    """Pictures of more pixels (WebP, AVIF, TIFF: of half as many) are skipped: `VECTORSCOPE_MAX_MEGAPIXELS`.

    A picture of so many takes about 950 MB while it is decoded; large telephones take photographs of as many.
    """
    max_picture_bytes: int = 256 * MIB
    """Picture files of more bytes are skipped: `VECTORSCOPE_MAX_PICTURE_MB`."""
    max_pictures: int = 100_000
    """A ZIP or a folder of more files is refused: `VECTORSCOPE_MAX_PICTURES`."""
    max_unpacked_bytes: int = 32 * GIB
    """A ZIP that unpacks to more is refused: `VECTORSCOPE_MAX_UNPACKED_GB`."""
    max_zip_ratio: float = 200
    """What a ZIP has packed to less than one part in so many is skipped: `VECTORSCOPE_MAX_ZIP_RATIO`."""
    image_root: Path | None = None
    """Visitors may open folders of pictures below this one; none without it: `VECTORSCOPE_IMAGE_ROOT`."""


def _number(name: str, default: float) -> float:
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        value = float(raw)
    except ValueError:
        raise ParameterError(f"{name} is {raw!r}, which is not a number.", "Set it to a number or unset it.") from None
    if value <= 0:
        raise ParameterError(f"{name} is {raw!r}.", "Set it to a number above zero.")
    return value


def _default_home() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vectorscope"


@cache
def load_config() -> Config:
    """Return the configuration of this process."""
    return Config(
        home=Path(os.environ.get("VECTORSCOPE_HOME") or _default_home()).expanduser().resolve(),
        store_cap_bytes=int(_number("VECTORSCOPE_STORE_GB", 20) * GIB),
        max_rows=int(_number("VECTORSCOPE_MAX_ROWS", 2_000_000)),
        max_columns=int(_number("VECTORSCOPE_MAX_COLUMNS", 1_000)),
        max_cell_chars=int(_number("VECTORSCOPE_MAX_CELL_CHARS", 1_000_000)),
        max_file_bytes=int(_number("VECTORSCOPE_MAX_FILE_GB", 1) * GIB),
        max_pixels=int(_number("VECTORSCOPE_MAX_MEGAPIXELS", 108) * 1_000_000),
        max_picture_bytes=int(_number("VECTORSCOPE_MAX_PICTURE_MB", 256) * MIB),
        max_pictures=int(_number("VECTORSCOPE_MAX_PICTURES", 100_000)),
        max_unpacked_bytes=int(_number("VECTORSCOPE_MAX_UNPACKED_GB", 32) * GIB),
        max_zip_ratio=_number("VECTORSCOPE_MAX_ZIP_RATIO", 200),
        image_root=Path(root).expanduser().resolve() if (root := os.environ.get("VECTORSCOPE_IMAGE_ROOT")) else None,
    )
