"""The command line: read a file, make a stage, print what it means.

Exit codes: 0 done; 1 something a person can mend (the message says what); 2 wrong usage.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from embedding_core.base.errors import VectorscopeError
from embedding_core.classify import command as classify
from embedding_core.cli import embed, info
from embedding_core.clusters import command as cluster
from embedding_core.compare import command as compare
from embedding_core.compress import command as compress
from embedding_core.engine import Engine, open_store
from embedding_core.evaluate import command as evaluate
from embedding_core.inspect import command as inspect
from embedding_core.map import command as project
from embedding_core.search import command as search
from embedding_core.similarity import command_duplicates, command_similar
from embedding_core.train import command as train
from embedding_core.trust import command as trust

COMMANDS = (
    *(embed, project, cluster, search, command_similar, command_duplicates, classify),
    *(trust, evaluate, compress, compare, inspect, train, info),
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


if __name__ == "__main__":
    raise SystemExit(main())
