"""Similarity in a real browser: doubles light up on the map, words are typed, a cell of the matrix is read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import selected, wait_drawn
from tests.browser.test_whole_path import MINUTE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def look(page: Page, name: str) -> None:
    """Open a view."""
    page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    ).first.click()
    wait_ready(page)


def visit(page: Page, name: str) -> None:
    """Open a page by the menu."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
    wait_ready(page)


def test_from_doubles_on_the_map_to_a_cell_of_the_matrix(server: Server, page: Page) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(".st-key-sample-everyday button").click()
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    visit(page, "Similarity")
    expect(page.get_by_text("Redundant rows")).to_be_visible(timeout=2 * MINUTE)
    page.get_by_role("button", name="All groups on the map").click()
    page.wait_for_url(re.compile("/map"))
    expect(page.get_by_text(re.compile(r"^UMAP, [\d,]+ points"))).to_be_visible(timeout=2 * MINUTE)
    wait_drawn(page)
    rows = selected(page)
    assert len(rows) >= 16
    expect(page.locator(".st-key-strip")).to_contain_text(f"{len(rows)} selected")

    visit(page, "Similarity")
    look(page, "Pair")
    second = page.get_by_role("combobox", name=re.compile("Second"))
    second.click()
    second.fill("the bread is in the oven")
    second.press("Enter")
    expect(page.get_by_text("Token similarity", exact=True)).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text(re.compile(r"^above [\d.]+% of random pairs$")).first).to_be_visible()
    expect(page.get_by_role("button", name="Show both on the map")).to_have_count(0, timeout=MINUTE)
    second.click()
    second.fill("#7")
    second.press("Enter")
    expect(page.get_by_role("button", name="Show both on the map")).to_be_visible(timeout=MINUTE)

    look(page, "Matrix")
    close = page.locator("[class*=st-key-similarity-matrix-close] .nsewdrag").first
    expect(close).to_be_visible(timeout=MINUTE)
    box = close.bounding_box()
    assert box is not None
    side = 1 / min(len(rows), 60)
    close.click(position={"x": box["width"] * 2.5 * side, "y": box["height"] * 0.5 * side})
    expect(page.get_by_text(re.compile(r"^Cosine [\d.−-]+$"))).to_be_visible(timeout=MINUTE)
    page.get_by_role("button", name="Show both on the map").click()
    page.wait_for_url(re.compile("/map"))
    wait_ready(page)
    wait_drawn(page)
    pair = selected(page)
    assert len(pair) == 2
    assert set(pair) <= set(rows)
