"""How a file was read, in one line."""

import pytest

from components.data.how_read import summary
from embedding_core.data.table import Format, ReadReport


@pytest.mark.parametrize(
    ("how", "line"),
    [
        (ReadReport(Format.CSV, "utf-8", ";", True), "CSV · utf-8 · semicolon · header"),
        (ReadReport(Format.TSV, "cp1252", "\t", False), "TSV · cp1252 · tab · no header"),
        (ReadReport(Format.CSV, "utf-8", "^", True), r"CSV · utf-8 · “\^” · header"),
        (ReadReport(Format.PARQUET), "PARQUET"),
        (ReadReport(Format.TXT, "utf-16", None, False), "TXT · utf-16 · no header"),
    ],
)
def test_only_what_is_known_is_said(how: ReadReport, line: str) -> None:
    assert summary(how) == line


def test_the_name_of_a_sheet_stays_text() -> None:
    assert "![x](" not in summary(ReadReport(Format.XLSX, sheet="![x](https://e.example/p.png)"))
