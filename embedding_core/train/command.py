"""`train`: fine-tune an encoder on labels, pairs, triplets or judgments, and say what that gained."""

import argparse
import re
import shutil
from copy import copy
from pathlib import Path
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.cli.common import Printed, file_options, json_options, read_dataset, with_progress
from embedding_core.data.beir import read_beir
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import checked
from embedding_core.encoders.text import tuned
from embedding_core.engine import Engine
from embedding_core.train import (
    Loss,
    Measure,
    Pairing,
    Supervision,
    Tuned,
    TuneParams,
    apart,
    fitting,
    marks_of,
    matryoshka_dims,
)
from embedding_core.train.stages import FineTune, with_free_name

_USUAL = TuneParams()
_LEARNED = "train"
"""The split of a collection to learn from."""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(needed=False), json_options()]
    train = commands.add_parser("train", parents=parents, help="fine-tune an encoder")
    train.add_argument("--label-column", metavar="L", help="texts of one class belong together")
    train.add_argument("--pairs", metavar="A,B", help="two columns whose texts belong together")
    train.add_argument("--scored", metavar="A,B,S", help="two columns of texts and how alike they are")
    train.add_argument("--triplets", metavar="A,P,N", help="three columns: A belongs to P, not to N")
    train.add_argument(
        "--judgments", type=Path, metavar="BEIR_DIR", help="instead of FILE: queries and documents, qrels/train.tsv"
    )
    train.add_argument("--only-relevant", action="store_true", help="of the judgments; learn nothing from the others")
    train.add_argument("--loss", choices=tuple(Loss), default=_USUAL.loss, help="default: %(default)s")
    train.add_argument("--matryoshka", action="store_true", help="let the first dimensions stand alone as well")
    train.add_argument("--dims", metavar="D,D", help="with --matryoshka: which; halves of the whole when left out")
    train.add_argument("--test", type=Path, metavar="FILE", help="rows to measure on; without them some are held out")
    train.add_argument("--per-class", type=int, metavar="N", help="train on N rows a class, measure on the rest")
    train.add_argument("--epochs", type=int, default=_USUAL.epochs, help="default: %(default)s")
    train.add_argument("--batch", type=int, default=_USUAL.batch, help="examples a step (default: %(default)s)")
    train.add_argument("--learning-rate", type=float, default=_USUAL.learning_rate, help="default: %(default)s")
    train.add_argument("--partners", type=int, default=_USUAL.positives, help="of each text (default: %(default)s)")
    train.add_argument("--patience", type=int, default=0, metavar="N", help="stop after N epochs without a gain")
    train.add_argument("--hard", action="store_true", default=None, help="mine hard negatives for mnrl, too")
    train.add_argument("--name", help="of the encoder; default: the name of the folder")
    train.add_argument("--out", type=Path, metavar="DIR", help="also write the model there, for Sentence Transformers")
    train.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Train, keep the encoder under its name, and copy it out."""
    if args.out is not None:
        _check_out(args.out)
    spec = encoders.resolve(args.encoder or encoders.DEFAULT_ENCODER)
    supervision, args = _teaching(args)
    source: dict[str, Any] = {}
    test = None
    if args.judgments is not None:
        dataset, supervision, source = _judged(engine, args)
    else:
        dataset = read_dataset(engine, args)
        if supervision.pairing is Pairing.LABELS:
            supervision = Supervision(Pairing.LABELS, (dataset.text_name, _label(dataset, args.label_column)))
        if args.test is not None:
            beside = copy(args)
            beside.file, beside.sample = args.test, None
            test = read_dataset(engine, beside).key
    stage = FineTune(dataset.key, supervision, spec.name, spec.revision, _name(args), _params(args, spec.dim), test)
    if args.name is None:
        stage = with_free_name(stage)
    made: Tuned = with_progress(engine, stage)
    result = _told(made) | source
    if args.out is not None:
        _copy(made.name, args.out)
        result["out"] = str(args.out)
    return result, _said(made, source, args.out)


def _name(args: argparse.Namespace) -> str:
    """Return what the encoder is to be called: as was said, like the folder it goes to, or like its material."""
    training_data = args.judgments.resolve().name if args.judgments is not None else args.file.stem
    return tuned.slug(args.name or (args.out.resolve().name if args.out is not None else training_data)) or "tuned"


def _judged(engine: Engine, args: argparse.Namespace) -> tuple[Dataset, Supervision, dict[str, Any]]:
    """Return the documents of a BEIR folder, what is judged of them, and what to say of that.

    Raises:
        InputError: it cannot be read, or other texts were named beside it.
    """
    if args.file is not None or args.test is not None:
        raise InputError("--judgments brings its own texts.", "Leave FILE and --test out.")
    found = read_beir(args.judgments, wanted=_LEARNED)
    judgments = checked(found.judgments, found.dataset.ids)
    engine.keep_dataset(found.dataset)
    record = {"queries": len(judgments.queries), "split": found.split, "warnings": list(judgments.warnings)}
    marks = marks_of(judgments, found.dataset.ids)
    return found.dataset, Supervision(judgments=fitting(marks) if args.only_relevant else marks), record


def _teaching(args: argparse.Namespace) -> tuple[Supervision, argparse.Namespace]:
    """Return what was asked for, and the options with the first of the columns for the text.

    Raises:
        InputError: there is nothing to train on.
        ParameterError: it was said in more than one way what belongs together.
    """
    asked = {
        pairing: given
        for pairing, given in (
            (Pairing.PAIRS, args.pairs),
            (Pairing.SCORED, args.scored),
            (Pairing.TRIPLETS, args.triplets),
        )
        if given is not None
    }
    if len(asked) + (args.label_column is not None) + (args.judgments is not None) > 1:
        raise ParameterError("More than one way was given to say what belongs together.", "Give one.")
    if args.file is None and args.judgments is None:
        raise InputError("There is nothing to train on.", "Name a FILE, or give --judgments BEIR_DIR.")
    if not asked:
        return Supervision(Pairing.LABELS, ("text", "label")), args
    pairing, given = next(iter(asked.items()))
    supervision = Supervision(pairing, tuple(column.strip() for column in given.split(",")))
    with_text = copy(args)
    with_text.text_column = supervision.columns[0]
    return supervision, with_text


def _label(dataset: Dataset, column: str | None) -> str:
    if column is None and dataset.label is None:
        raise InputError(
            f"{dataset.name} has no column that looks like labels.", "Name one with --label-column, or give --pairs."
        )
    return column or str(dataset.label)


def _params(args: argparse.Namespace, dim: int | None) -> TuneParams:
    dims: tuple[int, ...] = ()
    if args.dims is not None:
        try:
            dims = tuple(int(part) for part in args.dims.split(","))
        except ValueError:
            raise ParameterError(f"--dims is {args.dims!r}.", "Write numbers: --dims 384,128,64.") from None
    elif args.matryoshka:
        dims = matryoshka_dims(dim or 384)
    return TuneParams(
        loss=args.loss,
        matryoshka=dims,
        epochs=args.epochs,
        batch=args.batch,
        learning_rate=args.learning_rate,
        positives=args.positives,
        hard=args.hard,
        per_class=args.per_class,
        patience=args.patience,
        seed=args.seed,
    )


def _check_out(out: Path) -> None:
    """Refuse a place that cannot take the model, before minutes of work.

    Raises:
        InputError: it is a file, or a folder of something else.
    """
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / "modules.json").is_file()):
        raise InputError(f"{out} is there already and holds no model.", "Choose an empty or new folder with --out.")


def _copy(name: str, out: Path) -> None:
    try:
        if out.is_dir():
            shutil.rmtree(out)
        shutil.copytree(tuned.model_folder(name), out)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror or error}.",
            f"Nothing is lost: it is kept as the encoder {name}; choose another place with --out.",
        ) from error


def key_of(measure: Measure, dim: int) -> str:
    """Return what a measure is called in JSON: `knn_accuracy`, of the first 64 dimensions `knn_accuracy_64`."""
    name = re.sub(r"[^a-z0-9]+", "_", measure.name.lower())
    return name if measure.dims == dim else f"{name}_{measure.dims}"


def _told(made: Tuned) -> dict[str, Any]:
    result: dict[str, Any] = {
        **{"encoder": made.name, "base": made.base, "loss": str(made.params.loss), **vars(made.counts)},
        **{"matryoshka": list(made.params.matryoshka), "epochs": made.params.epochs, "seconds": made.seconds},
    }
    dim = made.before[0].dims
    for when, measures in (("before", made.before), ("after", made.after)):
        record = {key_of(one, dim): (round(one.value, 4), [round(one.low, 4), round(one.high, 4)]) for one in measures}
        result[when] = {key: value for key, (value, _) in record.items()}
        result[when] |= {f"{key}_interval": interval for key, (_, interval) in record.items()}
    result["watched"] = [[step, value] for step, value in made.history.watched]
    result["losses"] = [value for _, value in made.history.losses]
    result["stopped"] = made.history.stopped
    return result


def _said(made: Tuned, source: dict[str, Any], out: Path | None) -> str:
    lines = [f"{made.name}: {made.base} trained on {made.counts.trained_on:,} rows in {made.seconds:,.0f} s"]
    for before, after in zip(made.before, made.after, strict=True):
        dims = f" of {before.dims} dimensions" if before.dims != made.before[0].dims else ""
        lines.append(
            f"{before.name}{dims}: {before.value:.3f} ({before.low:.3f} to {before.high:.3f}) before, "
            f"{after.value:.3f} ({after.low:.3f} to {after.high:.3f}) after"
        )
    counts = made.counts
    lines.append(f"Measured on {counts.measured_on:,} rows that were not trained on.")
    lines.append(apart(counts.parting, counts.shared, counts.left_out))
    if counts.cut:
        lines.append(f"{counts.cut:,} texts are longer than what is read of them; their ends were left out.")
    if made.history.stopped:
        lines.append(f"Stopped early: {made.history.stopped}.")
    if source:
        lines.append(f"Learned from {source['queries']:,} queries of qrels/{source['split']}.tsv.")
        if source["split"] != _LEARNED:
            lines.append("Scores of these same queries by `evaluate retrieval` would flatter it.")
        lines += source["warnings"]
    return "\n".join([*lines, f"Use it: --encoder {made.name}", *([f"Also in {out}"] if out is not None else [])])
