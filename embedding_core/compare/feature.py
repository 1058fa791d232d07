"""The Compare page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.compare import stages
from embedding_core.compare.state import CompareState

FEATURE = Feature(
    name="compare",
    title="Compare",
    icon=":material/compare:",
    summary="Two encoders on the same rows, side by side.",
    section=Section.MEASURE,
    stages=(stages,),
    commands=(
        Command(
            "compare",
            "embedding_core.compare.command:compare",
            "Compare two encoders by the neighbors they give the same rows.",
        ),
    ),
    state=CompareState,
)
