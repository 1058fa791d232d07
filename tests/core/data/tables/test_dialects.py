"""Made-up dialects, and what is particular about some, come out as they are meant."""

from pathlib import Path

import pytest

from embedding_core.data.read import preview_table, read_table
from embedding_core.data.table import Format, ReadOptions, Table
from embedding_core.data.tables.decode import open_text
from embedding_core.data.tables.delimited import read_delimited
from tests.core.data.tables.dialects import QUOTING, Made, dialects

MAX_WRONG = 0.02
"""A title over one row and the like can be read in more than one way."""


@pytest.fixture
def read(tmp_path: Path):
    """Return a function that reads bytes or text as a file of a name."""

    def go(content: bytes | str, name: str = "table.csv", **options: object) -> Table:
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, name, ReadOptions(**options))

    return go


def read_made(made: Made, path: Path) -> list[list[str]]:
    """Return the cells as read, the names first where there are names."""
    path.write_bytes(made.data)
    form = Format.TSV if made.file.endswith("tsv") else Format.CSV
    raw = read_delimited(open_text(lambda: path.open("rb"), None, made.file), form, ReadOptions())
    rows = [list(cells) for cells in zip(*(column.to_pylist() for column in raw.columns), strict=True)]
    return [list(raw.names), *rows] if raw.how.header else rows


@pytest.mark.parametrize("quoting", QUOTING)
def test_made_up_dialects_come_back(quoting: str, tmp_path: Path) -> None:
    made = [one for one in dialects(draws=1) if f", {quoting}, " in one.name]
    wrong = [one.name for one in made if read_made(one, tmp_path / "upload") != one.read]
    assert len(made) >= 80
    assert len(wrong) <= MAX_WRONG * len(made), wrong


DECOYS = {
    "range": ("id,text,range", "{i},The cat sleeps,{i};5"),
    "tags": ("id,text,tags", "{i},The cat sleeps,x|y"),
    "tags of four": ("text,tags", "The cat sleeps,a|b|c|d"),
    "time": ("id,text,when", "{i},The cat sleeps,2024-01-01; 10:0{i}"),
    "sentence": ("text,label", "The cat sleeps; and so on,a"),
    "entity": ("id,text", "{i},Cats &amp; dogs"),
    "address": ("name,address,city", "Cat {i},Main St {i}; Apt {i},Berlin"),
    "tab": ("id,text", "{i},The cat\tsleeps"),
    "data URI": ("label,image", 'a{i},"data:image/png;base64,iVBOR"'),
    "link": ("url,n", "http://a.b/c;d={i},5"),
}


@pytest.mark.parametrize("decoy", DECOYS)
@pytest.mark.parametrize("rows", [1, 2, 9])
def test_delimiters_inside_cells_are_text(read, decoy: str, rows: int) -> None:
    header, row = DECOYS[decoy]
    table = read("\n".join([header, *(row.format(i=i) for i in range(rows))]) + "\n")
    assert table.how.delimiter == ","
    assert list(table.frame.columns) == header.split(",")
    assert len(table.frame) == rows
    assert table.how.warnings == ()


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("small house;1,5\nbig house;2,5\ntiny flat;3,7\n", ";"),
        ("52,5200;13,4050\n48,8566;2,3522\n40,4168;-3,7038\n", ";"),
        ("word\tvector\ncat\t0.1,0.2,0.3\ndog\t0.2,0.3,0.4\n", "\t"),
        ("text;vector\ncat;[0.1, 0.2, 0.3]\ndog;[0.2, 0.3, 0.4]\n", ";"),
        ("name, age\nBob, 12\nAnn, 13\n", ","),
    ],
)
def test_commas_inside_cells_are_text(read, content: str, delimiter: str) -> None:
    table = read(content)
    assert table.how.delimiter == delimiter
    assert table.how.columns == 2


def test_cells_in_single_quotes(read) -> None:
    table = read("'text','label'\n'Cats, and dogs','a'\n'Bread','b'\n")
    assert table.frame["text"].tolist() == ["Cats, and dogs", "Bread"]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", "sep=; "])
@pytest.mark.parametrize("name", ["table.csv", "table.txt"])
def test_the_line_that_names_the_delimiter_is_no_header(read, first: str, name: str) -> None:
    table = read(f"\ufeff{first}\r\nText;Preis\r\nCats, and dogs;1\r\nBread;2\r\n", name)
    assert list(table.frame.columns) == ["Text", "Preis"]
    assert (table.how.delimiter, table.how.header_line) == (";", 2)
    assert "says which the delimiter is" in table.how.notes[0]


def test_a_line_that_names_the_wrong_delimiter_is_left_out(read) -> None:
    table = read("sep=;\ntext,price\nCats,1\nBread,2\n")
    assert list(table.frame.columns) == ["text", "price"]


