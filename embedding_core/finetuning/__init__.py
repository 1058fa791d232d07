"""Fine-tuning a text encoder on one's own data. Importing this loads no torch."""

from embedding_core.finetuning.base import model_folder, tunable
from embedding_core.finetuning.card import model_card
from embedding_core.finetuning.checkpoints import Checkpoints
from embedding_core.finetuning.examples import Examples, distinct, examples
from embedding_core.finetuning.history import Event, History
from embedding_core.finetuning.material import Material, Pairing, judged, labelled, paired, triplets
from embedding_core.finetuning.measures import Measure, measure, watch
from embedding_core.finetuning.params import Loss, TuneParams, matryoshka_dims
from embedding_core.finetuning.parting import Parting, apart
from embedding_core.finetuning.result import Counts, Tuned
from embedding_core.finetuning.split import Split, split, with_test
from embedding_core.finetuning.teaching import Marks, Teaching, fitting, marks_of, material_of
from embedding_core.finetuning.tune import finetune, save_model

__all__ = [
    "Checkpoints",
    "Counts",
    "Event",
    "Examples",
    "History",
    "Loss",
    "Marks",
    "Material",
    "Measure",
    "Pairing",
    "Parting",
    "Split",
    "Teaching",
    "TuneParams",
    "Tuned",
    "apart",
    "distinct",
    "examples",
    "finetune",
    "fitting",
    "judged",
    "labelled",
    "marks_of",
    "material_of",
    "matryoshka_dims",
    "measure",
    "model_card",
    "model_folder",
    "paired",
    "save_model",
    "split",
    "triplets",
    "tunable",
    "watch",
    "with_test",
]
