"""Hands and eyes for the map in a browser."""

from typing import Any

from playwright.sync_api import Page, expect

MAP = ".vs-map"
PATIENCE_MS = 90_000
# In the order of the page, as a locator counts them; the registry's own is that of their coming.
_MAPS = """[...globalThis[Symbol.for('vectorscope.maps')].maps.values()]
    .map((map) => ({ map, box: map.root.getBoundingClientRect() }))
    .sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)
    .map(({ map }) => map)"""


def ask(page: Page, question: str, argument: Any = None, place: int = 0) -> Any:
    """Return what a JavaScript expression says about a map on the page; `map` and `argument` are known to it."""
    return page.evaluate(f"(argument) => {{ const map = {_MAPS}[{place}]; return {question}; }}", argument)


def wait_drawn(page: Page, place: int = 0) -> None:
    """Wait until a map is there and its points are at rest."""
    expect(page.locator(MAP).nth(place)).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)
    page.wait_for_function(
        f"() => {{ const map = {_MAPS}[{place}]; "
        "return map && map.stage.timings.length && !map.stage.morph && !map.stage.motion && !map.stage.handle; }"
    )


def lasso(page: Page, share: float = 0.25, place: int = 0, modifier: str | None = None) -> None:
    """Draw round the middle of a map."""
    page.locator("[data-tool=lasso]").nth(place).click()
    x, y, width, height = middle(page, place)
    dx, dy = width * share, height * share
    page.mouse.move(x - dx, y - dy)
    page.mouse.down()
    for sx, sy in ((1, -1), (1, 1), (-1, 1), (-1, -1)):
        page.mouse.move(x + sx * dx, y + sy * dy, steps=6)
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)


def middle(page: Page, place: int = 0) -> tuple[float, float, float, float]:
    """Return the middle of a map in the page, its width and its height."""
    surface = page.locator(".vs-surface").nth(place)
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"], box["height"]


def place_of(page: Page, row: int, place: int = 0) -> tuple[float, float]:
    """Return where a row is drawn in the page."""
    box = page.locator(".vs-surface").nth(place).bounding_box()
    assert box is not None
    x, y = ask(page, "map.stage.camera.toScreen(...map.model.xy.slice(2 * argument, 2 * argument + 2))", row, place)
    return box["x"] + x, box["y"] + y


def lonely_row(page: Page, place: int = 0) -> int:
    """Return a row that nothing lies near to, so that it and no other is what a hand there means."""
    row: int = ask(
        page,
        """(() => {
            const at = (row) => map.stage.camera.toScreen(map.model.xy[2 * row], map.model.xy[2 * row + 1]);
            const rows = Array.from({ length: map.model.n }, (_, row) => row);
            const free = (row) => {
                const [x, y] = at(row), { camera } = map.stage;
                if (x < 20 || y < 60 || x > camera.width - 260 || y > camera.height - 60) return -1;
                return Math.min(...rows.filter((r) => r !== row).map((r) => Math.hypot(at(r)[0] - x, at(r)[1] - y)));
            };
            return rows.slice(0, 400).reduce((best, row) => free(row) > free(best) ? row : best, 0);
        })()""",
        place=place,
    )
    return row


def selected(page: Page, place: int = 0) -> list[int]:
    """Return the rows that the map itself holds as selected."""
    rows: list[int] = ask(page, "[...map.model.selection.rows()]", place=place)
    return rows


def view(page: Page, place: int = 0) -> dict[str, float]:
    """Return where one looks from."""
    found: dict[str, float] = ask(page, "map.stage.camera.view", place=place)
    return found


def pixels(page: Page, place: int = 0) -> dict[str, int]:
    """Return how many pixels of the points' canvas have each color, by `r,g,b`, the background left out."""
    counts: dict[str, int] = ask(
        page,
        """(() => {
            const { canvas } = map.stage.renderer, copy = document.createElement("canvas");
            [copy.width, copy.height] = [canvas.width, canvas.height];
            const context = copy.getContext("2d");
            context.drawImage(canvas, 0, 0);
            const { data } = context.getImageData(0, 0, copy.width, copy.height), counts = {};
            const ground = map.model.background.join();
            for (let i = 0; i < data.length; i += 4) {
                const rgb = `${data[i]},${data[i + 1]},${data[i + 2]}`;
                if (rgb !== ground) counts[rgb] = (counts[rgb] ?? 0) + 1;
            }
            return counts;
        })()""",
        place=place,
    )
    return counts
