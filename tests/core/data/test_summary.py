"""How data was read, in one line and as a record: roles, format, what was left out and what is in doubt."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core.data.build import build_dataset
from embedding_core.data.choose import ColumnChoice, guess
from embedding_core.data.columns import MAX_NAME_CHARS
from embedding_core.data.read import read_table
from embedding_core.data.summary import Summary, summarize
from embedding_core.data.table import Format, ReadReport, Table

Summarized = Callable[..., Summary]
ROWS = [f"Sentence number {i} is about {topic}.,{topic}" for i in range(10) for topic in ("cats", "tea")]


@pytest.fixture
def of_file(tmp_path: Path) -> Summarized:
    def summarized(content: str | bytes, name: str = "x.csv", choice: ColumnChoice | None = None) -> Summary:
        path = tmp_path / "brought"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        table = read_table(path, name)
        chosen = choice or guess(table.frame)
        return summarize(table, None, chosen, build_dataset(table, chosen, name))

    return summarized


def of_frame(frame: pd.DataFrame, choice: ColumnChoice, how: ReadReport | None = None) -> Summary:
    table = Table(frame, how or ReadReport(Format.PARQUET))
    return summarize(table, None, choice, build_dataset(table, choice, "frame"))


def test_a_table_is_said_in_one_line(of_file: Summarized) -> None:
    found = of_file("\n".join(["text,category", *ROWS]))
    assert found.line() == "20 rows, text in `text`, label `category`, comma, header in line 1"
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("content", "name", "ends"),
    [
        ("text;topic\n" + "\n".join(row.replace(",", ";") for row in ROWS), "x.csv", "semicolon, header in line 1"),
        ("\n".join(ROWS), "x.csv", "comma, no header"),
        ("# made by hand\ntext,topic\n" + "\n".join(ROWS), "x.csv", "comma, header in line 2"),
        ("Un été à la mer.\nDeux chats.\n".encode("utf-16"), "x.txt", "one text per line, utf-16-le"),
        (json.dumps({"data": {"items": [{"text": f"Row {i} of it."} for i in range(5)]}}), "x.json", "`data.items`"),
    ],
)
def test_the_form_of_the_file_is_said(of_file: Summarized, content: str | bytes, name: str, ends: str) -> None:
    assert of_file(content, name).line().split("; ")[0].endswith(ends)


def test_rows_without_a_text_are_counted_and_named(of_file: Summarized) -> None:
    found = of_file("\n".join(["text,category", *ROWS[:5], ",cats", '" ",tea', *ROWS[5:]]))
    assert found.line().endswith("; 2 rows empty")
    assert found.warnings == ("2 rows have no text: 5, 6.",)
    assert (found.record()["empty_rows"], found.record()["rows"]) == (2, 22)


def test_columns_have_a_type_and_a_role() -> None:
    frame = pd.DataFrame(
        {
            "key": ["a", "b", "c"],
            "body": ["One text.", "Two texts.", "Three."],
            "title": ["x", "y", "z"],
            "part": ["train", "test", "train"],
            "kind": ["p", "q", "p"],
            "n": [1, 2, 3],
            "x": [0.5, 1.5, 2.5],
            "ok": [True, False, True],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]),
            "bbox": [np.ones(4), np.ones(4), np.ones(4)],
            "spare": ["u", "v", "w"],
        }
    ).astype({"key": "str", "body": "str", "title": "str", "part": "str", "kind": "str", "spare": "str"})
    choice = ColumnChoice(text=("title", "body"), label="kind", id="key", split="part", keep=("n", "x", "ok", "day"))
    found = of_frame(frame, choice)
    roles = {name: (use.type, use.role) for name, use in found.columns.items()}
    assert roles == {
        "key": ("text", "id"),
        "body": ("text", "text"),
        "title": ("text", "text"),
        "part": ("text", "split"),
        "kind": ("text", "label"),
        "n": ("integer", "kept"),
        "x": ("number", "kept"),
        "ok": ("boolean", "kept"),
        "day": ("date", "kept"),
        "bbox": ("vectors", "left out"),
        "spare": ("text", "left out"),
    }
    assert "text in `body`, `title`, label `kind`, ID `key`, split `part`, Parquet; 2 columns left out" in found.line()
    assert [(one.reason, one.names) for one in found.left_out] == [
        ("vectors that were not chosen", ("bbox",)),
        ("not chosen", ("spare",)),
    ]


def test_ready_made_vectors_say_their_dimensions() -> None:
    frame = pd.DataFrame({"text": pd.Series(["a b", "c d", "e f"], dtype="str"), "v": list(np.eye(3))})
    found = of_frame(frame, ColumnChoice(text=("text",), vector_column="v"))
    assert found.line() == "3 rows, vectors in `v` (3 dimensions), caption `text`, Parquet"


def test_a_sample_is_said() -> None:
    frame = pd.DataFrame({"text": pd.Series([f"Row {i}." for i in range(40)], dtype="str")})
    found = of_frame(frame, ColumnChoice(text=("text",), sample=10))
    assert found.line().startswith("10 rows of 40 drawn at random, text in `text`")
    assert found.warnings == ("10 of 40 rows were drawn at random.",)


def test_what_the_reader_left_out_or_doubts_is_in_it() -> None:
    how = ReadReport(
        Format.CSV,
        "cp1252",
        ",",
        True,
        header_line=1,
        warnings=("The encoding is in doubt.",),
        left_out=(("photo", "holds binary data"), ("scan", "holds binary data")),
    )
    found = of_frame(pd.DataFrame({"text": pd.Series(["a b", "c d"], dtype="str")}), ColumnChoice(text=("text",)), how)
    assert found.line() == "2 rows, text in `text`, comma, header in line 1, cp1252; 2 columns left out"
    assert found.warnings == (
        "The encoding is in doubt.",
        "2 columns were left out (holds binary data): photo, scan.",
    )
    record = found.record()
    assert {"columns", "header", "header_line", "delimiter", "encoding", "format", "records_path"} <= record.keys()
    assert {"packing", "sheet", "rows", "left_out", "notes", "warnings"} <= record.keys()
    assert record["left_out"] == [
        {"what": "column", "reason": "holds binary data", "count": 2, "names": ("photo", "scan")}
    ]
    assert json.loads(json.dumps(record))["warnings"] == list(found.warnings)


def test_it_is_kept_as_it_was(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": pd.Series(["a b", "", "e f"], dtype="str"), "v": list(np.eye(3))})
    how = ReadReport(Format.XLSX, sheet="One", sheets=("One", "Two"), left_out=(("photo", "holds binary data"),))
    found = of_frame(frame, ColumnChoice(text=("text",)), how)
    found.save(tmp_path)
    assert Summary.load(tmp_path) == found


def test_a_name_can_be_set_apart_otherwise() -> None:
    name = "x" * MAX_NAME_CHARS
    found = of_frame(pd.DataFrame({name: pd.Series(["a b", "c d"], dtype="str")}), ColumnChoice(text=(name,)))
    assert found.line(lambda text: f"<{len(text)}>") == f"2 rows, text in <{MAX_NAME_CHARS}>, Parquet"
