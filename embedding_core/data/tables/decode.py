"""Bytes of unknown encoding become UTF-8, block by block."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp
from typing import BinaryIO

from embedding_core.base.errors import InputError
from embedding_core.data.detect import HEAD_BYTES, utf16_order

MARKS = (  # UTF-32's mark begins with UTF-16's, so it comes first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What spreadsheets, editors and databases write: the detector's name, Python's, and how usual it is for its script.
CANDIDATES = {
    **{f"cp125{i}": (f"cp125{i}", 1.3 if i == 2 else 1.0) for i in range(9)},
    **{"cp874": ("cp874", 1.0), "koi8-r": ("koi8_r", 1.0), "gb18030": ("gb18030", 1.0), "big5hkscs": ("big5", 1.0)},
    **{"cp932": ("cp932", 1.0), "euc_jis_2004": ("euc_jp", 1.0), "cp949": ("cp949", 1.0)},
    **{"mac-roman": ("mac_roman", 0.8), "mac-cyrillic": ("mac_cyrillic", 0.6)},
    **{"cp850": ("cp850", 0.7), "cp852": ("cp852", 0.7), "cp866": ("cp866", 0.8)},
    **{"iso8859-2": ("iso8859_2", 0.8), "iso8859-5": ("iso8859_5", 0.8)},
}
USUAL = ("cp1252", "cp1251")
SURE = 0.63
"""Below this share of the likelihood of the two best readings a guess is in doubt."""
BLOCK_BYTES = 1 << 20
SAMPLE_BYTES = 16_384
MAX_DAMAGED = 0.01
UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
SHIFTS = (b"\x1b$B", b"\x1b$@")
# What text does not hold unless it was misread: a symbol inside a word, a capital after a small letter, two scripts in
# one word, box drawing, half-width and private letters.
IMPLAUSIBLE = re.compile(
    r"(?<=[^\W\d_])[\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6\u00b8\u00bb-\u00bf\u00d7\u00f7\u2013\u2018"
    r"\u201c\u201d\u2020-\u2023\u2026\u2030\u2039-\u2044\u20ac\u2122\u2200-\u22ff](?=[^\W\d_])"
    r"|(?<=[a-zß-öø-ÿа-џα-ώ])[À-ÖØ-ÞĀĂĄĆČĎĐĘĚŁŃŇŐŘŚŠŤŮŰŹŻŽŸŒΑ-ΫЀ-Я]"
    r"|(?<=[^\W\d_])[\u201a\u201e]|(?<=[A-Za-z])[\u0370-\u06ff]|[\u0370-\u06ff](?=[A-Za-z])"
    r"|[\u0080-\u009f\ue000-\uf8ff\ufffd\uff61-\uff9f\u2500-\u259f]"
)
ICELANDIC, ONLY_ICELANDIC = re.compile("[ðþÐÞ]"), re.compile("[áíæúÁÍÆÚ]")
JAPANESE = ("cp932", "euc_jp")
KANA = re.compile("[\u3041-\u30fe]")
STRICTNESS = 4.0
# The first level of each standard: the ideographs and syllables that most texts are written in.
COMMON = {
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa4-\xc6][\x40-\xfe]"),
    "cp932": re.compile(rb"[\x88-\x98][\x40-\xfc]|\x82[\x9f-\xf1]|\x83[\x40-\x96]|\x81[\x58\x5b]"),
    "euc_jp": re.compile(rb"[\xb0-\xcf\xa4\xa5][\xa1-\xfe]|\xa1[\xb9\xbc]"),
    "cp949": re.compile(rb"[\xb0-\xc8][\xa1-\xfe]"),
}
UNUSUAL_IN_NAMES = re.compile(
    r"(?<=[A-Za-z])[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7a3]|[\u2200-\u259f\ufffd\u00a0-\u00bf\u0080-\u009f]"
)


@dataclass(frozen=True)
class Text:
    """The text of a file, read as UTF-8 as often as needed; without byte order mark and NUL."""

    open: Callable[[], BinaryIO]
    name: str
    encoding: str
    mark: int = 0
    """Bytes of the byte order mark."""
    strict: bool = False
    """Bytes that do not fit are an error, not a replacement character."""
    valid: bool = False
    """All of it was seen to be UTF-8."""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    other: str | None = None
    """The second likeliest encoding, where it was guessed."""

    def blocks(self, size: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield UTF-8 in blocks, which may end inside a character.

        Raises:
            InputError: bytes do not read in the encoding that was asked for.
        """
        as_it_is = self.valid and codecs.lookup(self.encoding).name == "utf-8"
        decoder = codecs.getincrementaldecoder(self.encoding)("strict" if self.strict else "replace")
        at, lines = self.mark, 1
        with self.open() as file:
            file.seek(self.mark)
            while block := file.read(size):
                data = block if as_it_is else self._recode(decoder, block, at, lines)
                at, lines = at + len(block), lines + (block.count(b"\n") if self.strict else 0)
                yield data.replace(b"\x00", b"") if b"\x00" in data else data
        if not as_it_is and (rest := self._recode(decoder, b"", at, lines)):
            yield rest

    def _recode(self, decoder: codecs.IncrementalDecoder, block: bytes, at: int, lines: int) -> bytes:
        pending = len(decoder.getstate()[0])
        try:
            return decoder.decode(block, final=not block).encode("utf-8", "replace")
        except UnicodeDecodeError as error:
            line = lines + block.count(b"\n", 0, max(0, error.start - pending))
            where = f"byte {at - pending + error.start:,} (line {line:,})"
            message = f"{self.name} cannot be decoded as {self.encoding}: {where} is invalid."
            raise InputError(message, "Choose another encoding, or leave it on automatic.") from None

    def read(self) -> bytes:
        """Return all of it."""
        return b"".join(self.blocks())

    def head(self, size: int) -> tuple[bytes, bool]:
        """Return the whole lines among the first `size` bytes, at least one, and whether they are all of it."""
        held = b""
        for block in self.blocks(size):
            held += block
            if len(held) <= size:
                continue
            end = held.rfind(b"\n", 0, size) + 1 or held.rfind(b"\r", 0, size) + 1
            end = end or held.find(b"\n", size) + 1
            if end:
                return held[:end], False
        return held, True


