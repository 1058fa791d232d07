"""CSV, TSV and their kin: delimiters, quotes, headers, types, and what people bring instead."""

import csv
import io
import json
import random
from pathlib import Path

import pandas as pd
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.read import read_pasted, read_table
from embedding_core.data.table import Format, ReadOptions, Table
from embedding_core.data.tables import records


@pytest.fixture
def read(tmp_path: Path):
    """Return a function that reads bytes or text as a file of a name."""

    def go(content: bytes | str, name: str = "table.csv", **options: object) -> Table:
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, name, ReadOptions(**options))

    return go


def rows_of(table: Table) -> list[tuple[object, ...]]:
    return list(table.frame.itertuples(index=False, name=None))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter: str) -> None:
    lines = [("text", "label", "score"), ("One, two; three", "a", "1"), ("Four | five", "b", "2"), ("Six", "a", "3")]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    table = read(text.getvalue())
    assert table.how.delimiter == delimiter
    assert table.how.header is True
    assert rows_of(table) == [("One, two; three", "a", 1), ("Four | five", "b", 2), ("Six", "a", 3)]


def test_tables_of_every_dialect_come_back(read) -> None:
    draw = random.Random(0)
    words = ["plain", 'say "hi"', "a, b; c | d", "tab\there", "line\nbreak", "cr\r\nend", "漢字 😀", "'", "\\", "= + -"]
    for _ in range(100):
        width = draw.randint(2, 5)
        names = ["text", "note", "title", "comment", "answer"][:width]
        rows = [tuple(" ".join(draw.choices(words, k=3)) for _ in names) for _ in range(draw.randint(1, 30))]
        text = io.StringIO(newline="")
        style, end = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), draw.choice(["\n", "\r\n"])
        writer = csv.writer(text, delimiter=draw.choice(",;\t|"), quoting=style, lineterminator=end)
        writer.writerows([names, *rows])
        table = read(text.getvalue())
        assert list(table.frame.columns) == names
        assert rows_of(table) == rows


def test_decimal_commas_do_not_hide_semicolons(read) -> None:
    table = read("text;price\nsmall house;1,5\nbig house;2,5\n")
    assert table.how.delimiter == ";"
    assert table.frame["price"].tolist() == [1.5, 2.5]
    assert table.how.notes == ("Column 'price' was read as numbers with a decimal comma.",)


def test_text_columns_stay_as_written(read) -> None:
    cells = ["001", "NA", "null", "1e5", " padded ", "", "1.0", "TRUE", "2024-01-01", "None"]
    table = read("text,n\n" + "".join(f'"{cell}",{i}\n' for i, cell in enumerate(cells)))
    assert table.frame["text"].tolist() == cells
    assert table.frame["n"].dtype == "int64"


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["1", "-2", "30"], "int64", [1, -2, 30]),
        (["1", "", "3"], "Int64", [1, None, 3]),
        (["1.5", "2", "1e-05"], "float64", [1.5, 2.0, 1e-05]),
        (["1.5", "nan", "2"], "float64", [1.5, None, 2.0]),
        (["001", "002", "010"], "str", ["001", "002", "010"]),
        (["1e5", "2e7", "3e3"], "str", ["1e5", "2e7", "3e3"]),
        (["1", "NA", "3"], "Int64", [1, None, 3]),
        (["1.5", "-", "3"], "float64", [1.5, None, 3.0]),
        (["12345678901234567890", "2", "3"], "str", ["12345678901234567890", "2", "3"]),
        (["nan", "NaN", "nan"], "str", ["nan", "NaN", "nan"]),
        (["True", "False", "True"], "bool", [True, False, True]),
        (["true", "", "false"], "boolean", [True, None, False]),
        (
            ["2024-02-28", "2024-02-29", ""],
            "datetime64[us]",
            [pd.Timestamp("2024-02-28"), pd.Timestamp("2024-02-29"), None],
        ),
        (["2024-02-30", "2024-02-29", "2024-02-28"], "str", ["2024-02-30", "2024-02-29", "2024-02-28"]),
        (["01/02/2024", "03/02/2024", "04/02/2024"], "str", ["01/02/2024", "03/02/2024", "04/02/2024"]),
    ],
)
def test_only_what_is_plain_changes_its_type(read, cells: list[str], dtype: str, values: list[object]) -> None:
    table = read("text,value\n" + "".join(f"row {i},{cell}\n" for i, cell in enumerate(cells)))
    column = table.frame["value"]
    assert column.dtype == dtype
    assert [None if pd.isna(value) else value for value in column] == values


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("text,label\nGood,a\nBad,b\n", True),
        ("Good day to you all,a\nBad day to you all,b\n", False),
        ("surname,height\nMüller,170\nSmith,180\n", True),
        ("a,b,c\n1,2,3\n", True),
        ("1,2,3\n4,5,6\n", False),
        ("Vorname,Stadt\nAnna,Berlin\nBen,Paris\n", True),
        ("apple,pear\nplum,apple\n", False),
        ("text\nHello there\nGood bye\n", True),
        ("word\napple\npear\n", True),
        ("apple\npear\nplum\n", False),
        ("text,text,\nGood,a,1\nBad,b,2\n", True),
    ],
)
def test_the_header_is_found(read, content: str, header: bool) -> None:
    table = read(content)
    assert table.how.header is header
    assert len(table.frame) == len(content.splitlines()) - header


