"""A million vectors as bits with a second look at the full ones on disk, against float32 brute force in memory.

Real rows are the texts' MiniLM vectors; the million is filled up with made ones, each the middle of two real rows with
noise a third as long. Times and memory do not depend on what the numbers are; recall does, so that is also
measured among the real rows alone. The queries are real rows that were held out.
"""

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.filled import fill
from benchmarks.texts import made_texts, read_column
from embedding_core import encoders
from embedding_core.base.types import Matrix
from embedding_core.base.vectors import unit_rows
from embedding_core.compress import Precision, rescore
from embedding_core.compress.precision import Coded, code
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine, open_store

ROWS, QUERIES, K = 1_000_000, 200, 10
RESCORINGS = (4, 8, 16, 32, 64)
_BLOCK = 50_000
_TIMED = 40
_EQUAL = 1e-6


def run(texts: list[str], rows: int = ROWS) -> dict[str, object]:
    """Return recall, bytes and milliseconds of both ways, one query at a time on one core."""
    dataset = Dataset.create("Texts", list(dict.fromkeys(texts)))
    engine = Engine(open_store())
    engine.keep_dataset(dataset)
    real = np.random.default_rng(0).permutation(engine.make(engine.embedding(dataset, encoders.DEFAULT_ENCODER)))
    queries, real = np.ascontiguousarray(real[:QUERIES]), real[QUERIES:]
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        full = fill(real, rows, Path(folder) / "full.npy")
        return {
            "rows": rows,
            "dim": full.shape[1],
            "real_rows": len(real),
            "queries": len(queries),
            **_measure(full, queries),
            "recall_among_real_rows": _recalls(real, queries),
        }


def _measure(full: Matrix, queries: Matrix) -> dict[str, object]:
    code(unit_rows(np.ones((_BLOCK, 8), np.float32)), Precision.BINARY)  # So that what a library loads is not counted.
    before = _memory()
    bits = _coded(full, Precision.BINARY)
    bits_bytes = _memory() - before
    exact, brute = _brute_force(full, queries)
    ways = []
    for size in RESCORINGS:
        found = rescore(full, queries, bits.nearest(queries, K * size), K)
        taken = _times(lambda one, size=size: rescore(full, one, bits.nearest(one, K * size), K), queries)
        faster = {f"{clock}_times_faster": round(brute[clock] / taken[clock], 1) for clock in taken}
        ways.append({"rescoring": size, "recall": _recall(full, queries, found, exact), **taken, **faster})
    return {
        "float32": brute,
        "binary": {"bytes": len(full) * bits.item_bytes + bits.fixed_bytes, "resident": bits_bytes, "ways": ways},
        "times_less_memory": round(brute["resident"] / max(bits_bytes, 1), 1),
    }


def _brute_force(full: Matrix, queries: Matrix) -> tuple[NDArray[np.int64], dict[str, float]]:
    """Return the true neighbors, and what finding them takes; the floats are let go of again."""
    before = _memory()
    floats = _coded(full, Precision.FLOAT32)
    resident = _memory() - before
    taken = _times(lambda one: floats.nearest(one, K), queries)
    return floats.nearest(queries, K), {"bytes": 4 * full.size, "resident": resident, **taken}


def _recalls(real: Matrix, queries: Matrix) -> dict[int, float]:
    """Return the recall by the size of the second look where every row is real."""
    bits, exact = code(real, Precision.BINARY), code(real, Precision.FLOAT32).nearest(queries, K)
    found = bits.nearest(queries, K * max(RESCORINGS))
    return {size: _recall(real, queries, rescore(real, queries, found[:, : K * size], K), exact) for size in RESCORINGS}


def _coded(full: Matrix, precision: Precision) -> Coded:
    """Return all rows in a smaller form, learned from the first, taken up in blocks."""
    coded = code(np.array(full[:_BLOCK]), precision)
    for start in range(_BLOCK, len(full), _BLOCK):
        coded.add(np.array(full[start : start + _BLOCK]))
    return coded


def _times(search: Callable[[Matrix], object], queries: Matrix) -> dict[str, float]:
    """Return the median milliseconds of one query by the wall's clock and by the processor's.

    On a machine that does other work, too, a long search waits more often than a short one: the second is fairer.
    """
    clocks: dict[str, Callable[[], float]] = {"ms": time.perf_counter, "cpu_ms": time.process_time}
    times: dict[str, list[float]] = {name: [] for name in clocks}
    for place in range(min(_TIMED, len(queries))):
        before = {name: clock() for name, clock in clocks.items()}
        search(queries[place : place + 1])
        for name, clock in clocks.items():
            times[name].append(1000 * (clock() - before[name]))
    return {name: round(median(taken), 3) for name, taken in times.items()}


def _recall(full: Matrix, queries: Matrix, found: NDArray[np.int64], exact: NDArray[np.int64]) -> float:
    """Return the share of found rows that are as near as the k-th true one."""
    near, true = (np.einsum("qd,qkd->qk", queries, full[rows]) for rows in (found, exact))
    return round(float((near >= true[:, -1:] - _EQUAL).mean()), 4)


def _memory() -> int:
    """Return the bytes this process holds that no file backs; what is read from the full vectors' file is not among."""
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="a CSV whose column `text` is used instead of made texts")
    parser.add_argument("--rows", type=int, default=ROWS)
    asked = parser.parse_args()
    real_texts = read_column(asked.texts, "text") if asked.texts else made_texts(10_000, 12)
    print(json.dumps(run(real_texts, asked.rows), indent=1))