def open_text(source: Callable[[], BinaryIO], encoding: str | None, name: str) -> Text:
    """Find out how a file's text is encoded; all of it is looked at, none of it kept.

    Args:
        source: opens the file's bytes.
        encoding: the encoding, if the person has decided.
        name: the file's name, for messages.
    """
    with source() as file:
        head = file.read(HEAD_BYTES)
    mark, marked = next(((m, e) for m, e in MARKS if head.startswith(m)), (b"", None))
    chosen = encoding or marked or utf16_order(head)
    notes: list[str] = []
    warnings: list[str] = []
    skipped, other = 0, None
    if marked and (encoding is None or _family(encoding) == _family(marked)):
        skipped, chosen = len(mark), marked
    seen = _look(source)
    if chosen is None and seen.damaged == 0:
        chosen = "iso2022_jp" if any(shift in seen.sample for shift in SHIFTS) else "utf-8"
    if chosen is None:
        chosen = "utf-8"
        if seen.damaged > MAX_DAMAGED * seen.whole:
            chosen, other = _guess(seen, notes, warnings)
    if encoding is None and codecs.lookup(chosen).name == "utf-8" and seen.damaged:
        warnings.append(f"Some bytes are not valid {chosen} and were replaced by \ufffd.")
    if seen.nul and not chosen.startswith(("utf-16", "utf-32")):
        notes.append(f"{seen.nul:,} NUL {'byte was' if seen.nul == 1 else 'bytes were'} removed.")
    strict, valid = encoding is not None, seen.damaged == 0
    return Text(source, name, chosen, skipped, strict, valid, tuple(notes), tuple(warnings), other)


@dataclass(frozen=True)
class Decoded:
    """Text as UTF-8 bytes, without byte order mark and NUL."""

    data: bytes
    encoding: str
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    other: str | None = None
    """The second likeliest encoding, where it was guessed."""


def decode(data: bytes, encoding: str | None, name: str) -> Decoded:
    """Return the text of a file as UTF-8, with the encoding given or found.

    Raises:
        InputError: the bytes do not read in the encoding that was asked for.
    """
    text = open_text(lambda: io.BytesIO(data), encoding, name)
    return Decoded(text.read(), text.encoding, text.notes, text.warnings, text.other)


def _family(encoding: str) -> str:
    """Return "utf-8", "utf-16" or "utf-32" for each of their variants."""
    return codecs.lookup(encoding).name[:6].rstrip("-")


@dataclass(frozen=True)
class _Seen:
    damaged: int
    """Places that are not UTF-8."""
    whole: int
    """Characters beyond ASCII that are."""
    nul: int
    undefined: bool
    """Bytes occur that cp1252 does not know."""
    sample: bytes
    """The first lines beyond ASCII."""


