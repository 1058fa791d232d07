"""Train in a browser: a file, a small model, a training watched, its encoder used on the map."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import wait_drawn
from tests.browser.test_whole_path import drop, wait_for_map
from tests.core.train.tiny import save_tiny, topic_texts

MINUTE = 60_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def turn_to(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
    wait_ready(page)


def test_an_encoder_is_trained_and_used(fresh_server: Server, page: Page, tmp_path: Path) -> None:
    file, model = tmp_path / "topics.csv", tmp_path / "tiny"
    model.mkdir()
    save_tiny(model)
    texts, topics = topic_texts(20)
    pd.DataFrame({"text": texts, "topic": topics}).to_csv(file, index=False)
    drop(page, fresh_server.url, file)
    page.wait_for_url("**/map**", timeout=2 * MINUTE)
    turn_to(page, "Encoder")
    page.get_by_label("Name on the Hugging Face Hub").fill(str(model))
    page.get_by_role("button", name="Use this model").click()
    wait_for_map(page, "UMAP")
    turn_to(page, "Train")
    expect(page.get_by_text("64 rows for training, 16 for measuring")).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Loss per batch")).to_be_visible(timeout=3 * MINUTE)
    expect(page.get_by_text(re.compile("Trained on 64 rows"))).to_be_visible(timeout=5 * MINUTE)
    expect(page.get_by_text(re.compile("Aligned with the map before training"))).to_be_visible(timeout=2 * MINUTE)
    wait_ready(page)
    wait_drawn(page)
    page.get_by_text("Before", exact=True).click()
    expect(page.get_by_text(re.compile("Aligned with the map before training"))).to_be_hidden()
    with page.expect_download(timeout=MINUTE) as taken:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    assert re.fullmatch(r"topics-mnrl-[0-9a-f]{12}\.zip", taken.value.suggested_filename)
    page.get_by_role("button", name="Use this encoder").click()
    page.wait_for_url("**/map**")
    wait_for_map(page, "UMAP")
    turn_to(page, "Encoder")
    expect(page.get_by_text("Fine-tuned here")).to_be_visible()
