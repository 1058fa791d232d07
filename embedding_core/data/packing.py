"""Tables that come packed: by gzip and its kin, or in a ZIP. They are unpacked to disk, never beyond the limit."""

import gzip
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import IO, Any, cast

import pyarrow as pa

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.detect import PACKINGS, ZIP, check_size, check_unpacked
from embedding_core.data.pictures.archives import DAMAGE, ENCRYPTED, READ_BY, member_names, open_archive
from embedding_core.data.pictures.files import check_count, tidy_name

TABLES = frozenset(
    ".csv .tsv .tab .json .jsonl .ndjson .parquet .xlsx .arrow .feather .orc .npy .npz .safetensors".split()
)
"""What tables and vectors are usually called; for guesses only, the content decides."""
TEXTS = frozenset({".txt", ".text"})
"""A table only where there is no other: beside one it is a README."""
PACKED = {".gz": "gzip", ".bz2": "bzip2", ".zst": "zstd", ".xz": "xz", ".lz4": "lz4"}
_BLOCK = 1 << 20
_DICTIONARY_BYTES = 1 << 28
"""What xz may take for itself: as much memory as the file says."""
_NAMED = 10


@dataclass(frozen=True)
class Unpacked:
    """A file as it can be read."""

    path: Path
    name: str
    packing: str | None = None
    """How it was packed; None when it was not."""
    member: str | None = None
    """Which file of an archive it is."""
    members: tuple[str, ...] = ()
    """All of the archive's that may be tables."""

    @property
    def others(self) -> tuple[str, ...]:
        """Those that were not taken."""
        return tuple(member for member in self.members if member != self.member)


@contextmanager
def unpacked(path: Path, name: str, wanted: str | None = None) -> Iterator[Unpacked]:
    """Give a file as it is, or what is packed in it for as long as the context lasts.

    Args:
        path: where it lies.
        name: what it is called.
        wanted: which file of an archive; None takes the one table there is, of several the largest.

    Raises:
        InputError: it is damaged, unpacks to too much, or no table is packed in it.
    """
    check_size(path, name)
    with path.open("rb") as file:
        head = file.read(len(max(PACKINGS, key=len)))
    packing = next((packing for mark, packing in PACKINGS.items() if head.startswith(mark)), None)
    if head.startswith(ZIP):
        files = archive_members(path, name)
        if files is None:
            yield Unpacked(path, name)
            return
        tables = tables_among(files) or (list(files) if len(files) == 1 else [])
        members = {member: files[member] for member in tables}
        member = _chosen(members, name, wanted)
        with _draft() as draft:
            _take_out(path, members[member], draft, name)
            yield Unpacked(draft, PurePosixPath(member).name, "zip", member, tuple(members))
    elif packing is None or (packing == "bzip2" and not _is_bzip2(path)):
        yield Unpacked(path, name)
    else:
        inner = PurePath(name)
        with _draft() as draft:
            _expand(path, packing, draft, name)
            yield Unpacked(draft, str(inner.with_suffix("")) if inner.suffix.lower() in PACKED else name, packing)


def archive_members(path: Path, name: str) -> dict[str, zipfile.ZipInfo] | None:
    """Return the files of an archive by their paths; None for Excel and NumPy, whose files are archives too.

    Raises:
        InputError: it is damaged as a whole, or holds too many files.
    """
    with open_archive(path, name, load_config()) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    names = {info.filename for info in infos}
    if "xl/workbook.xml" in names or (names and all(one.endswith(".npy") for one in names)):
        return None
    check_count(len(infos), name)
    return {tidy: info for raw, info in zip(member_names(infos), infos, strict=True) if (tidy := _tidy(raw))}


def tables_among(members: Iterable[str]) -> list[str]:
    """Return the names that are those of tables."""
    members = list(members)
    tables = [member for member in members if table_suffix(member) in TABLES]
    return tables or [member for member in members if table_suffix(member) in TEXTS]


def is_table_name(name: str) -> bool:
    """Say whether a table or text is usually called so."""
    return table_suffix(name) in TABLES | TEXTS


