"""The Train page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.train import stages
from embedding_core.train.state import TrainState

FEATURE = Feature(
    name="train",
    title="Train",
    icon=":material/model_training:",
    summary="Fine-tune an encoder on your own labels, pairs or triplets.",
    section=Section.LEARN,
    stages=(stages,),
    commands=(Command("train", "embedding_core.train.command:train", "Fine-tune an encoder."),),
    state=TrainState,
)
