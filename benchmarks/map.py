"""The map against Plotly's in one browser without a GPU: `python -m benchmarks.map [--quick] [--json]`.

Each size is a page of its own. The clock starts when "Draw" is switched on; the picture is there when the canvas shows
something; a selection has arrived when Python has it, by the one clock of the machine.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.machine import describe_machine
from tests.browser.driver import ARGS, ROOT, Server, find_browser, wait_ready

RESULTS = Path(__file__).parent / "results"
SIZES = {"ours": (10_000, 100_000, 200_000, 1_000_000), "plotly": (10_000, 100_000, 200_000)}
QUICK = {"ours": (10_000, 200_000, 1_000_000), "plotly": (10_000, 200_000)}
COMPARED = 200_000
DRAWN_ROUND = (0.3, 0.7)
"""The part of the data's width and height that the lasso goes round."""
LASSOS = 3
"""A lasso each on so many fresh pages: what is selected already changes what a second one costs."""
_PATIENCE_MS = 180_000
_CANVAS = {"ours": ".vs-points", "plotly": ".js-plotly-plot .gl-canvas-context"}
_SURFACE = {"ours": ".vs-surface", "plotly": ".js-plotly-plot .nsewdrag"}
_LASSO = {"ours": "[data-tool=lasso]", "plotly": "[data-title='Lasso Select']"}
_PAN = {"ours": "[data-tool=pan]", "plotly": "[data-title='Pan']"}
_SHOWS = """(selector) => {
    const find = (root) => {
        const found = root.querySelector(selector);
        if (found) return found;
        for (const each of root.querySelectorAll("*")) {
            const inside = each.shadowRoot && find(each.shadowRoot);
            if (inside) return inside;
        }
        return null;
    };
    window.findDeep ??= (what) => { selector = what; return find(document); };
    const canvas = find(document);
    if (!canvas || !canvas.width) return false;
    const small = Object.assign(document.createElement("canvas"), { width: 96, height: 64 });
    const context = small.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0, 96, 64);
    const { data } = context.getImageData(0, 0, 96, 64);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) colors.add(`${data[i] >> 5} ${data[i + 1] >> 5} ${data[i + 2] >> 5}`);
    return colors.size > 6;
}"""
_FRAMES = """() => {
    window.frames_ = [];
    let last = performance.now();
    const note = (now) => {
        window.frames_.push(now - last);
        last = now;
        window.tracing = requestAnimationFrame(note);
    };
    window.tracing = requestAnimationFrame(note);
}"""
_HOVER = """async ({ ours, places }) => {
    const surface = findDeep(ours ? ".vs-surface" : ".js-plotly-plot .nsewdrag");
    const box = surface.getBoundingClientRect();
    const map = ours && [...globalThis[Symbol.for("vectorscope.maps")].maps.values()][0];
    const plot = ours ? null : document.querySelector(".js-plotly-plot");
    const waits = [];
    for (const [x, y] of places) {
        const [clientX, clientY] = [box.x + x * box.width, box.y + y * box.height];
        const begun = performance.now();
        const kind = ours ? "pointermove" : "mousemove";
        const Kind = ours ? PointerEvent : MouseEvent;
        let heard = null;
        if (plot) plot.once?.("plotly_hover", () => (heard = performance.now()));
        const about = { clientX, clientY, bubbles: true, composed: true, pointerType: "mouse" };
        surface.dispatchEvent(new Kind(kind, about));
        for (let i = 0; i < 40 && performance.now() < begun + 5000; i++) {
            await new Promise(requestAnimationFrame);
            if (ours ? !map.hover.looking : heard !== null) break;
        }
        if (ours ? map.hover.row >= 0 : heard !== null) waits.push((heard ?? performance.now()) - begun);
    }
    return waits;
}"""

