"""Delimited text into records and string columns, stray quotes and ragged rows mended."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv

BLOCK_BYTES = 1 << 20
LOOK_AHEAD = 20_000
"""A quoted cell that has not closed after so many lines is a stray quote."""
MENDED_AT_ONCE = 20_000
FEWER = "fewer cells than the others; the missing ones are empty"
MORE = "more cells than the others; the extra cell {}"
JOINED, OWN_COLUMNS = "was joined to the last column", "has columns of its own"
BROKEN = "a misplaced quote; check how they were read"
_FORGOTTEN = 1_000

csv.field_size_limit(2**31 - 1)  # cells of many megabytes are read, then cut to the limit with a note


@dataclass(frozen=True)
class Record:
    """One record: its cells, the line it begins on (from 0), whether its quotes had to be mended."""

    line: int
    cells: list[str]
    broken: bool


class _Lines:
    """Lines to iterate over, with a position that can be set back by some thousands."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest, self._held, self._first = iter(lines), list[str](), 0
        self.at, self.stop = 0, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.at >= self.stop or not self.more():
            raise StopIteration
        self.at += 1
        return self._held[self.at - 1 - self._first]

    def more(self) -> bool:
        """Say whether a line is left, having read it."""
        if self.at - self._first < len(self._held):
            return True
        line = next(self._rest, None)
        if line is not None:
            self._held.append(line)
        return line is not None

    def forget(self) -> None:
        """Let go of the lines that are behind."""
        if self.at - self._first > _FORGOTTEN:
            del self._held[: self.at - self._first]
            self._first = self.at

    def line(self, at: int) -> str:
        """Return a line that is still held."""
        return self._held[at - self._first]


def split_lines(text: str) -> list[str]:
    """Split at line feeds, carriage returns and both together, and at nothing else; the ends are kept."""
    if "\r" in text:
        return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    *ended, last = text.split("\n")
    return [line + "\n" for line in ended] + ([last] if last else [])


def iterate_lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of UTF-8 blocks that end with their lines."""
    for block in blocks:
        yield from split_lines(block.decode())


def read_records(
    lines: Iterable[str], delimiter: str, *, quote: str | None, width: int | None = None
) -> Iterator[Record]:
    """Yield the records of lines (with their ends), blank ones left out; a stray quote spoils its own line only."""
    source = _Lines(lines)
    reader = _reader(source, delimiter, quote)
    while source.more():
        start = source.at
        source.stop = start + LOOK_AHEAD
        try:
            cells, broken = next(reader), False
        except csv.Error:
            cells, broken = _read_alone(source.line(start), delimiter, width), True
            reader = _reader(source, delimiter, quote)
        if source.at > start + 1 and not broken and width is not None and len(cells) != width:
            alone = _read_alone(source.line(start), delimiter, width)
            if len(alone) == width:  # the quote had swallowed rows that are complete without it
                cells, broken = alone, True
        if broken:
            source.at = start + 1
        source.forget()
        if cells:
            yield Record(start, cells, broken)


def _reader(lines: Iterable[str], delimiter: str, quote: str | None) -> Iterator[list[str]]:
    style: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    return csv.reader(lines, delimiter=delimiter, strict=True, quoting=style, quotechar=quote or '"')


def _read_alone(line: str, delimiter: str, width: int | None) -> list[str]:
    """Return the cells of a line of unsound quotes: read leniently, or as it stands when only that fits the width."""
    line = line.rstrip("\r\n").replace("\r", " ")
    lenient = next(csv.reader([line], delimiter=delimiter), [])
    literal = line.split(delimiter)
    return literal if len(literal) == width != len(lenient) else lenient


def quotes_wrap(records: Sequence[Record], lines: Sequence[str], delimiter: str) -> bool:
    """Say whether quotes wrap cells: of the lines that open one, most came out sound when read on that belief."""
    return 2 * sum(record.broken for record in records) <= sum(_opens(line, delimiter) for line in lines)


def _opens(line: str, delimiter: str) -> bool:
    return line.startswith('"') or f'{delimiter}"' in line


@dataclass(frozen=True)
class Layout:
    """How the records of a text are written."""

    delimiter: str
    quote: str | None
    """None where quotes are characters like any other."""
    width: int
    first_line: int = 1
    """The line, from 1, that the first record stands on."""


Blocks = Callable[[], Iterator[bytes]]
"""Begins to read the text again: blocks of UTF-8 that end with their lines."""


def read_columns(blocks: Blocks, layout: Layout, warnings: list[str]) -> list[pa.ChunkedArray]:
    """Return `width` string columns or more, adding to the warnings what was mended.

    The text is read block by block, so that no more than the result is in memory. Sound text goes through Arrow, the
    rest record by record: about ten times slower.
    """
    if layout.quote and not any(layout.quote.encode() in block for block in blocks()):
        layout = replace(layout, quote=None)
    if layout.quote is None or _are_sound(blocks(), layout):
        for block_bytes in (BLOCK_BYTES, 16 * BLOCK_BYTES, 256 * BLOCK_BYTES):
            try:
                return _read_fast(blocks(), layout, block_bytes)
            except pa.ArrowInvalid as error:  # a ragged row, or one that is longer than a block
                if "straddling" not in str(error):
                    break
    return _mend(blocks, layout, warnings)


def _are_sound(blocks: Iterator[bytes], layout: Layout) -> bool:
    """Say whether every quote opens or closes a cell or is doubled inside one, so that all parsers agree on them.

    Seen from the text's beginning every other quote opens: what stands before it, and behind the next, tells.
    """
    ends = np.frombuffer(f"{layout.delimiter}\r\n{layout.quote}".encode(), np.uint8)
    opened = 0
    for block in blocks:
        # Blocks end with their lines, so the end of one is what stands before the next.
        codes = np.frombuffer(b"\n" + block + b"\n", np.uint8)
        quotes = np.flatnonzero(codes == ends[-1])
        opening, closing = quotes[opened::2], quotes[1 - opened :: 2]
        if not (np.isin(codes[opening - 1], ends).all() and np.isin(codes[closing + 1], ends).all()):
            return False
        opened = (opened + len(quotes)) % 2
    return not opened


class _Stream(io.RawIOBase):
    """Blocks as a file to read from."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _read_fast(blocks: Iterator[bytes], layout: Layout, block_bytes: int) -> list[pa.ChunkedArray]:
    names = [str(i) for i in range(layout.width)]
    kinds = dict.fromkeys(names, pa.large_string())
    try:
        reader = pyarrow.csv.open_csv(
            _Stream(blocks),
            pyarrow.csv.ReadOptions(column_names=names, block_size=block_bytes),
            pyarrow.csv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char=layout.quote or False,
                newlines_in_values=layout.quote is not None,
            ),
            pyarrow.csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=False),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise
        return [pa.chunked_array([], type=pa.large_string())] * layout.width
    return list(pa.Table.from_batches(reader, reader.schema).columns)


