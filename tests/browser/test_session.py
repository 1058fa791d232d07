"""What was open stays open: after a reload, a restart of the server, and through a link."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.driver import Server, wait_ready

MAP_OF_DATA = re.compile(r"/map\?data=[0-9a-f]{64}")


def open_sample(server: Server, page: Page, name: str) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(f".st-key-sample-{name} button").click()
    page.wait_for_url(MAP_OF_DATA)
    wait_ready(page)


def expect_open(page: Page, what: str) -> None:
    wait_ready(page)
    expect(page.locator(".st-key-strip")).to_contain_text(what, timeout=PATIENCE_MS)


@pytest.mark.parametrize("path", ["", "encoder", "search"])
def test_every_page_of_a_loaded_session_says_what_is_open(server: Server, page: Page, path: str) -> None:
    open_sample(server, page, "words")
    page.goto(f"{server.url}/{path}")
    expect_open(page, "Word families")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.slow
def test_a_reload_and_a_restarted_server_keep_what_was_open(fresh_server: Server, page: Page) -> None:
    open_sample(fresh_server, page, "words")
    page.reload()
    expect_open(page, "Word families")
    page.goto("about:blank")
    fresh_server.restart()
    page.goto(fresh_server.url)
    expect_open(page, "Word families")
    expect(page.locator(".st-key-recent-0")).to_contain_text("Word families")


@pytest.mark.slow
def test_a_link_opens_the_same_view_for_another_visitor(server: Server, visitor: Callable[..., Page]) -> None:
    first, second, third = visitor(), visitor(), visitor()
    open_sample(server, first, "faq")
    second.goto(first.url)
    expect_open(second, "Library questions")
    third.goto(server.url)
    expect_open(third, "No data yet")


@pytest.mark.parametrize("key", ["0" * 64, "..%2F..%2Fetc", "%3Cscript%3E"])
def test_a_link_to_what_is_not_here_says_so(server: Server, page: Page, key: str) -> None:
    page.goto(f"{server.url}/map?data={key}")
    wait_ready(page)
    expect(page.get_by_text("no longer stored here")).to_be_visible()
    expect_open(page, "No data yet")
    expect(page).not_to_have_url(re.compile("data="))


def test_scripts_cannot_read_who_the_visitor_is(server: Server, page: Page) -> None:
    page.goto(server.url)
    wait_ready(page)
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "vectorscope_visitor")
    assert cookie["httpOnly"]
    assert cookie["value"] not in page.evaluate("document.cookie")


def test_the_app_runs_from_another_folder_with_its_own_settings(tmp_path: Path, page: Page) -> None:
    server = Server(tmp_path, cwd=tmp_path)
    server.start()
    try:
        page.goto(server.url)
        wait_ready(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Explore your texts")
        # The address is the one in .streamlit/config.toml; without it Streamlit listens on, and prints, all of them.
        assert f"URL: http://127.0.0.1:{server.port}" in server.log
        assert "Network URL" not in server.log
    finally:
        page.close()  # It may still be loading; a server that goes would be an error in its console.
        server.stop()


def test_the_server_answers_beside_the_pages(server: Server, page: Page) -> None:
    health = page.request.get(f"{server.url}/api/health")
    assert health.json() == {"status": "ok"}
    for path in ("", "map", "_stcore/health", "api/health"):
        headers = page.request.get(f"{server.url}/{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
