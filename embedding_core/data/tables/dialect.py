"""How delimited text is written: which delimiter, which quotes, where the table begins."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from embedding_core.data.tables.records import Record, quotes_wrap, read_records, split_lines

DELIMITERS = ("\t", ";", "|", ",")
NO_DELIMITER = "\x1f"
"""The unit separator stands for "one cell a line": text that people write does not hold it."""
SAMPLE_BYTES = 131_072
MIN_AGREEING = 0.5
SURE = 0.9
MAX_TITLE_LINES = 10
ESCAPED_QUOTE = re.compile(rb'(?<!\\)\\"')


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written, found on its first lines."""

    delimiter: str
    quoted: bool
    """Cells may stand in double quotes; otherwise a quote is a character like any other."""
    backslashed: bool
    """A quote inside a quoted cell is written with a backslash."""
    agreeing: float
    """Share of the sampled records that have the usual number of cells and sound quotes."""
    width: int
    """The usual number of cells."""
    titles: tuple[str, ...]
    """Lines above the table."""
    records: tuple[Record, ...]
    """The sample's records from the table's first on."""
    offsets: tuple[int, int]
    """Bytes before the table's first record and before its second."""


def find_dialect(data: bytes, delimiter: str | None = None, promised: str | None = None) -> Dialect:
    """Parse the first lines of UTF-8 text in every way and keep the way in which its records agree.

    Args:
        data: the text, not all white space.
        delimiter: the delimiter when it is known.
        promised: the delimiter that the file's name promises, for when records agree on none.
    """
    lines, whole = _sample(data)
    if delimiter:
        return _best_quotes(lines, delimiter, whole)
    tried = {d: _best_quotes(lines, d, whole) for d in DELIMITERS if any(d in line for line in lines)}
    sound = [t for t in tried.values() if t.width > 1 and t.agreeing >= (MIN_AGREEING if _leads(t) else SURE)]
    if sound:
        return max(sound, key=lambda t: (round(t.agreeing, 2), -DELIMITERS.index(t.delimiter)))
    if promised:
        kept = tried.get(promised) or _best_quotes(lines, promised, whole)
        one_column = [t for t in (kept, *tried.values()) if t.width == 1 and t.agreeing == 1.0]
        if one_column or len(kept.records[0].cells) > 1:
            return (*one_column, kept)[0]
    return _best_quotes(lines, NO_DELIMITER, whole)


def _sample(data: bytes) -> tuple[list[str], bool]:
    """Return the first lines of UTF-8 text, at least one, and whether they are all of it."""
    if len(data) <= SAMPLE_BYTES:
        return split_lines(data.decode()), True
    end = data.rfind(b"\n", 0, SAMPLE_BYTES) + 1 or data.find(b"\n", SAMPLE_BYTES) + 1 or len(data)
    return split_lines(data[:end].decode()), end == len(data)


def _leads(dialect: Dialect) -> bool:
    return len(dialect.records[0].cells) == dialect.width


def _best_quotes(lines: list[str], delimiter: str, whole: bool) -> Dialect:
    """Return the best of: quotes doubled, quotes after a backslash, quotes that mean nothing."""
    if delimiter == NO_DELIMITER or not any('"' in line for line in lines):
        return _parse(lines, delimiter, whole, quoted=delimiter != NO_DELIMITER)
    doubled = _parse(lines, delimiter, whole, quoted=True)
    if doubled.agreeing == 1.0:
        return doubled
    tried = [doubled]
    if any('\\"' in line for line in lines):
        unescaped = [ESCAPED_QUOTE.sub(b'""', line.encode()).decode() for line in lines]
        tried.append(_parse(unescaped, delimiter, whole, quoted=True, backslashed=True))
    if not quotes_wrap(doubled.records, lines, delimiter):
        tried.append(_parse(lines, delimiter, whole, quoted=False))
    return max(tried, key=lambda t: t.agreeing)


def _parse(lines: list[str], delimiter: str, whole: bool, *, quoted: bool, backslashed: bool = False) -> Dialect:
    records = list(read_records(lines, delimiter, quoted=quoted))
    if not whole and len(records) > 1:
        records.pop()  # the sample may end inside it
    width = Counter(len(record.cells) for record in records).most_common(1)[0][0]
    titles = _count_titles(records, width)
    if titles and _agreeing(records[titles:], width) < SURE:
        titles = 0
    table = records[titles:]
    second = table[1].line if len(table) > 1 else len(lines)
    return Dialect(
        delimiter=delimiter,
        quoted=quoted,
        backslashed=backslashed,
        agreeing=_agreeing(table, width),
        width=width,
        titles=tuple(line.strip() for line in lines[: table[0].line] if line.strip()),
        records=tuple(table),
        offsets=(_count_bytes(lines[: table[0].line]), _count_bytes(lines[:second])),
    )


def _count_bytes(lines: list[str]) -> int:
    return sum(len(line.encode()) for line in lines)


def _agreeing(records: Sequence[Record], width: int) -> float:
    return sum(len(r.cells) == width and not r.broken for r in records) / len(records)


def _count_titles(records: list[Record], width: int) -> int:
    """Count the lines of one cell above a table of several columns: a title or a comment, not a header."""
    for count, record in enumerate(records[: MAX_TITLE_LINES + 1]):
        if width < 2 or len(record.cells) != 1:
            return count
    return 0
