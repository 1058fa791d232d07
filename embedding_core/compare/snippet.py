"""Code for Compare."""

from embedding_core.base.snippet import opening, written
from embedding_core.base.types import Key
from embedding_core.compare import ComparisonParams
from embedding_core.projection import ProjectionParams
from embedding_core.projection.snippet import alignment


def comparison(dataset: Key, encoder: str, other: str, params: ComparisonParams, projection: ProjectionParams) -> str:
    """Return code that defines `found`, a `SpaceComparison`, `cka`, and `laid`, the second map aligned to the first."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.compare import ComparisonParams, compare_neighborhoods, linear_cka
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors

other = engine.embedding(dataset, {other!r})
others = engine.make(other)
near, elsewhere = (nearest_neighbors(rows, NeighborsParams({max(32, params.k)})) for rows in (vectors, others))
found = compare_neighborhoods(near, elsewhere, {written(params)})
cka = linear_cka(vectors, others)
print(f"{{found.overlap:.1%}} of {{found.k}} neighbors in common, random baseline {{found.chance:.1%}}; CKA {{cka}}")
for row in found.changed()[:10]:
    print(f"{{found.overlaps[row]:4.0%}}  {{dataset.titles[row]}}")

{alignment("(space, other)", projection)}"""
