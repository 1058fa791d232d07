"""What Python's csv module writes is read back as it was."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedding_core.data.read import read_table
from embedding_core.data.table import ReadOptions, Table

DELIMITERS = (",", ";", "\t", "|")
QUOTING = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)
# Control characters make a file binary, and a carriage return alone ended a line once.
ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
SPECIAL = st.text(st.sampled_from("ab \t,;|'\"\\\n"), max_size=6)
CELL = ANYTHING | SPECIAL
NAMES = ("text", "label", "note")

Read = Callable[..., Table]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return a function that writes rows as csv does and reads the file."""
    path = tmp_path_factory.mktemp("csv") / "table.csv"

    def go(rows: list[tuple[str, ...]], options: ReadOptions, **style: object) -> Table:
        text = io.StringIO(newline="")
        csv.writer(text, **style).writerows(rows)
        path.write_bytes(text.getvalue().encode())
        return read_table(path, "table.csv", options)

    return go


def rows_of(table: Table) -> list[tuple[object, ...]]:
    return list(table.frame.itertuples(index=False, name=None))


def tables(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Return rows of two or three cells; the last row is words, so that no column is one of numbers."""
    widths = st.integers(2, 3)
    return widths.flatmap(
        lambda width: st.lists(st.tuples(*[cell] * width), max_size=6).map(
            lambda rows: [*rows, tuple(f"word {name}" for name in NAMES[:width])]
        )
    )


@given(tables(CELL), st.sampled_from(DELIMITERS), st.sampled_from(QUOTING), st.sampled_from(["\n", "\r\n"]))
def test_with_its_delimiter_given_every_table_comes_back(
    read: Read, rows: list[tuple[str, ...]], delimiter: str, quoting: int, end: str
) -> None:
    options = ReadOptions(delimiter=delimiter, header=True, encoding="utf-8")
    names = NAMES[: len(rows[0])]
    table = read([names, *rows], options, delimiter=delimiter, quoting=quoting, lineterminator=end)
    assert list(table.frame.columns) == list(names)
    assert rows_of(table) == rows


WORDY = st.lists(
    st.sampled_from(["plain", 'say "hi"', "a, b; c | d", "tab\there", "line\nbreak", "漢字 😀", "'", "\\"]),
    min_size=1,
    max_size=3,
)


@given(
    tables(WORDY.map(" ".join)), st.sampled_from(DELIMITERS), st.sampled_from(QUOTING), st.sampled_from(["\n", "\r\n"])
)
def test_tables_of_words_come_back_with_nothing_given(
    read: Read, rows: list[tuple[str, ...]], delimiter: str, quoting: int, end: str
) -> None:
    names = NAMES[: len(rows[0])]
    table = read([names, *rows], ReadOptions(), delimiter=delimiter, quoting=quoting, lineterminator=end)
    assert list(table.frame.columns) == list(names)
    assert rows_of(table) == rows
    assert table.how.delimiter == delimiter


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=5))
def test_whole_numbers_come_back_as_numbers(read: Read, numbers: list[int]) -> None:
    table = read([("text", "n"), *(("word", str(n)) for n in numbers)], ReadOptions())
    assert table.frame["n"].tolist() == numbers


@given(st.lists(st.floats(-1e9, 1e9).map(lambda number: round(number, 3)), min_size=1, max_size=5))
@example([0.1, -0.0])
def test_decimals_come_back_as_numbers(read: Read, numbers: list[float]) -> None:
    table = read([("text", "n"), *(("word", f"{n:.3f}") for n in numbers)], ReadOptions())
    assert table.frame["n"].tolist() == numbers
