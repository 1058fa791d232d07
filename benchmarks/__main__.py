"""Measure, print and keep: `python -m benchmarks [CASE ...] [--texts FILE.csv] [--pictures FOLDER]`."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    app,
    approximate,
    bert,
    binary,
    classify,
    clusters,
    embed,
    neighbors,
    pictures,
    pipeline,
    search,
)
from benchmarks import map as map_in_browser
from benchmarks.machine import describe_machine
from benchmarks.texts import made_texts, read_column

RESULTS = Path(__file__).parent / "results"
ROWS, WORDS = 10_000, 12


def main() -> None:
    """Run the named cases, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", default=[], metavar="CASE", help="what to measure; without any, all")
    parser.add_argument("--texts", type=Path, help="a CSV whose column `text` is used instead of made texts")
    parser.add_argument("--pictures", type=Path, help="a folder of photographs; the case `pictures` needs it")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    texts = read_column(args.texts, "text") if args.texts else made_texts(ROWS, WORDS)
    cases = {
        "embed": lambda: embed.run(args.repeats),
        "bert": lambda: bert.run(texts),
        "pipeline": lambda: pipeline.run(texts, args.repeats),
        "neighbors": neighbors.run,
        "classify": lambda: classify.run(repeats=args.repeats),
        "clusters": lambda: clusters.run(repeats=args.repeats),
        "search": search.run,
        "binary": lambda: binary.run(texts),
        "approximate": lambda: approximate.run(texts),
        "map": lambda: map_in_browser.run(quick=False),
        "app": lambda: app.run(texts, args.repeats),
    }
    if args.pictures:
        cases["pictures"] = lambda: pictures.run(args.pictures, args.repeats)
    for name in args.cases:
        if name not in cases:
            parser.error(f"no case {name!r}; there are {', '.join(cases)}")
    RESULTS.mkdir(exist_ok=True)
    for name in args.cases or cases:
        result = {"texts": args.texts.name if args.texts else f"made, {WORDS} words", **cases[name]()}
        kept = {"case": name, "when": datetime.now(UTC).isoformat(timespec="minutes"), "machine": describe_machine()}
        (RESULTS / f"{name}.json").write_text(json.dumps({**kept, "result": result}, indent=1) + "\n")
        print(name, json.dumps({key: value for key, value in result.items() if key != "runs"}, indent=1))


if __name__ == "__main__":
    main()
