"""The command line: `python -m embedding_core COMMAND`."""

from collections.abc import Sequence
from typing import Any

from cyclopts import App

from embedding_core.cli.run import make_app, run

COMMANDS = {
    "embed": ("embedding_core.cli.embed:embed", "Embed texts or images."),
    "map": ("embedding_core.map.command:draw_map", "Draw a map: coordinates for every row."),
    "cluster": ("embedding_core.clusters.command:cluster", "Find clusters and name them."),
    "search": ("embedding_core.search.command:search", "Search for a query."),
    "similar": ("embedding_core.similarity.command:similar", "Find the rows most similar to others."),
    "duplicates": ("embedding_core.similarity.command:duplicates", "Find near-duplicates."),
    "classify": (
        "embedding_core.classify.command:classify",
        "Train, test and apply a classifier, or classify zero-shot.",
    ),
    "trust": ("embedding_core.trust.command:trust", "Measure how faithful a map is, and the space it shows."),
    "evaluate": ("embedding_core.evaluate.command:evaluate", "Evaluate encoders and rankings on your own data."),
    "compress": (
        "embedding_core.compress.command:compress",
        "Measure what fewer dimensions and a lower precision keep.",
    ),
    "compare": (
        "embedding_core.compare.command:compare",
        "Compare two encoders by the neighbors they give the same rows.",
    ),
    "inspect": (
        "embedding_core.inspect.command:inspect",
        "Look inside a model: tokens, senses, term weights, axes, patches.",
    ),
    "train": ("embedding_core.train.command:train", "Fine-tune an encoder."),
    "info": ("embedding_core.cli.info:info", "Show versions, encoders and the store."),
}
"""Each command: where its function is, and what it does. Nothing is imported before it is called."""

RENAMED = {
    "inside": "inspect",
    "train-pocket": "`python -m recipes train-pocket`",
    "eval-pocket": "`python -m recipes eval-pocket`",
    "map --neighbors": "--n-neighbors",
    "cluster --min-size": "--min-cluster-size",
    "cluster --leaves": "--cluster-selection",
    "search --where": "--filter",
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
    for order, (name, (place, summary)) in enumerate(COMMANDS.items()):
        app.command(place, name=name, help=summary, sort_key=order)
    return app


def _services() -> dict[str, Any]:
    from embedding_core.engine import Engine, open_store

    return {"engine": Engine(open_store())}


if __name__ == "__main__":
    raise SystemExit(main())
