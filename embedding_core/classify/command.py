"""`classify`: train a classifier on labels, apply a saved one, or classify zero-shot."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from cyclopts import Parameter

from embedding_core import encoders
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.classifiers.evaluate import Predictions, judge_probabilities
from embedding_core.classifiers.measures import calibration, score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify.saved import SavedClassifier, load_classifier, save_classifier
from embedding_core.classify.spreading import UNASSIGNED
from embedding_core.classify.stages import CrossValidate, TrainClassifier
from embedding_core.classify.zero_shot import default_params, read_classes, zero_shot
from embedding_core.cli.common import check_column, embedded, read_dataset, space_of, with_progress, write
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, Out, build, options_of
from embedding_core.cli.run import Printed
from embedding_core.data.dataset import Dataset
from embedding_core.data.labels import labels_like, labels_of
from embedding_core.encoders.stages import EncodeQueries, embed_with, restored
from embedding_core.engine import Engine

_ZERO_SHOT: Literal["zero-shot"] = "zero-shot"
_SHOWN = 10


class ClassifierOptions(options_of(ClassifierParams, without=("method",))):  # type: ignore[misc]
    """How a classifier is set."""


@dataclass(frozen=True, kw_only=True)
class ZeroShotOptions:
    """How rows are assigned to classes by the classes' names alone."""

    labels: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None
    """The classes, with commas between: "sport,music"."""
    template: tuple[str, ...] = ()
    """A sentence with {} for the label; repeat the option for an ensemble. The default suits the encoder."""
    temperature: float | None = None
    """What cosines are divided by before the softmax. The default suits the encoder."""
    min_confidence: float = 0.0
    """Rows whose best class is less probable stay unassigned."""


def classify(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    method: Annotated[ClassifierMethod | Literal["zero-shot"] | None, Parameter(name="--method")] = None,
    options: Annotated[ClassifierOptions, Flat] = ClassifierOptions(),
    test: Path | None = None,
    save: Path | None = None,
    classifier: Path | None = None,
    zero: Annotated[ZeroShotOptions, Parameter(name="*", group="Zero-shot")] = ZeroShotOptions(),
    out: Out = None,
    engine: CommandEngine,
) -> Printed:
    """Train, test and apply a classifier, or classify zero-shot.

    With --split-column it is tested on the rows that read "test" there, and trained on the others.

    Args:
        method: How classes are learned. [default: logistic, with --labels zero-shot]
        test: A file of rows to test on; without it, 5-fold cross-validation.
        save: Folder to save the classifier in, as JSON and npz.
        classifier: A saved classifier to apply instead of training one: its folder or ZIP.
    """
    if classifier is not None:
        return _apply(engine, file, data, classifier, out)
    if zero.labels is not None or method == _ZERO_SHOT:
        return _zero_shot(engine, file, data, zero, out)
    params = build(ClassifierParams, options, method=ClassifierMethod(method or ClassifierMethod.LOGISTIC))
    dataset, space, record = embedded(engine, file, data)
    label = _label(dataset, data.reading.label_column)
    if label is None:
        raise InputError(f"{dataset.name} has no column that looks like labels.", "Name one with --label-column.")
    held_out: Dataset | None = None
    if (split := data.reading.split_column) is not None:
        if test is not None:
            raise InputError("Both --test and --split-column say what to test on.", "Give one of them.")
        dataset, held_out = _halves(dataset, split)
        engine.keep_dataset(dataset)
        engine.keep_dataset(held_out)
        space = space_of(engine, dataset, data.encoder)
    train = TrainClassifier(space, label, params)
    result = {"method": str(params.method), "encoder": record["encoder"], "label_column": label}
    if test is None and held_out is None:
        predictions = with_progress(engine, CrossValidate(space, label, params, SplitParams(seed=data.seed)))
        result["tested_on"] = "5 folds"
    else:
        saved = with_progress(engine, train)
        other = held_out
        if test is not None:
            reading = replace(data.reading, label_column=label)
            other = read_dataset(engine, test, replace(data, sample=None, reading=reading))
        assert other is not None
        probabilities = saved.classifier.probabilities(_vectors(engine, other, saved))
        labels = labels_of(other.columns[_label(other, label)], saved.names)
        predictions = judge_probabilities(probabilities[labels.known], labels, labels.known)
        result["tested_on"] = f"{split} = test" if test is None else test.name
        _write(out, other, [saved.names[code] for code in probabilities.argmax(axis=1)], probabilities, result)
    result |= _measured(predictions)
    if save is not None:
        save_classifier(with_progress(engine, train), save)
        result["saved"] = str(save)
    return result, _summary(result)


def _halves(dataset: Dataset, split: str) -> tuple[Dataset, Dataset]:
    """Return the rows that a split column does not call "test", and those that it does.

    Raises:
        InputError: there are none of either.
    """
    tested = dataset.columns[split].astype("string").fillna("").str.strip().str.lower().eq("test").to_numpy(bool)
    if tested.all() or not tested.any():
        count = f"{int(tested.sum()):,} of {len(dataset):,} rows"
        message = f"{count} of {dataset.name} read 'test' in column {split!r}."
        raise InputError(message, "Name another --split-column, or leave it out.")
    train, test = ([int(row) for row in part.nonzero()[0]] for part in (~tested, tested))
    return dataset.take(train, f"{dataset.name}, train"), dataset.take(test, f"{dataset.name}, test")