def test_the_header_can_be_decided(read) -> None:
    content = "text,label\nGood,a\nBad,b\n"
    assert read(content, header=False).frame.iloc[0].tolist() == ["text", "label"]
    table = read("Good day,a\nBad day,b\n", header=True)
    assert list(table.frame.columns) == ["Good day", "a"]
    assert len(table.frame) == 1


def test_names_become_unique_strings(read) -> None:
    table = read("text,text,,text (2)\nOne,2,3,4\nFive,6,7,8\n")
    assert list(table.frame.columns) == ["text", "text (2)", "column 3", "text (2) (2)"]
    assert "3 column names" in table.how.notes[0]


def test_markup_in_names_and_cells_is_text(read) -> None:
    table = read('text,"<img src=x onerror=alert(1)>"\n<script>alert(1)</script>,a\nB,b\n')
    assert table.frame.columns[1] == "<img src=x onerror=alert(1)>"
    assert table.frame["text"][0] == "<script>alert(1)</script>"


def test_ragged_rows_are_padded_and_joined(read) -> None:
    table = read("label,text,note\na,one,x\nb\nc,two,x,y,z\nd,three,w\n")
    assert rows_of(table) == [("a", "one", "x"), ("b", "", ""), ("c", "two", "x,y,z"), ("d", "three", "w")]
    assert table.how.warnings == (
        "1 row had fewer cells than the others; the missing ones are empty (first: line 3).",
        "1 row had more cells than the others; the extra cell was joined to the last column (first: line 4).",
    )


def test_surplus_after_tabs_has_columns_of_its_own(read) -> None:
    table = read("label\ttext\na\tone\nb\ttwo\textra\nc\tthree\n")
    assert table.frame["column 3"].tolist() == ["", "extra", ""]


def test_row_names_without_a_name_shift_the_header(read) -> None:
    table = read('"text","label"\n"1","Good","a"\n"2","Bad","b"\n')
    assert list(table.frame.columns) == ["column 1", "text", "label"]
    assert table.frame["text"].tolist() == ["Good", "Bad"]


def test_a_title_above_the_table_is_left_out(read) -> None:
    table = read("# Exported on Monday\n\ntext,label,n\nGood,a,1\nBad,b,2\n")
    assert table.frame["text"].tolist() == ["Good", "Bad"]
    assert "Exported on Monday" in table.how.warnings[0]


def test_a_stray_quote_spoils_its_own_line_only(read) -> None:
    lines = [f'"text {i}, with comma",{i}' for i in range(100)]
    lines[50] = '"never closed, still one cell,50'
    table = read("text,n\n" + "\n".join(lines) + "\n")
    assert len(table.frame) == 100
    assert table.frame["text"][49] == "text 49, with comma"
    assert table.frame["text"][51] == "text 51, with comma"
    assert any("misplaced quote" in note and "line 52" in note for note in table.how.warnings)


def test_an_open_quote_does_not_swallow_the_file(read) -> None:
    table = read('a,b\n1,"un\n2,deux\n3,trois\n')
    assert rows_of(table) == [(1, '"un'), (2, "deux"), (3, "trois")]


