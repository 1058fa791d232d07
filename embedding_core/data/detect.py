"""Detect the format of a file by its content, not by its name."""

import re
import struct
import zipfile
from pathlib import Path, PurePath

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.table import Format
from embedding_core.data.tables.parquet_footer import ENCRYPTED_MAGIC, MAGIC, check_parquet

HEAD_BYTES = 65_536
MAX_UNPACKED = 2
MAX_NUL_SHARE = 0.1
MAX_CONTROL_SHARE = 0.05

PACKINGS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"\x04\x22\x4d\x18": "lz4",
}
"""How a single file can be packed, by what it then begins with."""
ZIP = b"PK\x03\x04"
ARROW_STREAM = b"\xff\xff\xff\xff"
# Signatures: https://en.wikipedia.org/wiki/List_of_file_signatures
FOREIGN = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls or .doc); save it as .xlsx or CSV"),
    *((mark, f"a file packed by {packing} within another; unpack it first") for mark, packing in PACKINGS.items()),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"SQLite format 3", "an SQLite database; export a table from it as CSV"),
    (b"Obj\x01", "an Avro file"),
    (b"FEA1", "a Feather file of the first version; save it as Parquet"),
    (b"\xba\x16\x4f\x2f", "a model of fastText; use its .vec file"),
    (b"\x89HDF", "an HDF5 file; save its arrays as .npy"),
    (b"CDF\x01", "a NetCDF file; save its arrays as .npy"),
    (b"CDF\x02", "a NetCDF file; save its arrays as .npy"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file; save its arrays as .npy"),
    (b"<stata_dta>", "a Stata file; save it as CSV"),
    (b"$FL2", "an SPSS file; save it as CSV"),
    (b"RDX", "an R file; save its table as CSV"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
WORD2VEC_COUNTS = re.compile(rb"(\d{1,10}) (\d{1,5})\n")
"""The first line of word2vec's binary form: the number of words and of dimensions."""
RAW_SUFFIX = ".bytes"
"""What TensorFlow Projector calls bare float32 numbers; nothing in them says what they are."""
WORDS = (b"MZ", b"BZh", b"RDX", b"DUCK")
"""Signatures that text can begin with, or hold at that place, as well."""
FOREIGN_WITHIN = (
    (8, b"DUCK", "a DuckDB database; export a table from it as CSV or Parquet"),
    (257, b"ustar", "a tar archive; unpack it first"),
)
"""Signatures that do not stand at the beginning."""
MARKUP = (b"<!doctype html", b"<html")
PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".joblib")
PICKLE_HEADS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
BY_SUFFIX = {
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".tab": Format.TSV,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


def suffix_format(name: str) -> Format:
    """Return the text format a name promises; a line an item where it promises none."""
    return BY_SUFFIX.get(PurePath(name).suffix.lower(), Format.TXT)


def check_size(path: Path, name: str) -> None:
    """Check that a file exists, is not empty and is not too large.

    Raises:
        InputError: it cannot be read as it is.
    """
    if not path.is_file():
        raise InputError(f"There is no file {name}.", "Check the name and the folder.")
    size, limit = path.stat().st_size, load_config().max_file_bytes
    if size == 0:
        raise InputError(f"{name} is empty (0 bytes).", "Use a file with at least one row.")
    if size > limit:
        message = f"{name} has {size:,} bytes; at most {limit:,} are read."
        raise InputError(message, "Use a sample of it, save it as Parquet, or raise VECTORSCOPE_MAX_FILE_GB.")


def check_unpacked(size: int, name: str) -> None:
    """Check that a compressed file does not unpack to too much.

    Raises:
        InputError: it unpacks to over twice the size that a file may have.
    """
    limit = MAX_UNPACKED * load_config().max_file_bytes
    if size > limit:
        message = f"{name} unpacks to {size:,} bytes; at most {limit:,} are read."
        raise InputError(message, "Use a part of it, or raise VECTORSCOPE_MAX_FILE_GB.")


def find_format(path: Path, name: str) -> Format | None:
    """Return the binary format of a file by its content, or None when it is text.

    Raises:
        InputError: the file is missing, empty, too large, or something that holds neither table nor vectors.
    """
    check_size(path, name)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if PurePath(name).suffix.lower() in PICKLES or head[:2] in PICKLE_HEADS:
        message = f"{name} is a pickle, which can run code when it is opened."
        raise InputError(message, "Save the array with numpy.save or safetensors instead.")
    if head.startswith((MAGIC, ENCRYPTED_MAGIC)):
        check_parquet(path, name)
        return Format.PARQUET
    if head.startswith((b"ARROW1", ARROW_STREAM)):
        return Format.ARROW
    if head.startswith(b"ORC"):
        return Format.ORC
    if head.startswith(b"\x93NUMPY"):
        return Format.NPY
    if head.startswith(ZIP):
        return _zip_format(path, name)
    if _is_safetensors(head, path.stat().st_size):
        return Format.SAFETENSORS
    if PurePath(name).suffix.lower() == RAW_SUFFIX:
        return Format.RAW_FLOATS
    if WORD2VEC_COUNTS.match(head) and not _looks_like_text(head):
        return Format.WORD2VEC
    _refuse_foreign(head, name)
    return None


def _zip_format(path: Path, name: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except zipfile.BadZipFile as error:
        raise InputError(f"{name} is a damaged ZIP or Excel file: {error}.", "Save or download it again.") from None
    if "xl/workbook.xml" in members:
        return Format.XLSX
    if members and all(member.endswith(".npy") for member in members):
        return Format.NPZ
    inside = ", ".join(members[:3])
    raise InputError(f"{name} is a ZIP archive ({inside}), not a table.", "Unpack it and import one file from it.")


def _is_safetensors(head: bytes, size: int) -> bool:
    if len(head) < 9 or head[8:9] != b"{":
        return False
    (header,) = struct.unpack("<Q", head[:8])
    return bool(header + 8 <= size)


def _refuse_foreign(head: bytes, name: str) -> None:
    hint = (
        "Supported are CSV, TSV, JSON, JSONL, Parquet, Arrow, ORC, XLSX and TXT, plain or packed, and vectors as npy, "
        "npz or safetensors."
    )
    for start, signature, what in (*((0, *one) for one in FOREIGN), *FOREIGN_WITHIN):
        if head.startswith(signature, start) and not (signature in WORDS and _looks_like_text(head)):
            raise InputError(f"{name} is {what}, not a table.", hint)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith(MARKUP):
        message = f"{name} is a web page, not a table."
        raise InputError(message, "A login page may have been saved in its place; download the file again.")
    if not _looks_like_text(head):
        raise InputError(f"{name} contains binary data, not text or a table.", hint)


def _looks_like_text(head: bytes) -> bool:
    """Say whether bytes can be text; UTF-16 and UTF-32 are told by their mark or by their zeros on one side."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return True
    zeros = head.count(0)
    if zeros > MAX_NUL_SHARE * len(head):
        return utf16_order(head) is not None
    controls = sum(head.count(code) for code in range(1, 32) if code not in b"\t\n\r\f\x1b")
    return controls <= MAX_CONTROL_SHARE * len(head)


def utf16_order(head: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" when nearly all zeros of unmarked text lie on one side of its pairs."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = max(1, len(head) // 2)
    if odd > 0.4 * pairs and even < 0.02 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.02 * pairs:
        return "utf-16-be"
    return None
