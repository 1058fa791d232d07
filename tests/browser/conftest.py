"""Fixtures of the browser tests: one Chromium, a server, and visitors whose pages must raise no error."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.driver import ARGS, Server, fetch_browser, find_browser

NO_BROWSER = "no Chromium or Chrome here, and none could be installed"
VIEWPORT = {"width": 1440, "height": 900}
PATIENCE_MS = 90_000
"""A machine that is busy with other work takes several times as long; one that passes waits no longer for it."""
ERROR_BOXES = "[data-testid=stException], [data-testid=stAlertContentError]"
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the Chromium that is here or can be had; else the test is skipped, and the summary says so."""
    path = find_browser() or fetch_browser()
    if path is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the server most tests share."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """Return a server nobody has visited, with an empty store."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def problems() -> list[str]:
    """Collect what went wrong in this test's pages; a test that means to break something clears it."""
    return []


@pytest.fixture
def named_errors() -> list[str]:
    """Hold a part of the text of each error that may stand on a page when this test ends."""
    return []


@pytest.fixture
def visitor(browser: Browser, problems: list[str], named_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the empty page of another visitor, with cookies of its own."""
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location["url"]
            # On a deep link Streamlit feels its way to the server's root through these two, and finds it.
            feels = "404" in message.text or "ERR_CONNECTION_REFUSED" in message.text  # A test may stop its server.
            if not feels or not where.endswith(("/_stcore/health", "/_stcore/host-config")):
                problems.append(f"console: {message.text} ({where})")

    def arrive(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": VIEWPORT, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", note)
        context.on("weberror", lambda error: problems.append(f"page: {error.error}"))
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        for page in context.pages:
            shown = page.locator(ERROR_BOXES).all_inner_texts()
            problems += [f"shown: {text}" for text in shown if not any(name in text for name in named_errors)]
        context.close()
    assert problems == []


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """Return the empty page of one visitor; errors in it, or in tabs it opens, fail the test."""
    return visitor()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when no browser test could run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", "THE BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} tests skipped: {NO_BROWSER}.", red=True)
        terminalreporter.write_line("Install Chromium or Chrome (Debian: apt install chromium) and run them again.")
