"""`compress`: what smaller vectors keep of the full ones, and how small they are."""

import json
from pathlib import Path
from typing import Annotated, Any

from embedding_core.base.errors import InputError
from embedding_core.cli.common import embedded, row_of, with_progress
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, build, options_of
from embedding_core.cli.run import Printed
from embedding_core.compress import Compression, CompressionParams, Quality, Trial
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.dataset import Dataset

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
    judged = None if query_file is None or judgments is None else read_judged(dataset, query_file, judgments)
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
        "warnings": [check.warning for check in found.checks if check.warning],
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


def read_judged(dataset: Dataset, queries: Path, judgments: Path) -> JudgedTexts:
    """Read queries and judgments as BEIR keeps them, about the rows of a data set.

    Raises:
        InputError: a file cannot be read, or a judgment names a query or a row that is not there.
    """
    names: dict[str, int] = {}
    texts = []
    for place, line in enumerate(_lines(queries)):
        try:
            record = json.loads(line)
            name, text = str(record["_id"]), str(record["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"Line {place + 1} of {queries.name} is no query.", "Give _id and text.") from error
        names[name] = place
        texts.append(text)
    places = {name: row for row, name in enumerate(dataset.ids)}
    graded = []
    for place, line in enumerate(_lines(judgments)):
        parts = line.split("\t")
        if place == 0 and parts[-1] == "score":
            continue
        if len(parts) != 3 or parts[0] not in names:
            message = f"Line {place + 1} of {judgments.name} judges no query of {queries.name}: {line[:60]!r}."
            raise InputError(message, "Give a query's _id, a row's id and a grade, with tabs between them.")
        try:
            grade = float(parts[2])
        except ValueError:
            raise InputError(f"{parts[2]!r} in {judgments.name} is no grade.", "Grades are numbers.") from None
        row = places[parts[1]] if parts[1] in places else row_of(dataset, parts[1])
        graded.append((names[parts[0]], row, grade))
    return JudgedTexts(tuple(texts), tuple(graded))


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read.", "Give a text file in UTF-8.") from error