def _apply(engine: Engine, file: Path, data: EmbeddingOptions, classifier: Path, out: Path | None) -> Printed:
    """Predict the rows of a file with a saved classifier."""
    saved = load_classifier(classifier)
    dataset = read_dataset(engine, file, data, encoder=saved.encoder)
    probabilities = saved.classifier.probabilities(_vectors(engine, dataset, saved))
    result: dict[str, Any] = {"method": str(saved.params.method), "encoder": saved.encoder}
    label = _label(dataset, data.reading.label_column, wanted=saved.names)
    if label is not None:
        labels = labels_like(dataset.columns[label], saved.names)
        result |= _measured(judge_probabilities(probabilities[labels.known], labels, labels.known))
    return _predictions(out, dataset, saved.names, probabilities, probabilities.argmax(axis=1), result)


def _vectors(engine: Engine, dataset: Dataset, saved: SavedClassifier) -> Matrix:
    """Return the vectors of a data set in the space that a classifier was trained in."""
    space = engine.embedding(dataset, saved.encoder)
    if space.revision != saved.revision:
        message = f"The classifier was made with another version of {saved.encoder} ({saved.revision})."
        raise InputError(message, f"Here it is {space.revision}: train it again.")
    if dataset.vectors is not None or encoders.resolve(saved.encoder).per_row:
        return with_progress(engine, space)  # type: ignore[no-any-return]
    # Fitted anew on these rows the encoder would find another space.
    if not saved.state:
        raise InputError(f"The classifier was saved without the fitted {saved.encoder}.", "Train it again.")
    return embed_with(restored(saved.encoder, saved.state), dataset, engine.store)


def _zero_shot(
    engine: Engine,
    file: Path,
    data: EmbeddingOptions,
    options: ZeroShotOptions,
    out: Path | None,
) -> Printed:
    """Assign the rows of a file to classes by the classes' names alone."""
    labels, descriptions = read_classes(options.labels or "")
    if not labels:
        raise ParameterError("There is no class.", 'Name them: --labels "sport,music".')
    dataset, space, record = embedded(engine, file, data)
    default = default_params(encoders.resolve(space.encoder), labels)
    params = replace(
        default,
        descriptions=descriptions,
        templates=options.template or default.templates,
        temperature=options.temperature or default.temperature,
        min_confidence=options.min_confidence,
    )
    directions = params.directions(engine.make(EncodeQueries(params.prompts, space)))
    found = zero_shot(space.load(engine.store), directions, params)
    result: dict[str, Any] = {"method": _ZERO_SHOT, "encoder": record["encoder"], "labels": list(labels)}
    result["unassigned"] = int(np.count_nonzero(found.codes == UNASSIGNED))
    label = _label(dataset, data.reading.label_column, wanted=labels)
    if label is not None:
        truth = labels_like(dataset.columns[label], labels)
        rows = truth.known[found.codes[truth.known] != UNASSIGNED]
        if len(rows):
            result |= _measured(judge_probabilities(found.probabilities[rows], truth, rows))
    return _predictions(out, dataset, labels, found.probabilities, found.codes, result)


def _label(dataset: Dataset, column: str | None, wanted: tuple[str, ...] = ()) -> str | None:
    """Return the column of labels: the one named, or the data set's own if it holds any of the wanted."""
    if column is not None:
        check_column(dataset, column)
        return column
    if dataset.label is not None and wanted:
        own = labels_like(dataset.columns[dataset.label], wanted)
        return dataset.label if own.counts[: len(wanted)].any() else None
    return dataset.label


def _measured(predictions: Predictions) -> dict[str, Any]:
    scores = score(predictions)
    rounded = {
        name: (round(one.value, 4), [round(one.low, 4), round(one.high, 4)])
        for name, one in (("accuracy", scores.accuracy), ("macro_f1", scores.macro_f1))
    }
    return {
        "rows": scores.rows,
        "classes": len(predictions.names),
        **{name: value for name, (value, _) in rounded.items()},
        **{f"{name}_interval": interval for name, (_, interval) in rounded.items()},
        "calibration_error": round(calibration(predictions).error, 4),
        "majority_baseline": round(scores.by_chance, 4),
    }


def _summary(result: dict[str, Any]) -> str:
    if "accuracy" not in result:
        return ""
    parts = [
        f"{title} {result[name]:.3f} ({result[f'{name}_interval'][0]:.3f} to {result[f'{name}_interval'][1]:.3f})"
        for name, title in (("accuracy", "accuracy"), ("macro_f1", "macro-F1"))
    ]
    return f"{', '.join(parts)} on {result['rows']:,} rows of {result['classes']:,} classes, by {result['method']}"


def _predictions(
    out: Path | None,
    dataset: Dataset,
    names: tuple[str, ...],
    probabilities: Matrix,
    codes: np.ndarray[Any, Any],
    result: dict[str, Any],
) -> Printed:
    """Return the predictions beside what was measured, and write them if that was asked for."""
    predicted = ["" if code == UNASSIGNED else names[code] for code in codes.tolist()]
    result["predictions"] = [
        {"id": row, "class": name, "confidence": round(float(sure), 4)}
        for row, name, sure in zip(dataset.ids, predicted, probabilities.max(axis=1), strict=True)
    ]
    _write(out, dataset, predicted, probabilities, result)
    lines = [
        f"{one['confidence']:.3f}  {one['class'] or '(unassigned)'}  {one['id']}"
        for one in result["predictions"][:_SHOWN]
    ]
    if len(dataset) > _SHOWN:
        lines.append(f"… and {len(dataset) - _SHOWN:,} more; --json or --out has all")
    return result, "\n".join(filter(None, [_summary(result), *lines]))


def _write(
    out: Path | None, dataset: Dataset, predicted: list[str], probabilities: Matrix, result: dict[str, Any]
) -> None:
    if out is not None:
        write(
            out,
            dataset,
            {"prediction": np.array(predicted, dtype=object), "confidence": probabilities.max(axis=1)},
        )
        result["out"] = str(out)
