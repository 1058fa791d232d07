"""A million vectors by way of the inverted file that Search builds, against the comparison of every row.

The vectors are those of `binary`: real ones and made ones. The queries are texts that were held out, whole, and cut to
their three longest words, as people type. Both ways take turns, query by query, and give scores and percentiles.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import faiss
import numpy as np

from benchmarks.filled import fill
from benchmarks.texts import made_texts, read_column
from embedding_core import encoders
from embedding_core.base.types import Matrix, Vector
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.engine import Engine, open_store
from embedding_core.ranking.approximate import DEPTHS, ApproximateIndex, score_nearest
from embedding_core.ranking.dense import background, score_vectors
from embedding_core.ranking.inverted_file import index_vectors
from embedding_core.ranking.scores import Scores

ROWS, QUERIES, SHORT_WORDS = 1_000_000, 200, 3
_GRAPH_ROWS, _GRAPH_LINKS = 100_000, 32
_TIMED = 60
_EQUAL = 1e-6

Way = Callable[[Vector], Scores]


def run(texts: list[str], rows: int = ROWS) -> dict[str, object]:
    """Return recall, bytes, seconds to build and milliseconds a query."""
    texts = list(dict.fromkeys(texts))
    dataset = Dataset.create("Texts", texts)
    engine = Engine(open_store())
    engine.keep_dataset(dataset)
    order = np.random.default_rng(0).permutation(len(texts))
    vectors = engine.make(engine.embedding(dataset, encoders.DEFAULT_ENCODER))[order]
    queries, real = np.ascontiguousarray(vectors[:QUERIES]), vectors[QUERIES:]
    short = [_shortened(texts[row]) for row in order[:QUERIES]]
    typed = np.asarray(loaded_encoder(encoders.DEFAULT_ENCODER).encode_queries(short))
    with tempfile.TemporaryDirectory() as folder:
        full = fill(real, rows, Path(folder) / "full.npy")
        return {
            "rows": rows,
            "dim": full.shape[1],
            "real_rows": len(real),
            "queries": QUERIES,
            **_measure(full, queries, typed),
            "among_real_rows": _among(real, queries),
            "building": _building(np.array(full[:_GRAPH_ROWS])),
        }


def _shortened(text: str) -> str:
    """Return the longest words of a text, in its order."""
    words = text.split()
    longest = sorted(range(len(words)), key=lambda place: -len(words[place]))[:SHORT_WORDS]
    return " ".join(words[place] for place in sorted(longest))


def _measure(full: Matrix, queries: Matrix, typed: Matrix) -> dict[str, object]:
    start = time.perf_counter()
    index = index_vectors(full)
    seconds = time.perf_counter() - start
    quick, exact = _ways(full, index)
    taken = _times({"approximate": quick, "exact": exact}, queries)
    return {
        "lists": index.quality.lists,
        "probed": index.quality.probed,
        "build_seconds": index.quality.build_seconds,
        "build_and_measure_seconds": round(seconds, 1),
        "index_bytes": index.quality.size,
        "float32_bytes": 4 * full.size,
        **{f"{name}_ms": value for name, value in taken.items()},
        "times_faster": round(taken["exact"] / taken["approximate"], 1),
        "recall_said": [index.quality.recall, index.quality.deep_recall],
        "recall": _recalls(quick, exact, queries),
        "recall_of_short_queries": _recalls(quick, exact, typed),
    }


def _ways(full: Matrix, index: ApproximateIndex) -> tuple[Way, Way]:
    known = background(full)
    return (lambda query: score_nearest(full, query, index), lambda query: score_vectors(full, query, known))


def _times(ways: dict[str, Way], queries: Matrix) -> dict[str, float]:
    """Return the median milliseconds of ten hits by each way."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries[:_TIMED]:
        for name, way in ways.items():
            start = time.perf_counter()
            way(query).best(DEPTHS[0])
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: round(median(taken), 2) for name, taken in times.items()}


def _recalls(quick: Way, exact: Way, queries: Matrix) -> list[float]:
    """Return the share of hits that are as near as the last of the exact ones, among the first 10 and the first 100."""
    right = [0] * len(DEPTHS)
    for query in queries:
        found, true = (way(query).best(max(DEPTHS)).scores for way in (quick, exact))
        for place, depth in enumerate(DEPTHS):
            right[place] += int(np.count_nonzero(found[:depth] >= true[depth - 1] - _EQUAL))
    return [round(count / (depth * len(queries)), 4) for count, depth in zip(right, DEPTHS, strict=True)]


def _among(real: Matrix, queries: Matrix) -> list[float]:
    """Return the recall where every row is real."""
    return _recalls(*_ways(real, index_vectors(real)), queries)


def _building(rows: Matrix) -> dict[str, float]:
    """Return the seconds that building takes of an inverted file, and of a graph (HNSW)."""
    quick = index_vectors(rows).quality.build_seconds
    start = time.perf_counter()
    faiss.IndexHNSWFlat(rows.shape[1], _GRAPH_LINKS, faiss.METRIC_INNER_PRODUCT).add(rows)
    return {"rows": len(rows), "ivf_seconds": quick, "hnsw_seconds": round(time.perf_counter() - start, 2)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="a CSV whose column `text` is used instead of made texts")
    parser.add_argument("--rows", type=int, default=ROWS)
    asked = parser.parse_args()
    real_texts = read_column(asked.texts, "text") if asked.texts else made_texts(10_000, 12)
    print(json.dumps(run(real_texts, asked.rows), indent=1))