def test_quotes_that_wrap_nothing_are_kept(read) -> None:
    table = read('id\ttext\n1\t"Hello" he said\n2\t"Well\n3\tplain\n4\tshe said "no"\n')
    assert table.frame["text"].tolist() == ['"Hello" he said', '"Well', "plain", 'she said "no"']


def test_backslashed_quotes_are_read(read) -> None:
    table = read('text,label\n"He said \\"hi\\", then left",a\n"A \\alpha, b",b\n"c, d",a\n')
    assert table.frame["text"].tolist() == ['He said "hi", then left', "A \\alpha, b", "c, d"]
    assert "Backslash" in table.how.notes[0]


def test_old_macintosh_line_ends(read) -> None:
    assert rows_of(read("text,n\rone,1\rtwo,2\r")) == [("one", 1), ("two", 2)]


def test_one_column_of_prose_is_not_cut_at_its_commas(read) -> None:
    lines = ["Hello, world", "One, two, three", "No comma here", "Well, yes, but, no", "Right, then"]
    assert read("text\n" + "\n".join(lines) + "\n").frame["text"].tolist() == lines


def test_nul_bytes_are_removed_and_said(read) -> None:
    table = read(b"text,n\none\x00,1\ntwo,2\n")
    assert table.frame["text"].tolist() == ["one", "two"]
    assert table.how.notes == ("1 NUL byte was removed.",)


def test_one_row(read) -> None:
    assert rows_of(read("text,label\nAlone,a\n")) == [("Alone", "a")]


@pytest.mark.parametrize(
    "content", [b"", b"   \n\n \t\n", b"\xef\xbb\xbf", b"text,label\n", b"text\n", b"\n\ntext,label\n\n"]
)
def test_nothing_to_read_is_said(read, content: bytes) -> None:
    with pytest.raises(InputError, match=r"empty|white space|no rows") as caught:
        read(content)
    assert caught.value.hint


def test_five_thousand_columns(read) -> None:
    names = ",".join(f"c{i}" for i in range(5_000))
    table = read(f"{names}\n" + "\n".join(",".join(["x"] * 5_000) for _ in range(3)))
    assert table.frame.shape == (3, 1_000)
    reason = "a table has at most 1,000 columns"
    assert table.how.left_out == tuple((f"c{i}", reason) for i in range(1_000, 5_000))


def test_text_is_found_beyond_a_thousand_columns_of_numbers(read) -> None:
    names = ",".join([f"g{i}x" for i in range(1_200)] + ["text", "label"])
    rows = [",".join([f"{i % 7}.{j}" for i in range(1_200)] + [f"The cat sleeps {j}", "ab"[j % 2]]) for j in range(6)]
    table = read(f"{names}\n" + "\n".join(rows))
    assert table.frame.shape == (6, 1_000)
    assert list(table.frame.columns[-2:]) == ["text", "label"]
    assert [name for name, _ in table.how.left_out] == [f"g{i}x" for i in range(998, 1_200)]


def test_a_cell_of_ten_megabytes_is_cut(read) -> None:
    table = read('text,label\n"' + "y, " * 3_500_000 + '",a\nshort,b\n')
    assert [len(text) for text in table.frame["text"]] == [1_000_000, 5]
    assert table.how.notes == ("1 cell over 1,000,000 characters were cut.",)


def test_too_many_rows_are_refused_with_both_numbers(read, monkeypatch: pytest.MonkeyPatch) -> None:
    from embedding_core.base.config import Config

    monkeypatch.setattr("embedding_core.data.table.load_config", lambda: Config(Path(), max_rows=10))
    with pytest.raises(InputError, match="11 rows; at most 10"):
        read("text\n" + "word\n" * 11)


def test_too_large_a_file_is_refused(read, monkeypatch: pytest.MonkeyPatch) -> None:
    from embedding_core.base.config import Config

    monkeypatch.setattr("embedding_core.data.detect.load_config", lambda: Config(Path(), max_file_bytes=10))
    with pytest.raises(InputError, match="11 bytes; at most 10"):
        read("text\nhello\n")


