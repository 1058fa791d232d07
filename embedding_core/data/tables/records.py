"""Delimited text into records and string columns, stray quotes and ragged rows mended."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.csv

BLOCK_BYTES = 1 << 24
LOOK_AHEAD = 20_000
"""A quoted cell that has not closed after so many lines is a stray quote."""

csv.field_size_limit(2**31 - 1)  # cells of many megabytes are read, then cut to the limit with a note


@dataclass(frozen=True)
class Record:
    """One record: its cells, the line it begins on (from 0), whether its quotes had to be mended."""

    line: int
    cells: list[str]
    broken: bool


class _Lines:
    """Lines to iterate over, with a position that can be set back."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.at, self.stop = lines, 0, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.at >= self.stop:
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def split_lines(text: str) -> list[str]:
    """Split at line feeds, carriage returns and both together, and at nothing else; the ends are kept."""
    if re.search(r"\r(?!\n)", text):
        return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    *ended, last = text.split("\n")
    return [line + "\n" for line in ended] + ([last] if last else [])


def read_records(lines: Sequence[str], delimiter: str, *, quoted: bool, width: int | None = None) -> Iterator[Record]:
    """Yield the records of lines (with their ends), blank ones left out; a stray quote spoils its own line only."""
    style: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True, quoting=style)
    while source.at < len(lines):
        start = source.at
        source.stop = min(len(lines), start + LOOK_AHEAD)
        try:
            cells, broken = next(reader), False
        except csv.Error:
            cells, broken = _read_alone(lines[start], delimiter, width), True
            reader = csv.reader(source, delimiter=delimiter, strict=True, quoting=style)
        if source.at > start + 1 and not broken and width is not None and len(cells) != width:
            alone = _read_alone(lines[start], delimiter, width)
            if len(alone) == width:  # the quote had swallowed rows that are complete without it
                cells, broken = alone, True
        if broken:
            source.at = start + 1
        if cells:
            yield Record(start, cells, broken)


def _read_alone(line: str, delimiter: str, width: int | None) -> list[str]:
    """Return the cells of a line of unsound quotes: read leniently, or as it stands when only that fits the width."""
    line = line.rstrip("\r\n").replace("\r", " ")
    lenient = next(csv.reader([line], delimiter=delimiter), [])
    literal = line.split(delimiter)
    return literal if len(literal) == width != len(lenient) else lenient


def quotes_wrap(records: Sequence[Record], lines: Sequence[str], delimiter: str) -> bool:
    """Say whether quotes wrap cells: of the lines that open one, most came out sound when read on that belief."""
    opened = sum(line.startswith('"') or f'{delimiter}"' in line for line in lines)
    return 2 * sum(record.broken for record in records) <= opened


def read_columns(
    text: bytes, delimiter: str, *, quoted: bool, width: int, first_line: int, notes: list[str]
) -> list[pa.ChunkedArray]:
    """Return `width` string columns or more, adding to the notes what was mended.

    Sound text goes through Arrow, the rest record by record: about ten times slower.
    """
    if not text or text.isspace():
        return [pa.chunked_array([], type=pa.large_string())] * width
    quoted = quoted and b'"' in text
    lines = split_lines(text.decode()) if quoted else []
    if not quoted or _are_sound(lines, delimiter, width):
        for block in (BLOCK_BYTES, max(BLOCK_BYTES, len(text)) + 1):
            try:
                return _read_fast(text, delimiter, quoted, width, block)
            except pa.ArrowInvalid:  # a ragged row, or one that is longer than a block
                continue
    records = _mend(lines or split_lines(text.decode()), delimiter, quoted, width)
    return _to_columns(records, delimiter, width, first_line, notes)


def _are_sound(lines: list[str], delimiter: str, width: int) -> bool:
    try:
        return set(map(len, csv.reader(lines, delimiter=delimiter, strict=True))) <= {0, width}
    except csv.Error:
        return False


def _read_fast(text: bytes, delimiter: str, quoted: bool, width: int, block: int) -> list[pa.ChunkedArray]:
    names = [str(i) for i in range(width)]
    table = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        pyarrow.csv.ReadOptions(column_names=names, block_size=block),
        pyarrow.csv.ParseOptions(delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return list(table.columns)


def _mend(lines: list[str], delimiter: str, quoted: bool, width: int) -> list[Record]:
    records = list(read_records(lines, delimiter, quoted=quoted, width=width))
    if quoted and not quotes_wrap(records, lines, delimiter):
        return list(read_records(lines, delimiter, quoted=False))
    return records


def _to_columns(
    records: list[Record], delimiter: str, width: int, first_line: int, notes: list[str]
) -> list[pa.ChunkedArray]:
    """Bring every record to one width: missing cells are empty, surplus ones are joined to the last.

    A comma may belong to a text that should have been quoted; a tab hardly does, so surplus cells after tabs become
    columns of their own.
    """
    short = [r for r in records if len(r.cells) < width]
    long = [r for r in records if len(r.cells) > width]
    surplus = "was joined to the last column"
    if delimiter == "\t" and long:
        width = min(2 * width, max(len(r.cells) for r in long))
        surplus = "has columns of its own"
    for found, what in (
        (short, "fewer cells than the others; the missing ones are empty"),
        (long, f"more cells than the others; the extra cell {surplus}"),
        ([r for r in records if r.broken], "a misplaced quote; check how they were read"),
    ):
        if found:
            rows = "1 row" if len(found) == 1 else f"{len(found):,} rows"
            notes.append(f"{rows} had {what} (first: line {found[0].line + first_line:,}).")
    rows_of_cells = [_fit(record.cells, delimiter, width) for record in records]
    return [pa.chunked_array([pa.array(cells, type=pa.large_string())]) for cells in zip(*rows_of_cells, strict=True)]


def _fit(cells: list[str], delimiter: str, width: int) -> list[str]:
    if len(cells) > width:
        return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))