@pytest.mark.parametrize("mark", ["#", "%", "//"])
@pytest.mark.parametrize("comment", ["exported 2024, by me", "columns: text, label, n", "no comma", "a, b"])
def test_comments_above_a_table_are_left_out_and_named(read, mark: str, comment: str) -> None:
    table = read(f"{mark} {comment}\n\n{mark} {comment}\ntext,label,n\nCats sleep,a,1\nDogs bark,b,2\n")
    assert list(table.frame.columns) == ["text", "label", "n"]
    assert len(table.frame) == 2
    assert table.how.header_line == 4
    assert table.how.warnings[0].startswith("2 lines above the table were left out: ")
    assert comment in table.how.warnings[0]


@pytest.mark.parametrize(
    ("content", "names", "rows"),
    [
        ("#id,text\n1,Cats sleep\n2,Dogs bark\n", ["#id", "text"], 2),
        ("#happy,5\n#sad,3\n#tired,2\n", ["column 1", "column 2"], 3),
        ("#happy\n#sad\n#tired\n", ["text"], 3),
        ("#happy\nsad days\n#tired\n", ["text"], 3),
    ],
)
def test_a_mark_alone_makes_no_comment(read, content: str, names: list[str], rows: int) -> None:
    table = read(content)
    assert list(table.frame.columns) == names
    assert len(table.frame) == rows
    assert table.how.warnings == ()


@pytest.mark.parametrize(
    "above",
    [
        "Report\n",
        "Report\n\n",
        "Report,,\n",
        "Report,,\n,,\n",
        "Date,2024-01-01\nUser,Jane\n\n",
        "Report,,\nDate,2024-01-01,\n",
    ],
)
@pytest.mark.parametrize("rows", [1, 3, 20])
def test_titles_above_a_table_are_left_out_and_named(read, above: str, rows: int) -> None:
    table = read(f"{above}text,label,n\n" + "".join(f"The cat sleeps,{'ab'[i % 2]},{i}\n" for i in range(rows)))
    assert list(table.frame.columns) == ["text", "label", "n"]
    assert len(table.frame) == rows
    assert above.split(",")[0].split("\n")[0] in table.how.warnings[0]


def test_what_is_left_out_above_a_table_without_header(read) -> None:
    table = read("Report\n\nThe cat sleeps,5,a\nThe dog barks,6,b\nBread is baked,7,a\n")
    assert table.how.header is False
    assert table.how.header_line is None
    assert len(table.frame) == 3
    assert "Report" in table.how.warnings[0]


def test_quotes_that_come_late_are_seen(read) -> None:
    plain = "".join(f"The cat sleeps {i},{i}\n" for i in range(20_000))
    table = read(f'text,n\n{plain}"Cats, and ""dogs""\nbark",5\nlast,6\n')
    assert table.frame["text"].tolist()[-2:] == ['Cats, and "dogs"\nbark', "last"]


def test_a_text_is_read_in_blocks(read, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"Über {i}", f'say "{i}"\nand "so" on') for i in range(300)]
    content = "text,note\n" + "".join(f'{a},"{b.replace(chr(34), chr(34) * 2)}"\n' for a, b in rows)
    monkeypatch.setattr("embedding_core.data.tables.decode.BLOCK_BYTES", 61)
    for encoding in ("utf-8", "utf-16", "cp1252"):
        table = read(content.encode(encoding))
        assert list(table.frame.itertuples(index=False, name=None)) == rows, encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_preview_reads_the_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr("embedding_core.data.read.PREVIEW_BYTES", 4_001)
    path = tmp_path / "large.csv"
    path.write_bytes(("text;n\n" + "".join(f"Über {i};{i}\n" for i in range(5_000))).encode(encoding))
    table = preview_table(path, path.name)
    assert 100 < len(table.frame) <= 1_000
    assert table.frame["text"][:3].tolist() == ["Über 0", "Über 1", "Über 2"]
    assert (table.how.delimiter, table.how.header_line) == (";", 1)


def test_a_preview_of_a_small_file_is_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("text,n\nCats,1\nDogs,2\n", encoding="utf-8")
    assert preview_table(path, path.name).frame.equals(read_table(path, path.name).frame)


CASES = {
    **{f"delimiter_inside_cells/{n}.csv": None for n in ("hex", "pipe_tags", "semi_range", "semi_text", "tab_text")},
    "delimiter_inside_cells/semi_addr.csv": ["name", "address", "city"],
    "delimiter_inside_cells/b64q.csv": ["label", "image"],
    "excel_sep_line/excel_sep.csv": ["Text", "Preis", "Kategorie"],
    "excel_sep_line/excel_sep_comma.csv": ["text", "price", "topic"],
    "comment_lines/comments.csv": ["text", "label", "n"],
}


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_files_that_were_misread(shared_data: Path, case: str) -> None:
    table = read_table(shared_data.parent / "cases" / case, case)
    assert CASES[case] in (None, list(table.frame.columns))
    assert len(table.frame) == (6 if "b64q" in case else 10)
    assert table.how.header is True
