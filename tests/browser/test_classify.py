"""Classify in a real browser: a cell of the confusion matrix lights up on the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import selected, wait_drawn
from tests.browser.test_similarity import visit
from tests.browser.test_whole_path import MINUTE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_from_a_cell_to_its_rows_on_the_map(server: Server, page: Page) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(".st-key-sample-words button").click()
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    visit(page, "Classify")
    expect(page.get_by_text("Macro-F1", exact=True)).to_be_visible(timeout=2 * MINUTE)
    cells = page.locator("[class*=st-key-classify-scores-confusion] .nsewdrag").first
    expect(cells).to_be_visible(timeout=MINUTE)
    box = cells.bounding_box()
    assert box is not None
    side = 1 / 13  # A class a row and a column; the first cell holds those put right.
    cells.click(position={"x": box["width"] * side / 2, "y": box["height"] * side / 2})
    title = page.get_by_text(re.compile(r"^\w+ predicted as \w+ · \d+ rows$"))
    expect(title).to_be_visible(timeout=MINUTE)
    count = int(title.inner_text().split()[-2])
    page.get_by_role("button", name=re.compile("on the map")).first.click()
    page.wait_for_url(re.compile("/map"))
    expect(page.get_by_text(re.compile(r"^UMAP, [\d,]+ points"))).to_be_visible(timeout=2 * MINUTE)
    wait_drawn(page)
    assert len(selected(page)) == count
