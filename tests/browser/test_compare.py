"""Compare in a browser: two maps of the same rows that share what is selected and looked at."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import lasso, lonely_row, place_of, selected, wait_drawn

MINUTE = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_two_maps_share_the_selection_and_the_item(server: Server, page: Page) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(".st-key-sample-faq button").click()
    page.wait_for_url("**/map*", timeout=MINUTE)
    page.get_by_test_id("stSidebarNavLink").get_by_text("Compare", exact=True).click()
    expect(page.get_by_text("Shared neighbors", exact=True)).to_be_visible(timeout=3 * MINUTE)
    expect(page.get_by_text(re.compile("^UMAP, .* Aligned with the first map"))).to_be_visible(timeout=3 * MINUTE)
    expect(page.get_by_text(re.compile("^UMAP, "))).to_have_count(2, timeout=3 * MINUTE)
    for place in range(2):
        wait_drawn(page, place)
    lasso(page, place=0)
    expect(page.locator(".st-key-strip")).to_contain_text(re.compile(r"\d+ selected"))
    wait_drawn(page, 1)
    page.wait_for_timeout(500)
    chosen = selected(page, 0)
    assert 0 < len(chosen) < 230
    assert selected(page, 1) == chosen
    expect(page.get_by_text(re.compile("Nearest by MiniLM static"))).to_be_visible()
    row = lonely_row(page, 1)
    page.mouse.click(*place_of(page, row, 1))
    page.wait_for_url(re.compile(rf"item={row}\b"))
    wait_ready(page)
    assert selected(page, 0) == selected(page, 1) == [row]