def _mend(blocks: Blocks, layout: Layout, warnings: list[str]) -> list[pa.ChunkedArray]:
    """Bring every record to one width: missing cells are empty, surplus ones are joined to the last.

    A comma may belong to a text that should have been quoted; a tab hardly does, so surplus cells after tabs become
    columns of their own.
    """
    tabs, opened = layout.delimiter == "\t", 0
    found: dict[str, list[int]] = {FEWER: [], MORE.format(OWN_COLUMNS if tabs else JOINED): [], BROKEN: []}
    chunks: list[list[pa.Array]] = []

    def counted(lines: Iterable[str]) -> Iterator[str]:
        nonlocal opened
        for line in lines:
            opened += _opens(line, layout.delimiter)
            yield line

    records = read_records(counted(iterate_lines(blocks())), layout.delimiter, quote=layout.quote, width=layout.width)
    while some := list(islice(records, MENDED_AT_ONCE)):
        width = layout.width
        if tabs:
            width = max(width, min(2 * width, max(len(record.cells) for record in some)))
        for lines, wrong in zip(
            found.values(),
            (
                [r.line for r in some if len(r.cells) < layout.width],
                [r.line for r in some if len(r.cells) > layout.width],
                [r.line for r in some if r.broken],
            ),
            strict=True,
        ):
            lines += wrong
        fitted = [_fit(record.cells, layout.delimiter, width) for record in some]
        chunks.append([pa.array(cells, type=pa.large_string()) for cells in zip(*fitted, strict=True)])
    if layout.quote and 2 * len(found[BROKEN]) > opened:  # quotes wrap nothing here: they are characters like any other
        return read_columns(blocks, replace(layout, quote=None), warnings)
    for what, lines in found.items():
        if lines:
            rows = "1 row" if len(lines) == 1 else f"{len(lines):,} rows"
            warnings.append(f"{rows} had {what} (first: line {lines[0] + layout.first_line:,}).")
    width = max((len(chunk) for chunk in chunks), default=layout.width)
    return [_column(chunks, position) for position in range(width)]


def _column(chunks: list[list[pa.Array]], position: int) -> pa.ChunkedArray:
    """Return one column of chunks, of which some may be too narrow to have it."""
    parts = [
        chunk[position] if position < len(chunk) else pa.repeat(pa.scalar("", pa.large_string()), len(chunk[0]))
        for chunk in chunks
    ]
    return pa.chunked_array(parts, type=pa.large_string())


def _fit(cells: list[str], delimiter: str, width: int) -> list[str]:
    if len(cells) > width:
        return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))
