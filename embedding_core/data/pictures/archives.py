"""ZIP archives of pictures. Nothing in them is trusted, and nothing is unpacked to disk."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from embedding_core.base.config import Config, load_config
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.files import PictureFiles, Skipped, arrange, check_count, read_capped, tidy_name
from embedding_core.data.tables.decode import likeliest_encoding

READ_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others are rare, and LZMA takes as much memory as the archive tells it to."""
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")
SMALL_BYTES = 1 << 20
"""What unpacks to this is harmless, however well it was packed."""
ENCRYPTED, NAMED_IN_UTF8 = 0x1, 0x800
UNICODE_PATH = 0x7075
USUAL_FOR_NAMES = {"cp437": 1.3, "gb18030": 2.0, "cp932": 2.0, "cp874": 0.4}
"""How usual encodings are for a ZIP's names: the first is the standard's own, the next two are the rest of most."""
ENTRY_BYTES = 256
"""An entry of the directory takes 46 bytes, a name and perhaps times; allowed on average."""
DIRECTORY_BYTES = 5
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
"""What zipfile raises over archives that are not as they should be."""


def from_zip(path: Path, name: str) -> PictureFiles:
    """Return the files of an archive, in its order; it stays open for as long as any of them is kept.

    Args:
        path: where the archive lies.
        name: what it is called.

    Raises:
        InputError: it is no ZIP archive, is damaged as a whole, holds too many files, unpacks to too much, or is made
            to look larger than it is.
    """
    config = load_config()
    archive = open_archive(path, name, config)
    members = [info for info in archive.infolist() if not info.is_dir()]
    check_count(len(members), name)
    if sum(info.compress_size for info in members) > path.stat().st_size:
        message = f"{name} is a ZIP bomb: its files overlap."
        raise InputError(message, "Do not open it in any other program.")
    skipped: list[Skipped] = []
    found = []
    unpacked = 0
    for info, raw in zip(members, member_names(members), strict=True):
        try:
            tidy = tidy_name(raw)
            if not tidy:
                continue
            _check(info, config)
        except InputError as error:
            skipped.append(Skipped(raw, error.message))
            continue
        unpacked += info.file_size
        found.append((tidy, partial(_read, archive, info)))
    if unpacked > config.max_unpacked_bytes:
        message = f"{name} unpacks to {unpacked:,} bytes; at most {config.max_unpacked_bytes:,} are read."
        raise InputError(message, "Use a part of it, or raise VECTORSCOPE_MAX_UNPACKED_GB.")
    return arrange(found, skipped)


def open_archive(path: Path, name: str, config: Config) -> zipfile.ZipFile:
    """Open an archive, unless its directory is larger than a directory of allowed files would be."""
    try:
        with path.open("rb") as file:
            size = _directory_bytes(file)
        if size > config.max_pictures * ENTRY_BYTES:
            message = f"{name} lists more files than the {config.max_pictures:,} that are read."
            raise InputError(message, "Use a random sample of them, or raise VECTORSCOPE_MAX_PICTURES.")
        return zipfile.ZipFile(path)
    except DAMAGE as error:
        raise InputError(f"{name} is a damaged ZIP archive: {error}.", "Save or download it again.") from None


def _directory_bytes(file: BinaryIO) -> int:
    """Return the size of an archive's directory, as zipfile is going to believe it.

    ZipFile makes an object of every entry before it can be asked how many there are: ten million of them would not
    fit into memory. A reader of our own could be told something else than zipfile's.
    """
    record = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if record is None:
        raise zipfile.BadZipFile("its directory is missing")
    return int(record[DIRECTORY_BYTES])


def member_names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the members' names.

    An archive that does not say that a name is UTF-8 may hold a second one that is (Info-ZIP's extra field), or bytes
    of the machine it comes from: UTF-8 after all, else in the encoding that fits the names of all members best.
    """
    names = [info.filename for info in infos]
    unknown: dict[int, bytes] = {}
    for place, info in enumerate(infos):
        if info.flag_bits & NAMED_IN_UTF8:
            continue
        raw = info.orig_filename.encode("cp437")  # as zipfile decoded it
        try:
            names[place] = _unicode_path(info.extra, raw) or raw.decode("utf-8")
        except UnicodeError:
            unknown[place] = raw
    if unknown:
        encoding = likeliest_encoding(b"\n".join(unknown.values()), USUAL_FOR_NAMES)
        for place, raw in unknown.items():
            names[place] = raw.decode(encoding, "replace")
    return names


def _unicode_path(extra: bytes, name: bytes) -> str:
    """Return the name in an extra field of an entry, if there is one that belongs to its name (APPNOTE 4.6.9)."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and field[:1] == b"\1" and field[1:5] == zlib.crc32(name).to_bytes(4, "little"):
            return field[5:].decode("utf-8")
    return ""


def _check(info: zipfile.ZipInfo, config: Config) -> None:
    """Refuse a member that cannot be a picture or should not be read.

    Raises:
        InputError: with the reason.
    """
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise InputError("a link" if stat.S_ISLNK(kind) else "not a plain file")
    if info.flag_bits & ENCRYPTED:
        raise InputError("encrypted")
    if info.compress_type not in READ_BY:
        method = zipfile.compressor_names.get(info.compress_type, str(info.compress_type))  # type: ignore[attr-defined]
        raise InputError(f"compressed with an unsupported method ({method})")
    if PurePosixPath(info.filename.lower()).suffix in ARCHIVES:
        raise InputError("an archive inside the archive")
    if info.file_size > config.max_picture_bytes:
        raise InputError(f"{info.file_size:,} bytes, over the limit of {config.max_picture_bytes:,}")
    ratio = info.file_size / max(1, info.compress_size)
    if info.file_size > SMALL_BYTES and ratio > config.max_zip_ratio:
        raise InputError(f"unpacks to {ratio:,.0f} times its size, over the limit of {config.max_zip_ratio:g}")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member; zipfile stops at the size the directory states and compares the checksum."""
    try:
        with archive.open(info) as file:
            return read_capped(file)
    except DAMAGE as error:
        raise InputError(f"damaged in the archive ({error})") from None
