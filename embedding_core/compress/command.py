"""`compress`: what smaller vectors keep of the full ones, and how small they are."""

from pathlib import Path
from typing import Annotated, Any

from embedding_core.base.errors import InputError
from embedding_core.cli.common import embedded, with_progress
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, build, options_of
from embedding_core.cli.run import Printed
from embedding_core.compress import Compression, CompressionParams, Quality, Trial
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.beir import read_judgment_files
from embedding_core.data.judgments import checked

_HEAD = f"{'dims':>5} {'reduction':10} {'precision':9} {'bytes per vector':>16} {'recall':>7} {'rescored':>8} {'ms':>7}"


class CompressionOptions(
    options_of(  # type: ignore[misc]
        CompressionParams, names={"precisions": "--precision"}, without=("rescorings", "most_rows", "seed")
    )
):
    """What is tried, and on how much."""


def compress(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    options: Annotated[CompressionOptions, Flat] = CompressionOptions(),
    rescore_multiplier: int = 8,
    query_file: Path | None = None,
    judgments: Path | None = None,
    engine: CommandEngine,
) -> Printed:
    """Measure what fewer dimensions and a lower precision keep.

    Args:
        rescore_multiplier: Rescore this many times k candidates with the full vectors.
        query_file: Queries of your own, which give nDCG: JSON lines of _id and text, as in BEIR.
        judgments: The relevant rows of these queries: lines of query, row and grade, as in BEIR.
    """
    params = build(CompressionParams, options, rescorings=(rescore_multiplier,), seed=data.seed)
    if (query_file is None) != (judgments is None):
        raise InputError("Queries and judgments go together.", "Give both --query-file and --judgments, or neither.")
    dataset, space, record = embedded(engine, file, data)
    known = None
    if query_file is not None and judgments is not None:
        known = checked(read_judgment_files(query_file, judgments), dataset.ids)
    judged = None if known is None else JudgedTexts.of(known, dataset.ids)
    found = with_progress(engine, Compress(space, params, judged))
    rows = [_row(found, trial) for trial in found.trials]
    result = {
        "rows": found.items,
        "encoder": record["encoder"],
        "k": found.k,
        "indexed_rows": found.rows,
        "queries": found.queries,
        "judged_queries": found.judged,
        "rescore_multiplier": rescore_multiplier,
        "full_bytes": found.full_size,
        "compressed": rows,
        "warnings": [
            *(check.warning for check in found.checks if check.warning),
            *(() if known is None else known.warnings),
        ],
    }
    return result, "\n".join([_HEAD, *map(_line, rows), *result["warnings"]])


def _row(found: Compression, trial: Trial) -> dict[str, Any]:
    plain = trial.qualities[0]
    again = trial.qualities[-1] if len(trial.qualities) > 1 else None
    return {
        "dims": trial.dims,
        "precision": trial.precision.value,
        "reduction": trial.reduction.value,
        **_measures(found.k, plain, ""),
        **(_measures(found.k, again, "_rescored") if again is not None else {}),
        "bytes_per_vector": trial.item_bytes,
        "bytes": trial.size(found.items),
        "bytes_per_billion_vectors": trial.billion,
    }


def _measures(k: int, quality: Quality, suffix: str) -> dict[str, Any]:
    gain = {} if quality.ndcg is None else {f"ndcg@{k}{suffix}": round(quality.ndcg, 4)}
    return {f"recall@{k}{suffix}": round(quality.recall, 4), **gain, f"ms{suffix}": round(quality.milliseconds, 4)}


def _line(row: dict[str, Any]) -> str:
    recalls = [value for name, value in row.items() if name.startswith("recall@")]
    again = f"{recalls[1]:8.3f}" if len(recalls) > 1 else " " * 8
    start = f"{row['dims']:5} {row['reduction']:10} {row['precision']:9} {row['bytes_per_vector']:16,}"
    return f"{start} {recalls[0]:7.3f} {again} {row['ms']:7.3f}"
