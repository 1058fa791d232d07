"""Clusters in a real browser: found, lit up on the map, changed, and there again after a reload."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import ask, lasso, selected, wait_drawn
from tests.browser.test_whole_path import MINUTE, drop, make_csv, wait_for_map

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def animals(folder: Path, rows: int, seed: int = 0) -> Path:
    """Write sentences about four animals, labeled with theirs."""
    path = make_csv(folder / "animals.csv", rows, seed)
    pd.read_csv(path)[["sentence", "animal"]].to_csv(path, index=False)
    return path


def pick(page: Page, *places: int) -> None:
    """Tick rows of the table of clusters, none ticked before."""
    grid = page.locator("[class*='-clusters'] [data-testid=stDataFrame] canvas").first
    grid.scroll_into_view_if_needed()
    for place in places:
        box = grid.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 14, box["y"] + 36 + 35 * place + 17)
        wait_ready(page)


def metric(page: Page, name: str) -> Locator:
    """Return the place of a figure on the page."""
    return page.get_by_test_id("stMetric").filter(has_text=name).get_by_test_id("stMetricValue")


def names(page: Page) -> list[str]:
    """Return the names that stand on the map, shown or not."""
    found: list[str] = ask(page, "map.model.view.labels.map((label) => label.text)")
    return found


def test_clusters_light_up_on_the_map_and_changes_are_kept(server: Server, page: Page, tmp_path: Path) -> None:
    drop(page, server.url, animals(tmp_path, 240))
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    wait_for_map(page, "UMAP")
    page.get_by_role("link", name="Clusters").click()
    expect(metric(page, "Clusters")).to_have_text("4", timeout=MINUTE)
    wait_for_map(page, "UMAP")
    found = names(page)
    assert len(found) == 4
    assert all(any(animal in name for name in found) for animal in ("cat", "dog", "owl", "bee"))
    expect(page.locator(".vs-outlines path")).to_have_count(4, timeout=MINUTE)

    pick(page, 0)
    strip = page.locator(".st-key-strip")
    expect(strip).to_contain_text(re.compile(r"\d+ selected"), timeout=MINUTE)
    wait_drawn(page)
    largest = selected(page)
    labels: list[int] = ask(page, "Array.from(map.model.painter.codes ?? [])")
    assert len(largest) == int(re.findall(r"(\d+) selected", strip.inner_text())[0])
    if labels:
        assert {labels[row] for row in largest} == {labels[largest[0]]}

    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("My own group")
    page.get_by_role("button", name="Rename").last.click()
    expect(page.get_by_role("button", name="Undo change 1")).to_be_visible(timeout=MINUTE)
    wait_drawn(page)
    assert "My own group" in names(page)

    lasso(page, 0.3)
    send = page.get_by_role("button", name="Move", exact=True)
    expect(send).to_be_visible(timeout=MINUTE)
    assert selected(page) != largest
    send.click()
    expect(page.get_by_role("button", name="Undo change 2")).to_be_visible(timeout=MINUTE)

    page.reload()
    expect(page.get_by_role("button", name="Undo change 2")).to_be_visible(timeout=MINUTE)
    wait_drawn(page)
    assert "My own group" in names(page)
    page.get_by_role("button", name="Undo change 2").click()
    page.get_by_role("button", name="Undo change 1").click()
    expect(page.get_by_role("button", name=re.compile("Undo change"))).to_have_count(0, timeout=MINUTE)
    wait_drawn(page)
    assert names(page) == found


def test_a_sweep_is_taken_and_the_clusters_color_the_map(server: Server, page: Page, tmp_path: Path) -> None:
    drop(page, server.url, animals(tmp_path, 160, seed=1))
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    wait_for_map(page, "UMAP")
    page.get_by_role("link", name="Clusters").click()
    expect(metric(page, "Clusters")).to_have_text("4", timeout=MINUTE)
    page.locator(".st-key-clusters-view").get_by_text("How many?", exact=True).click()
    use = page.get_by_role("button", name=re.compile(r"^Use \d+ clusters$"))
    expect(use).to_be_visible(timeout=3 * MINUTE)
    k = re.findall(r"\d+", use.inner_text())[0]
    expect(page.get_by_text("The mean silhouette is highest")).to_be_visible(timeout=MINUTE)
    use.click()
    page.locator(".st-key-clusters-view").get_by_text("Clusters", exact=True).click()
    expect(metric(page, "Clusters")).to_have_text(k, timeout=MINUTE)
    page.get_by_role("button", name="Save as column").click()
    page.get_by_role("button", name="Save and color the map by it").click()
    page.wait_for_url(re.compile("/map.*color=cluster"), timeout=MINUTE)
    wait_for_map(page, "UMAP")
    assert ask(page, "map.model.painter.coloring.title") == "cluster"
    assert ask(page, "map.model.painter.coloring.names.length") == int(k)
