"""The Trust page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.trust import stages

FEATURE = Feature(
    name="trust",
    title="Trust",
    icon=":material/verified:",
    summary="How faithful the map is, and how much of it is random.",
    section=Section.MEASURE,
    stages=(stages,),
    commands=(
        Command(
            "trust", "embedding_core.trust.command:trust", "Measure how faithful a map is, and the space it shows."
        ),
    ),
)
