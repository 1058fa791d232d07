"""(b) and (f): a CSV file to UMAP coordinates in a fresh process, ours against the stock recipe."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.texts import write_csv


def run(texts: list[str], repeats: int = 3) -> dict[str, object]:
    """Return medians and the ratio; the two take turns, each in an empty store."""
    ours: list[tuple[float, float]] = []
    stock: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "texts.csv", Path(folder) / "map.npy"
        write_csv(source, texts)
        for turn in range(repeats):
            home = Path(folder) / f"home-{turn}"
            command = ["-m", "embedding_core", "map", str(source), "--text-column", "text", "--out", str(out)]
            ours.append(_timed(command, home))
            stock.append(_timed(["-m", "benchmarks.stock_recipe", str(source), str(out)], home))
    return {
        "rows": len(texts),
        "ours_s": round(median(s for s, _ in ours), 2),
        "stock_s": round(median(s for s, _ in stock), 2),
        "ratio": round(median(b / a for (a, _), (b, _) in zip(ours, stock, strict=True)), 2),
        "ours_peak_mb": round(median(m for _, m in ours)),
        "stock_peak_mb": round(median(m for _, m in stock)),
        "runs": {"ours_s": [round(s, 2) for s, _ in ours], "stock_s": [round(s, 2) for s, _ in stock]},
    }


def _timed(arguments: list[str], home: Path) -> tuple[float, float]:
    """Run Python in a fresh process; return seconds and its peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, "VECTORSCOPE_HOME": str(home)}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with exit code {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024
