"""Columns of text as numbers, dates and booleans, in the ways of writing them that people bring."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedding_core.data.values import Conventions, read_table_values, read_values


def column(*cells: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, type=pa.large_string())])


def day(year: int, month: int, of_month: int, *time: int) -> datetime:
    return datetime(year, month, of_month, *time)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1", "-2", "30"), [1, -2, 30]),
        (("1.5", "2", "1e-05", "2.5e3"), [1.5, 2.0, 1e-05, 2500.0]),
        (("1,5", "2,25", "100"), [1.5, 2.25, 100.0]),
        (("0,123", "1,234"), [0.123, 1.234]),
        (("1,234", "5678"), [1.234, 5678.0]),
        (("1,234", "950", "12,345"), [1234, 950, 12345]),
        (("1,234.5", "12", "1,234,567"), [1234.5, 12.0, 1234567.0]),
        (("12,34,567", "1,234"), [1234567, 1234]),
        (("1.234,5", "12,0"), [1234.5, 12.0]),
        (("1.234.567", "12"), [1234567, 12]),
        (("1 234,5", "7"), [1234.5, 7.0]),
        (("1\u202f234", "12\u00a0345\u00a0678"), [1234, 12345678]),
        (("1'234.50", "2"), [1234.5, 2.0]),
        (("1’234", "12"), [1234, 12]),
        (("12%", "5 %", "0.5%"), [12.0, 5.0, 0.5]),
        (("12,5 %", "3 %"), [12.5, 3.0]),
        (("$1,234.50", "$5.00"), [1234.5, 5.0]),
        (("1.234,00 €", "5,50 €"), [1234.0, 5.5]),
        (("EUR 5", "EUR 1,000"), [5, 1000]),
        (("CHF 1'250.00", "CHF 3.50"), [1250.0, 3.5]),
        (("-$5", "$-6", "($7.50)", "$0"), [-5.0, -6.0, -7.5, 0.0]),
        (("−5", "3"), [-5, 3]),
        (("+5", "-3", "+0"), [5, -3, 0]),
        ((" 1 ", "2"), [1, 2]),
    ],
)
def test_numbers_are_read_as_their_column_writes_them(cells: tuple[str, ...], expected: list[float]) -> None:
    read = read_values(column(*cells))
    assert read.column.to_pylist() == expected
    assert not read.doubt


@pytest.mark.parametrize(
    "word", ["", "NA", "n/a", "NaN", "null", "None", "-", "—", "#N/A", "<NA>", "?", "#DIV/0!", " "]
)
def test_words_for_no_value_are_empty_cells_among_numbers(word: str) -> None:
    read = read_values(column("1", word, "3"))
    assert read.column.to_pylist() == [1, None, 3]
    assert read.missing == ((word.strip(),) if word.strip() else ())
    assert read_values(column("true", word, "FALSE")).column.to_pylist() == [True, None, False]
    assert read_values(column("2020-01-01", word)).column.to_pylist() == [day(2020, 1, 1), None]
    text = read_values(column("one", word, "three"))
    assert text.column.to_pylist() == ["one", word, "three"]
    assert not text.missing


@pytest.mark.parametrize(
    "cells",
    [
        ("007", "012"),
        ("01234", "98765"),
        ("12345-6789", "12345-0000"),
        ("1e5", "2e3"),
        ("1.2.3", "1.10.0"),
        ("1234567890123456789", "2"),
        ("+49170123456", "+4930123456"),
        ("123 456 789", "555 123 456"),
        ("640 480", "800 600"),
        ("48.1, 11.5", "52.5, 13.4"),
        ("192.168.100.200", "192.168.100.201"),
        ("(1)", "(2)"),
        ("$5", "€6"),
        ("5 kg", "3 kg"),
        ("12:30", "9:05"),
        ("yes", "no"),
        ("1,23,4", "5"),
        ("1,234.5", "1.234,5"),
        ("NA", "N/A"),
        ("", ""),
        ("-", "–"),
        ("1", "two"),
        ("2020-02-30", "2020-01-01"),
        ("30.02.2020", "01.01.2020"),
        ("13/13/2020", "1/1/2020"),
        ("5%", "7"),
    ],
)
def test_what_is_no_number_or_date_for_certain_stays_text(cells: tuple[str, ...]) -> None:
    assert read_values(column(*cells)).column.to_pylist() == list(cells)


@pytest.mark.parametrize("name", ["zip", "ZIP code", "postcode", "plz", "phone", "Version", "isbn"])
def test_codes_of_digits_stay_text_by_their_name(name: str) -> None:
    assert read_values(column("12345", "54321"), name).column.to_pylist() == ["12345", "54321"]
    assert read_values(column("12345", "54321"), "price").column.to_pylist() == [12345, 54321]


@pytest.mark.parametrize(
    ("cells", "expected", "order"),
    [
        (("2020-03-01", "2021-12-31 10:30"), [day(2020, 3, 1), day(2021, 12, 31, 10, 30)], ""),
        (("2020-3-1", "2020-12-31"), [day(2020, 3, 1), day(2020, 12, 31)], ""),
        (("2020/03/01", "2020/12/31"), [day(2020, 3, 1), day(2020, 12, 31)], "year/month/day"),
        (("01.03.2020", "2.4.2021"), [day(2020, 3, 1), day(2021, 4, 2)], "day/month/year"),
        (("15/03/2020", "02/04/2021"), [day(2020, 3, 15), day(2021, 4, 2)], "day/month/year"),
        (("03/15/2020", "02/04/2021"), [day(2020, 3, 15), day(2021, 2, 4)], "month/day/year"),
        (("03-15-2020", "02-04-2021"), [day(2020, 3, 15), day(2021, 2, 4)], "month/day/year"),
        (("03/03/2020", "04/04/2021"), [day(2020, 3, 3), day(2021, 4, 4)], "day/month/year"),
        (("1 March 2020", "12 Apr 2021"), [day(2020, 3, 1), day(2021, 4, 12)], "day month year"),
        (("1-Mar-2020", "12-APR-2021"), [day(2020, 3, 1), day(2021, 4, 12)], "day month year"),
        (("Mar 1, 2020", "April 12, 2021"), [day(2020, 3, 1), day(2021, 4, 12)], "month day, year"),
        (("Sun, 1 Mar 2020 10:00:05", "2 Mar 2020"), [day(2020, 3, 1, 10, 0, 5), day(2020, 3, 2)], "day month year"),
        (
            ("3/14/2021 3:05 PM", "3/15/2021 12:05 AM", "3/15/2021 12:00 pm"),
            [day(2021, 3, 14, 15, 5), day(2021, 3, 15, 0, 5), day(2021, 3, 15, 12)],
            "month/day/year",
        ),
        (("2020-01-01T10:00:00.123456789", "2020-01-01"), [day(2020, 1, 1, 10, 0, 0, 123456), day(2020, 1, 1)], ""),
    ],
)
def test_dates_are_read_in_the_order_of_their_column(
    cells: tuple[str, ...], expected: list[datetime], order: str
) -> None:
    read = read_values(column(*cells))
    assert read.column.to_pylist() == expected
    assert read.how == (f"dates, {order}" if order else "")
    assert not read.doubt


def test_zones_are_taken_to_universal_time() -> None:
    read = read_values(column("2020-01-01T10:00:00Z", "2020-01-01T10:00:00+02:00"))
    assert read.column.to_pylist() == [day(2020, 1, 1, 10).replace(tzinfo=UTC), day(2020, 1, 1, 8).replace(tzinfo=UTC)]
    mixed = ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00")
    assert read_values(column(*mixed)).column.to_pylist() == list(mixed)


def test_years_of_two_digits_are_in_doubt() -> None:
    read = read_values(column("3/14/21", "1/2/99"))
    assert read.column.to_pylist() == [day(2021, 3, 14), day(1999, 1, 2)]
    assert "two digits" in read.doubt


def test_what_one_column_leaves_open_another_decides() -> None:
    open_number, open_date = column("1,234", "5,678"), column("03/04/2020", "05/06/2020")
    german, english = column("0,5", "1,5"), column("0.5", "1.5")
    british, american = column("31/12/2020", "01/02/2020"), column("12/31/2020", "01/02/2020")
    read, _, doubts = read_table_values({"a": open_number, "b": german, "d": open_date, "e": british})
    assert read["a"].to_pylist() == [1.234, 5.678]
    assert read["d"].to_pylist() == [day(2020, 4, 3), day(2020, 6, 5)]
    assert doubts == []
    read, _, doubts = read_table_values({"a": open_number, "b": english, "d": open_date, "e": american})
    assert read["a"].to_pylist() == [1234, 5678]
    assert read["d"].to_pylist() == [day(2020, 3, 4), day(2020, 5, 6)]
    assert doubts == []


def test_what_nothing_decides_is_said() -> None:
    columns = {"n": column("1,234", "5,678"), "d": column("03/04/2020", "05/06/2020")}
    read, notes, doubts = read_table_values(columns)
    assert read["n"].to_pylist() == [1234, 5678]
    assert read["d"].to_pylist() == ["03/04/2020", "05/06/2020"]
    assert notes == []
    assert doubts == [
        "Column 'n' was read as numbers with commas between thousands, where the comma of '1,234' may stand before "
        "decimals.",
        "Column 'd' was kept as text: '03/04/2020' may be day/month or month/day, and no date says which.",
    ]
    assert read_table_values(columns, ";")[0]["n"].to_pylist() == [1.234, 5.678]


def test_points_between_thousands_are_seen_beside_decimal_commas() -> None:
    plain, grouped = column("1.5", "0.123"), column("1.234", "12.345", "950")
    assert read_table_values({"a": grouped})[0]["a"].to_pylist() == [1.234, 12.345, 950.0]
    assert read_table_values({"a": grouped}, ";")[0]["a"].to_pylist() == [1.234, 12.345, 950.0]
    read, _, doubts = read_table_values({"a": grouped, "b": column("1,5", "2,5", "3,5")})
    assert read["a"].to_pylist() == [1234, 12345, 950]
    assert len(doubts) == 1
    assert read_values(plain, known=Conventions(decimal_comma=True)).column.to_pylist() == [1.5, 0.123]


def test_how_columns_were_read_is_said_once_for_all_that_share_it() -> None:
    columns = {f"price {i}": column("1,5", "2,5") for i in range(7)} | {"n": column("1", "NA"), "t": column("a", "NA")}
    _, notes, doubts = read_table_values(columns)
    assert notes == [
        "Columns 'price 0', 'price 1', 'price 2', 'price 3', 'price 4' and 2 more were read as numbers with a decimal "
        "comma.",
        "Column 'n' was read with empty cells for: NA.",
    ]
    assert doubts == []


@given(st.lists(st.text(st.sampled_from("0123456789.,-/:%$€ '()eT+NA"), max_size=12), min_size=1, max_size=6))
def test_any_text_is_read_or_kept_and_never_loses_a_cell(cells: list[str]) -> None:
    read = read_values(column(*cells))
    assert len(read.column) == len(cells)
    if pa.types.is_large_string(read.column.type):
        assert read.column.to_pylist() == cells


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=20), st.sampled_from([",", "."]))
def test_grouped_integers_come_back(numbers: list[int], mark: str) -> None:
    cells = [f"{number:,}".replace(",", mark) for number in numbers]
    read = read_values(column(*cells, "1,000,000".replace(",", mark), "1"))
    assert read.column.to_pylist() == [*numbers, 1_000_000, 1]


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=20))
def test_decimals_come_back_from_english_and_german(numbers: list[object]) -> None:
    english = [f"{number:,.2f}" for number in numbers]
    german = [cell.translate(str.maketrans(",.", ".,")) for cell in english]
    expected = [float(number) for number in numbers]
    assert [float(n) for n in read_values(column(*english, "1,234.50")).column.to_pylist()] == [*expected, 1234.5]
    assert [float(n) for n in read_values(column(*german, "1.234,50")).column.to_pylist()] == [*expected, 1234.5]
