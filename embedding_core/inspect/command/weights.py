"""`inside weights`: a text as weighted words, by TF-IDF, BM25 and a learned sparse encoder."""

import argparse
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import Printed, file_options, json_options, read_dataset, row_of, with_progress
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.text.lexical import terms
from embedding_core.engine import Engine
from embedding_core.inspect import agreement, weigh_words
from embedding_core.inspect.stages import CountWords, WeighWords

_SHOWN = 30


def add(kinds: Any) -> None:
    """Add the kind to the parser."""
    parents = [file_options(embeds=False), json_options()]
    weights = kinds.add_parser("weights", parents=parents, help="the words of a text, by TF-IDF, BM25 and SPLADE")
    weights.add_argument("--row", metavar="ID", help="whose text; the first row's when left out")
    weights.add_argument("--text", metavar="T", help="a text of your own, as if it were one more row")
    weights.add_argument("--splade", metavar="NAME", help="also by this SPLADE: a folder, or org/model on the hub")
    weights.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Weigh the words of a text among those of a file."""
    if args.row is not None and args.text is not None:
        raise InputError("Both --row and --text say which text.", "Give one of them.")
    splade = None if args.splade is None else encoders.resolve(args.splade)
    dataset = read_dataset(engine, args)
    text = args.text if args.text is not None else _text(dataset, args.row)
    counts = with_progress(engine, CountWords(dataset.key, dataset.items_key))
    words = weigh_words(text, counts)
    if not words:
        raise InputError(f"There is no word in {text[:60]!r}.", "Choose another text.")
    result: dict[str, Any] = {
        "text": text,
        "rows": counts.rows,
        "spearman": round(agreement(words), 4),
        "words": [
            {
                "word": one.word,
                "times": one.count,
                "rows_with_it": one.rows,
                "tf_idf": round(one.tf_idf, 4),
                "bm25": round(one.bm25, 4),
            }
            for one in words
        ],
    }
    if splade is not None:
        own = set(terms(text))
        found = with_progress(engine, WeighWords(splade.name, splade.revision, text))
        result["splade"] = [
            {"word": word, "weight": round(weight, 4), "in_text": word.casefold() in own} for word, weight in found
        ]
    return result, "\n".join(_lines(result))


def _text(dataset: Dataset, name: str | None) -> str:
    """Return the text of a row, of the first when none is named.

    Raises:
        InputError: there is no such row, or there are no texts at all.
    """
    if not any(dataset.texts):
        raise InputError(f"{dataset.name} holds no texts to count words in.", "Name a table with a column of them.")
    return dataset.texts[0 if name is None else row_of(dataset, name)]


def _lines(result: dict[str, Any]) -> list[str]:
    words = result["words"]
    lines = [
        f"{result['text'][:100]!r} among {result['rows']:,} rows",
        f"{'TF-IDF':>7}  {'BM25':>7}  {'times':>5}  {'rows':>7}  word",
    ]
    lines += [
        f"{one['tf_idf']:7.3f}  {one['bm25']:7.3f}  {one['times']:5}  {one['rows_with_it']:7,}  {one['word']}"
        for one in words[:_SHOWN]
    ]
    if len(words) > _SHOWN:
        lines.append(f"… and {len(words) - _SHOWN:,} more; --json has all")
    if missing := sum(one["rows_with_it"] == 0 for one in words):
        lines.append(f"{missing:,} of them stand in no row and weigh nothing")
    lines.append(f"both rank the words alike by {result['spearman']:.2f} (Spearman)")
    if "splade" in result:
        lines.append("SPLADE; + marks a word that does not stand in the text")
        lines += [f"{one['weight']:7.3f}  {' ' if one['in_text'] else '+'} {one['word']}" for one in result["splade"]]
    return lines
