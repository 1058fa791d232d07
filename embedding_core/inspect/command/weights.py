"""`inspect weights`: the words of a text, weighted by TF-IDF, BM25 and a learned sparse encoder."""

from typing import Annotated, Any

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import read_dataset, row_of, with_progress
from embedding_core.cli.options import CommandEngine, Data, DatasetOptions, FreeText, InputGroup
from embedding_core.cli.run import Printed
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.text.lexical import terms
from embedding_core.inspect import agreement, weigh_words
from embedding_core.inspect.stages import CountWords, WeighWords

_SHOWN = 30


def weights(
    file: Data,
    /,
    *,
    data: Annotated[DatasetOptions, InputGroup] = DatasetOptions(),
    row: Annotated[str | None, FreeText] = None,
    text: Annotated[str | None, FreeText] = None,
    splade: str | None = None,
    engine: CommandEngine,
) -> Printed:
    """Weigh the words of a text by TF-IDF, BM25 and SPLADE.

    Args:
        row: ID of the row whose text it is; the first row when left out.
        text: A text of your own, weighed as if it were one more row.
        splade: Also weigh by this SPLADE model: a folder, or a model of the Hugging Face hub.
    """
    if row is not None and text is not None:
        raise InputError("Both --row and --text say which text.", "Give one of them.")
    sparse = None if splade is None else encoders.resolve(splade)
    dataset = read_dataset(engine, file, data)
    if text is None:
        text = _text(dataset, row)
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
                "term_frequency": one.count,
                "document_frequency": one.rows,
                "tf_idf": round(one.tf_idf, 4),
                "bm25": round(one.bm25, 4),
            }
            for one in words
        ],
    }
    if sparse is not None:
        own = set(terms(text))
        found = with_progress(engine, WeighWords(sparse.name, sparse.revision, text))
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
        f"{'TF-IDF':>7}  {'BM25':>7}  {'tf':>5}  {'df':>7}  word",
    ]
    lines += [
        f"{one['tf_idf']:7.3f}  {one['bm25']:7.3f}  "
        f"{one['term_frequency']:5}  {one['document_frequency']:7,}  {one['word']}"
        for one in words[:_SHOWN]
    ]
    if len(words) > _SHOWN:
        lines.append(f"… and {len(words) - _SHOWN:,} more; --json has all")
    if missing := sum(one["document_frequency"] == 0 for one in words):
        lines.append(f"{missing:,} of them are in no row and have no weight")
    lines.append(f"rank correlation of the two: {result['spearman']:.2f} (Spearman)")
    if "splade" in result:
        lines.append("SPLADE; + marks a word that is not in the text")
        lines += [f"{one['weight']:7.3f}  {' ' if one['in_text'] else '+'} {one['word']}" for one in result["splade"]]
    return lines
