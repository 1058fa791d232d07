"""Supervision: which columns of a data set, or which judgments, say which texts belong together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import Judgments
from embedding_core.data.labels import labels_of
from embedding_core.train.training_data import Pairing, TrainingData, judged, labeled, paired, triplets

JudgedRows: TypeAlias = tuple[tuple[str, int, float], ...]
"""Queries, rows, and how relevant each row is."""
COLUMNS = {Pairing.LABELS: 2, Pairing.PAIRS: 2, Pairing.SCORED: 3, Pairing.TRIPLETS: 3}


@dataclass(frozen=True)
class Supervision:
    """Which columns of a data set say what belongs together."""

    KEY_NAME: ClassVar[str] = "Teaching"
    pairing: Pairing = Pairing.LABELS
    columns: tuple[str, ...] = ()
    """LABELS: the text and its label. PAIRS: two texts. SCORED: two texts and a score. TRIPLETS: three texts."""
    judgments: JudgedRows = field(default=(), metadata={"key": "judgements"})
    """When given, they are used in place of the columns."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairing", Pairing(self.pairing))
        if not self.judgments and len(self.columns) != COLUMNS[self.pairing]:
            raise ParameterError(
                f"{len(self.columns)} columns were given for {self.pairing}.", f"Name {COLUMNS[self.pairing]}."
            )
        if len(set(self.columns)) != len(self.columns):
            raise ParameterError(f"A column was given twice: {', '.join(self.columns)}.", "Choose different columns.")


def judged_rows(judgments: Judgments, ids: Sequence[str]) -> JudgedRows:
    """Return the judgments of the rows that have these ids, 1 for a relevant row and 0 for an irrelevant one."""
    place = {row: number for number, row in enumerate(ids)}
    return tuple(
        (judgments.queries[query], place[row], float(grade > 0))
        for query, given in judgments.grades.items()
        for row, grade in given.items()
        if row in place
    )


def fitting(judgments: JudgedRows) -> JudgedRows:
    """Return the relevant rows alone: they make pairs, and the other texts of a batch are the negatives."""
    return tuple(judgment for judgment in judgments if judgment[2] > 0)


def training_data_of(dataset: Dataset, supervision: Supervision) -> TrainingData:
    """Return the training data that a data set gives under some supervision.

    Raises:
        InputError: a column is missing, or there is too little to learn from.
    """
    if supervision.judgments:
        return judged([(query, dataset.texts[row], grade) for query, row, grade in supervision.judgments])
    columns = [_column(dataset, name) for name in supervision.columns]
    if supervision.pairing is Pairing.LABELS:
        import pandas as pd

        return labeled(columns[0], labels_of(pd.Series(columns[1], name=supervision.columns[1])))
    if supervision.pairing is Pairing.TRIPLETS:
        return triplets(*columns)
    return paired(*columns)


def _column(dataset: Dataset, name: str) -> list[str]:
    if name == dataset.text_name:
        return list(dataset.texts)
    if name not in dataset.columns:
        names = ", ".join([dataset.text_name, *map(str, dataset.columns.columns[:20])])
        raise InputError(f"{dataset.name} has no column {name!r}.", f"It has: {names}.")
    return [str(value) for value in dataset.columns[name].astype("string").fillna("")]
