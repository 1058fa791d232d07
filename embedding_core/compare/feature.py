"""The Compare page and what belongs to it."""

from embedding_core.base.feature import Feature, Section
from embedding_core.compare import stages
from embedding_core.compare.state import CompareState

FEATURE = Feature(
    name="compare",
    title="Compare",
    icon=":material/compare:",
    summary="Two encoders on the same rows, side by side.",
    section=Section.MEASURE,
    stages=(stages,),
    commands=("embedding_core.compare.command",),
    state=CompareState,
)
