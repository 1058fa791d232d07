"""`evaluate`: scores of encoders and rankings on queries, sentence pairs or labels of your own."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from cyclopts import App, Parameter

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import check_column, read_dataset, space_of, with_progress
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, build, options_of
from embedding_core.cli.reading import say
from embedding_core.cli.run import Printed
from embedding_core.data.beir import read_beir
from embedding_core.data.build import build_dataset
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.intake import bring_path
from embedding_core.data.judgments import checked, keep_judgments
from embedding_core.data.summary import summarize
from embedding_core.evaluate.bootstrap import mean_interval, paired_bootstrap
from embedding_core.evaluate.measures import QueryScores
from embedding_core.evaluate.pairs import read_pairs
from embedding_core.evaluate.protocols import MEASURES, ProtocolParams
from embedding_core.evaluate.stages import EvaluateRetrieval, RunProtocols, ScorePairs
from embedding_core.ranking.cross_encoder import cross_encoder_revision
from embedding_core.ranking.methods import RankingMethod

_SPLIT = "train or test"
"""The column that keeps two files apart once they are one data set."""


evaluate = App(name="evaluate", help="Evaluate encoders and rankings on your own data.")


class ProtocolOptions(options_of(ProtocolParams, without=("rounds", "seed"))):  # type: ignore[misc]
    """How an encoder is evaluated on labels."""


@evaluate.command
def retrieval(
    folder: Path,
    /,
    *,
    encoder: str = encoders.DEFAULT_ENCODER,
    ranking: Annotated[RankingMethod, Parameter(name="--engine")] = RankingMethod.DENSE,
    compare_with: RankingMethod | None = None,
    cross_encoder: str = "",
    k: int = 10,
    engine: CommandEngine,
) -> Printed:
    """Score a ranking on queries with judged documents.

    Args:
        folder: A BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv.
        encoder: A name that `info` lists, a folder, or a model of the Hugging Face hub.
        ranking: How documents are ranked.
        compare_with: Another ranking to compare with, query by query.
        cross_encoder: For the engine cross: a folder, or a model of the Hugging Face hub.
        k: Cut-off of ndcg, recall and precision; map and mrr are of the first 100 hits.
    """
    found = read_beir(folder)
    judgments = checked(found.judgments, found.dataset.ids)
    engine.keep_dataset(found.dataset)
    space = engine.embedding(found.dataset, encoder)
    key, queries = keep_judgments(judgments, engine.store), tuple(judgments.queries.values())
    revision = cross_encoder_revision(cross_encoder) if cross_encoder else ""

    def measured(method: RankingMethod) -> QueryScores:
        stage = EvaluateRetrieval(space, key, queries, method, k, cross_encoder, revision)
        scores: QueryScores = with_progress(engine, stage)
        return scores

    scores = measured(ranking)
    means = {name: round(value, 4) for name, value in scores.means.items()}
    result: dict[str, Any] = {
        "engine": ranking,
        "encoder": space.encoder,
        "documents": len(found.dataset),
        "queries": len(queries),
        **means,
    }
    first = next(iter(means))
    whole = mean_interval(scores.values[first])
    result[f"{first}_interval"] = [round(whole.low, 4), round(whole.high, 4)]
    result["warnings"] = list(judgments.warnings)
    lines = [", ".join(f"{name} {value:.4f}" for name, value in means.items())]
    if compare_with is not None:
        apart = paired_bootstrap(measured(compare_with).values[first], scores.values[first])
        result["compared_with"] = {
            "engine": compare_with,
            "difference": round(apart.mean, 4),
            "interval": [round(apart.low, 4), round(apart.high, 4)],
            "p": round(apart.p, 4),
        }
        lines.append(
            f"{first} {apart.mean:+.4f} compared with {compare_with} "
            f"({apart.low:+.4f} to {apart.high:+.4f}, p {apart.p:.4f}), "
            f"better on {apart.better:,}, worse on {apart.worse:,}"
        )
    return result, "\n".join([*lines, *judgments.warnings])


@evaluate.command
def sts(file: Path, /, *, encoder: str = encoders.DEFAULT_ENCODER, columns: str, engine: CommandEngine) -> Printed:
    """Score an encoder on sentence pairs with similarity scores.

    Args:
        file: A table with two columns of texts and one of scores.
        encoder: A name that `info` lists, a folder, or a model of the Hugging Face hub.
        columns: The three columns, as in first,second,score; numbers counted from 1 where there is no header.
    """
    source = bring_path(engine, file)
    for reading in source.stages:
        with_progress(engine, reading)
    table, _ = source.load(engine.store)
    names = [str(name) for name in table.frame.columns]
    wanted = [_column(name.strip(), names) for name in columns.split(",")]
    pairs = read_pairs(table.frame, wanted)
    choice = ColumnChoice(text=tuple(wanted[:2]))
    say(summarize(table, None, choice, build_dataset(table, choice, file.name)), source.name)
    dataset = pairs.dataset(file.stem)
    engine.keep_dataset(dataset)
    stage = ScorePairs(engine.embedding(dataset, encoder))
    found = with_progress(engine, stage)
    result = {
        "encoder": stage.space.encoder,
        "pairs": len(pairs.scores),
        "spearman": round(found.spearman, 4),
        "pearson": round(found.pearson, 4),
        "spearman_interval": [round(found.low, 4), round(found.high, 4)],
        "skipped_pairs": pairs.left_out,
    }
    return result, (
        f"Spearman {found.spearman:.4f} ({found.low:.4f} to {found.high:.4f}), Pearson {found.pearson:.4f} "
        f"on {len(pairs.scores):,} pairs"
    )


def _column(name: str, names: list[str]) -> str:
    """Return the column of a name, or of a place counted from 1 where no column has that name."""
    if name not in names and name.isdecimal() and 1 <= int(name) <= len(names):
        return names[int(name) - 1]
    return name


@evaluate.command
def labels(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    test: Path | None = None,
    options: Annotated[ProtocolOptions, Flat] = ProtocolOptions(),
    engine: CommandEngine,
) -> Printed:
    """Score an encoder on a column of classes, by MTEB's protocols for classification and clustering.

    With --split-column it is tested on the rows that read "test" there.

    Args:
        test: Rows to test on, in a file with the same columns.
    """
    params = build(ProtocolParams, options, seed=data.seed)
    dataset, split = read_dataset(engine, file, data), data.reading.split_column
    label = dataset.label
    if label is None:
        raise InputError(f"{dataset.name} has no column that looks like labels.", "Name one with --label-column.")
    if test is not None:
        if split is not None:
            raise InputError("Both --test and --split-column say what to test on.", "Give one of them.")
        reading = replace(data.reading, label_column=label)
        dataset, split = _joined(dataset, read_dataset(engine, test, replace(data, reading=reading)), label), _SPLIT
        engine.keep_dataset(dataset)
    space = space_of(engine, dataset, data.encoder)
    with_progress(engine, space)
    found = with_progress(engine, RunProtocols(space, label, split, params))
    result = {
        "encoder": space.encoder,
        "label_column": label,
        "classes": found.classes,
        "per_class": params.per_class,
        "rounds": params.rounds,
        "train_rows": found.trained,
        "test_rows": found.tested,
    }
    lines = []
    for name in MEASURES:
        values, chance = np.array(getattr(found, name)), getattr(found, f"{name}_chance")
        record = {name: values.mean(), f"{name}_sd": values.std(), f"{name}_baseline": np.mean(chance)}
        result |= {what: round(float(value), 4) for what, value in record.items()}
        lines.append(f"{name} {values.mean():.4f} ± {values.std():.4f}, baseline {np.mean(chance):.4f}")
    lines.append(f"{params.rounds} rounds of {params.per_class} a class, {found.classes} classes")
    return result, "\n".join(lines)


def _joined(train: Dataset, test: Dataset, label: str) -> Dataset:
    """Return the rows of two files as one data set, with the column of classes and one that says which are which.

    Raises:
        InputError: a file holds no texts, they stand in other columns, or there are no classes in one.
    """
    for part in (train, test):
        if part.kind is not Kind.TEXT:
            raise InputError(f"{part.name} holds {part.kind}.", "With --test, both files have to be tables of texts.")
        check_column(part, label)
    if train.text_name != test.text_name:
        raise InputError(
            f"The texts stand in {train.text_name!r} and in {test.text_name!r}.", "Name one with --text-column."
        )
    columns = pd.DataFrame(
        {
            label: pd.concat([train.columns[label], test.columns[label]], ignore_index=True),
            _SPLIT: ["train"] * len(train) + ["test"] * len(test),
        }
    )
    texts = [*train.texts, *test.texts]
    return Dataset.create(f"{train.name}, {test.name}", texts, columns=columns, label=label, text_name=train.text_name)
