"""Code for each view of Trust."""

from collections.abc import Sequence

from embedding_core.base.snippet import imports, opening, written
from embedding_core.base.types import Key
from embedding_core.projection import ProjectionParams
from embedding_core.trust import TrustParams


def fidelity(dataset: Key, encoder: str, projection: ProjectionParams, params: TrustParams) -> str:
    """Return code that defines `found`, the measures of the map, of PCA and of the random baseline."""
    return f"""\
{_drawn(dataset, encoder, projection)}
from embedding_core.projection import PCA, PCAParams
from embedding_core.trust import TrustParams, measure_map, verdict

flat = PCA(PCAParams(dims={projection.dims})).fit(vectors).coordinates
found = measure_map(vectors, drawn.coordinates, flat, {written(params)})
for claim in verdict(found):
    print(f"{{claim.measure}}: {{claim.value:.3f}}, PCA {{claim.pca:.3f}}, random baseline {{claim.chance:.3f}}")
"""


def seeds(dataset: Key, encoder: str, projection: ProjectionParams, others: int) -> str:
    """Return code that defines `found`, the stability of the map under other seeds."""
    return f"""\
{_drawn(dataset, encoder, projection)}
from embedding_core.trust.stages import CompareSeeds

found = engine.make(CompareSeeds(Project(space, params), {others}))
print(f"the median point moves by {{found.median:.3f}} radii of the map")
"""


def methods(dataset: Key, encoder: str, projections: Sequence[ProjectionParams]) -> str:
    """Return code that defines `found`, the measures of several maps of the same data, by method."""
    drawn = "\n".join(f"    {written(projection)}," for projection in projections)
    return f"""\
{opening(dataset, encoder)}
{imports(*projections)}
from embedding_core.projection import method_of
from embedding_core.projection.stages import Project
from embedding_core.trust.stages import MeasureMap
from embedding_core.trust import MAP

found = {{}}
for params in [
{drawn}
]:
    method = method_of(params).name
    one = found[method] = engine.make(MeasureMap(Project(space, params)))
    near = [round(one.at(MAP, name), 3) for name in ("trustworthiness", "continuity", "neighborhood_preservation")]
    print(method, one.k, near, round(one.maps[MAP].correlation, 3))
"""


def space(dataset: Key, encoder: str, *, texts: bool) -> str:
    """Return code that defines `found`, the quality of the space, and `cut`, the rows that the encoder cut.

    Args:
        dataset: the data set.
        encoder: its name.
        texts: whether the rows are texts, whose lengths may decide who is near.
    """
    head, lengths = "", ""
    if texts:
        head = "import numpy as np\n\n"
        lengths = ", np.array([len(text) for text in dataset.texts], np.float32)"
    return f"""\
{opening(dataset, encoder)}
{head}from embedding_core.encoders.health import CheckHealth
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.trust import space_health

found = space_health(vectors, engine.make(FindNeighbors(space)){lengths})
print(f"anisotropy {{found.anisotropy:.3f}}, hubness {{found.hubness:.2f}}, dimension {{found.dimension:.1f}}")
cut = engine.make(CheckHealth(dataset.key, space.encoder, space.revision)).too_long
print("no limit, or no text" if cut is None else f"{{len(cut)}} rows are longer than the encoder reads")
"""


def _drawn(dataset: Key, encoder: str, projection: ProjectionParams) -> str:
    """Return code that defines `drawn`, the map."""
    return f"""\
{opening(dataset, encoder)}
{imports(projection)}
from embedding_core.projection.stages import Project

params = {written(projection)}
drawn = engine.make(Project(space, params))
"""
