"""From vectors and a column of labels to classifiers and what they are worth."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress
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

_PREDICTED = ("rows", "truth", "predicted", "confidence", "given")


@dataclass(frozen=True)
class _Labeled(Stage):
    """What is learned from a column of the data set."""

    space: Embed
    label: str

    @property
    def lane(self) -> Lane:
        """Beside the maps: a fit may take seconds, and quick work does not wait for it."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.space.dataset, self.label, *self.settings)

    @property
    @abstractmethod
    def settings(self) -> tuple[object, ...]:
        """What else the result depends on."""

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

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
class CrossValidate(_Labeled):
    """What a method says of rows it has not learned from."""

    params: ClassifierParams = field(default_factory=ClassifierParams)
    split: SplitParams = field(default_factory=SplitParams)
    kind: ClassVar[str] = "cross-validation"

    @property
    def settings(self) -> tuple[object, ...]:
        return self.params, self.split

    @property
    def title(self) -> str:
        return f"Testing {self.params.method} on {self.label}"

    def make(self, store: Store, progress: Progress) -> None:
        labels = self.labels(store)
        found = cross_validate(self.space.load(store), labels, self.params, self.split, progress)
        with store.write(self.kind, self.key, {"names": labels.names}) as folder:
            save_arrays(folder, {name: getattr(found, name) for name in _PREDICTED})

    def load(self, store: Store) -> Predictions:
        arrays = {name: store.array(self.kind, self.key, name) for name in _PREDICTED}
        return Predictions(tuple(store.about(self.kind, self.key)["names"]), **arrays)


@dataclass(frozen=True)
class DrawLearningCurve(_Labeled):
    """How many labeled rows a class it takes."""

    params: ClassifierParams = field(default_factory=ClassifierParams)
    split: SplitParams = field(default_factory=SplitParams)
    curve: CurveParams = field(default_factory=CurveParams)
    kind: ClassVar[str] = "learning-curve"

    @property
    def settings(self) -> tuple[object, ...]:
        return self.params, self.split, self.curve

    @property
    def title(self) -> str:
        return f"Measuring the learning curve of {self.label}"

    def make(self, store: Store, progress: Progress) -> None:
        labels = self.labels(store)
        found = learning_curve(self.space.load(store), labels, self.params, self.split, self.curve, progress)
        with store.write(self.kind, self.key, {"sizes": found.sizes, "tested": found.tested}) as folder:
            save_arrays(folder, {"accuracy": found.accuracy, "macro_f1": found.macro_f1})

    def load(self, store: Store) -> LearningCurve:
        about = store.about(self.kind, self.key)
        accuracy, macro_f1 = (store.array(self.kind, self.key, name) for name in ("accuracy", "macro_f1"))
        return LearningCurve(tuple(about["sizes"]), accuracy, macro_f1, about["tested"])


@dataclass(frozen=True)
class TrainClassifier(_Labeled):
    """A classifier learned from all labeled rows, ready to be used and taken along."""

    params: ClassifierParams = field(default_factory=ClassifierParams)
    kind: ClassVar[str] = "classifier"

    @property
    def settings(self) -> tuple[object, ...]:
        return (self.params, "with the encoder's state")

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
class SpreadLabels(_Labeled):
    """Few labels passed on to all rows."""

    params: SpreadParams = field(default_factory=SpreadParams)
    kind: ClassVar[str] = "spread-labels"

    @property
    def settings(self) -> tuple[object, ...]:
        return (self.params,)

    @property
    def title(self) -> str:
        return f"Spreading the labels of {self.label}"

    def needs(self) -> tuple[Stage, ...]:
        return (FindNeighbors(self.space),)

    def make(self, store: Store, progress: Progress) -> None:
        labels = self.labels(store)
        found = spread_labels(FindNeighbors(self.space).load(store), labels, self.params, progress)
        with store.write(self.kind, self.key, {"names": found.names}) as folder:
            save_arrays(folder, {"codes": found.codes, "confidence": found.confidence})

    def load(self, store: Store) -> SpreadResult:
        codes, confidence = (store.array(self.kind, self.key, name) for name in ("codes", "confidence"))
        return SpreadResult(tuple(store.about(self.kind, self.key)["names"]), codes, confidence)
