"""From vectors and a column of labels to classifiers and what they are worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from embedding_core.base.errors import InputError
from embedding_core.base.stage import Lane, Result_co, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.classifiers.evaluate import Predictions, cross_validate
from embedding_core.classifiers.methods import ClassifierParams, fit
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify.curve import CurveParams, LearningCurve, learning_curve
from embedding_core.classify.saved import SavedClassifier, load_classifier, save_classifier
from embedding_core.classify.spreading import SpreadParams, SpreadResult, spread_labels
from embedding_core.data.labels import Labels, labels_of
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.stages import Embed
from embedding_core.neighbors.stages import FindNeighbors


@dataclass(frozen=True)
class _Labeled(Stage[Result_co]):
    """What is learned from a column of the data set."""

    space: Embed
    label: str
    lane = Lane.MAP
    """Beside the maps: a fit may take seconds, and quick work does not wait for it."""

    def key_parts(self) -> tuple[object, ...]:
        # Vectors that are the same may come with other labels.
        space, *others = super().key_parts()
        return space, self.space.dataset, *others

    def labels(self, store: Store) -> Labels:
        """Read the column.

        Raises:
            InputError: there is none of that name, or it holds no label.
        """
        dataset = load_dataset(self.space.dataset, store)
        if self.label not in dataset.columns:
            names = ", ".join(map(str, dataset.columns.columns[:20]))
            raise InputError(f"{dataset.name} has no column {self.label!r} with labels.", f"It has: {names}.")
        return labels_of(dataset.columns[self.label])


@dataclass(frozen=True)
class CrossValidate(_Labeled[Predictions]):
    """What a method says of rows it has not learned from."""

    params: ClassifierParams = field(default_factory=ClassifierParams)
    split: SplitParams = field(default_factory=SplitParams)
    kind = "cross-validation"
    libraries: ClassVar[Mapping[str, str]] = {"scikit-learn": "1.9.1"}

    @property
    def title(self) -> str:
        return f"Testing {self.params.method} on {self.label}"

    def compute(self, store: Store, progress: Progress) -> Predictions:
        return cross_validate(self.space.load(store), self.labels(store), self.params, self.split, progress)


@dataclass(frozen=True)
class DrawLearningCurve(_Labeled[LearningCurve]):
    """How many labeled rows a class it takes."""

    params: ClassifierParams = field(default_factory=ClassifierParams)
    split: SplitParams = field(default_factory=SplitParams)
    curve: CurveParams = field(default_factory=CurveParams)
    kind = "learning-curve"
    libraries: ClassVar[Mapping[str, str]] = {"scikit-learn": "1.9.1"}

    @property
    def title(self) -> str:
        return f"Measuring the learning curve of {self.label}"

    def compute(self, store: Store, progress: Progress) -> LearningCurve:
        vectors, labels = self.space.load(store), self.labels(store)
        return learning_curve(vectors, labels, self.params, self.split, self.curve, progress)


@dataclass(frozen=True)
class TrainClassifier(_Labeled[SavedClassifier]):
    """A classifier learned from all labeled rows, ready to be used and exported."""

    params: ClassifierParams = field(default_factory=ClassifierParams)
    kind = "classifier"
    libraries: ClassVar[Mapping[str, str]] = {"scikit-learn": "1.9.1"}

    def key_parts(self) -> tuple[object, ...]:
        return *super().key_parts(), "with the encoder's state"

    @property
    def title(self) -> str:
        return f"Training a classifier of {self.label}"

    def make(self, store: Store, progress: Progress) -> None:
        labels = self.labels(store)
        made = fit(self.space.load(store), labels, self.params)
        about = {"label": self.label, "rows": len(labels.known)}
        encoder = (self.space.encoder, self.space.revision)
        state = self.space.fitted_state(store)
        saved = SavedClassifier(made, labels.names, self.params, *encoder, about, state)
        with store.write(self.kind, self.key) as folder:
            save_classifier(saved, folder)

    def load(self, store: Store) -> SavedClassifier:
        return load_classifier(store.open(self.kind, self.key))


@dataclass(frozen=True)
class SpreadLabels(_Labeled[SpreadResult]):
    """Few labels passed on to all rows."""

    params: SpreadParams = field(default_factory=SpreadParams)
    kind = "spread-labels"

    @property
    def title(self) -> str:
        return f"Spreading the labels of {self.label}"

    def needs(self) -> tuple[Stage, ...]:
        return (FindNeighbors(self.space),)

    def compute(self, store: Store, progress: Progress) -> SpreadResult:
        return spread_labels(FindNeighbors(self.space).load(store), self.labels(store), self.params, progress)
