"""Which row names the columns, by what it looks like beside its own columns."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from embedding_core.data.read import read_table
from embedding_core.data.tables.header import count_above, has_header

TEXTS = ("The cat sleeps on the mat", "A dog barks", "Bread is baked in the oven", "Soup needs salt", "We walk home")


def rows(header: list[object], *columns: object) -> list[list[str]]:
    """Return a header over columns; a string is a word per row."""
    cells = [str(column).split() if isinstance(column, str) else list(column) for column in columns]
    return [[str(name) for name in header], *([str(cell) for cell in row] for row in zip(*cells, strict=True))]


@pytest.mark.parametrize(
    "table",
    [
        rows(["text", "NA"], TEXTS, "pets food pets food pets"),
        rows(["text", "1"], TEXTS, "pets food pets food pets"),
        rows(["country", 2019, 2020], "Italy Spain France Poland Malta", "0 6 8 7 4", "3 3 5 1 2"),
        rows(["country", 1990, 1995, 2000], "Italy Spain France Poland Malta", "0 6 8 7 4", "3 3 5 1 2", "1 2 3 4 5"),
        rows(["text", "2021-01-01", "2021-02-01"], TEXTS, "0 1 2 3 4", "4 3 2 1 0"),
        rows(["city", "2019-01", "2019-02"], "Rome Oslo Paris Berlin Bonn", "0 1 2 3 4", "4 3 2 1 0"),
        rows([0, 1, 2, 3], "0.1 0.2 0.3", "1.5 -2.5 0.5", "0.3 0.2 0.1", "9.5 8.5 7.5"),
        rows([0, 1, 2, 3], "0 12 255", "7 0 0", "3 3 9", "0 0 1"),
        rows(["", 0, 1, 2], "0 1 2", "0.1 0.2 0.3", "1.5 -2.5 0.5", "0.3 0.2 0.1"),
        rows(["word", 0, 1, 2], "cat dog bird", "0.1 0.2 0.3", "1.5 -2.5 0.5", "0.3 0.2 0.1"),
        rows(["label", "note"], "a b label b a", TEXTS),
        rows(["What did you like best about it?", "How old are you?"], TEXTS, "20 30 40 50 60"),
        rows(["Tell us about your day.", "Name a topic."], TEXTS, "pets food pets food pets"),
        rows(["No.", "Text"], "1 2 3 4 5", TEXTS),
        rows(["Please say in seven words or more", "n"], TEXTS, "1 2 3 4 5"),
        rows(["Tell us everything."], "yes no maybe yes no"),
        rows(["How old are you?"], "20 30 40 50 60"),
        rows(["What did you like best about it?"], TEXTS),
        rows(["Vorname", "Stadt"], "Anna Ben", "Berlin Paris"),
        rows(["x"], "0.5 0.2 0.1"),
        rows(["text"], TEXTS),
        rows(["text", "text"], TEXTS, "a b a b a"),
    ],
)
def test_a_header_is_seen(table: list[list[str]]) -> None:
    assert has_header(table)


@pytest.mark.parametrize(
    "table",
    [
        [[text, "pets"] for text in TEXTS],
        [[f"{text}.", topic] for text, topic in zip(TEXTS, "abcab", strict=True)],
        [["0.1", "0.2"], ["1.5", "2.5"], ["3.5", "2.5"]],
        [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]],
        [["the", "0"], ["of", "1"], ["and", "2"], ["that", "3"]],
        [["2019", "5"], ["2020", "6"], ["2021", "7"]],
        [["apple"], ["pear"], ["plum"]],
        [["How are you?"], ["Where is it?"], ["Who is there?"]],
        [["apple", "pear"], ["plum", "apple"]],
        [["2024-01-01", "a"], ["2024-01-02", "b"], ["2024-01-03", "a"]],
        [["52,5200", "13,4050"], ["48,8566", "2,3522"], ["40,4168", "-3,7038"]],
        [["", ""], ["a", "b"]],
    ],
)
def test_a_row_of_values_is_no_header(table: list[list[str]]) -> None:
    assert not has_header(table)


def test_a_row_names_column_has_no_name() -> None:
    assert has_header([["x"], ["1", "5.5"], ["2", "6.5"], ["3", "7.5"]])


@pytest.mark.parametrize(
    ("above", "table"),
    [
        ([["Report"]], rows(["text", "n"], TEXTS, "1 2 3 4 5")),
        ([["Report", ""]], rows(["text", "n"], TEXTS, "1 2 3 4 5")),
        ([["Exported by", "Jane"], ["Date", "2024-01-01"]], rows(["text", "a", "n"], TEXTS, "x y x y x", "1 2 3 4 5")),
        ([["Report", "", ""]], [[text, "a", "5"] for text in TEXTS]),
    ],
)
def test_rows_above_a_table_are_counted(above: list[list[str]], table: list[list[str]]) -> None:
    assert count_above([*above, *table]) == len(above)


@pytest.mark.parametrize(
    "table",
    [
        rows(["text", "n"], TEXTS, "1 2 3 4 5"),
        rows(["", "text"], "a b c d e", TEXTS),
        rows(["name", ""], "a b c d e", TEXTS),
        [["text"], *([text] for text in TEXTS)],
        [["text", "label", "note"], ["a", "", ""], ["b", "x", "y"], ["c", "x", "y"]],
    ],
)
def test_a_sparse_row_is_no_title(table: list[list[str]]) -> None:
    assert count_above(table) == 0


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
@pytest.mark.parametrize(
    ("table", "names"),
    [
        ([["country", 2019, 2020.0], ["Italy", 1, 5], ["Spain", 6, 3]], ["country", "2019", "2020"]),
        ([["Report 2024"], [], ["text", "topic", "n"], ["Cats", "a", 1], ["Dogs", "b", 2]], ["text", "topic", "n"]),
        (
            [["What is it?", "Any other comments?"], ["A cat", "no"], ["A dog", "yes"]],
            ["What is it?", "Any other comments?"],
        ),
    ],
)
def test_workbooks_and_text_are_read_alike(
    tmp_path: Path, name: str, table: list[list[object]], names: list[str]
) -> None:
    path = tmp_path / name
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(path)
    else:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([[int(c) if isinstance(c, float) else c for c in row] for row in table])
        path.write_text(text.getvalue(), encoding="utf-8")
    found = read_table(path, name)
    assert list(found.frame.columns) == names
    assert len(found.frame) == 2
    assert found.how.header_line == len(table) - 2
    assert found.how.warnings == (() if len(table) == 3 else ("1 line above the table was left out: Report 2024.",))


CASES = {
    "header_with_punctuation/dot.csv": 3,
    "header_with_punctuation/dot2.csv": 3,
    "header_with_punctuation/qmark.csv": 3,
    "header_with_punctuation/h_label_value.csv": 4,
    "header_with_punctuation/h_survey.csv": 10,
    "header_with_punctuation/survey.xlsx": 10,
    **{
        f"numeric_header/{name}.csv": 10
        for name in ("h_dates", "h_na", "h_num_idx", "h_one_num", "h_word_num", "h_years")
    },
    "numeric_header/years.xlsx": 4,
    "xlsx_title_rows/title.xlsx": 10,
    "xlsx_title_rows/title2.xlsx": 10,
}


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_files_that_were_misread(shared_data: Path, case: str) -> None:
    table = read_table(shared_data.parent / "cases" / case, case)
    assert table.how.header is True
    assert len(table.frame) == CASES[case]
    assert any("above the table" in warning for warning in table.how.warnings) == ("title" in case)
