"""The Compress page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.compress import stages

FEATURE = Feature(
    name="compress",
    title="Compress",
    icon=":material/compress:",
    summary="How small vectors can get, and what that costs in quality.",
    section=Section.MEASURE,
    stages=(stages,),
    commands=(
        Command(
            "compress",
            "embedding_core.compress.command:compress",
            "Measure what fewer dimensions and a lower precision keep.",
        ),
    ),
)
