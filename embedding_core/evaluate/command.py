"""`evaluate`: how good an encoder and an engine are on queries, pairs or labels of one's own."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import Printed, check_column, file_options, json_options, read_dataset, with_progress
from embedding_core.data.beir import read_beir
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.intake import bring_path
from embedding_core.data.judgments import checked, keep_judgments
from embedding_core.engine import Engine, fitting_encoder
from embedding_core.evaluate.bootstrap import paired_bootstrap, spread
from embedding_core.evaluate.measures import DEPTH, QueryScores
from embedding_core.evaluate.pairs import read_pairs
from embedding_core.evaluate.protocols import MEASURES, ProtocolParams
from embedding_core.evaluate.stages import EvaluateRetrieval, RunProtocols, ScorePairs
from embedding_core.ranking.cross_encoder import cross_encoder_revision
from embedding_core.ranking.methods import RankingMethod

_SPLIT = "train or test"
"""The column that keeps two files apart once they are one data set."""


def add(commands: Any) -> None:
    """Add the command and its three kinds to the parser."""
    evaluate = commands.add_parser("evaluate", help="measure an encoder and an engine on your own data")
    kinds = evaluate.add_subparsers(required=True, metavar="KIND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--encoder", default=encoders.DEFAULT_ENCODER, help="default: %(default)s; see info")
    retrieval = kinds.add_parser("retrieval", parents=[shared, json_options()], help="queries with judged documents")
    retrieval.add_argument("folder", type=Path, metavar="BEIR_DIR", help="corpus.jsonl, queries.jsonl, qrels/test.tsv")
    retrieval.add_argument(
        "--engine", choices=list(RankingMethod), default=RankingMethod.DENSE, help="who ranks (default: dense)"
    )
    retrieval.add_argument(
        "--against", choices=list(RankingMethod), help="another engine to compare with, query by query"
    )
    retrieval.add_argument(
        "--cross-encoder", default="", metavar="NAME", help="for engine cross: a folder, or a name of the hub"
    )
    cut = f"the cut-off of ndcg, recall and precision (default: 10); map and mrr are of the first {DEPTH} hits"
    retrieval.add_argument("-k", type=int, default=10, help=cut)
    retrieval.set_defaults(run=run_retrieval)
    sts = kinds.add_parser("sts", parents=[shared, json_options()], help="sentence pairs with scores")
    sts.add_argument("file", type=Path, help="a table with two columns of texts and one of scores")
    sts.add_argument(
        "--columns", required=True, metavar="A,B,SCORE", help="names, or places counted from 1 where there is no header"
    )
    sts.set_defaults(run=run_sts)
    labels = kinds.add_parser(
        "labels", parents=[file_options(), json_options()], help="a column of classes: classification and clustering"
    )
    labels.add_argument("--label-column", metavar="L", help="the column of classes; found when left out")
    labels.add_argument("--split-column", metavar="S", help='the rows to test on read "test" here')
    labels.add_argument("--test", type=Path, metavar="FILE", help="rows to test on, in a file with the same columns")
    labels.add_argument("--per-class", type=int, default=ProtocolParams().per_class, help="default: %(default)s")
    labels.set_defaults(run=run_labels)


def run_retrieval(engine: Engine, args: argparse.Namespace) -> Printed:
    """Measure an engine on a BEIR folder."""
    found = read_beir(args.folder)
    judgments = checked(found.judgments, found.dataset.ids)
    engine.keep_dataset(found.dataset)
    space = engine.embedding(found.dataset, args.encoder)
    key, queries = keep_judgments(judgments, engine.store), tuple(judgments.queries.values())
    named: str = args.cross_encoder
    model = (named, cross_encoder_revision(named)) if named else ("", "")

    def measured(method: str) -> QueryScores:
        stage = EvaluateRetrieval(space, key, queries, RankingMethod.of(method), args.k, *model)
        scores: QueryScores = with_progress(engine, stage)
        return scores

    scores = measured(args.engine)
    means = {name: round(value, 4) for name, value in scores.means.items()}
    result: dict[str, Any] = {
        "engine": args.engine,
        "encoder": space.encoder,
        "documents": len(found.dataset),
        "queries": len(queries),
        **means,
    }
    first = next(iter(means))
    whole = spread(scores.values[first])
    result[f"{first}_interval"] = [round(whole.low, 4), round(whole.high, 4)]
    result["warnings"] = list(judgments.warnings)
    lines = [", ".join(f"{name} {value:.4f}" for name, value in means.items())]
    if args.against is not None:
        apart = paired_bootstrap(measured(args.against).values[first], scores.values[first])
        result["against"] = {
            "engine": args.against,
            "difference": round(apart.mean, 4),
            "interval": [round(apart.low, 4), round(apart.high, 4)],
            "p": round(apart.p, 4),
        }
        lines.append(
            f"{first} {apart.mean:+.4f} against {args.against} "
            f"({apart.low:+.4f} to {apart.high:+.4f}, p {apart.p:.4f}), "
            f"better on {apart.better:,}, worse on {apart.worse:,}"
        )
    return result, "\n".join([*lines, *judgments.warnings])


def run_sts(engine: Engine, args: argparse.Namespace) -> Printed:
    """Measure an encoder on sentence pairs."""
    source = bring_path(engine, args.file)
    for reading in source.stages:
        with_progress(engine, reading)
    table, _ = source.load(engine.store)
    names = [str(name) for name in table.frame.columns]
    wanted = [_column(name.strip(), names) for name in args.columns.split(",")]
    pairs = read_pairs(table.frame, wanted)
    dataset = pairs.dataset(args.file.stem)
    engine.keep_dataset(dataset)
    stage = ScorePairs(engine.embedding(dataset, args.encoder))
    found = with_progress(engine, stage)
    result = {
        "encoder": stage.space.encoder,
        "pairs": len(pairs.scores),
        "spearman": round(found.spearman, 4),
        "pearson": round(found.pearson, 4),
        "spearman_interval": [round(found.low, 4), round(found.high, 4)],
        "left_out": pairs.left_out,
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


def run_labels(engine: Engine, args: argparse.Namespace) -> Printed:
    """Measure an encoder by MTEB's protocols."""
    params = ProtocolParams(args.per_class, seed=args.seed)
    dataset, split = read_dataset(engine, args), args.split_column
    label = args.label_column or dataset.label
    if label is None:
        raise InputError(f"{dataset.name} has no column that looks like labels.", "Name one with --label-column.")
    if args.test is not None:
        if split is not None:
            raise InputError("Both --test and --split-column say what to test on.", "Give one of them.")
        tested = read_dataset(engine, argparse.Namespace(**vars(args) | {"file": args.test}))
        dataset, split = _joined(dataset, tested, label), _SPLIT
        engine.keep_dataset(dataset)
    space = engine.embedding(dataset, args.encoder or fitting_encoder(dataset, encoders.DEFAULT_ENCODER))
    with_progress(engine, space)
    found = with_progress(engine, RunProtocols(space, label, split, params))
    result = {
        "encoder": space.encoder,
        "label_column": label,
        "classes": found.classes,
        "per_class": params.per_class,
        "rounds": params.rounds,
        "trained": found.trained,
        "tested": found.tested,
    }
    lines = []
    for name in MEASURES:
        values, chance = np.array(getattr(found, name)), getattr(found, f"{name}_chance")
        record = {name: values.mean(), f"{name}_sd": values.std(), f"{name}_chance": np.mean(chance)}
        result |= {what: round(float(value), 4) for what, value in record.items()}
        lines.append(f"{name} {values.mean():.4f} ± {values.std():.4f}, by chance {np.mean(chance):.4f}")
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
