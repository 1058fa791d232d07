"""From a typed query to its hits, with reasons, against the plain library calls that give hits alone.

Ours answers through the engine as the page does: it encodes and keeps the query, scores every row, and says percentile,
chance, matching words and the rank by each engine.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.texts import made_texts
from embedding_core.base.keys import fingerprint
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.engine import Engine
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords
from embedding_core.search import answer
from embedding_core.search.question import Question
from embedding_core.search.settings import SearchSettings
from tests.browser.driver import ARGS, Server, find_browser, wait_ready

SIZES = (10_000, 100_000)
ENCODER = "minilm-static"
_WORDS, _K = 12, 10
_STORE_BYTES = 20 * 10**9
_PATIENCE_MS = 300_000

Way = Callable[[str], Any]


def run(sizes: tuple[int, ...] = SIZES, repeats: int = 20, shown: bool = True) -> dict[str, object]:
    """Return median milliseconds a query by number of rows; every query is another one."""
    found: dict[str, object] = {"encoder": ENCODER, "k": _K}
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            engine = Engine(Store(Path(folder) / "store", cap_bytes=_STORE_BYTES))
            texts = made_texts(rows, _WORDS)
            dataset = Dataset.create(f"made {rows}", texts)
            engine.keep_dataset(dataset)
            queries = made_texts(repeats + 1, _WORDS // 2, seed=1)
            measured = _measured({**engine_ways(engine, dataset), **plain_ways(engine, dataset)}, queries)
            if shown:
                measured["shown_in_browser_ms"] = _shown(Path(folder), dataset, queries)
            found[f"rows_{rows}"] = measured
    return found


def _measured(ways: dict[str, Way], queries: list[str]) -> dict[str, float]:
    """Time every way with every query in turn, the first of them unseen: it warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries:
        for name, way in ways.items():
            start = time.perf_counter()
            way(query)
            seconds[name].append(time.perf_counter() - start)
    return {f"{name}_ms": round(1000 * median(taken[1:]), 2) for name, taken in seconds.items()}


def engine_ways(engine: Engine, dataset: Dataset, mark: bool = True) -> dict[str, Way]:
    """Return our engines; a mark makes each query another one for each of them, so that none finds it encoded."""
    space = engine.embedding(dataset, ENCODER)
    engine.make(IndexWords(dataset.key))

    def by(method: RankingMethod) -> Way:
        ending = f" {method}" if mark else ""
        return lambda query: answer(engine, dataset, space, Question(query + ending, method=method, k=_K), engine.make)

    return {f"ours_{method}": by(method) for method in (RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID)}


def plain_ways(engine: Engine, dataset: Dataset) -> dict[str, Way]:
    """Return plain library calls that find the same rows."""
    from bm25s import BM25, tokenize
    from sklearn.neighbors import NearestNeighbors

    rows = np.array(engine.make(engine.embedding(dataset, ENCODER)))
    encoder = loaded_encoder(ENCODER)
    nearest = NearestNeighbors(metric="cosine", algorithm="brute").fit(rows)
    lexical = BM25(k1=1.5, b=0.75, method="lucene")
    lexical.index(tokenize(list(dataset.texts), stopwords=None, show_progress=False), show_progress=False)

    def by_numpy(query: str) -> object:
        scores = rows @ np.asarray(encoder.encode_queries([query]))[0]
        best = np.argpartition(scores, -_K)[-_K:]
        return best[np.argsort(-scores[best])]

    def by_words(query: str) -> object:
        asked = tokenize([query], stopwords=None, show_progress=False)
        return lexical.retrieve(asked, k=_K, show_progress=False)

    return {
        "numpy_dense": by_numpy,
        "sklearn_dense": lambda query: nearest.kneighbors(np.asarray(encoder.encode_queries([query])), n_neighbors=_K),
        "bm25s": by_words,
    }


def _shown(folder: Path, dataset: Dataset, queries: list[str]) -> float:
    """Return median milliseconds from Enter to the buttons under the hits of just that query."""
    path = find_browser()
    if path is None:
        raise RuntimeError("no Chromium or Chrome here: apt install chromium")
    server = Server(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(_PATIENCE_MS)
        try:
            server.start()
            page.goto(f"{server.url}/search?data={dataset.key}&encoder={ENCODER}")
            waits = [_typed(page, query) for query in queries]
        finally:
            browser.close()
            server.stop()
    return round(1000 * median(waits[1:]), 1)


def _typed(page: Page, query: str) -> float:
    box = page.get_by_role("textbox", name="Search", exact=True)
    box.fill(query)
    start = time.perf_counter()
    box.press("Enter")
    mark = fingerprint(Question(query, k=SearchSettings().hits))[:8]
    page.locator(f".st-key-hits-0-{mark}-select").wait_for()
    taken = time.perf_counter() - start
    wait_ready(page)
    return taken


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
