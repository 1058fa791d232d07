"""Hits as plain values, for programs: the same from the command line and from the page."""

from dataclasses import asdict
from typing import Any

from embedding_core.data.dataset import Dataset
from embedding_core.search.answer import Answer


def answer_record(dataset: Dataset, found: Answer) -> dict[str, Any]:
    """Return what was found, and how, as JSON values."""
    return {
        "hits": hit_records(dataset, found),
        "expansion": {word: round(weight, 4) for word, weight in found.added.items()},
        "filtered_rows": found.passing,
        "approximate": None if found.approximate is None else asdict(found.approximate),
        "percentile_rows": found.sampled or len(dataset),
    }


def hit_records(dataset: Dataset, found: Answer) -> list[dict[str, Any]]:
    """Return each hit with its reasons as JSON values, the best first; shares are 0 to 1."""
    return [_record(dataset, found, place) for place in range(len(found.hits.rows))]


def _record(dataset: Dataset, found: Answer, place: int) -> dict[str, Any]:
    row = int(found.hits.rows[place])
    return {
        "id": dataset.ids[row],
        "score": round(float(found.hits.scores[place]), 4),
        "percentile": round(float(found.hits.percentiles[place]), 4),
        "percentile_random": round(float(found.hits.baseline_percentiles[place]), 4),
        "text": dataset.titles[row],
        "ranks": {str(name): int(ranks[place]) or None for name, ranks in found.ranks.items()},
        "words": {word: round(added, 4) for word, added in found.words[place].items()},
        "tokens": [[pair.asked, pair.found, round(pair.similarity, 4)] for pair in found.pairs[place]],
    }
