"""The Inspect page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.inspect import picture_stages, stages
from embedding_core.inspect.state import InspectState

FEATURE = Feature(
    name="inspect",
    title="Inspect",
    icon=":material/biotech:",
    summary="How a text becomes a vector, what context changes, which parts count.",
    section=Section.LEARN,
    stages=(picture_stages, stages),
    commands=(
        Command(
            "inspect",
            "embedding_core.inspect.command:inspect",
            "Look inside a model: tokens, senses, term weights, axes, patches.",
        ),
    ),
    state=InspectState,
)
