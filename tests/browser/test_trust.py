"""Trust as a person meets it: the badge under the map, the page behind it, and back to the points that lie."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready

MINUTE = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_from_the_badge_to_the_points_that_lie(page: Page, server: Server) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(".st-key-sample-everyday button").click()
    expect(page.get_by_text("Trustworthiness (close = similar):").first).to_be_visible(timeout=3 * MINUTE)
    page.get_by_test_id("stMain").get_by_role("link", name="Trust").click()
    expect(page.get_by_text("Are similar items close on the map?")).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text("Neighborhoods of 15.")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    page.locator(".st-key-trust-map-worst button").click()
    expect(page.get_by_role("heading", name="22 selected")).to_be_visible(timeout=MINUTE)
