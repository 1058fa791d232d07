"""How delimited text is written: which delimiter, which quotes, where the table begins.

Every way of reading the first lines is tried and scored by two questions: do the records agree in their number of
cells, and do the cells look whole. After van den Burg, Nazábal and Sutton (2019), Wrangling messy CSV files by
detecting row and type patterns, https://doi.org/10.1007/s10618-019-00646-y.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from embedding_core.data.tables.header import MAX_ABOVE, SURE_ODDS, count_above, has_row_names, header_odds
from embedding_core.data.tables.records import Record, quotes_wrap, read_records, split_lines

DELIMITERS = (",", "\t", ";", "|")
NO_DELIMITER = "\x1f"
"""The unit separator stands for "one cell a line": text that people write does not hold it."""
MIN_AGREEING = 0.5
SURE = 0.9
MAX_COMMENTS = 100
SCORED = 500
ESCAPED_QUOTE = re.compile(rb'(?<!\\)\\"')
COMMENT = re.compile(r"\s*(#|//|%)")
SEPARATOR = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
"""A first line that Excel writes and reads."""
# A delimiter with no space after it, where another delimiter is supposed to be the one.
_LEFT = {
    d: re.compile(f"[{''.join(other for other in DELIMITERS if other != d)}](?=\\S)")
    for d in (*DELIMITERS, NO_DELIMITER)
}
_WHOLE = re.compile(r"""[-+\d.,'eE\s]+%?|\[.*\]|\{.*\}|\(.*\)|(https?|data):\S+""", re.DOTALL)
_ENTITY, _CUT_ENTITY = re.compile(r"&#?\w+;"), re.compile(r"&#?\w+$")


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written, found on its first lines."""

    delimiter: str
    quote: str | None
    """What cells may stand in; None where a quote is a character like any other."""
    backslashed: bool
    """A quote inside a quoted cell is written with a backslash."""
    agreeing: float
    """Share of the sampled records that have the usual number of cells and sound quotes."""
    width: int
    """The usual number of cells."""
    above: tuple[str, ...]
    """Lines above the table that are left out: titles and comments."""
    titled: bool
    """Some of these lines are titles, which another delimiter may read as a header."""
    separator: bool
    """The first line says which the delimiter is, and nothing else."""
    records: tuple[Record, ...]
    """The sample's records from the table's first on."""
    offsets: tuple[int, int]
    """Bytes before the table's first record and before its second."""

    @property
    def leads(self) -> bool:
        """Whether the first record has as many cells as the others, or is a header without a name for the row names."""
        return len(self.records[0].cells) == self.width or has_row_names(self.rows)

    @property
    def score(self) -> float:
        """How likely this is the way the text is written, from 0 to 1."""
        return self.agreeing * self.wholeness * (1 if self.leads else SURE)

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells of the sample."""
        return [record.cells for record in self.records]

    @cached_property
    def wholeness(self) -> float:
        """Share of the cells that look whole: no other delimiter glued between their words, no space in front."""
        rows = self.rows[:SCORED]
        after = [cell for row in rows for cell in row[1:]]
        # Some write a space after each comma; in prose that is cut at its commas there is one as well.
        alike = len(rows) >= 3 and set(map(len, rows)) == {self.width}
        spaced = alike and all(cell.startswith(" ") for cell in after) and header_odds(rows) > 2 * SURE_ODDS
        cells = [cell for row in rows for cell in row]
        return sum(_is_whole(cell, self.delimiter, spaced=spaced) for cell in cells) / max(1, len(cells))


def find_dialect(data: bytes, whole: bool, delimiter: str | None = None, promised: str | None = None) -> Dialect:
    """Parse the first lines of UTF-8 text in every way and keep the way in which its records and cells agree.

    Args:
        data: the first lines of the text, not all white space.
        whole: they are all of it.
        delimiter: the delimiter when it is known.
        promised: the delimiter that the file's name promises.
    """
    lines = split_lines(data.decode())
    if separator := SEPARATOR.match(lines[0]):
        return _separated(lines, whole, separator[1], delimiter)
    if delimiter:
        return _best_quotes(lines, delimiter, whole)
    one = _best_quotes(lines, NO_DELIMITER, whole)
    tried = [_best_quotes(lines, d, whole) for d in DELIMITERS if any(d in line for line in lines)]
    sound = [t for t in tried if t.width > 1 and t.agreeing >= (MIN_AGREEING if t.leads else SURE)]
    if not sound:
        kept = next((t for t in tried if t.delimiter == promised and len(t.records[0].cells) > 1), None)
        return kept if kept is not None and one.wholeness < 1 - SURE else one
    full = [t for t in sound if t.leads and t.agreeing == 1.0 and not t.titled]
    best = max(full or sound, key=lambda t: (round(t.score, 2), t.delimiter == promised))
    return best if _is_table(best, one, promised) else one


def _is_table(table: Dialect, one: Dialect, promised: str | None) -> bool:
    """Say whether text is a table rather than lines of text that hold a delimiter."""
    if table.delimiter == "\t":
        return True
    return table.score >= one.wholeness if promised else table.wholeness > 0


def _separated(lines: list[str], whole: bool, named: str, delimiter: str | None) -> Dialect:
    """Read below a line such as "sep=;", by what it names unless only another delimiter makes a table."""
    tried = [_best_quotes(lines, d, whole, first=1) for d in dict.fromkeys((delimiter or named, *DELIMITERS))]
    wide = [t for t in tried if t.width > 1 and t.agreeing >= MIN_AGREEING]
    return tried[0] if delimiter else (*wide, tried[0])[0]


def _is_whole(cell: str, delimiter: str, *, spaced: bool) -> bool:
    plain = cell.strip()
    if _WHOLE.fullmatch(plain) or not plain:
        return True
    if cell.startswith(" ") and not spaced:
        return False
    if delimiter == ";" and _CUT_ENTITY.search(plain):
        return False
    return not _LEFT.get(delimiter, _LEFT[NO_DELIMITER]).search(_ENTITY.sub("", plain))


def _best_quotes(lines: list[str], delimiter: str, whole: bool, first: int = 0) -> Dialect:
    """Return the best of: quotes doubled, quotes after a backslash, single quotes, quotes that mean nothing."""
    doubled = _parse(lines, delimiter, whole, first, quote='"')
    if not any('"' in line for line in lines):
        opened = re.compile(f"(^|{re.escape(delimiter)})'")
        if 2 * sum(bool(opened.search(line)) for line in lines) > len(lines):
            single = _parse(lines, delimiter, whole, first, quote="'")
            return single if single.agreeing == 1.0 and not any(r.broken for r in single.records) else doubled
        return doubled
    if doubled.agreeing == 1.0:
        return doubled
    tried = [doubled]
    if any('\\"' in line for line in lines):
        unescaped = [ESCAPED_QUOTE.sub(b'""', line.encode()).decode() for line in lines]
        tried.append(_parse(unescaped, delimiter, whole, first, quote='"', backslashed=True))
    if not quotes_wrap(doubled.records, lines, delimiter):
        tried.append(_parse(lines, delimiter, whole, first, quote=None))
    return max(tried, key=lambda t: t.agreeing)


def _parse(
    lines: list[str], delimiter: str, whole: bool, first: int, *, quote: str | None, backslashed: bool = False
) -> Dialect:
    begin = first + _count_comments(lines[first:])
    records = _records(lines, begin, delimiter, quote, whole)
    if begin > first and not _stay_out(lines[begin - 1], records, delimiter):
        begin = begin - 1 if _width(records) > 1 else first
        records = _records(lines, begin, delimiter, quote, whole)
    titles = _count_titles(records)
    table = records[titles:]
    start, second = table[0].line, table[1].line if len(table) > 1 else len(lines)
    return Dialect(
        delimiter=delimiter,
        quote=quote,
        backslashed=backslashed,
        agreeing=_agreeing(table),
        width=_width(table),
        above=tuple(line.strip() for line in lines[first:start] if line.strip()),
        titled=titles > 0,
        separator=first > 0,
        records=tuple(table),
        offsets=(_count_bytes(lines[:start]), _count_bytes(lines[:second])),
    )


def _records(lines: list[str], begin: int, delimiter: str, quote: str | None, whole: bool) -> list[Record]:
    """Return the records of the lines from one on; each knows its line among all."""
    found = read_records(lines[begin:], delimiter, quote=quote)
    records = [Record(record.line + begin, record.cells, record.broken) for record in found]
    if not whole and len(records) > 1:
        records.pop()  # the sample may end inside it
    return records


def _count_comments(lines: list[str]) -> int:
    """Count the lines of comments above everything else; text that is nothing but such lines is no comment."""
    marked = next((i for i, line in enumerate(lines) if line.strip() and not COMMENT.match(line)), len(lines))
    if marked in (0, len(lines)) or marked > MAX_COMMENTS or not any(map(COMMENT.match, lines[:marked])):
        return 0
    return marked


def _stay_out(last: str, records: list[Record], delimiter: str) -> bool:
    """Say whether comments above records are comments: their last line may be a header or an item."""
    width, rows = _width(records), [record.cells for record in records]
    if not last.strip():
        return True
    mark, cells = COMMENT.match(last), len(last.split(delimiter))
    if width > 1 and cells != width:
        return True
    glued = mark is not None and not last[mark.end() : mark.end() + 1].isspace()
    return header_odds(rows) > 0 and not (width > 1 and glued)


def _count_titles(records: list[Record]) -> int:
    """Count the records above a table that are no part of it: titles over a header, or set off by an empty line."""
    rows = [record.cells for record in records]
    width = _width(records)
    narrow = next((i for i, row in enumerate(rows[: MAX_ABOVE + 1]) if len(row) > 1), 0)
    if width < 2 or not records:
        return 0
    ends = records[narrow].line - records[narrow - 1].line > 1 if narrow else False
    if ends and _agreeing(records[narrow:]) >= SURE:
        return narrow
    above = count_above(rows)
    return above if above and _agreeing(records[above:]) >= SURE else 0


def _count_bytes(lines: list[str]) -> int:
    return sum(len(line.encode()) for line in lines)


def _width(records: Sequence[Record]) -> int:
    """Return the usual number of cells."""
    if has_row_names([record.cells for record in records]):
        return len(records[1].cells)
    return Counter(len(record.cells) for record in records).most_common(1)[0][0]


def _agreeing(records: Sequence[Record]) -> float:
    """Return the share of records that have the usual number of cells and sound quotes."""
    width = _width(records)
    agree = sum(len(r.cells) == width and not r.broken for r in records)
    return (agree + has_row_names([r.cells for r in records])) / len(records)
