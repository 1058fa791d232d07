"""One map laid over another, as code."""

from embedding_core.base.snippet import imports, written
from embedding_core.projection import ProjectionParams


def alignment(spaces: str, projection: ProjectionParams) -> str:
    """Return code that leaves `laid`, the second of two maps over the first; `spaces` is Python for what they show."""
    return f"""\
from embedding_core.projection.alignment import align_maps
{imports(projection)}
from embedding_core.projection.stages import Project

projection = {written(projection)}
still, moved = (engine.make(Project(one, projection)).coordinates for one in {spaces})
laid = align_maps(still, moved)
print(f"{{laid.disparity:.0%}} of the spread of the maps does not match")
"""
