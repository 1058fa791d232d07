"""What the very first visitor of a server meets."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready


@pytest.mark.parametrize("path", ["map", "data"])
def test_a_deep_link_to_a_fresh_server_opens_its_page_in_the_frame(fresh_server: Server, page: Page, path: str) -> None:
    page.goto(f"{fresh_server.url}/{path}")
    wait_ready(page)
    current = page.get_by_test_id("stSidebarNavLink").filter(has_text=path.capitalize())
    expect(current).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("heading", level=1)).to_have_text(path.capitalize())
    assert page.url.startswith(f"{fresh_server.url}/{path}")


def test_nothing_is_fetched_from_elsewhere(server: Server, page: Page) -> None:
    hosts: set[str] = set()
    page.context.on("request", lambda request: hosts.add(request.url.split("/")[2] if "//" in request.url else ""))
    page.goto(server.url)
    wait_ready(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert hosts - {""} == {server.url.split("/")[2]}