_PRESSED_AND_RELEASED = """() => {
    addEventListener("pointerdown", (event) => (window.pressed = performance.timeOrigin + event.timeStamp), true);
    addEventListener("pointerup", (event) => (window.released = performance.timeOrigin + event.timeStamp), true);
    const map = [...(globalThis[Symbol.for("vectorscope.maps")]?.maps.values() ?? [])][0];
    if (!map) return;
    const tell = map.emit;
    map.emit = (event) => { tell(event); window.told = performance.timeOrigin + performance.now(); };
}"""
_CORNERS = """({ ours, share: [low, high] }) => {
    if (ours) {
        const { stage, model } = [...globalThis[Symbol.for("vectorscope.maps")].maps.values()][0];
        const { left, top } = findDeep(".vs-surface").getBoundingClientRect();
        const { x0, x1, y0, y1 } = model.box;
        const at = (share) => stage.camera.toScreen(x0 + share * (x1 - x0), y0 + share * (y1 - y0));
        return [at(low), at(high)].map(([x, y]) => [left + x, top + y]);
    }
    const plot = document.querySelector(".js-plotly-plot");
    const { left, top } = plot.getBoundingClientRect();
    const along = (axis, name) => {
        const ends = [Infinity, -Infinity];
        for (const trace of plot._fullData) {
            for (const value of trace[name]) [ends[0], ends[1]] = [Math.min(ends[0], value), Math.max(ends[1], value)];
        }
        return (share) => axis._offset + axis.l2p(ends[0] + share * (ends[1] - ends[0]));
    };
    const [x, y] = [along(plot._fullLayout.xaxis, "x"), along(plot._fullLayout.yaxis, "y")];
    return [low, high].map((share) => [left + x(share), top + y(share)]);
}"""


def run(quick: bool) -> dict[str, Any]:
    """Return what was measured, by way of drawing and number of points, and the ratios at 200,000."""
    path = find_browser()
    if path is None:
        raise RuntimeError("no Chromium or Chrome here: apt install chromium")
    sizes = QUICK if quick else SIZES
    measured: dict[str, Any] = {"ours": {}, "plotly": {}}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), Path(__file__).parent / "map_page.py", cwd=ROOT)
        server.start()
        try:
            for kind, several in sizes.items():
                for n in several:
                    browser = playwright.chromium.launch(executable_path=path, args=ARGS)
                    measured[kind][str(n)] = _measure(browser, server, kind, n, 12 if quick else 30)
                    browser.close()
                    # Plotly's lasso takes minutes on a busy machine: whoever waits sees how far it is.
                    print(_line(kind, n, measured[kind][str(n)]), file=sys.stderr, flush=True)
        finally:
            server.stop()
    ours, plotly = measured["ours"][str(COMPARED)], measured["plotly"][str(COMPARED)]
    measured["ratios"] = {
        "first_picture_200k": round(plotly["first_picture_s"] / ours["first_picture_s"], 1),
        "lasso_200k": round(plotly["lasso_ms"] / ours["lasso_ms"], 1),
        "gesture_200k": round(plotly["gesture_ms"] / ours["gesture_ms"], 1),
    }
    return measured


def _line(kind: str, n: int, seen: dict[str, float]) -> str:
    return f"{kind:7} {n:>9,}  " + "  ".join(f"{name} {value:,}" for name, value in seen.items())


def _measure(browser: Browser, server: Server, kind: str, n: int, steps: int) -> dict[str, float]:
    page, seen = _opened(browser, server, kind, n)
    seen["frame_ms"] = _drag(page, kind, steps)
    seen["hover_ms"] = _hover(page, kind, steps)
    seen["memory_mb"] = _memory(browser)
    page.close()
    lassos = []
    for _ in range(LASSOS):
        page, _ = _opened(browser, server, kind, n)
        lassos.append(_lasso(page, kind))
        page.close()
    seen |= {name: median(lasso[name] for lasso in lassos) for name in lassos[0]}
    return {name: round(value, 3 if name.endswith("_s") else 1) for name, value in seen.items()}


def _opened(browser: Browser, server: Server, kind: str, n: int) -> tuple[Page, dict[str, float]]:
    """Return a page with the map at rest, and how long its first picture took and how many bytes."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(_PATIENCE_MS)
    received = _count_bytes(page.context.new_cdp_session(page))
    page.goto(f"{server.url}/?kind={kind}&n={n}")
    wait_ready(page)
    before = received[0]
    page.evaluate("() => { addEventListener('click', () => (window.begun = performance.now()), { capture: true }); }")
    page.get_by_text("Draw", exact=True).click()
    page.wait_for_function(_SHOWS, arg=_CANVAS[kind], polling=20)
    seen = {"first_picture_s": page.evaluate("performance.now() - window.begun") / 1000}
    seen["bytes"] = received[0] - before
    wait_ready(page)
    page.wait_for_timeout(1500)
    return page, seen


def _count_bytes(session: CDPSession) -> list[int]:
    """Return a running count of what the page's websocket receives."""
    total = [0]

    def note(event: dict[str, Any]) -> None:
        frame = event["response"]
        total[0] += len(frame["payloadData"]) * 3 // 4 if frame["opcode"] == 2 else len(frame["payloadData"])

    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", note)
    return total


