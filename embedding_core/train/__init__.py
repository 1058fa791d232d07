"""Fine-tuning a text encoder on one's own data. Importing this loads no torch."""

from embedding_core.train.base import model_folder, tunable
from embedding_core.train.card import model_card
from embedding_core.train.checkpoints import Checkpoints
from embedding_core.train.examples import Examples, distinct, examples
from embedding_core.train.history import Event, History
from embedding_core.train.measures import HeldOutMeasure, measure, watch
from embedding_core.train.params import Loss, TuneParams, matryoshka_dims
from embedding_core.train.parting import Parting, apart
from embedding_core.train.result import Counts, Tuned
from embedding_core.train.split import TrainingSplit, split, with_test
from embedding_core.train.supervision import JudgedRows, Supervision, fitting, judged_rows, training_data_of
from embedding_core.train.training_data import Pairing, TrainingData, judged, labeled, paired, triplets
from embedding_core.train.tune import finetune, save_model

__all__ = [
    "Checkpoints",
    "Counts",
    "Event",
    "Examples",
    "HeldOutMeasure",
    "History",
    "JudgedRows",
    "Loss",
    "Pairing",
    "Parting",
    "Supervision",
    "TrainingData",
    "TrainingSplit",
    "TuneParams",
    "Tuned",
    "apart",
    "distinct",
    "examples",
    "finetune",
    "fitting",
    "judged",
    "judged_rows",
    "labeled",
    "matryoshka_dims",
    "measure",
    "model_card",
    "model_folder",
    "paired",
    "save_model",
    "split",
    "training_data_of",
    "triplets",
    "tunable",
    "watch",
    "with_test",
]
