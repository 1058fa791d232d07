"""The whole way of a person: a file dropped, a map drawn, points selected, the selection taken home."""

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import lasso, lonely_row, place_of, selected, wait_drawn

MINUTE = 60_000
pytestmark = pytest.mark.timeout(400)


def make_csv(path: Path, rows: int, seed: int = 0) -> Path:
    """Write a CSV of different sentences with a label and a cell that a spreadsheet would run."""
    draw = random.Random(seed)
    animals, places, acts = (
        ("cat", "dog", "owl", "bee"),
        ("garden", "house", "forest", "city"),
        ("sleeps", "runs", "eats"),
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["sentence", "animal", "note"])
        for i in range(rows):
            animal = draw.choice(animals)
            context = f"{draw.choice(acts)} in the {draw.choice(places)}"
            text = f"The {animal} {context} on day {i} with {draw.randint(2, 99)} others."
            writer.writerow([text, animal, '=HYPERLINK("http://x")' if i % 2 else "plain"])
    return path


def drop(page: Page, url: str, file: Path) -> None:
    """Open the first page and drop a file on it."""
    page.goto(url)
    wait_ready(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(file)


def wait_for_map(page: Page, method: str, timeout: int = 2 * MINUTE) -> None:
    """Wait until the caption says which map is shown."""
    expect(page.get_by_text(re.compile(rf"^{method}, [\d,]+ points"))).to_be_visible(timeout=timeout)
    wait_ready(page)
    wait_drawn(page)


def test_from_a_dropped_file_to_an_exported_selection(server: Server, page: Page, tmp_path: Path) -> None:
    source = make_csv(tmp_path / "animals.csv", 240)
    drop(page, server.url, source)
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    wait_for_map(page, "UMAP")
    lasso(page)
    heading = page.get_by_role("heading", name=re.compile(r"^[\d,]+ selected$"))
    expect(heading).to_be_visible()
    count = int(heading.inner_text().split()[0].replace(",", ""))
    assert count == len(selected(page))
    assert 0 < count < 240
    expect(page.locator(".st-key-strip")).to_contain_text(f"{count} selected")

    exports = {}
    for kind in ("CSV", "Parquet"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        exports[kind] = tmp_path / f"out.{kind.lower()}"
        download.value.save_as(exports[kind])
    written = pd.read_parquet(exports["Parquet"])
    original = pd.read_csv(source)
    assert len(written) == count
    assert set(written["sentence"]) <= set(original["sentence"])
    merged = written.merge(original, on="sentence", suffixes=("", "_source"))
    assert (merged["animal"] == merged["animal_source"]).all()
    assert set(written["note"]) <= {'=HYPERLINK("http://x")', "plain"}
    guarded = exports["CSV"].read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in guarded
    assert len(guarded.splitlines()) == count + 1


def test_a_selection_survives_other_colors_pages_and_undo(server: Server, page: Page, tmp_path: Path) -> None:
    drop(page, server.url, make_csv(tmp_path / "animals.csv", 120, seed=1))
    wait_for_map(page, "UMAP")
    lasso(page)
    expect(page.get_by_role("heading", name=re.compile("selected"))).to_be_visible()
    count = len(selected(page))
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Data").click()
    wait_ready(page)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Map").click()
    wait_for_map(page, "UMAP")
    expect(page.locator(".st-key-strip")).to_contain_text(f"{count} selected")
    page.wait_for_timeout(500)
    assert len(selected(page)) == count
    page.locator(".st-key-strip").get_by_role("button", name="Clear").click()
    expect(page.locator(".st-key-strip")).to_contain_text("Nothing selected")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".st-key-strip")).to_contain_text(f"{count} selected")


def test_pca_comes_first_and_says_what_it_shows(server: Server, page: Page, tmp_path: Path) -> None:
    drop(page, server.url, make_csv(tmp_path / "animals.csv", 60, seed=2))
    wait_for_map(page, "UMAP")
    page.get_by_role("radio", name="PCA").or_(page.get_by_role("button", name="PCA")).first.click()
    wait_for_map(page, "PCA")
    expect(page.get_by_text(re.compile(r"Explains \d+\.\d% of the variance"))).to_be_visible()


