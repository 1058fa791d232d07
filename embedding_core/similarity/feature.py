"""The Similarity page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.similarity import stages

FEATURE = Feature(
    name="similarity",
    title="Similarity",
    icon=":material/compare_arrows:",
    summary="Near-duplicates, cosine similarity, outliers, recommendations.",
    section=Section.EXPLORE,
    stages=(stages,),
    commands=(
        Command("similar", "embedding_core.similarity.command:similar", "Find the rows most similar to others."),
        Command("duplicates", "embedding_core.similarity.command:duplicates", "Find near-duplicates."),
    ),
)
