"""`train`: fine-tune an encoder on labels, pairs, triplets or judgments, with scores before and after."""

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from embedding_core import encoders
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.cli.common import read_dataset, with_progress
from embedding_core.cli.options import (
    CommandEngine,
    Data,
    EmbeddingOptions,
    Flat,
    InputGroup,
    build,
    comma_separated,
    options_of,
)
from embedding_core.cli.run import Printed
from embedding_core.data.beir import read_beir
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import checked
from embedding_core.encoders.text import tuned
from embedding_core.engine import Engine
from embedding_core.train import (
    HeldOutMeasure,
    Pairing,
    Supervision,
    Tuned,
    TuneParams,
    apart,
    fitting,
    judged_rows,
    matryoshka_dims,
)
from embedding_core.train.stages import FineTune, with_free_name

_LEARNED = "train"
"""The split of a collection to learn from."""


@dataclass(frozen=True, kw_only=True)
class SupervisionOptions:
    """What is learned from: one of these, or a column of classes, whose texts are positives of each other."""

    pairs: str | None = None
    """Two columns whose texts are positives of each other, as in first,second."""
    scored: str | None = None
    """Two columns of texts and one of their similarity, as in first,second,score."""
    triplets: str | None = None
    """Three columns: anchor,positive,negative."""
    judgments: Path | None = None
    """Instead of FILE, a BEIR folder: queries and documents with qrels/train.tsv."""
    only_relevant: bool = False
    """Of judgments: ignore documents that are judged not relevant."""


class TuneOptions(
    options_of(  # type: ignore[misc]
        TuneParams,
        without=("matryoshka", "warmup", "margin", "held_out", "seed"),
    )
):
    """The loss and how it is minimized."""


def train(
    file: Data | None = None,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    supervision: Annotated[SupervisionOptions, Parameter(name="*", group="Supervision")] = SupervisionOptions(),
    options: Annotated[TuneOptions, Flat] = TuneOptions(),
    matryoshka: bool = False,
    dims: Annotated[tuple[int, ...] | None, Parameter(n_tokens=1, converter=comma_separated)] = None,
    test: Path | None = None,
    name: str | None = None,
    out: Path | None = None,
    engine: CommandEngine,
) -> Printed:
    """Fine-tune an encoder, and score it before and after on rows it did not train on.

    Args:
        matryoshka: Also train the first dimensions to work alone (Matryoshka representation learning).
        dims: The sizes for --matryoshka, as in 384,128,64; halves of the full size when left out.
        test: A file of rows to test on; without it some rows are held out.
        name: Name of the new encoder. [default: that of the folder or file]
        out: Folder to write the model to as well, for Sentence Transformers.
    """
    if out is not None:
        _check_out(out)
    spec = encoders.resolve(data.encoder or encoders.DEFAULT_ENCODER)
    supervised = _supervision(supervision, data.reading.label_column, file)
    if supervised.pairing is not Pairing.LABELS:
        data = replace(data, text_column=supervised.columns[0])
    sizes = dims or (matryoshka_dims(spec.dim or 384) if matryoshka else ())
    params = build(TuneParams, options, matryoshka=sizes, seed=data.seed)
    source: dict[str, Any] = {}
    test_key = None
    if supervision.judgments is not None:
        if file is not None or test is not None:
            raise InputError("--judgments brings its own texts.", "Leave FILE and --test out.")
        dataset, supervised, source = _judged(engine, supervision.judgments, supervision.only_relevant)
        own_name = supervision.judgments.resolve().name
    else:
        assert file is not None
        dataset = read_dataset(engine, file, data, encoder=spec.name)
        if supervised.pairing is Pairing.LABELS:
            label = _label(dataset, data.reading.label_column)
            supervised = Supervision(Pairing.LABELS, (dataset.text_name, label))
        if test is not None:
            test_key = read_dataset(engine, test, replace(data, sample=None), encoder=spec.name).key
        own_name = file.stem
    wanted = tuned.slug(name or (out.resolve().name if out is not None else own_name)) or "tuned"
    stage = FineTune(dataset.key, supervised, spec.name, spec.revision, wanted, params, test_key)
    if name is None:
        stage = with_free_name(stage)
    made: Tuned = with_progress(engine, stage)
    result = _record(made) | source
    if out is not None:
        _copy(made.name, out)
        result["out"] = str(out)
    return result, _summary(made, source, out)


