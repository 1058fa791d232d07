"""Text files of vectors: one a line, with its word before it or without.

GloVe, word2vec and fastText write a word and its numbers, the last two under a line of two counts; TensorFlow Projector
and `numpy.savetxt` write the numbers alone. What is split here is what can be nothing else; all other text is a table.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from embedding_core.base.types import Matrix
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport, text_column
from embedding_core.data.tables.decode import Text
from embedding_core.data.vectors.arrays import VECTOR_COLUMN, vector_column

WORD_COLUMN = "word"
HEAD_LINES = 60
HEAD_BYTES = 1 << 20
MIN_WORD_DIM = 5
"""Fewer numbers after a word, without a line of counts above, are a table."""
MIN_LINES = 2
AGREEING = 0.95
FRACTIONS = 0.5
"""At least this share of the numbers must be written with a point or an exponent; whole ones are a table."""
BLOCK_BYTES = 1 << 26

_NUMBER = re.compile(rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|NaN|inf)")
_COUNTS = re.compile(rb"(\d{1,10})[ \t](\d{1,5})[ \t]*")
_COMMENT = (b"#", b"%")
_GAPS = re.compile(rb"[ \t]{2,}")


@dataclass(frozen=True)
class LineFormat:
    """How the lines of a file of vectors are written."""

    separator: bytes
    dim: int
    words: bool
    """A word stands before the numbers."""
    counts: tuple[int, int] | None = None
    """The number of vectors and of dimensions that the first line announces."""
    numbered: bool = False
    """The first line numbers the dimensions, as pandas does."""


def line_format(head: bytes, whole: bool) -> LineFormat | None:
    """Return how text writes vectors, one a line, from its first lines; None when it does not.

    Args:
        head: its first lines.
        whole: these are all.
    """
    lines = head.split(b"\n")
    if not whole and len(lines) > MIN_LINES:
        lines.pop()  # it may be cut
    lines = [stripped for line in lines[: 2 * HEAD_LINES] if (stripped := line.strip())][:HEAD_LINES]
    counts = _COUNTS.fullmatch(lines[0]) if lines else None
    if counts is not None and len(lines) > 1:
        found = _words(lines[1:], int(counts[2]))
        if found is not None:
            return LineFormat(found.separator, found.dim, True, (int(counts[1]), int(counts[2])))
    lines = [line for line in lines if not line.startswith(_COMMENT)] or lines
    if len(lines) < MIN_LINES:
        return None
    return _numbers(lines) or _words(lines)


def read_number_lines(text: Text, options: ReadOptions) -> RawTable | None:
    """Read text that has one vector a line into a column `vector`, its words into `word`; None when it has none.

    Args:
        text: the file.
        options: what was decided; a format, delimiter or header that was chosen makes the text a table.
    """
    if options.format not in (None, Format.WORD_VECTORS) or options.delimiter is not None or options.header is not None:
        return None
    form = line_format(*text.head(HEAD_BYTES))
    if form is None:
        return None
    words, matrix, broken = _parse(text, form)
    if matrix is None:
        return None
    said, warnings = list(text.notes), list(text.warnings)
    if form.counts is not None and form.counts[0] != len(matrix) + len(broken):
        warnings.append(f"The first line announces {form.counts[0]:,} vectors; the file has {len(matrix):,}.")
    if form.numbered:
        said.append("The first line numbers the dimensions and is no vector.")
    if broken:
        lines = "1 line was" if len(broken) == 1 else f"{len(broken):,} lines were"
        warnings.append(f"{lines} left out: not {form.dim:,} numbers (first: line {broken[0]:,}).")
    said.append(f"Each line was read as a {'word and its ' if form.words else ''}vector of {form.dim:,} numbers.")
    separator = form.separator.decode()
    kind = Format.WORD_VECTORS if form.words else {",": Format.CSV, "\t": Format.TSV}.get(separator, Format.TXT)
    names = [*([WORD_COLUMN] if words is not None else []), VECTOR_COLUMN]
    columns = [*([text_column(words)] if words is not None else []), vector_column(matrix)]
    report = ReadReport(kind, text.encoding, separator, form.numbered, notes=tuple(said), warnings=tuple(warnings))
    return RawTable(names, columns, report)


def _split(line: bytes, separator: bytes) -> list[bytes]:
    return line.split() if separator == b" " else [cell.strip() for cell in line.split(separator)]


def _is_number(cell: bytes) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _numbers(lines: list[bytes]) -> LineFormat | None:
    """Return the format of lines of nothing but numbers, most with a fraction; a first line may number them."""
    for separator in (b"\t", b",", b";", b"|", b" "):
        rows = [_split(line, separator) for line in lines]
        dim = len(rows[-1])
        if dim < 2 or any(len(row) != dim for row in rows):
            continue
        numbered = all(cell.isdigit() for cell in rows[0]) and _count_up([int(cell) for cell in rows[0]])
        cells = [cell for row in (rows[1:] if numbered else rows) for cell in row]
        if not cells or not all(map(_is_number, cells)) or not _are_fractions(cells):
            return None
        # Whole numbers above fractions are names: years, sizes, codes.
        if not numbered and not _are_fractions(rows[0]):
            return None
        return LineFormat(separator, dim, False, numbered=numbered)
    return None


def _count_up(numbers: list[int]) -> bool:
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _are_fractions(cells: list[bytes]) -> bool:
    return sum(b"." in cell or b"e" in cell.lower() for cell in cells) >= FRACTIONS * len(cells)


def _words(lines: list[bytes], announced: int | None = None) -> LineFormat | None:
    """Return the format of lines that begin with a word and go on with numbers, as many in each."""
    for separator in (b"\t", b" "):
        rows = [_split(line, separator) for line in lines]
        counts = Counter(_count_numbers(row) for row in rows if not _is_number(row[0]))
        dim = announced or (counts.most_common(1)[0][0] if counts else 0)
        if dim < (1 if announced else MIN_WORD_DIM):
            continue
        fit = [row for row in rows if len(row) > dim and all(map(_is_number, row[-dim:]))]
        if len(fit) < AGREEING * len(rows):
            continue
        if announced or _are_fractions([cell for row in fit for cell in row[-dim:]]):
            return LineFormat(separator, dim, True)
    return None


def _count_numbers(row: list[bytes]) -> int:
    """Return how many cells at the end of a line are numbers."""
    count = 0
    while count < len(row) - 1 and _is_number(row[-1 - count]):
        count += 1
    return count


def _parse(text: Text, form: LineFormat) -> tuple[list[str] | None, Matrix | None, list[int]]:
    """Return the words, the vectors (n, dim), and the lines, from 1, that have another number of cells."""
    kept: list[bytes] = []
    broken: list[int] = []
    words: list[str] = []
    separator = form.separator
    needed, skipped = form.dim - (not form.words), form.counts is not None or form.numbered
    for number, raw in enumerate(_lines(text), start=1):
        line = raw.strip()
        if not line or (not form.words and line.startswith(_COMMENT)):
            continue
        if skipped:
            skipped = False
            continue
        if separator == b" " and (b"  " in line or b"\t" in line):
            line = _GAPS.sub(b" ", line.replace(b"\t", b" "))
        held = line.count(separator)
        if held < needed or (held > needed and not form.words):
            broken.append(number)
        elif form.words:  # words may hold the separator themselves, as in "New York" or ". . ."
            word = line.rsplit(separator, form.dim)[0]
            words.append(word.decode())
            kept.append(line[len(word) + 1 :])
        else:
            kept.append(line)
    if not kept:
        return None, None, broken
    matrix = _floats(b"\n".join(kept), separator, form.dim)
    return (words if form.words else None), matrix, broken


def _lines(text: Text) -> Iterator[bytes]:
    rest = b""
    for block in text.blocks():
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    yield rest


def _floats(text: bytes, separator: bytes, dim: int) -> Matrix:
    """Return lines of numbers as (n, dim) float32; what is no number is NaN."""
    names = [str(i) for i in range(dim)]

    def read(kind: pa.DataType) -> pa.Table:
        return pyarrow.csv.read_csv(
            pa.BufferReader(text),
            pyarrow.csv.ReadOptions(column_names=names, block_size=max(BLOCK_BYTES, 2 * (text.find(b"\n") + 1))),
            pyarrow.csv.ParseOptions(delimiter=separator.decode(), quote_char=False),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, kind), strings_can_be_null=False),
        )

    try:
        table = read(pa.float32())
    except pa.ArrowInvalid:
        columns = [pc.utf8_trim_whitespace(column) for column in read(pa.string()).columns]
        sound = [pc.match_substring_regex(column, f"^(?:{_NUMBER.pattern.decode()})$") for column in columns]
        numbers = [pc.if_else(ok, column, "nan").cast(pa.float32()) for ok, column in zip(sound, columns, strict=True)]
        table = pa.table(dict(zip(names, numbers, strict=True)))
    matrix = np.empty((table.num_rows, dim), np.float32)
    for place, column in enumerate(table.columns):
        matrix[:, place] = pc.fill_null(column, float("nan")).to_numpy()
    return matrix
