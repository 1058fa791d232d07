"""Five kinds of files as people have them: each lands on its map, and the bar above says how it was read."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready

pytestmark = pytest.mark.slow
ROWS = [(f"Sentence {i} is about {topic}; and so on; it ends.", topic) for i in range(12) for topic in ("cats", "tea")]
TABLE = "text,topic\n" + "\n".join(",".join(row) for row in ROWS)


def with_semicolons(folder: Path) -> Path:
    path = folder / "cells.csv"
    path.write_text(TABLE)
    return path


def with_titles(folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in [("Customer report 2024",), (), ("text", "topic"), *ROWS]:
        book.active.append(row)
    path = folder / "titles.xlsx"
    book.save(path)
    return path


def under_a_path(folder: Path) -> Path:
    path = folder / "answer.json"
    path.write_text(json.dumps({"data": {"items": [{"text": text, "topic": topic} for text, topic in ROWS]}}))
    return path


def with_vectors(folder: Path) -> Path:
    path = folder / "own.parquet"
    vectors = [[float(i % 5), float(i % 7), float(i % 3), 1.0, 0.5, 0.1 * i, -1.0, 2.0] for i in range(len(ROWS))]
    columns = {"text": [text for text, _ in ROWS], "topic": [topic for _, topic in ROWS]}
    pq.write_table(pa.table(columns | {"vector": vectors}), path)
    return path


def in_a_zip(folder: Path) -> Path:
    path = folder / "packed.zip"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("inside/table.csv", TABLE)
    path.write_bytes(stream.getvalue())
    return path


@pytest.mark.parametrize(
    ("make", "says", "amber"),
    [
        (with_semicolons, "24 rows, text in text, label topic, comma, header in line 1", ""),
        (with_titles, "XLSX, sheet Sheet, header in line 3", "Customer report 2024"),
        (under_a_path, "24 rows, text in text, label topic, JSON, records at data.", ""),
        (with_vectors, "vectors in vector (8 dimensions)", ""),
        (in_a_zip, "comma, header in line 1, zip", ""),
    ],
)
def test_the_bar(page: Page, server: Server, tmp_path: Path, make, says: str, amber: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(server.url)
    wait_ready(page)
    page.locator("input[type=file]").first.set_input_files(make(tmp_path))
    page.wait_for_url("**/map*")
    bar = page.locator(".st-key-map-read-bar")
    expect(bar).to_contain_text(says)
    warning = bar.get_by_test_id("stAlertContentWarning")
    expect(warning).to_have_count(1 if amber else 0)
    expect(bar).to_contain_text(amber)
    bar.get_by_role("button", name="Change").click()
    page.wait_for_url("**/data*")
    expect(page.get_by_text("How it was read").first).to_be_visible()
    page.locator(".st-key-data-read-bar").get_by_role("button", name="Dismiss").click()
    expect(page.locator(".st-key-data-read-bar")).to_have_count(0)
