"""Code for Clusters: the same clusters with their names."""

from embedding_core.base.snippet import imports, opening, written
from embedding_core.base.types import Key
from embedding_core.clusters.stages import Cluster, ClusterStage


def found(dataset: Key, encoder: str, stage: ClusterStage) -> str:
    """Return code that defines `clusters` and `named`, the name of each cluster by its number."""
    made = stage if isinstance(stage, Cluster) else stage.found
    edits = () if isinstance(stage, Cluster) else stage.edits
    parts = ["space", written(made.params)]
    drawn = []
    if made.drawn is not None:
        drawn = [imports(made.drawn.params), imports(made.drawn)]
        parts.append(f"Project(space, {written(made.drawn.params)})")
    kinds = sorted({type(made.params).__name__, *(type(edit).__name__ for edit in edits)})
    stages = ["Cluster", *(["EditClusters"] if edits else []), "naming"]
    lines = [
        f"from embedding_core.clusters import {', '.join(kinds)}",
        "from embedding_core.clusters.naming import names",
        f"from embedding_core.clusters.stages import {', '.join(stages)}",
        *drawn,
        "",
        f"stage = Cluster({', '.join(parts)})",
        *([f"stage = EditClusters(stage, ({', '.join(map(written, edits))},))"] if edits else []),
        "clusters = engine.make(stage)",
        "named = names(engine.make(naming(stage, dataset)))",
        "for number in clusters.numbers:",
        "    print(clusters.sizes[number], clusters.silhouette_of(number), named[number])",
    ]
    return "\n".join([opening(dataset, encoder), *lines]) + "\n"
