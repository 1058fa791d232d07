"""The Classify page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.classify import stages
from embedding_core.classify.state import ClassifyState

FEATURE = Feature(
    name="classify",
    title="Classify",
    icon=":material/label:",
    summary="Train and test a classifier, find wrong labels, classify without labels.",
    section=Section.EXPLORE,
    stages=(stages,),
    commands=(
        Command(
            "classify",
            "embedding_core.classify.command:classify",
            "Train, test and apply a classifier, or classify zero-shot.",
        ),
    ),
    state=ClassifyState,
)
