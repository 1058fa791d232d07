"""Judgments from a table: a row for each query and document, with its relevance."""

import math
from collections.abc import Sequence

import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.data.judgments import Judgments

_NAMES = {
    "query": ("query", "query_text", "question", "query-id", "query_id", "qid"),
    "document": ("document", "doc", "document_id", "doc_id", "docid", "corpus-id", "corpus_id", "id", "item", "text"),
    "relevance": ("relevance", "score", "grade", "label", "rating", "relevant", "judgment", "judgement"),
}
_TREC_COLUMNS = 4
_LOOKED_AT = 200


def judgment_cells(line: str) -> list[str]:
    """Return the cells of a line of judgments: between tabs, or between blanks as TREC writes them."""
    cells = line.split("\t")
    return cells if len(cells) >= len(_NAMES) else line.split()


def spread(frame: pd.DataFrame) -> pd.DataFrame:
    """Return judgments that were read as one column of lines, as TREC's are, in columns; any other table as it is."""
    if frame.shape[1] != 1:
        return frame
    lines = [str(frame.columns[0]), *frame.iloc[:, 0].astype("string").fillna("")]
    rows = [cells for line in lines if len(cells := line.split()) == _TREC_COLUMNS]
    whole = len(rows) == len(lines) or len(rows) == len(lines) - 1  # without its header, which may be a made-up name
    return pd.DataFrame(rows, columns=[f"column {i + 1}" for i in range(_TREC_COLUMNS)]) if rows and whole else frame


def judged_columns(frame: pd.DataFrame) -> tuple[str, str, str]:
    """Return the columns of query, document and relevance: by common names, else the first three.

    Raises:
        InputError: there are fewer than three columns.
    """
    if frame.shape[1] < len(_NAMES):
        raise InputError(
            f"The table has {frame.shape[1]} columns.", "Judgments need three: query, document, relevance."
        )
    columns = [str(name) for name in frame.columns]
    folded = {name.strip().casefold(): name for name in reversed(columns)}
    found: list[str] = []
    for names in _NAMES.values():
        named = [folded[name] for name in names if name in folded and folded[name] not in found]
        if not named:
            return (columns[0], columns[2], columns[3]) if _is_trec(frame) else (columns[0], columns[1], columns[2])
        found.append(named[0])
    return found[0], found[1], found[2]


def _is_trec(frame: pd.DataFrame) -> bool:
    """Say whether a table is query, iteration, document, grade, of which the second says nothing."""
    if frame.shape[1] != _TREC_COLUMNS or frame.empty:
        return False
    second = frame.iloc[:_LOOKED_AT, 1].astype("string")
    return bool(second.isin(["0", "Q0"]).all())


def read_judgments(
    frame: pd.DataFrame, columns: tuple[str, str, str], ids: Sequence[str], texts: Sequence[str]
) -> Judgments:
    """Read judgments whose queries are written out; documents are named by their ids or their whole texts.

    Raises:
        InputError: a column is not there, or a relevance is no whole number.
    """
    missing = [name for name in columns if name not in frame]
    if missing:
        names = ", ".join(map(str, frame.columns[:20]))
        raise InputError(f"The table has no column {missing[0]!r}.", f"It has: {names}.")
    known = frozenset(ids)
    by_text = dict(zip(reversed(texts), reversed(ids), strict=True))
    queries: dict[str, str] = {}
    numbers: dict[str, str] = {}
    grades: dict[str, dict[str, int]] = {}
    cells = (frame[name].astype("string").fillna("") for name in columns)
    for number, (query, document, grade) in enumerate(zip(*cells, strict=True), 1):
        if not query.strip():
            raise InputError(f"Row {number:,} of the judgments has no query.", "Enter the text of the query.")
        name = numbers.setdefault(query, f"q{len(numbers) + 1}")
        queries[name] = query
        judged = document if document in known else by_text.get(document, document)
        grades.setdefault(name, {})[judged] = read_grade(grade, number)
    return Judgments(queries, grades)


def read_grade(cell: str, number: int) -> int:
    """Return a grade; `number` is the row it stands in, counted from 1.

    Raises:
        InputError: it is no whole number.
    """
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"The score {cell.strip()[:40]!r} in row {number:,} of the judgments is not a number.",
            "Use whole numbers: 0 is irrelevant, 1 and above relevant.",
        )
    if value != int(value):
        raise InputError(
            f"The score {cell.strip()[:40]} in row {number:,} of the judgments is not a whole number.",
            "Grades are whole numbers, as in TREC: multiply or round them.",
        )
    return int(value)