@pytest.mark.parametrize("name", ["list.txt", "list", "list.md"])
def test_lines_are_items(read, name: str) -> None:
    table = read("001\nHello, world\n\nNA\n=1+1\n“quoted” \u2028 text\n", name)
    assert table.frame["text"].tolist() == ["001", "Hello, world", "NA", "=1+1", "“quoted” \u2028 text"]
    assert table.how.format is Format.TXT
    assert table.how.notes == ("1 empty line was left out.",)


def test_text_that_is_a_table_is_read_as_one(read) -> None:
    assert read("text\tlabel\nOne, two\ta\nThree\tb\n", "notes.txt").frame.shape == (2, 2)
    assert read("text,label\nOne,a\nTwo,b\n", "notes.txt").frame.shape == (2, 2)
    assert read("text,label\nOne,a\nTwo,b\n", "notes.txt", format=Format.TXT).frame.shape == (3, 1)


def test_pasted_text() -> None:
    assert read_pasted("Roses are red, dear\nViolets are blue, dear\nSugar is sweet, dear").frame.shape == (3, 1)
    table = read_pasted("text\tn\nOne\t1\nTwo\t2\n")
    assert table.frame["n"].tolist() == [1, 2]
    assert read_pasted('[{"text": "One"}, {"text": "Two"}]').frame["text"].tolist() == ["One", "Two"]
    assert read_pasted("lone \ud800 surrogate").frame["text"].tolist() == ["lone ? surrogate"]
    with pytest.raises(InputError, match="white space"):
        read_pasted(" \n ")


def test_options_are_checked() -> None:
    with pytest.raises(ParameterError, match="no table format 'docx'"):
        ReadOptions(format="docx")
    with pytest.raises(ParameterError, match="cannot separate"):
        ReadOptions(delimiter=",,")
    with pytest.raises(ParameterError, match="no encoding"):
        ReadOptions(encoding="utf-9")


def test_sound_rows_are_not_read_one_by_one(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_mend", None)  # ten times slower
    text = io.StringIO()
    csv.writer(text).writerows([("text", "n"), *((f'Row {i}, "quoted"', i) for i in range(10_000))])
    assert rows_of(read(text.getvalue()))[-1] == ('Row 9999, "quoted"', 9999)


SPECTRUM_MISPRINT = {"location_coordinates": "Contact Phone Number"}
"""A column whose value in `expected` is not the one in the file."""


@pytest.mark.shared
def test_csv_spectrum(shared_data: Path) -> None:
    folder = shared_data / "hostile" / "csv_spectrum"
    files = sorted(folder.glob("*.csv"))
    assert len(files) == 12
    for path in files:
        expected = json.loads((folder / "expected" / f"{path.stem}.json").read_text(encoding="utf-8"))
        expected = [expected] if isinstance(expected, dict) else expected
        table = read_table(path, path.name)
        found = [
            {name: "" if pd.isna(value) else str(value) for name, value in row.items()}
            for row in table.frame.astype(object).to_dict("records")
        ]
        misprint = SPECTRUM_MISPRINT.get(path.stem)
        for row in [*found, *expected]:
            row.pop(misprint, None)
        assert found == expected, path.name


@pytest.mark.shared
def test_naughty_strings_survive(shared_data: Path, read) -> None:
    path = shared_data / "hostile" / "blns.json"
    strings = json.loads(path.read_text(encoding="utf-8"))
    assert read_table(path, path.name).frame["text"].tolist() == strings
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("text", "kind"), *((string, "naughty") for string in strings)])
    assert read(text.getvalue()).frame["text"].tolist() == strings
    lines = [string for string in strings if string.strip() and "\n" not in string and "\r" not in string]
    assert read("\n".join(lines), "list.txt").frame["text"].tolist() == lines
    jsonl = "\n".join(json.dumps({"text": string}) for string in strings)
    assert read(jsonl, "list.jsonl").frame["text"].tolist() == strings


@pytest.mark.shared
def test_a_table_without_quoting(shared_data: Path) -> None:
    path = shared_data / "text" / "stsbenchmark" / "sts-test.csv"
    table = read_table(path, path.name)
    raw = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert table.how.delimiter == "\t"
    assert table.how.header is False
    assert table.frame["column 6"].tolist() == [cells[5] for cells in raw]
    assert table.frame["column 7"].tolist() == [cells[6] for cells in raw]
