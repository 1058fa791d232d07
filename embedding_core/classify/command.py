"""`classify`: learn classes from labels, use a classifier that was saved, or name classes that nobody trained for."""

import argparse
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from embedding_core import encoders
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.classifiers.evaluate import Predictions, judge_probabilities
from embedding_core.classifiers.measures import calibration, score
from embedding_core.classifiers.methods import ClassifierParams, Method
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify.saved import SavedClassifier, load_classifier, save_classifier
from embedding_core.classify.stages import CrossValidate, TrainClassifier
from embedding_core.classify.zero_shot import NONE, default_params, read_classes, zero_shot
from embedding_core.cli.common import (
    Printed,
    check_column,
    embedded,
    file_options,
    json_options,
    out_options,
    read_dataset,
    with_progress,
    write,
)
from embedding_core.data.dataset import Dataset
from embedding_core.data.labels import labels_like, labels_of
from embedding_core.encoders.stages import EncodeQueries, embed_with, restored
from embedding_core.engine import Engine

ZERO_SHOT = "zero-shot"
_SHOWN = 10


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), out_options(), json_options()]
    classify = commands.add_parser("classify", parents=parents, help="learn and predict classes")
    classify.add_argument("--test", type=Path, metavar="FILE", help="rows to test on; without them, 5-fold")
    classify.add_argument("--label-column", metavar="L", help="the column of classes; found when left out")
    classify.add_argument("--method", choices=(*Method, ZERO_SHOT), help="default: logistic, with --labels zero-shot")
    classify.add_argument("--save", type=Path, metavar="DIR", help="keep the classifier: JSON and npz")
    classify.add_argument("--classifier", type=Path, metavar="DIR", help="use one that was kept, or its ZIP")
    classify.add_argument("--labels", metavar='"A,B,C"', help="zero-shot: the classes")
    classify.add_argument(
        "--template", action="append", metavar="T", help="zero-shot: a sentence with {} for the label"
    )
    classify.add_argument("--temperature", type=float, help="zero-shot: what cosines are divided by")
    classify.add_argument("--least", type=float, default=0.0, help="zero-shot: leave open what is less probable")
    classify.add_argument("-c", type=float, default=ClassifierParams().c, help="logistic: C (default: %(default)s)")
    classify.add_argument("-k", type=int, default=ClassifierParams().k, help="knn: neighbors (default: %(default)s)")
    classify.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Classify a file in one of the three ways."""
    if args.classifier is not None:
        return _use(engine, args)
    if args.labels is not None or args.method == ZERO_SHOT:
        return _name(engine, args)
    return _learn(engine, args)


def _learn(engine: Engine, args: argparse.Namespace) -> Printed:
    """Learn from a file and test on another, or on its own folds."""
    params = ClassifierParams(args.method or Method.LOGISTIC, args.c, args.k)
    dataset, space, seen = embedded(engine, args)
    label = _label(dataset, args.label_column)
    if label is None:
        raise InputError(f"{dataset.name} has no column that looks like labels.", "Name one with --label-column.")
    train = TrainClassifier(space, label, params)
    result = {"method": str(params.method), "encoder": seen["encoder"], "label_column": label}
    if args.test is None:
        predictions = with_progress(engine, CrossValidate(space, label, params, SplitParams(seed=args.seed)))
        result["tested_on"] = "5 folds"
    else:
        saved = with_progress(engine, train)
        asked = copy(args)
        asked.file, asked.sample = args.test, None
        other = read_dataset(engine, asked)
        probabilities = saved.classifier.probabilities(_vectors(engine, other, saved))
        labels = labels_of(other.columns[_label(other, label)], saved.names)
        predictions = judge_probabilities(probabilities[labels.known], labels, labels.known)
        result["tested_on"] = args.test.name
        _write(args, other, [saved.names[code] for code in probabilities.argmax(axis=1)], probabilities, result)
    result |= _measured(predictions)
    if args.save is not None:
        save_classifier(with_progress(engine, train), args.save)
        result["saved"] = str(args.save)
    return result, _said(result)


def _use(engine: Engine, args: argparse.Namespace) -> Printed:
    """Predict the rows of a file with a classifier that was kept."""
    saved = load_classifier(args.classifier)
    dataset = read_dataset(engine, args)
    probabilities = saved.classifier.probabilities(_vectors(engine, dataset, saved))
    result: dict[str, Any] = {"method": str(saved.params.method), "encoder": saved.encoder}
    label = _label(dataset, args.label_column, wanted=saved.names)
    if label is not None:
        labels = labels_like(dataset.columns[label], saved.names)
        result |= _measured(judge_probabilities(probabilities[labels.known], labels, labels.known))
    return _told(args, dataset, saved.names, probabilities, probabilities.argmax(axis=1), result)


def _vectors(engine: Engine, dataset: Dataset, saved: SavedClassifier) -> Matrix:
    """Return the vectors of a data set in the space that a classifier was learned in."""
    space = engine.embedding(dataset, saved.encoder)
    if space.revision != saved.revision:
        message = f"The classifier was made with another version of {saved.encoder} ({saved.revision})."
        raise InputError(message, f"Here it is {space.revision}: learn it again.")
    if dataset.vectors is not None or encoders.resolve(saved.encoder).per_row:
        return with_progress(engine, space)  # type: ignore[no-any-return]
    # Fitted anew on these rows the encoder would find another space.
    if not saved.state:
        raise InputError(f"The classifier was kept without what {saved.encoder} had learned.", "Learn it again.")
    return embed_with(restored(saved.encoder, saved.state), dataset, engine.store)


def _name(engine: Engine, args: argparse.Namespace) -> Printed:
    """Give the rows of a file classes by their names alone."""
    labels, descriptions = read_classes(args.labels or "")
    if not labels:
        raise ParameterError("There is no class.", 'Name them: --labels "sport,music".')
    dataset, space, seen = embedded(engine, args)
    default = default_params(encoders.resolve(space.encoder), labels)
    params = replace(
        default,
        descriptions=descriptions,
        templates=tuple(args.template or default.templates),
        temperature=args.temperature or default.temperature,
        least=args.least,
    )
    directions = params.directions(engine.make(EncodeQueries(params.prompts, space)))
    found = zero_shot(space.load(engine.store), directions, params)
    result: dict[str, Any] = {"method": ZERO_SHOT, "encoder": seen["encoder"], "labels": list(labels)}
    result["open"] = int(np.count_nonzero(found.codes == NONE))
    label = _label(dataset, args.label_column, wanted=labels)
    if label is not None:
        truth = labels_like(dataset.columns[label], labels)
        rows = truth.known[found.codes[truth.known] != NONE]
        if len(rows):
            result |= _measured(judge_probabilities(found.probabilities[rows], truth, rows))
    return _told(args, dataset, labels, found.probabilities, found.codes, result)


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
        "commonest_class": round(scores.by_chance, 4),
    }


def _said(result: dict[str, Any]) -> str:
    if "accuracy" not in result:
        return ""
    parts = [
        f"{title} {result[name]:.3f} ({result[f'{name}_interval'][0]:.3f} to {result[f'{name}_interval'][1]:.3f})"
        for name, title in (("accuracy", "accuracy"), ("macro_f1", "macro-F1"))
    ]
    return f"{', '.join(parts)} on {result['rows']:,} rows of {result['classes']:,} classes, by {result['method']}"


def _told(
    args: argparse.Namespace,
    dataset: Dataset,
    names: tuple[str, ...],
    probabilities: Matrix,
    codes: np.ndarray[Any, Any],
    result: dict[str, Any],
) -> Printed:
    """Return the predictions beside what was measured, and write them if that was asked for."""
    predicted = ["" if code == NONE else names[code] for code in codes.tolist()]
    result["predictions"] = [
        {"id": row, "class": name, "confidence": round(float(sure), 4)}
        for row, name, sure in zip(dataset.ids, predicted, probabilities.max(axis=1), strict=True)
    ]
    _write(args, dataset, predicted, probabilities, result)
    lines = [
        f"{one['confidence']:.3f}  {one['class'] or '(open)'}  {one['id']}" for one in result["predictions"][:_SHOWN]
    ]
    if len(dataset) > _SHOWN:
        lines.append(f"… and {len(dataset) - _SHOWN:,} more; --json or --out has all")
    return result, "\n".join(filter(None, [_said(result), *lines]))


def _write(
    args: argparse.Namespace, dataset: Dataset, predicted: list[str], probabilities: Matrix, result: dict[str, Any]
) -> None:
    if args.out is not None:
        write(
            args.out,
            dataset,
            {"prediction": np.array(predicted, dtype=object), "confidence": probabilities.max(axis=1)},
        )
        result["out"] = str(args.out)
