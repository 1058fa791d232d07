"""`similar` and `duplicates`: the rows most like some others, and rows that are nearly the same."""

from typing import Annotated, Any

import numpy as np
from cyclopts import Parameter

from embedding_core import encoders
from embedding_core.cli.common import check_column, embedded, row_of, with_progress, write
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, Out, build, options_of
from embedding_core.cli.run import Printed
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.health import blank_rows
from embedding_core.similarity import (
    Duplicates,
    DuplicatesParams,
    RecommendParams,
    leaks,
    random_cosines,
    recommend,
)
from embedding_core.similarity.stages import FindDuplicates


class DuplicatesOptions(options_of(DuplicatesParams)):  # type: ignore[misc]
    """What counts as a duplicate."""


def similar(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    row: Annotated[tuple[str, ...], Parameter(allow_leading_hyphen=True)],
    k: int = RecommendParams.k,
    mmr_lambda: float = 1.0,
    engine: CommandEngine,
) -> Printed:
    """Find the rows most similar to others.

    Args:
        row: ID of a row; repeat the option for several.
        k: Number of rows to find.
        mmr_lambda: Lambda of maximal marginal relevance, 0 to 1: below 1, rows that repeat another count less.
    """
    params = RecommendParams(k, mmr_lambda)
    dataset, space, record = embedded(engine, file, data)
    liked = tuple(row_of(dataset, name) for name in row)
    vectors = space.load(engine.store)
    found = recommend(vectors, liked, params, ~blank_rows(dataset, encoders.resolve(space.encoder)))
    random = random_cosines(vectors)
    shares = np.searchsorted(random, found.cosines) / max(1, len(random))
    similar = [
        {
            "id": dataset.ids[place],
            "score": round(float(cosine), 4),
            "percentile_random": round(float(share), 4),
            "text": dataset.titles[place],
        }
        for place, cosine, share in zip(found.rows.tolist(), found.cosines, shares, strict=True)
    ]
    result = {
        "row": row[0] if len(row) == 1 else list(row),
        "encoder": record["encoder"],
        "ids": [one["id"] for one in similar],
        "scores": [one["score"] for one in similar],
        "texts": [one["text"] for one in similar],
        "similar": similar,
    }
    return result, "\n".join(f"{one['score']:.3f}  {one['id']}  {str(one['text'])[:100]!r}" for one in similar)


def duplicates(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    options: Annotated[DuplicatesOptions, Flat] = DuplicatesOptions(),
    out: Out = None,
    engine: CommandEngine,
) -> Printed:
    """Find near-duplicates; --out writes the rows without them.

    With --split-column it also reports which rows of one split have a duplicate in another (leakage).
    """
    params = build(DuplicatesParams, options)
    dataset, space, record = embedded(engine, file, data)
    found = with_progress(engine, FindDuplicates(space, params))
    groups = [[dataset.ids[row] for row in found.rows_of(group)] for group in range(found.count)]
    redundant = int(np.count_nonzero(~found.keep))
    result = {
        "rows": len(dataset),
        "encoder": record["encoder"],
        "threshold": round(found.threshold, 4),
        "pairs": found.pairs,
        "random_pair_rate": round(found.by_chance, 6),
        "groups": groups,
        "keep": [group[0] for group in groups],
        "least_similar_pairs": [
            {"ids": [dataset.ids[row] for row in pair], "score": round(float(cosine), 4)}
            for pair, cosine in zip(found.weakest.tolist(), found.weakest_cosines, strict=True)
        ],
        "redundant_rows": redundant,
    }
    sizes = f"{found.pairs:,} pairs in {found.count:,} groups, {redundant:,} redundant rows"
    text = [f"threshold {found.threshold:.3f}: {sizes}"]
    text += [
        f"{link['score']:.3f}  {' '.join(group)}"
        for group, link in zip(groups, result["least_similar_pairs"], strict=True)
    ]
    if (split_column := data.reading.split_column) is not None:
        result["leaks"] = _leaks(dataset, found, split_column)
        text += [
            f"{leak['rows']:,} rows of {leak['part']} ({leak['share']:.1%}) have a duplicate in {leak['other']}"
            for leak in result["leaks"]
        ]
    if out is not None:
        rows = np.flatnonzero(found.keep).tolist()
        write(out, dataset.take(rows, dataset.name), {"group": found.groups[rows]})
        result["out"] = str(out)
    return result, "\n".join(text)


def _leaks(dataset: Dataset, found: Duplicates, column: str) -> list[dict[str, Any]]:
    check_column(dataset, column)
    return [
        {"part": leak.part, "other": leak.other, "rows": len(leak.rows), "share": round(leak.share, 4)}
        for leak in leaks(found, dataset.columns[column])
    ]
