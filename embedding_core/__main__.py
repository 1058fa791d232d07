"""The command line: `python -m embedding_core COMMAND`."""

from collections.abc import Sequence
from typing import Any

from cyclopts import App

from embedding_core.base.feature import Command
from embedding_core.cli.run import make_app, run
from embedding_core.features import FEATURES

COMMANDS = (
    *(command for feature in FEATURES for command in feature.commands),
    Command("info", "embedding_core.cli.info:info", "Show versions, encoders and the store."),
)

RENAMED = {
    "inside": "inspect",
    "train-pocket": "`python -m recipes train-pocket`",
    "eval-pocket": "`python -m recipes eval-pocket`",
    "map --neighbors": "--n-neighbors",
    "cluster --min-size": "--min-cluster-size",
    "cluster --leaves": "--cluster-selection",
    "search --expand": "--query-expansion",
    "search --keep-inputs": "--include-inputs",
    "similar --balance": "--mmr-lambda",
    "classify --least": "--min-confidence",
    "evaluate retrieval --against": "--compare-with",
    "compress --held-out": "--queries",
    "compress --queries FILE": "--query-file FILE",
    "compress --rescore": "--rescore-multiplier",
    "compare --changed": "--top",
    "inspect parts": "patches",
    "inspect patches --compared-with": "--baseline",
    "train --judgements": "--judgments",
    "compress --judgements": "--judgments",
    "train --batch": "--batch-size",
    "train --partners": "--positives",
    "train --hard": "--hard-negatives",
}
"""The new name of each old command, and of each old option as "command --option"."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run(_app(), argv, program="vectorscope", services=_services, renamed=RENAMED)


def _app() -> App:
    app = make_app("python -m embedding_core", "Explore embedding spaces.")
    for order, command in enumerate(COMMANDS):
        app.command(command.function, name=command.name, help=command.summary, sort_key=order)
    return app


def _services() -> dict[str, Any]:
    from embedding_core.engine import Engine, open_store

    return {"engine": Engine(open_store())}


if __name__ == "__main__":
    raise SystemExit(main())
