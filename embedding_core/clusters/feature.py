"""The Clusters page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.clusters import stages
from embedding_core.clusters.state import ClustersState

FEATURE = Feature(
    name="clusters",
    title="Clusters",
    icon=":material/bubble_chart:",
    summary="Groups of similar items: how many there are, and their names.",
    section=Section.EXPLORE,
    stages=(stages,),
    commands=(Command("cluster", "embedding_core.clusters.command:cluster", "Find clusters and name them."),),
    state=ClustersState,
)
