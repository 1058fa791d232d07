"""Code for each view of Similarity."""

import textwrap
from collections.abc import Sequence

from embedding_core.base.snippet import opening, written
from embedding_core.base.types import Key
from embedding_core.similarity import DuplicatesParams, OutlierParams, RecommendParams

_WIDTH = 100


def duplicates(dataset: Key, encoder: str, params: DuplicatesParams) -> str:
    """Return code that defines `found` and prints the groups, the row to keep first."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.similarity import DuplicatesParams
from embedding_core.similarity.stages import FindDuplicates

found = engine.make(FindDuplicates(space, {written(params)}))
print(f"{{found.pairs}} pairs of at least {{found.threshold:.3f}} in {{found.count}} groups")
for group in range(found.count):
    print(f"{{found.weakest_cosines[group]:.3f}}", [dataset.titles[row] for row in found.rows_of(group)])
"""


def pair(dataset: Key, encoder: str, left: int | str, right: int | str) -> str:
    """Return code that defines `found`, the measures of two items, each a row or a text."""
    typed = "from embedding_core.encoders.stages import EncodeQueries\n" if str in (type(left), type(right)) else ""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.similarity import compare, measure_chance
{typed}
left = {_vector(left)}
right = {_vector(right)}
found = compare(left, right, measure_chance(vectors))
for one in found:
    print(f"{{one.measure}}: {{one.value:.3f}}, more similar than {{one.less_alike:.1%}} of random pairs")
"""


def _vector(side: int | str) -> str:
    return f"vectors[{side}]" if isinstance(side, int) else f"engine.make(EncodeQueries(({side!r},), space))[0]"


def matrix(dataset: Key, encoder: str, rows: Sequence[int]) -> str:
    """Return code that defines `order`, the rows in clustered order, and `cosines` in that order."""
    numbers = textwrap.fill(", ".join(map(str, rows)), _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"""\
{opening(dataset, encoder)}
from embedding_core.similarity import clustered_order, cosine_matrix

rows = [
{numbers}
]
cosines = cosine_matrix(vectors[rows])
order = clustered_order(cosines)
cosines = cosines[order][:, order]
order = [rows[place] for place in order]
"""


def outliers(dataset: Key, encoder: str, params: OutlierParams) -> str:
    """Return code that defines `found` and prints the strongest outliers."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.similarity import OutlierParams, find_outliers
from embedding_core.neighbors.stages import FindNeighbors

found = find_outliers(engine.make(FindNeighbors(space)), {written(params)})
for row in (-found.factors).argsort(kind="stable")[:25]:
    print(f"{{found.factors[row]:.3f}}  {{found.distances[row]:.3f}}  {{dataset.titles[row]}}")
"""


def suggestions(dataset: Key, encoder: str, liked: tuple[int, ...], params: RecommendParams) -> str:
    """Return code that defines `found` and prints the recommendations for the liked rows."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core import encoders
from embedding_core.encoders.health import blank_rows
from embedding_core.similarity import RecommendParams, recommend

blank = blank_rows(dataset, encoders.resolve(space.encoder))
found = recommend(vectors, {liked}, {written(params)}, ~blank)
for row, cosine in zip(found.rows, found.cosines, strict=True):
    print(f"{{cosine:.3f}}  {{dataset.titles[row]}}")
"""
