"""Retrieval measures, by trec_eval's code through ir-measures (https://ir-measur.es)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.data.judgments import Judgments

DEPTH = 100
"""The number of hits per query that are measured; MAP and MRR are cut there as well."""
DEFAULT_K = 10


@dataclass(frozen=True, eq=False)
class QueryScores:
    """The measures of each query."""

    queries: tuple[str, ...]
    """Ids, in the order of the judgments."""
    values: dict[str, NDArray[np.float64]]
    """By the measure's name (n,), 0 to 1."""

    @property
    def means(self) -> dict[str, float]:
        """Each measure's mean over the queries."""
        return {name: float(values.mean()) for name, values in self.values.items()}


def measure_names(k: int = DEFAULT_K) -> tuple[str, ...]:
    """Return the names of the measures, the main one first."""
    return f"ndcg@{k}", f"recall@{k}", f"precision@{k}", "map", "mrr"


def score_rankings(judgments: Judgments, rankings: Mapping[str, Sequence[str]], k: int = DEFAULT_K) -> QueryScores:
    """Measure rankings of document ids, best first, by judged query; a query without a ranking scores 0.

    nDCG takes the grades themselves as gains; for the rest a grade of 1 or more is relevant.

    Raises:
        ParameterError: k is not from 1 to `DEPTH`.
    """
    if not 1 <= k <= DEPTH:
        raise ParameterError(f"The cut-off is {k}.", f"Choose 1 to {DEPTH}.")
    import ir_measures
    from ir_measures import AP, RR, P, R, nDCG

    names: dict[Any, str] = dict(zip((nDCG @ k, R @ k, P @ k, AP, RR), measure_names(k), strict=True))
    # trec_eval orders by score and equal scores by name: a rank for a score keeps the order as it is.
    run = {
        query: {document: -float(rank) for rank, document in enumerate(rankings.get(query, ())[:DEPTH])}
        for query in judgments.grades
    }
    place = {query: i for i, query in enumerate(judgments.grades)}
    values = {name: np.zeros(len(place)) for name in names.values()}
    for found in ir_measures.iter_calc(list(names), judgments.grades, run):
        values[names[found.measure]][place[found.query_id]] = found.value
    return QueryScores(tuple(place), values)
