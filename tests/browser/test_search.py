"""Search in a real browser: words typed, hits on the map, a filter, an item opened, everything taken home."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from embedding_core.data.samples.shapes import draw_shapes
from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import ask, place_of, wait_drawn

MINUTE = 60_000
BIRDS = ("ostrich", "lorikeet", "albatross", "egret", "dowitcher")
"""Five or so of 130 photographs: two among the first five are no accident."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def open_sample(page: Page, server: Server, name: str) -> None:
    """Open a sample and go to Search."""
    page.goto(server.url)
    wait_ready(page)
    page.locator(f".st-key-sample-{name} button").click()
    page.wait_for_url(re.compile("/map"), timeout=2 * MINUTE)
    wait_ready(page)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Search").click()
    expect(page.get_by_role("textbox", name="Search", exact=True)).to_be_visible(timeout=MINUTE)
    wait_ready(page)


def type_in(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label, exact=True)
    box.fill(text)
    box.press("Enter")
    wait_ready(page)


def ringed(page: Page) -> list[int]:
    """Return the rows that the map rings, the best first."""
    rows: list[int] = ask(page, "[...map.model.hits]")
    return rows


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(coming.value.path()).read_bytes()


def exported(page: Page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(download(page, "CSV").decode("utf-8-sig"))))


def test_from_a_query_to_hits_on_the_map_and_home(server: Server, page: Page) -> None:
    open_sample(page, server, "words")
    type_in(page, "Search", "king")
    expect(page.get_by_text("20 of 315 items, best match first")).to_be_visible(timeout=2 * MINUTE)
    wait_drawn(page)
    first = ringed(page)
    assert len(first) == 20
    assert ask(page, "!!map.model.view.star")

    type_in(page, "Filter", 'family = "royalty" or word in ("queen", "prince")')
    expect(page.get_by_text(re.compile(r"\d+ of 315 items pass the filter"))).to_be_visible(timeout=MINUTE)
    expect(page.get_by_role("button", name="CSV", exact=True)).to_be_visible(timeout=MINUTE)
    page.wait_for_function(
        "before => [...[...globalThis[Symbol.for('vectorscope.maps')].maps.values()][0].model.hits].join() !== before",
        arg=",".join(map(str, first)),
    )
    rows = exported(page)
    record = json.loads(download(page, "JSON"))
    assert {"queen", "prince"} <= {row["word"] for row in rows}
    assert [hit["text"] for hit in record["hits"]] == [row["word"] for row in rows]
    assert len(ringed(page)) == len(rows) < 20

    best = ringed(page)[0]
    page.mouse.click(*place_of(page, best))
    expect(page.locator("[class*=st-key-card]").get_by_text(re.compile("^Item"))).to_be_visible(timeout=MINUTE)
    page.get_by_role("button", name="More like this").first.click()
    expect(page.get_by_text("the mean of 1 positive example")).to_be_visible(timeout=MINUTE)

    page.wait_for_url(re.compile("more="), timeout=MINUTE)
    link = page.url
    assert "q=king" in link
    page.get_by_role("button", name=re.compile(r"^.*Show all \d+ on the map$")).click()
    page.wait_for_url(re.compile("/map"))
    expect(page.locator(".st-key-strip")).to_contain_text(f"{len(rows)} selected", timeout=MINUTE)
    page.goto(link)
    expect(page.get_by_text("the mean of 1 positive example")).to_be_visible(timeout=MINUTE)
    expect(page.get_by_role("textbox", name="Search", exact=True)).to_have_value("king", timeout=MINUTE)


def test_words_and_a_picture_find_pictures(server: Server, page: Page, tmp_path: Path) -> None:
    mine = tmp_path / "mine.png"
    mine.write_bytes(draw_shapes(600)[17].png)
    open_sample(page, server, "shapes")
    type_in(page, "Search", "a red circle")
    tiles = page.locator("[class*=st-key-hits-0][class*=tiles] button")
    expect(tiles).to_have_count(20, timeout=3 * MINUTE)
    before = tiles.first.get_attribute("data-row")
    type_in(page, "Search", "")
    page.get_by_role("button", name="Picture").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(mine)
    expect(page.get_by_text("Ranked by similarity to your picture.")).to_be_visible(timeout=MINUTE)
    expect(tiles.first).to_have_attribute("data-row", "17", timeout=MINUTE)
    assert before != "17"
    tiles.first.click()
    expect(page.locator("[class*=st-key-card] img").first).to_be_visible(timeout=MINUTE)


@pytest.mark.shared
def test_a_word_finds_photographs_of_what_it_means(
    server: Server, page: Page, tmp_path: Path, shared_data: Path
) -> None:
    archive = tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((shared_data / "images" / "photos").glob("*.JPEG")):
            packed.write(path, path.name)
    page.goto(server.url)
    wait_ready(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(archive)
    page.wait_for_url(re.compile("/map"), timeout=2 * MINUTE)
    expect(page.get_by_text(re.compile(r"^UMAP, 130 points"))).to_be_visible(timeout=2 * MINUTE)
    wait_drawn(page)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Search").click()
    expect(page.get_by_role("textbox", name="Search", exact=True)).to_be_visible(timeout=MINUTE)
    type_in(page, "Search", "a bird")
    tiles = page.locator("[class*=st-key-hits-0][class*=tiles] button")
    expect(tiles).to_have_count(20, timeout=3 * MINUTE)
    first = [str(tiles.nth(place).get_attribute("title")) for place in range(5)]
    assert sum(any(bird in name for bird in BIRDS) for name in first) >= 2, first