def table_suffix(name: str) -> str:
    """Return what a name ends in, but for the packing, in lower case."""
    inner = PurePosixPath(name.lower())
    return inner.with_suffix("").suffix if inner.suffix in PACKED else inner.suffix


def _tidy(raw: str) -> str:
    try:
        return tidy_name(raw)
    except InputError:
        return ""


def _chosen(members: dict[str, zipfile.ZipInfo], name: str, wanted: str | None) -> str:
    named = f"{', '.join(list(members)[:_NAMED])}{', …' if len(members) > _NAMED else ''}"
    if not members:
        raise InputError(f"{name} is a ZIP archive without a table.", "Put a CSV, JSON, Parquet or XLSX file into it.")
    if wanted is None or len(members) == 1:  # of one, what is wanted is a sheet in it
        return max(members, key=lambda member: members[member].file_size)
    if wanted not in members:
        raise InputError(f"{name} has no table {wanted!r}.", f"Choose one of: {named}.")
    return wanted


def _take_out(path: Path, info: zipfile.ZipInfo, target: Path, name: str) -> None:
    if info.flag_bits & ENCRYPTED:
        raise InputError(f"{info.filename} in {name} is encrypted.", "Unpack it and import the file.")
    if info.compress_type not in READ_BY:
        raise InputError(f"{info.filename} in {name} is compressed by an unsupported method.", "Unpack it first.")
    try:
        with open_archive(path, name, load_config()) as archive, archive.open(info) as source:
            _copy(source, target, name)
    except DAMAGE as error:
        raise InputError(f"{info.filename} in {name} is damaged: {error}.", "Save or download it again.") from None


def _is_bzip2(path: Path) -> bool:
    """Say whether a file goes on as bzip2 does: a text may begin with its three letters."""
    with path.open("rb") as file:
        return file.read(10)[4:] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")


def _expand(path: Path, packing: str, target: Path, name: str) -> None:
    try:
        with _opened(path, packing) as source:
            _copy(source, target, name)
    except (*DAMAGE, pa.ArrowException) as error:
        message = f"{name} cannot be unpacked by {packing}: {error}."
        raise InputError(message, "Download it again, or unpack it first.") from None


def _opened(path: Path, packing: str) -> IO[bytes]:
    if packing == "gzip":
        return cast("IO[bytes]", gzip.open(path))
    if packing == "bzip2":
        import bz2  # only here, as lzma below: some builds of Python come without them

        return cast("IO[bytes]", bz2.open(path))
    if packing == "xz":
        return cast("IO[bytes]", _Xz(path))
    return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), packing))


class _Xz:
    """The first stream of an xz file, with a limit to its memory, which `lzma.open` does not have."""

    def __init__(self, path: Path) -> None:
        import lzma

        self._file = path.open("rb")
        self._damage = lzma.LZMAError
        self._decompressor = lzma.LZMADecompressor(memlimit=_DICTIONARY_BYTES)

    def __enter__(self) -> "_Xz":
        return self

    def __exit__(self, *_: Any) -> None:
        self._file.close()

    def read(self, size: int) -> bytes:
        data = b""
        while not data and not self._decompressor.eof:
            more = self._file.read(_BLOCK) if self._decompressor.needs_input else b""
            if self._decompressor.needs_input and not more:
                raise EOFError("it is cut off")
            try:
                data = self._decompressor.decompress(more, size)
            except self._damage as error:
                raise OSError(str(error)) from None
        return data


def _copy(source: IO[bytes], target: Path, name: str) -> None:
    """Write what comes out, and stop as soon as that is too much: what a header says of it is not believed."""
    size = 0
    with target.open("wb") as file:
        while block := source.read(_BLOCK):
            size += len(block)
            check_unpacked(size, name)
            file.write(block)


@contextmanager
def _draft() -> Iterator[Path]:
    """Give the path of a file that goes with the context."""
    home = load_config().home
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=home) as folder:
        yield Path(folder) / "bytes"
