"""The Evaluate page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.evaluate import rankings, stages
from embedding_core.evaluate.state import EvaluateState

FEATURE = Feature(
    name="evaluate",
    title="Evaluate",
    icon=":material/speed:",
    summary="How good an encoder and a ranking method are on your own data.",
    section=Section.MEASURE,
    stages=(rankings, stages),
    commands=(
        Command(
            "evaluate", "embedding_core.evaluate.command:evaluate", "Evaluate encoders and rankings on your own data."
        ),
    ),
    state=EvaluateState,
)
