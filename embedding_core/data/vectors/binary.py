"""Binary files of vectors that say little of themselves: word2vec's and bare float32 numbers."""

import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix
from embedding_core.data.detect import WORD2VEC_COUNTS
from embedding_core.data.table import Format, RawTable, ReadReport, check_rows, text_column
from embedding_core.data.vectors.arrays import VECTOR_COLUMN, vector_column
from embedding_core.data.vectors.number_lines import WORD_COLUMN

_LONGEST_WORD = 4_096
_FLOAT_BYTES = 4


def read_word2vec(path: Path, name: str) -> RawTable:
    """Read the binary form of word2vec: a line of counts, then each word, a space and its float32 numbers.

    Raises:
        InputError: the file ends too early or is damaged.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        counts = WORD2VEC_COUNTS.match(data[:20])
        if counts is None:
            raise InputError(f"{name} is no word2vec file: it does not begin with two counts.", "Save it again.")
        rows, dim = int(counts[1]), int(counts[2])
        check_rows(rows, name, load_config())
        at, width = counts.end(), _FLOAT_BYTES * dim
        if dim < 2 or rows < 1 or len(data) - at < rows * (width + 1):
            message = f"{name} is truncated: it announces {rows:,} vectors of {dim:,} numbers, more than it has bytes."
            raise InputError(message, "Copy or download it again.")
        words, matrix = [], np.empty((rows, dim), np.float32)
        for row in range(rows):
            end = data.find(b" ", at, at + _LONGEST_WORD)
            if end < 0 or end + 1 + width > len(data):
                message = f"{name} is damaged or truncated at word {row + 1:,} of {rows:,}."
                raise InputError(message, "Copy or download it again.")
            # Some programs end each vector with a line break, which then stands before the next word.
            words.append(data[at:end].lstrip(b"\n").decode("utf-8", "replace"))
            matrix[row] = np.frombuffer(data[end + 1 : end + 1 + width], "<f4")
            at = end + 1 + width
    report = ReadReport(Format.WORD2VEC)
    return RawTable([WORD_COLUMN, VECTOR_COLUMN], [text_column(words), vector_column(matrix)], report)


def read_raw_floats(path: Path, rows: Sequence[int], name: str) -> Matrix:
    """Read float32 numbers, little-endian, as a matrix of as many rows as its metadata has: (rows, dim).

    Args:
        path: where the file lies.
        rows: the numbers of rows there may be, the likeliest first; empty when nobody knows.
        name: what the file is called.

    Raises:
        InputError: the shape is not known, or no such number of rows fits.
    """
    size = path.stat().st_size
    count, rest = divmod(size, _FLOAT_BYTES)
    if not rows:
        message = f"{name} has {size:,} bytes of float32 numbers and does not say how many make a vector."
        raise InputError(message, "Bring its metadata file along, one row per vector, or save the array as .npy.")
    fits = next((n for n in rows if rest == 0 and n > 0 and count % n == 0 and count // n > 1), None)
    if fits is None:
        message = f"The {count:,} float32 numbers of {name} cannot be shared evenly among {rows[0]:,} rows."
        raise InputError(message, "Each vector needs exactly one row in the metadata file.")
    return np.fromfile(path, "<f4", count).reshape(fits, -1)
