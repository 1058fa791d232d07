"""Commands over the engine: read a file, make a stage, print what it means.

Exit codes: 0 done; 1 something a person can mend (the message says what); 2 wrong usage. Each command has a file of
its own, which adds its parser and says what it prints.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from embedding_core.cli import (
    classify,
    cluster,
    compare,
    compress,
    duplicates,
    embed,
    evaluate,
    info,
    inside,
    map,
    pocket,
    search,
    similar,
    train,
    trust,
)
from embedding_core.engine import Engine, open_store
from embedding_core.errors import VectorscopeError

COMMANDS = (
    embed,
    map,
    cluster,
    search,
    similar,
    duplicates,
    classify,
    trust,
    evaluate,
    compress,
    compare,
    inside,
    train,
    info,
    pocket,
)


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
    for command in COMMANDS:
        command.add(commands)
    return parser
