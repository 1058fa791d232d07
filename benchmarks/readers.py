"""How many files are read right, and how fast: our reader of delimited text beside those that others use.

`python -m benchmarks.readers [--before CHECKOUT] [--shared FOLDER] [--large]`. The files are the made-up dialects of
the tests, whose right reading is known, and with `--shared` the cases and the csv-spectrum beside the checkout.
`--before` is a checkout of an older version. `--large` writes a CSV and a Parquet of 1 GB and reads each in a process
of its own. DuckDB and CleverCSV are no part of the project: `pip install duckdb==2.0.1 clevercsv==0.8.5`.
"""

import argparse
import csv
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from tests.core.data.tables.dialects import dialects

Rows = list[list[str]]
Reader = Callable[[Path], tuple[bool, Rows]]
"""Returns whether there is a header, and the cells as text, the header first where there is one."""

CASES = {  # Columns and rows, the header not counted
    **{f"delimiter_inside_cells/{name}.csv": (3, 10) for name in ("hex", "pipe_tags", "semi_addr", "semi_range")},
    **{f"delimiter_inside_cells/{name}.csv": (2, 10) for name in ("semi_text", "tab_text")},
    "delimiter_inside_cells/b64q.csv": (2, 6),
    **{f"excel_sep_line/{name}.csv": (3, 10) for name in ("excel_sep", "excel_sep_comma")},
    "comment_lines/comments.csv": (3, 10),
    **{f"header_with_punctuation/{name}.csv": (2, rows) for name, rows in (("dot", 3), ("qmark", 3), ("h_survey", 10))},
    "header_with_punctuation/h_label_value.csv": (2, 4),
    "header_with_punctuation/dot2.csv": (3, 3),
    **{f"numeric_header/{name}.csv": (13, 10) for name in ("h_num_idx", "h_word_num")},
    **{f"numeric_header/{name}.csv": (2, 10) for name in ("h_na", "h_one_num")},
    "numeric_header/h_dates.csv": (4, 10),
    "numeric_header/h_years.csv": (5, 10),
}
BYTES = 1_000_000_000
WORDS = "the cat sleeps on a mat and dogs bark at night while bread is baked in an oven, soup needs salt".split(" ")


def ours(path: Path) -> tuple[bool, Rows]:
    """Read with this project."""
    from embedding_core.data.table import Format, ReadOptions
    from embedding_core.data.tables.decode import open_text
    from embedding_core.data.tables.delimited import read_delimited

    form = Format.TSV if path.suffix == ".tsv" else Format.CSV
    raw = read_delimited(open_text(lambda: path.open("rb"), None, path.name), form, ReadOptions())
    rows = [list(map(str, cells)) for cells in zip(*(column.to_pylist() for column in raw.columns), strict=True)]
    return bool(raw.how.header), [list(map(str, raw.names)), *rows] if raw.how.header else rows


def duckdb_reader(path: Path) -> tuple[bool, Rows]:
    """Read with DuckDB's sniffer, which finds everything."""
    duckdb = import_module("duckdb")
    with duckdb.connect() as connection:
        (header,) = connection.execute("select HasHeader from sniff_csv(?)", [str(path)]).fetchone() or (False,)
        found = connection.execute("from read_csv(?, all_varchar = true)", [str(path)])
        names = [column[0] for column in found.description or ()]
        rows = [["" if cell is None else cell for cell in row] for row in found.fetchall()]
    return header, [names, *rows] if header else rows


def clevercsv_reader(path: Path) -> tuple[bool, Rows]:
    """Read with CleverCSV's detector of dialects and headers."""
    clevercsv = import_module("clevercsv")
    text = path.read_text(encoding="utf-8-sig")
    dialect = clevercsv.Detector().detect(text)
    header = clevercsv.Detector().has_header(text)
    return header, list(clevercsv.reader(io.StringIO(text, newline=""), dialect))


def pandas_reader(path: Path) -> tuple[bool, Rows]:
    """Read with pandas' sniffer, which takes the first line for the header."""
    import pandas as pd

    frame = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return True, [list(map(str, frame.columns)), *frame.astype(str).to_numpy().tolist()]


READERS: dict[str, Reader] = {
    "ours": ours,
    "DuckDB": duckdb_reader,
    "CleverCSV": clevercsv_reader,
    "pandas": pandas_reader,
}
# Run in a checkout that knows neither this file nor streams.
_BEFORE = """
import json, sys, time
from pathlib import Path
from embedding_core.data.table import Format, ReadOptions
from embedding_core.data.tables.delimited import read_delimited
for line in sys.stdin:
    path, begun = Path(line.strip()), time.perf_counter()
    try:
        form = Format.TSV if path.suffix == ".tsv" else Format.CSV
        raw = read_delimited(path.read_bytes(), form, ReadOptions(), path.name)
        rows = [list(map(str, cells)) for cells in zip(*(c.to_pylist() for c in raw.columns))]
        answer = bool(raw.how.header), [list(map(str, raw.names)), *rows] if raw.how.header else rows
    except Exception:
        answer = False, []
    print(json.dumps([*answer, time.perf_counter() - begun]), flush=True)
"""


