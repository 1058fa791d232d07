"""Compress in a browser: from a sample to a choice, with the table taken home."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready

MINUTE = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_from_a_sample_to_the_smallest_that_is_enough(server: Server, page: Page, tmp_path: Path) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.locator(".st-key-sample-faq button").click()
    page.wait_for_url("**/map*", timeout=MINUTE)
    page.get_by_test_id("stSidebarNavLink").get_by_text("Compress", exact=True).click()
    expect(page.get_by_text("Smallest vectors with recall of at least 95% at k = 10")).to_be_visible(timeout=4 * MINUTE)
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text(re.compile("^(Binary|Product quantization|Int8).* rescored"))).to_be_visible()
    page.get_by_role("radio", name="none").or_(page.get_by_role("button", name="none")).first.click()
    expect(page.get_by_text(re.compile(r"\d rescored"))).to_have_count(0, timeout=MINUTE)
    page.get_by_role("radio", name="80%").or_(page.get_by_role("button", name="80%")).first.click()
    expect(page.get_by_text("Smallest vectors with recall of at least 80% at k = 10")).to_be_visible(timeout=MINUTE)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    download.value.save_as(tmp_path / "compression.csv")
    table = pd.read_csv(tmp_path / "compression.csv")
    assert len(table) == 5 * 9
    assert table["recall@10"].between(0, 1).all()
    expect(page.get_by_text("Show the code")).to_be_visible()
