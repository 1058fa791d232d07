"""Evaluate as a person meets it: a collection dropped, engines compared, a query looked into."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready

MINUTE = 60_000
ANIMALS = ("cat", "dog", "owl", "bee")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Write a small BEIR collection as a ZIP."""
    texts = {f"{animal}{i}": f"The {animal} sat by door {i}." for animal in ANIMALS for i in range(6)}
    path = tmp_path / "animals.zip"
    with zipfile.ZipFile(path, "w") as archive:
        lines = (json.dumps({"_id": name, "text": text}) for name, text in texts.items())
        archive.writestr("animals/corpus.jsonl", "\n".join(lines))
        queries = (json.dumps({"_id": animal, "text": f"where is the {animal}"}) for animal in ANIMALS)
        archive.writestr("animals/queries.jsonl", "\n".join(queries))
        judged = (f"{name[:-1]}\t{name}\t1" for name in texts)
        archive.writestr("animals/qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + "\n".join(judged))
    return path


def test_a_collection_is_dropped_and_measured(page: Page, server: Server, collection: Path) -> None:
    page.goto(f"{server.url}/evaluate")
    wait_ready(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(collection)
    expect(page.get_by_text("4 queries, 24 judgments")).to_be_visible(timeout=3 * MINUTE)
    expect(page.get_by_text("Not significant.").or_(page.get_by_text("Worse."))).to_be_visible(timeout=MINUTE)
    with page.expect_download() as waiting:
        page.locator(".st-key-evaluate-each button").click()
    assert Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()[0].startswith("query,text,engine")
    page.locator(".st-key-evaluate-1-map-bm25 button").click()
    expect(page.get_by_role("heading", name="selected")).to_be_visible(timeout=MINUTE)