def run(shared: Path | None = None, before: Path | None = None, draws: int = 1) -> dict[str, object]:
    """Return files right and seconds of each reader, by set of files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        right = dict(_made(folder, draws))
        sets = {"made-up dialects": right, **({} if shared is None else _shared(shared))}
        result: dict[str, object] = {title: {"files": len(answers)} for title, answers in sets.items()}
        for title, answers in sets.items():
            for reader in (*READERS, *(["ours before"] if before else [])):
                result[title][reader] = _score(reader, answers, before)  # type: ignore[index]
                print(title, reader, result[title][reader], flush=True)  # type: ignore[index]
    return result


def _made(folder: Path, draws: int) -> Iterator[tuple[Path, Callable[[bool, Rows], bool]]]:
    for number, made in enumerate(dialects(draws=draws)):
        path = folder / str(number) / made.file
        path.parent.mkdir()
        path.write_bytes(made.data)
        yield path, lambda header, rows, made=made: header == bool(made.header) and _same(rows, made.read)


def _same(found: Rows, right: Rows) -> bool:
    """Compare cells; what a reader calls a column without a name is its own choice."""
    if not found or [len(row) for row in found] != [len(row) for row in right]:
        return False
    return all(name in ("", cell) for name, cell in zip(right[0], found[0], strict=True)) and found[1:] == right[1:]


def _shared(folder: Path) -> dict[str, dict[Path, Callable[[bool, Rows], bool]]]:
    cases = {
        folder / "cases" / name: lambda header, rows, shape=shape: header and (len(rows[0]), len(rows) - 1) == shape
        for name, shape in CASES.items()
    }
    spectrum = folder / "data" / "hostile" / "csv_spectrum"
    expected = {}
    for path in sorted(spectrum.glob("*.csv")):
        rows = json.loads((spectrum / "expected" / f"{path.stem}.json").read_text(encoding="utf-8"))
        rows = [rows] if isinstance(rows, dict) else rows
        cells = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
        # Of one file the list of what is expected has a misprint in its header.
        expected[path] = lambda header, rows, cells=cells: header and rows[1:] == cells[1:]
    return {"cases": cases, "csv-spectrum": expected}


def _score(reader: str, answers: dict[Path, Callable[[bool, Rows], bool]], before: Path | None) -> dict[str, object]:
    begun, right = time.perf_counter(), 0
    if reader == "ours before":
        lines = "".join(f"{path}\n" for path in answers)
        done = subprocess.run(
            [sys.executable, "-c", _BEFORE], input=lines, cwd=before, capture_output=True, text=True, check=True
        )
        found = [json.loads(line) for line in done.stdout.splitlines()]
        right = sum(check(*answer[:2]) for check, answer in zip(answers.values(), found, strict=True))
        return {"right": right, "seconds": round(sum(answer[2] for answer in found), 1)}
    READERS[reader](next(iter(answers)))  # So that what a library loads is not counted.
    begun = time.perf_counter()
    for path, check in answers.items():
        try:
            right += check(*READERS[reader](path))
        except Exception:  # whatever it is: the file was not read
            continue
    return {"right": right, "seconds": round(time.perf_counter() - begun, 1)}


LARGE = {
    "ours": "from embedding_core.data.read import read_table; kept = read_table(path, path.name)",
    "ours, preview": "from embedding_core.data.read import preview_table; kept = preview_table(path, path.name)",
    "DuckDB": "import duckdb; kept = duckdb.connect(); kept.execute(f\"create table t as from '{path}'\")",
    "pandas": "import pandas; kept = getattr(pandas, 'read_' + path.suffix[1:])(path)",
}
_TIMED = """
import resource, sys, time
from pathlib import Path
import pandas, pyarrow.csv, pyarrow.parquet
import embedding_core.data.read
path, begun = Path(sys.argv[1]), time.perf_counter()
{}
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""


def run_large(size: int = BYTES) -> dict[str, object]:
    """Return seconds and peak memory in GB of each reader for a CSV and a Parquet, each in a process of its own."""
    result: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        for path in (Path(name) / "large.csv", Path(name) / "large.parquet"):
            _write_large(path, size)
            for reader, code in LARGE.items():
                command = [sys.executable, "-c", _TIMED.format(code), str(path)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                seconds, peak = map(float, done.stdout.split())
                result[f"{path.name}, {reader}"] = {"seconds": round(seconds, 1), "peak_gb": round(peak, 2)}
                print(path.name, reader, result[f"{path.name}, {reader}"], flush=True)
            path.unlink()
    return result


def _write_large(path: Path, size: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = random.Random(0)
    texts = [" ".join(draw.choices(WORDS, k=draw.randint(20, 200))) for _ in range(2_000)]
    number = 0
    if path.suffix == ".csv":
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text", "label", "score"])
            while file.tell() < size:
                writer.writerows([number + i, text, "abc"[i % 3], f"{i * 0.37:.3f}"] for i, text in enumerate(texts))
                number += len(texts)
        return
    schema = pa.schema({"id": pa.int64(), "text": pa.string(), "label": pa.string(), "score": pa.float64()})
    with pq.ParquetWriter(path, schema, compression="none", use_dictionary=["label"]) as writer:
        while path.stat().st_size < size:
            rows = [(number + i, text, "abc"[i % 3], i * 0.37) for i, text in enumerate(texts * 10)]
            writer.write_table(pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema))
            number += len(rows)


def main() -> None:
    """Print the comparison as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("--before", type=Path, help="a checkout of an older version")
    parser.add_argument("--shared", type=Path, help="the folder with cases and data beside the checkout")
    parser.add_argument("--draws", type=int, default=1, help="how often each combination is drawn")
    parser.add_argument("--large", action="store_true", help="read files of 1 GB as well")
    args = parser.parse_args()
    result = run(args.shared, args.before, args.draws)
    if args.large:
        result["large"] = run_large()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
