"""Inside in a real browser: a text taken apart, senses that come apart, an axis that goes to the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready

MINUTE = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def look(page: Page, view: str) -> None:
    """Open a view."""
    page.get_by_role("radio", name=view).click()
    wait_ready(page)


def test_without_data_a_text_is_taken_apart_and_a_word_comes_apart(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/inspect")
    wait_ready(page)
    expect(page.get_by_text("[CLS]").first).to_be_visible(timeout=2 * MINUTE)
    box = page.get_by_label("Text", exact=True)
    box.fill("<b>One</b> ![x](http://x.example/y.png) embedding")
    box.press("Control+Enter")
    expect(page.get_by_text("##bed").first).to_be_visible(timeout=MINUTE)

    look(page, "Words in context")
    expect(page.get_by_text("all 12 on one spot")).to_be_visible(timeout=2 * MINUTE)
    expect(page.get_by_text("Senses separate layer by layer")).to_be_visible()

    look(page, "Late interaction")
    expect(page.get_by_text("MaxSim", exact=True).filter(visible=True).last).to_be_visible(timeout=MINUTE)
    page.get_by_text("Show the code").click()
    expect(page.get_by_text("multi_vector.load").first).to_be_visible()


def test_the_end_of_an_axis_goes_to_the_map(server: Server, page: Page) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(".st-key-sample-words button").click()
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    wait_ready(page)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Inspect").click()
    page.wait_for_url(re.compile("/inspect"), timeout=MINUTE)
    wait_ready(page)
    look(page, "Semantic axes")
    button = page.get_by_role("button", name="Show all on the map").last
    expect(button).to_be_visible(timeout=2 * MINUTE)
    button.click(timeout=2 * MINUTE)
    page.wait_for_url(re.compile("/map"), timeout=2 * MINUTE)
    expect(page.locator(".st-key-strip")).to_contain_text("200 selected", timeout=MINUTE)
