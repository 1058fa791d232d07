"""(c), (d), (e): the app as a person waits for it, in a real browser, and one visitor while another's map is drawn."""

import re
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.texts import write_csv
from tests.browser.driver import ARGS, Server, find_browser, wait_ready

_PATIENCE_MS = 300_000


def run(texts: list[str], repeats: int = 3) -> dict[str, object]:
    """Return medians in seconds; every repeat has a server and a store of its own."""
    path = find_browser()
    if path is None:
        raise RuntimeError("no Chromium or Chrome here: apt install chromium")
    runs: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        source = Path(folder) / "texts.csv"
        write_csv(source, texts)
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        for turn in range(repeats):
            place = Path(folder) / str(turn)
            place.mkdir()
            runs.append(_visit(browser, Server(place), source))
        browser.close()
    names = sorted(runs[0])
    return {"rows": len(texts), **{name: round(median(run[name] for run in runs), 2) for name in names}, "runs": runs}


def _visit(browser: Browser, server: Server, source: Path) -> dict[str, float]:
    """Start a server, bring a file, wait for both pictures, change the color; return how long each took."""
    seen: dict[str, float] = {}
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(_PATIENCE_MS)
        start = time.perf_counter()
        server.start()
        page.goto(server.url)
        page.get_by_role("heading", level=1).wait_for()
        seen["start_to_first_page_s"] = time.perf_counter() - start
        seen["torch_in_server"] = float(_maps_torch(server))
        wait_ready(page)
        page.wait_for_timeout(15_000)  # Somebody reads the page while the workers warm up.

        start = time.perf_counter()
        page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(source)
        _caption(page, "PCA|UMAP").wait_for()
        seen["upload_to_pca_s"] = time.perf_counter() - start
        seen["other_page_while_mapping_s"] = _look_elsewhere(browser, server)
        _caption(page, "UMAP").wait_for()
        seen["upload_to_umap_s"] = time.perf_counter() - start
        wait_ready(page)
        page.wait_for_timeout(2_000)
        seen["color_change_s"] = _recolor(page)
        page.close()
    finally:
        server.stop()
    return {name: round(value, 3) for name, value in seen.items()}


def _caption(page: Page, method: str) -> object:
    return page.get_by_text(re.compile(rf"^({method}), [\d,]+ points"))


def _maps_torch(server: Server) -> bool:
    """Say whether the server process has torch's library in its memory."""
    process = server.process
    maps = Path(f"/proc/{process.pid}/maps") if process is not None else Path()
    return maps.is_file() and "libtorch" in maps.read_text()


def _look_elsewhere(browser: Browser, server: Server) -> float:
    """Return how long another visitor waits for a page, the worst of five, while the map is drawn."""
    other = browser.new_page(viewport={"width": 1440, "height": 900})
    waits = []
    for path in ("", "data", "encoder", "map", "search"):
        start = time.perf_counter()
        other.goto(f"{server.url}/{path}")
        other.get_by_role("heading", level=1).wait_for()
        waits.append(time.perf_counter() - start)
    other.close()
    return max(waits)


def _recolor(page: Page) -> float:
    """Return how long it takes from choosing a color to the legend that shows it, after a map in one color."""
    legend = page.locator(".js-plotly-plot .legendtext", has_text="group").first
    _choose(page, "One color")
    legend.wait_for(state="detached")
    wait_ready(page)
    page.wait_for_timeout(1_000)
    start = _choose(page, "group")
    legend.wait_for()
    return time.perf_counter() - start


def _choose(page: Page, color: str) -> float:
    """Choose a color and return when."""
    page.get_by_role("combobox", name="Color by").click()
    option = page.get_by_role("option", name=color, exact=True)
    option.wait_for()
    start = time.perf_counter()
    option.click()
    return start
