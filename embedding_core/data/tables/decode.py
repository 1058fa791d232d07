"""Bytes of unknown encoding become UTF-8."""

import codecs
import re
from dataclasses import dataclass

from embedding_core.base.errors import InputError
from embedding_core.data.detect import HEAD_BYTES, utf16_order

MARKS = (  # UTF-32's mark begins with UTF-16's, so it comes first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# One code page a script, the one that spreadsheets and editors on Windows write.
CANDIDATES = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("cp932", "cp949", "gb18030", "big5"),
)
SAMPLE_BYTES = 16_384
SEARCHED_BYTES = 1 << 24
MAX_DAMAGED = 0.01
MIN_MARKS = 0.05
UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
CENTRAL_EUROPEAN = re.compile("[šžŠŽ\ufffd]|(?<=[a-zà-ÿ])[³¹¿](?=[a-zà-ÿ])")


@dataclass(frozen=True)
class Decoded:
    """Text as UTF-8 bytes, without byte order mark and NUL."""

    data: bytes
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, encoding: str | None, name: str) -> Decoded:
    """Return the text of a file as UTF-8, with the encoding given or found.

    Raises:
        InputError: the bytes do not read in the encoding that was asked for.
    """
    mark, marked = next(((m, e) for m, e in MARKS if data.startswith(m)), (b"", None))
    chosen = encoding or marked or utf16_order(data[:HEAD_BYTES])
    if marked and (encoding is None or _family(encoding) == _family(marked)):
        data, chosen = data[len(mark) :], marked
    notes: list[str] = []
    valid = _is_utf8(data)
    if chosen is None:
        chosen = "utf-8" if valid else _guess(data, notes)
    if not (valid and codecs.lookup(chosen).name == "utf-8"):
        data = _recode(data, chosen, name, strict=encoding is not None, notes=notes)
    if nul := data.count(0):
        data = data.replace(b"\x00", b"")
        notes.append(f"{nul:,} NUL {'byte was' if nul == 1 else 'bytes were'} removed.")
    return Decoded(data, chosen, tuple(notes))


def _family(encoding: str) -> str:
    """Return "utf-8", "utf-16" or "utf-32" for each of their variants."""
    return codecs.lookup(encoding).name[:6].rstrip("-")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _recode(data: bytes, encoding: str, name: str, *, strict: bool, notes: list[str]) -> bytes:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if strict:
            line = data.count(b"\n", 0, error.start) + 1
            message = f"{name} cannot be decoded as {encoding}: byte {error.start:,} (line {line:,}) is invalid."
            raise InputError(message, "Choose another encoding, or leave it on automatic.") from None
        text = data.decode(encoding, "replace")
        notes.append(f"Some bytes are not valid {encoding} and were replaced by \ufffd.")
    return text.encode("utf-8", "replace")


def _guess(data: bytes, notes: list[str]) -> str:
    """Return the likeliest encoding of bytes that are not UTF-8."""
    damaged = data.decode("utf-8", "replace")
    broken = damaged.count("\ufffd") - data.count("\ufffd".encode())
    whole = sum(len(part) for part in damaged.split("\ufffd") if not part.isascii()) if broken < 1000 else 0
    if broken <= MAX_DAMAGED * whole:
        return "utf-8"
    encoding = _code_page(data)
    notes.append(f"The encoding was guessed: {encoding}. If accents look wrong, choose another.")
    return encoding


def _code_page(data: bytes) -> str:
    """Return the likeliest one-byte or East Asian encoding, judged on the lines that are not ASCII."""
    from charset_normalizer import from_bytes  # only here: it loads tables of letter frequencies

    lines = [line for line in data[:SEARCHED_BYTES].splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:SAMPLE_BYTES]
    best = from_bytes(sample, cp_isolation=list(CANDIDATES)).best()
    western = sample.decode("cp1252", "replace")
    if best is not None and best.encoding not in ("cp1250", "cp1252"):
        return "cp1252" if sample.decode(best.encoding, "replace") == western else best.encoding
    # Short French and Italian fit the Central European code page as well; its own languages leave marks in cp1252.
    if _is_central_european(western):
        return "cp1250"
    return "latin-1" if any(code in data for code in UNDEFINED_IN_CP1252) else "cp1252"


def _is_central_european(western: str) -> bool:
    """Say whether text read as cp1252 shows what Polish, Czech, Hungarian or Romanian in cp1250 look like in it."""
    marks = len(CENTRAL_EUROPEAN.findall(western))
    for pair in ("õû", "ãþ"):  # Hungarian ő and ű, Romanian ă and ţ: no Western language writes both
        counts = [western.count(letter) for letter in pair]
        marks += sum(counts) if all(counts) else 0
    return marks > MIN_MARKS * sum(not character.isascii() for character in western)