def _middle(page: Page, kind: str) -> tuple[float, float, float, float]:
    box = page.locator(_SURFACE[kind]).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"], box["height"]


def _drag(page: Page, kind: str, steps: int) -> float:
    """Return the median time from frame to frame while the map is dragged."""
    page.locator(_PAN[kind]).first.click()
    x, y, _, _ = _middle(page, kind)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 4)
    page.evaluate(_FRAMES)
    for step in range(steps):
        page.mouse.move(x + 8 + 6 * step, y + 4 + 2 * step)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    frames: list[float] = page.evaluate("(cancelAnimationFrame(window.tracing), window.frames_)")
    page.mouse.up()
    page.wait_for_timeout(600)
    return median(frames[1:] or frames)


def _hover(page: Page, kind: str, times: int) -> float:
    """Return the median time from a movement of the pointer to the point found under it."""
    draw = random.Random(0)
    places = [(draw.uniform(0.3, 0.6), draw.uniform(0.3, 0.7)) for _ in range(times)]
    waits: list[float] = page.evaluate(_HOVER, {"ours": kind == "ours", "places": places})
    return median(waits) if waits else float("nan")


def _lasso(page: Page, kind: str) -> dict[str, float]:
    """Return how long after a lasso's end, and after its beginning, its rows were in Python.

    Both maps get the same line round the same points, by a hand that waits until each of its movements has been dealt
    with: to one that does not wait, Plotly's map of 200,000 points does not answer at all. The clock starts when the
    browser was told of the release, not when it found the time to look at it.
    """
    page.locator(_LASSO[kind]).first.click()
    page.evaluate(_PRESSED_AND_RELEASED)
    (x0, y0), (x1, y1) = page.evaluate(_CORNERS, {"ours": kind == "ours", "share": DRAWN_ROUND})
    page.mouse.move(x0, y0)
    page.mouse.down()
    for x, y in ((x1, y0), (x1, y1), (x0, y1), (x0, y0 - 2)):
        page.mouse.move(x, y, steps=5)
    page.mouse.up()
    record = page.get_by_text(re.compile(r"^\d+ rows at"))
    record.wait_for()
    found = re.fullmatch(r"(\d+) rows at ([\d.]+) ms", record.inner_text())
    assert found is not None
    pressed, released = page.evaluate("[window.pressed, window.released]")
    rows, arrived = float(found[1]), float(found[2])
    seen = {"lasso_rows": rows, "gesture_ms": arrived - pressed, "lasso_ms": arrived - released}
    return seen | ({"lasso_browser_ms": page.evaluate("window.told") - released} if kind == "ours" else {})


def _memory(browser: Browser) -> float:
    """Return the resident memory of the largest page process, in MB."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [Path(f"/proc/{each['id']}/status") for each in processes if each["type"] == "renderer"]
    sizes = [re.search(r"VmRSS:\s+(\d+)", status.read_text()) for status in pages if status.exists()]
    return max((int(size[1]) / 1000 for size in sizes if size), default=float("nan"))


def main() -> None:
    """Measure, keep and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.map", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sizes and shorter movements")
    parser.add_argument("--json", action="store_true", help="print the result as JSON, nothing else")
    args = parser.parse_args()
    result = run(args.quick)
    kept = {"case": "map", "when": datetime.now(UTC).isoformat(timespec="minutes"), "machine": describe_machine()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "map.json").write_text(json.dumps({**kept, "quick": args.quick, "result": result}, indent=1) + "\n")
    if args.json:
        print(json.dumps(result, indent=1))
        return
    for kind in ("ours", "plotly"):
        for n, seen in result[kind].items():
            print(_line(kind, int(n), seen))
    print("ratios ", result["ratios"])


if __name__ == "__main__":
    main()
