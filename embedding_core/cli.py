"""Commands over the engine: read a file, make a stage, print what it means.

Exit codes: 0 done; 1 something a person can mend (the message says what); 2 wrong usage.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from embedding_core import __version__, encoders
from embedding_core.dataset import Dataset
from embedding_core.engine import Engine, open_store, read_file
from embedding_core.errors import InputError, VectorscopeError
from embedding_core.exporting import to_csv, to_parquet
from embedding_core.projection import Layout, PCAParams, UMAPParams
from embedding_core.search import SearchParams
from embedding_core.sources import ColumnChoice, guess
from embedding_core.stages import Embed, EncodeQueries, Project, Stage
from embedding_core.types import Progress, no_progress

_PACKAGES = (
    *("streamlit", "sentence-transformers", "open_clip_torch", "torch", "umap-learn", "plotly"),
    *("scikit-learn", "pandas", "numpy", "pyarrow", "model2vec"),
)
_BAR_WIDTH = 30


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(argv)
    engine = Engine(open_store())
    try:
        result, text = args.run(engine, args)
    except VectorscopeError as error:
        print(f"vectorscope: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("vectorscope: stopped; what was finished is kept, run the same command to go on.", file=sys.stderr)
        return 130
    print(json.dumps(result, ensure_ascii=False) if args.json else text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embedding_core", description="Explore embedding spaces.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    file = argparse.ArgumentParser(add_help=False)
    file.add_argument("file", type=Path, help="CSV, TSV, JSON, JSONL, Parquet, XLSX or TXT")
    file.add_argument("--text-column", metavar="C", help="the column to embed; found when left out")
    file.add_argument("--encoder", default=encoders.DEFAULT_ENCODER, help="default: %(default)s; see info")
    file.add_argument("--sample", type=int, metavar="N", help="take N rows at random")
    file.add_argument("--seed", type=int, default=0, help="for whatever is random (default: 0)")
    out = argparse.ArgumentParser(add_help=False)
    out.add_argument("--out", type=Path, help="where to write: .npy, .parquet or .csv")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object, for machines")

    embed = commands.add_parser("embed", parents=[file, out, shared], help="turn texts into vectors")
    embed.set_defaults(run=_embed)
    draw = commands.add_parser("map", parents=[file, out, shared], help="draw a map: coordinates for every row")
    draw.add_argument("--method", choices=("umap", "pca"), default="umap")
    draw.add_argument("--dims", type=int, choices=(2, 3), default=2)
    draw.add_argument("--neighbors", type=int, default=UMAPParams().n_neighbors, help="UMAP's n_neighbors")
    draw.add_argument("--min-dist", type=float, default=UMAPParams().min_dist, help="UMAP's min_dist")
    draw.add_argument("--layout", choices=list(Layout), default=Layout.FAST, help="who draws UMAP (default: fast)")
    draw.set_defaults(run=_map)
    find = commands.add_parser("search", parents=[file, shared], help="find the rows nearest to a query")
    find.add_argument("--query", required=True, metavar="Q")
    find.add_argument("-k", type=int, default=10, help="how many hits (default: 10)")
    find.set_defaults(run=_search)
    info = commands.add_parser("info", parents=[shared], help="versions, encoders, store")
    info.set_defaults(run=_info)
    return parser


def _dataset(engine: Engine, args: argparse.Namespace) -> Dataset:
    stage = read_file(engine, args.file, ColumnChoice())
    table = engine.make(stage.table)
    choice = guess(table.frame)
    if args.text_column is not None:
        if args.text_column not in table.frame:
            names = ", ".join(map(str, table.frame.columns[:20]))
            raise InputError(f"{args.file.name} has no column {args.text_column!r}.", f"It has: {names}.")
        choice = replace(choice, text=(args.text_column,), template=None, vector_column=None, keep=None)
    choice = replace(choice, sample=args.sample, seed=args.seed)
    dataset: Dataset = engine.make(replace(stage, choice=choice))
    return dataset


def _embedded(engine: Engine, args: argparse.Namespace) -> tuple[Dataset, Embed, dict[str, Any]]:
    """Return a data set, its embedding stage (made), and what was seen while making it."""
    dataset = _dataset(engine, args)
    stage = engine.embedding(dataset, args.encoder)
    start = time.perf_counter()
    cached = engine.ready(stage)
    vectors = _with_progress(engine, stage)
    seconds = time.perf_counter() - start
    seen = {
        "rows": len(vectors),
        "dim": int(vectors.shape[1]),
        "encoder": stage.encoder,
        "seconds": round(seconds, 3),
        "rows_per_s": round(len(vectors) / max(seconds, 1e-9), 1),
        "from_cache": cached or engine.store.about(stage.kind, stage.key)["reused"] == len(vectors),
    }
    return dataset, stage, seen


def _with_progress(engine: Engine, stage: Stage) -> Any:
    return engine.make(stage, _bar(stage.title, sys.stderr) if sys.stderr.isatty() else no_progress)


def _bar(title: str, stream: TextIO) -> Progress:
    def show(done: float, total: float) -> None:
        share = done / total if total else 0.0
        filled = "█" * round(share * _BAR_WIDTH)
        end = "\n" if done >= total else ""
        stream.write(f"\r{title} {filled:<{_BAR_WIDTH}} {share:4.0%}{end}")
        stream.flush()

    return show


def _embed(engine: Engine, args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    dataset, stage, seen = _embedded(engine, args)
    if args.out is not None:
        _write(args.out, dataset, {"embedding": stage.load(engine.store)})
        seen["out"] = str(args.out)
    text = "{rows:,} rows, {dim} dimensions, {encoder}, {seconds:.1f} s".format(**seen)
    return seen, text + (" (from the store)" if seen["from_cache"] else f" ({seen['rows_per_s']:,.0f} rows/s)")


def _map(engine: Engine, args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    params: PCAParams | UMAPParams = PCAParams(dims=args.dims)
    if args.method == "umap":
        params = UMAPParams(args.neighbors, args.min_dist, args.dims, args.seed, args.layout)
    dataset, space, seen = _embedded(engine, args)
    start = time.perf_counter()
    projection = _with_progress(engine, Project(space, params))
    seen |= {"method": projection.method, "map_seconds": round(time.perf_counter() - start, 3)}
    seen["explained_variance"] = projection.explained_variance
    if projection.note:
        seen["note"] = projection.note
    if args.out is not None:
        axes = dict(zip("xyz", projection.coordinates.T, strict=False))
        _write(args.out, dataset, axes)
        seen["out"] = str(args.out)
    text = (
        f"{seen['rows']:,} rows mapped by {projection.method} in {seen['map_seconds']:.1f} s. {projection.note}".strip()
    )
    return seen, text if args.out is None else f"{text} Written to {args.out}."


def _search(engine: Engine, args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    dataset, space, seen = _embedded(engine, args)
    queries = EncodeQueries((args.query,), space)
    engine.make(queries)
    hits = engine.search(queries, SearchParams(k=args.k))
    found = [
        {
            "id": dataset.ids[row],
            "score": round(float(score), 4),
            "percentile": round(float(share), 4),
            "text": dataset.texts[row],
        }
        for row, score, share in zip(hits.rows, hits.scores, hits.percentiles, strict=True)
    ]
    lines = [f"{hit['score']:.3f}  {hit['id']}  {str(hit['text'])[:100]!r}" for hit in found]
    result = {
        "query": args.query,
        "encoder": seen["encoder"],
        "ids": [hit["id"] for hit in found],
        "scores": [hit["score"] for hit in found],
        "texts": [hit["text"] for hit in found],
        "hits": found,
    }
    return result, "\n".join(lines)


def _info(engine: Engine, args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    packages = {name: _version(name) for name in _PACKAGES}
    listed = [
        {"name": spec.name, "dim": spec.dim, "origin": spec.origin, "works": not reason, "reason": reason}
        for spec in encoders.list_specs()
        for reason in [encoders.availability(spec)]
    ]
    held, cap = engine.store.size(), engine.store.cap_bytes
    result = {
        "versions": {"vectorscope": __version__, "python": platform.python_version(), **packages},
        "device": {"kind": "cpu", "machine": platform.machine(), "cores": _cores()},
        "encoders": listed,
        "store": {"path": str(engine.store.root), "bytes": held, "cap_bytes": cap},
    }
    lines = [f"Vectorscope {__version__}, Python {platform.python_version()}, {_cores()} cores"]
    lines += [f"  {e['name']:<28} {'ready' if e['works'] else e['reason']}" for e in listed]
    lines.append(f"store: {engine.store.root}, {held / 1e6:,.1f} MB of {cap / 1e9:,.0f} GB")
    return result, "\n".join(lines)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _write(path: Path, dataset: Dataset, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    """Write arrays beside the data set's own columns, in the format that the name asks for."""
    writers: dict[str, Callable[[Any], bytes]] = {".parquet": to_parquet, ".csv": to_csv}
    suffix = path.suffix.lower()
    try:
        if suffix == ".npy":
            np.save(path, np.column_stack(list(arrays.values())), allow_pickle=False)
        elif suffix in writers:
            frame = dataset.frame()
            for place, (name, array) in enumerate(arrays.items(), start=1):
                if name in frame:
                    frame = frame.rename(columns={name: f"{name}_of_file"})
                frame.insert(place, name, list(array) if array.ndim > 1 else array)
            path.write_bytes(writers[suffix](frame))
        else:
            raise InputError(f"{path.name} names no format that can be written.", "End it in .npy, .parquet or .csv.")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.", "Choose another place with --out.") from error
