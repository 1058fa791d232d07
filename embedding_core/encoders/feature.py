"""The Encoder page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.encoders import health, stages

FEATURE = Feature(
    name="encoder",
    title="Encoder",
    icon=":material/memory:",
    summary="Choose the model that turns each text or picture into a vector.",
    section=Section.DATA,
    stages=(health, stages),
    commands=(Command("embed", "embedding_core.cli.embed:embed", "Embed texts or images."),),
)