def test_a_clicked_point_opens_with_its_true_neighbors(server: Server, page: Page, tmp_path: Path) -> None:
    drop(page, server.url, make_csv(tmp_path / "animals.csv", 80, seed=3))
    wait_for_map(page, "UMAP")
    page.mouse.click(*place_of(page, lonely_row(page)))
    expect(page.get_by_text("Nearest neighbors", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Item \d+$"))).to_be_visible()


@pytest.mark.slow
def test_a_second_tab_joins_a_running_job(fresh_server: Server, page: Page, tmp_path: Path) -> None:
    drop(page, fresh_server.url, make_csv(tmp_path / "many.csv", 4000, seed=4))
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    job = page.get_by_text(re.compile("Embedding with"))
    expect(job.first).to_be_visible(timeout=MINUTE)
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_text(re.compile("Embedding with")).first).to_be_visible(timeout=MINUTE)
    wait_for_map(page, "UMAP", 3 * MINUTE)
    wait_for_map(second, "UMAP")
    made = list((fresh_server.home / "embedding").iterdir())
    assert len(made) == 1


@pytest.mark.slow
def test_a_killed_server_goes_on_at_its_last_shard(
    fresh_server: Server, page: Page, tmp_path: Path, problems: list[str]
) -> None:
    drop(page, fresh_server.url, make_csv(tmp_path / "more.csv", 6000, seed=5))
    page.wait_for_url(re.compile("/map"), timeout=MINUTE)
    shards = fresh_server.home / "rows"
    deadline = 480  # The first shard waits for the model, on a busy machine for long.
    while not list(shards.glob("*/*/meta.json")) and deadline:
        page.wait_for_timeout(250)
        deadline -= 1
    before = {meta: meta.stat().st_ino for meta in shards.glob("*/*/meta.json")}
    assert before
    fresh_server.kill()
    address = page.url
    page.goto("about:blank")
    problems.clear()  # The browser rightly said that its server had gone.
    fresh_server.start()
    page.goto(address)
    wait_for_map(page, "UMAP", 3 * MINUTE)
    problems.clear()
    after = {meta: meta.stat().st_ino for meta in shards.glob("*/*/meta.json")}
    assert len(after) > len(before)
    assert all(after[meta] == inode for meta, inode in before.items())


@pytest.mark.slow
def test_two_visitors_mapping_at_once_both_get_their_maps(
    server: Server, visitor: Callable[..., Page], tmp_path: Path
) -> None:
    pages = [visitor(), visitor()]
    for number, one in enumerate(pages):
        drop(one, server.url, make_csv(tmp_path / f"both-{number}.csv", 600, seed=10 + number))
    for one in pages:
        wait_for_map(one, "UMAP")


def test_markup_in_data_is_shown_as_text(server: Server, page: Page, tmp_path: Path) -> None:
    hostile = (
        '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> **bold** ![x](http://127.0.0.1:1/y.png)'
    )
    frame = pd.DataFrame({"text": [f"{hostile} {i}" for i in range(12)], "<b>label</b>": ["<i>a</i>", "<i>b</i>"] * 6})
    source = tmp_path / "hostile.csv"
    frame.to_csv(source, index=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    drop(page, server.url, source)
    wait_for_map(page, "UMAP")
    lasso(page)
    wait_ready(page)
    table = page.get_by_test_id("stDataFrame").last
    table.hover()
    expect(page.get_by_role("button", name=re.compile("Search")).first).to_be_visible()
    # The table's own download would write formulas for a spreadsheet to run.
    expect(page.get_by_role("button", name=re.compile("Download as CSV"))).to_have_count(0)
    for name in ("Data", "Map", "Search"):
        page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
        wait_ready(page)
    assert page.evaluate("window.hacked") is None
    assert not [url for url in asked if "y.png" in url]
    assert page.locator("img[src=x]").count() == 0