def _judged(engine: Engine, folder: Path, only_relevant: bool) -> tuple[Dataset, Supervision, dict[str, Any]]:
    """Return the documents of a BEIR folder, the supervision that its judgments give, and a record of both.

    Raises:
        InputError: it cannot be read.
    """
    found = read_beir(folder, wanted=_LEARNED)
    judgments = checked(found.judgments, found.dataset.ids)
    engine.keep_dataset(found.dataset)
    record = {"queries": len(judgments.queries), "split": found.split, "warnings": list(judgments.warnings)}
    marks = judged_rows(judgments, found.dataset.ids)
    return found.dataset, Supervision(judgments=fitting(marks) if only_relevant else marks), record


def _supervision(options: SupervisionOptions, label_column: str | None, file: Path | None) -> Supervision:
    """Return the supervision that the options ask for; that of labels and judgments is completed once they are read.

    Raises:
        InputError: there is nothing to train on.
        ParameterError: there is more than one kind of supervision.
    """
    given = {Pairing.PAIRS: options.pairs, Pairing.SCORED: options.scored, Pairing.TRIPLETS: options.triplets}
    asked = {pairing: columns for pairing, columns in given.items() if columns is not None}
    if len(asked) + (label_column is not None) + (options.judgments is not None) > 1:
        message = "More than one kind of supervision was given."
        raise ParameterError(message, "Give one of --label-column, --pairs, --scored, --triplets and --judgments.")
    if file is None and options.judgments is None:
        raise InputError("There is nothing to train on.", "Name a FILE, or give --judgments BEIR_DIR.")
    if not asked:
        return Supervision(Pairing.LABELS, ("text", "label"))
    pairing, columns = next(iter(asked.items()))
    return Supervision(pairing, tuple(column.strip() for column in columns.split(",")))


def _label(dataset: Dataset, column: str | None) -> str:
    if column is None and dataset.label is None:
        raise InputError(
            f"{dataset.name} has no column that looks like labels.", "Name one with --label-column, or give --pairs."
        )
    return column or str(dataset.label)


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


def key_of(measure: HeldOutMeasure, dim: int) -> str:
    """Return what a measure is called in JSON: `knn_accuracy`, of the first 64 dimensions `knn_accuracy_64`."""
    name = re.sub(r"[^a-z0-9]+", "_", measure.name.lower())
    return name if measure.dims == dim else f"{name}_{measure.dims}"


def _record(made: Tuned) -> dict[str, Any]:
    counts = made.counts
    result: dict[str, Any] = {
        "encoder": made.name,
        "base": made.base,
        "loss": str(made.params.loss),
        "train_rows": counts.trained_on,
        "test_rows": counts.measured_on,
        "examples": counts.examples,
        "hard_negatives": counts.mined,
        "dropped_rows": counts.dropped,
        "truncated_texts": counts.cut,
        "split_by": counts.parting,
        "shared_rows": counts.shared,
        "unused_rows": counts.left_out,
        "matryoshka": list(made.params.matryoshka),
        "epochs": made.params.epochs,
        "seconds": made.seconds,
    }
    dim = made.before[0].dims
    for when, measures in (("before", made.before), ("after", made.after)):
        record = {key_of(one, dim): (round(one.value, 4), [round(one.low, 4), round(one.high, 4)]) for one in measures}
        result[when] = {key: value for key, (value, _) in record.items()}
        result[when] |= {f"{key}_interval": interval for key, (_, interval) in record.items()}
    result["validation"] = [[step, value] for step, value in made.history.watched]
    result["losses"] = [value for _, value in made.history.losses]
    result["stopped"] = made.history.stopped
    return result


def _summary(made: Tuned, source: dict[str, Any], out: Path | None) -> str:
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
        lines.append(f"{counts.cut:,} texts are longer than the maximum sequence length and were truncated.")
    if made.history.stopped:
        lines.append(f"Stopped early: {made.history.stopped}.")
    if source:
        lines.append(f"Learned from {source['queries']:,} queries of qrels/{source['split']}.tsv.")
        if source["split"] != _LEARNED:
            lines.append("Scores of these same queries by `evaluate retrieval` would flatter it.")
        lines += source["warnings"]
    return "\n".join([*lines, f"Use it: --encoder {made.name}", *([f"Also in {out}"] if out is not None else [])])