def _look(source: Callable[[], BinaryIO]) -> _Seen:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    damaged = whole = nul = 0
    undefined, sample = False, b""
    with source() as file:
        while block := file.read(BLOCK_BYTES):
            nul += block.count(0)
            shifted = any(shift in block for shift in SHIFTS)
            if block.isascii() and not shifted and not decoder.getstate()[0]:
                continue
            text = decoder.decode(block)
            # A block may end inside a character, which costs two marks at most.
            broken = text.count("\ufffd") - block.count("\ufffd".encode())
            damaged += max(0, broken)
            whole += len(text) - len(text.encode("ascii", "ignore")) - broken
            undefined = undefined or any(code in block for code in UNDEFINED_IN_CP1252)
            if len(sample) < SAMPLE_BYTES:
                lines = block.splitlines() if not shifted else [block]
                sample += b"\n".join(line for line in lines if shifted or not line.isascii())[:SAMPLE_BYTES] + b"\n"
    damaged += "\ufffd" in decoder.decode(b"", final=True)
    return _Seen(damaged, whole, nul, undefined, sample)


def _guess(seen: _Seen, notes: list[str], warnings: list[str]) -> tuple[str, str | None]:
    """Return the two likeliest encodings of bytes that are not UTF-8, and say how sure the first is."""
    ranked = _rank(seen.sample)
    encoding, best = ranked[0]
    encoding = next((usual for usual in USUAL if _same(seen.sample, usual, encoding)), encoding)
    second = next(((other, odds) for other, odds in ranked if not _same(seen.sample, encoding, other)), None)
    if encoding == "cp1252" and seen.undefined:
        encoding = "latin-1"
    if second is None or best >= SURE * (best + second[1]):
        notes.append(f"The encoding was guessed: {encoding}. If accents look wrong, choose another.")
    else:
        warnings.append(f"The encoding is in doubt: read as {encoding}; it may be {second[0]}.")
    return encoding, None if second is None else second[0]


def likeliest_encoding(names: bytes, usual: dict[str, float]) -> str:
    """Return the likeliest encoding of names that are not UTF-8.

    They are too short for the frequencies of their letters alone, so it also counts how many letters stand where names
    have none, and how many ideographs are among the common ones.

    Args:
        names: the bytes of all of them, one a line.
        usual: how usual encodings are that are no candidates for a table, or more or less usual for names.
    """

    def likelihood(codec: str, odds: float) -> float:
        text = names.decode(codec, "replace")
        letters = [character for character in text if not character.isascii()]
        unusual = len(UNUSUAL_IN_NAMES.findall(text)) + sum(not _is_common(letter, codec) for letter in letters)
        return odds * exp(-STRICTNESS * unusual / max(1, len(letters)))

    return max(_rank(names, usual), key=lambda ranked: likelihood(*ranked))[0]


def _is_common(letter: str, codec: str) -> bool:
    """Say whether a letter is among the common ones of a character set of ideographs; True in one without levels."""
    data = letter.encode(codec, "replace")
    return codec not in COMMON or len(data) < 2 or COMMON[codec].fullmatch(data) is not None


def _rank(sample: bytes, usual: dict[str, float] | None = None) -> list[tuple[str, float]]:
    """Return the encodings that fit, the likeliest first: a detector's odds times how much they look like text."""
    import chardet  # only here: it loads tables of letter frequencies

    candidates = CANDIDATES | {name: (name, how) for name, how in (usual or {}).items()}
    found = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, include_encodings=list(candidates))
    sureness = {str(guess["encoding"]): guess["confidence"] for guess in found}
    odds = {}
    for known_as, (codec, prior) in candidates.items():
        text = sample.decode(codec, "replace")
        letters = sum(not character.isascii() for character in text) or 1
        strange = len(IMPLAUSIBLE.findall(text)) / letters
        if not ONLY_ICELANDIC.search(text):  # Turkish shares all else with Western languages
            strange += len(ICELANDIC.findall(text)) / letters
        # Kana stand in Chinese code pages too, but not in Chinese; no other script's bytes make them up by chance.
        kana = len(KANA.findall(text)) / letters if codec in JAPANESE else 0
        odds[codec] = (sureness.get(known_as, 0) + kana**2 / 2) * prior * exp(-STRICTNESS * strange)
    return sorted(odds.items(), key=lambda item: -item[1])


def _same(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, "replace") == sample.decode(other, "replace")
