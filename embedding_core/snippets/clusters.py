"""Clusters as code: the same ones, with their names."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from embedding_core.snippets.opening import opening
from embedding_core.stages import Cluster, ClusterStage
from embedding_core.types import Key


def found(dataset: Key, encoder: str, stage: ClusterStage) -> str:
    """Return code that leaves `clusters` and `named`, the name of each by its number, as they were found."""
    made = stage if isinstance(stage, Cluster) else stage.found
    edits = () if isinstance(stage, Cluster) else stage.edits
    parts = ["space", _call(made.params)]
    projections = []
    if made.drawn is not None:
        projections = [type(made.drawn.params).__name__]
        parts.append(f"Project(space, {_call(made.drawn.params)})")
    kinds = sorted({type(made.params).__name__, *(type(edit).__name__ for edit in edits)})
    stages = ["Cluster", *(["EditClusters"] if edits else []), *(["Project"] if projections else []), "naming"]
    lines = [
        f"from embedding_core.clustering import {', '.join(kinds)}",
        "from embedding_core.naming import names",
        *(f"from embedding_core.projection import {name}" for name in projections),
        f"from embedding_core.stages import {', '.join(stages)}",
        "",
        f"stage = Cluster({', '.join(parts)})",
        *([f"stage = EditClusters(stage, ({', '.join(map(_call, edits))},))"] if edits else []),
        "clusters = engine.make(stage)",
        "named = names(engine.make(naming(stage, dataset)))",
        "for number in clusters.numbers:",
        "    print(clusters.sizes[number], clusters.silhouette_of(number), named[number])",
    ]
    return "\n".join([opening(dataset, encoder), *lines]) + "\n"


def _call(value: Any) -> str:
    """Return the call that makes a dataclass of plain values again."""
    return f"{type(value).__name__}({', '.join(f'{f.name}={_plain(getattr(value, f.name))}' for f in fields(value))})"


def _plain(value: Any) -> str:
    return repr(str(value)) if isinstance(value, StrEnum) else repr(value)
