"""The Trust page and what belongs to it."""

from embedding_core.base.feature import Feature, Section
from embedding_core.trust import stages

FEATURE = Feature(
    name="trust",
    title="Trust",
    icon=":material/verified:",
    summary="How faithful the map is, and how much of it is random.",
    section=Section.MEASURE,
    stages=(stages,),
    commands=("embedding_core.trust.command",),
)
