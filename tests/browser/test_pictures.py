"""Pictures in a real browser: a ZIP of them becomes a map whose points show them, words and pictures find them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from embedding_core.data.samples.shapes import draw_shapes
from tests.browser.driver import Server, wait_ready
from tests.browser.map_driver import ask, lasso, place_of, wait_drawn

pytestmark = pytest.mark.slow

POINTS = 2_000
HOVER_MS = 150


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ZIP of so many drawn pictures, in one folder a shape."""
    path = tmp_path_factory.mktemp("pictures") / "shapes.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for number, drawn in enumerate(draw_shapes(POINTS, seed=7, side=48)):
            packed.writestr(f"{drawn.attributes['shape']}/{number:04}.png", drawn.png)
    return path


def bring(page: Page, server: Server, path: Path) -> None:
    page.goto(server.url)
    wait_ready(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(path)
    page.wait_for_url("**/map**")
    expect(page.get_by_text(f"UMAP, {POINTS:,} points")).to_be_visible(timeout=150_000)
    wait_ready(page)
    wait_drawn(page)


def lonely_rows(page: Page, count: int) -> list[int]:
    """Return the rows with the most room round them, so that a pointer there means no other."""
    rows: list[int] = ask(
        page,
        """(() => {
            const { camera } = map.stage, places = [];
            for (let row = 0; row < map.model.n; row++)
                places.push(camera.toScreen(map.model.xy[2 * row], map.model.xy[2 * row + 1]));
            const room = places.map(([x, y], row) => {
                if (x < 20 || y < 60 || x > camera.width - 260 || y > camera.height - 60) return -1;
                let least = Infinity;
                for (let i = 0; i < places.length; i++)
                    if (i !== row) least = Math.min(least, Math.hypot(places[i][0] - x, places[i][1] - y));
                return least;
            });
            return [...room.keys()].sort((a, b) => room[b] - room[a]).slice(0, argument);
        })()""",
        count,
    )
    return rows


WATCH = """() => {
    window.shown = null;
    addEventListener("pointermove", () => { window.rested = performance.now(); }, { capture: true });
    const look = () => {
        const [map] = globalThis[Symbol.for("vectorscope.maps")].maps.values();
        const card = map.hover.card.element, image = card.hidden ? null : card.querySelector("img");
        if (image?.complete && image.naturalWidth && window.shown?.src !== image.src)
            window.shown = { src: image.src, after: performance.now() - window.rested };
        requestAnimationFrame(look);
    };
    look();
}"""


def test_a_zip_of_pictures_becomes_a_map_whose_points_show_them(server: Server, page: Page, archive: Path) -> None:
    bring(page, server, archive)
    assert page.locator(".vs-map").get_by_text("circle").count() > 0
    page.evaluate(WATCH)
    drawn = draw_shapes(POINTS, seed=7, side=48)
    waited = []
    for row in lonely_rows(page, 6):
        page.mouse.move(*np.round(place_of(page, row)))
        page.wait_for_function("(row) => window.shown?.src.endsWith(`/pictures/${row}`)", arg=row)
        waited.append(page.evaluate("window.shown.after"))
        served = page.request.get(page.evaluate("window.shown.src"))
        assert "immutable" in served.headers["cache-control"]
        seen = np.asarray(Image.open(io.BytesIO(served.body())).convert("RGB"), float)
        meant = np.asarray(Image.open(io.BytesIO(drawn[row].png)).convert("RGB"), float)
        assert abs(seen - meant).mean() < 12
    # The quickest, since the machine of a test may be busy with others.
    assert min(waited) < HOVER_MS


def test_a_selection_shows_as_a_gallery_that_pages(server: Server, page: Page, archive: Path) -> None:
    bring(page, server, archive)
    lasso(page)
    tiles = page.locator(".st-key-selection-gallery-tiles")
    expect(tiles.locator("img").first).to_be_visible()
    first = tiles.locator("button").first.get_attribute("data-row")
    page.locator(".st-key-selection-gallery-page").get_by_text("2", exact=True).click()
    expect(tiles.locator("button").first).not_to_have_attribute("data-row", str(first))
    chosen = tiles.locator("button").nth(3)
    name = chosen.get_attribute("title")
    chosen.click()
    stem = str(name).removesuffix(".png")
    expect(page.get_by_text(f"Item {stem}")).to_be_visible()
    expect(page.locator("[class*='-picture'] img").first).to_be_visible(timeout=90_000)


def test_pictures_stay_with_their_visitor(server: Server, visitor: Callable[..., Page], archive: Path) -> None:
    mine = visitor()
    bring(mine, server, archive)
    key = mine.url.split("data=")[1].split("&")[0]
    address = f"{server.url}/api/data/{key}/pictures/0"
    assert mine.request.get(address).status == 200
    assert visitor().request.get(address).status == 404


def test_a_folder_with_folders_in_it_becomes_a_map_with_their_names(server: Server, page: Page, tmp_path: Path) -> None:
    for number, drawn in enumerate(draw_shapes(40, seed=3, side=48)):
        path = tmp_path / "mine" / drawn.attributes["shape"] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn.png)
    page.goto(f"{server.url}/data")
    wait_ready(page)
    page.get_by_role("tab", name="Folder").click()
    page.locator("input[type=file][webkitdirectory]").set_input_files(tmp_path / "mine")
    page.locator(".st-key-use button").click()
    page.wait_for_url("**/map**color=label**")
    expect(page.locator(".st-key-strip")).to_contain_text("40 rows")
    expect(page.get_by_text("UMAP, 40 points")).to_be_visible(timeout=60_000)
