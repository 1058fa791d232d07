"""Whether the first row of a table names its columns."""

import re
from collections.abc import Sequence
from statistics import median

from embedding_core.data.columns import DATE, DECIMAL

TEXT_NAMES = frozenset(
    "text texts sentence sentences review reviews question questions title content contents body message messages "
    "document documents description abstract comment comments tweet headline query utterance summary passage answer "
    "answers prompt response name word words phrase phrases quote caption item items note notes".split()
)
LABEL_NAMES = frozenset(
    "label labels category categories class classes topic topics intent intents target sentiment genre tag group type "
    "cluster rating stars score language lang subject".split()
)
ID_NAMES = frozenset(
    "id ids _id uid uuid guid key index row_id doc_id docid document_id identifier number nr no".split()
)
OTHER_NAMES = frozenset("date time year month author user url link source split country city price count".split())
NAMES = TEXT_NAMES | LABEL_NAMES | ID_NAMES | OTHER_NAMES

MAX_HEADER_CHARS = 80
MAX_HEADER_WORDS = 6
MAX_SHORT_WORDS = 3
HEAD = 200
_NUMBER_OR_DATE = re.compile(f"{DECIMAL}|{DATE}|^(nan|NaN|NA|null)$")
_SENTENCE_END = re.compile(r"[.!?;]$")


def known_name(cell: str) -> str:
    """Return a column name in the spelling of the lists above."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def has_header(rows: Sequence[Sequence[str]], *, expected: bool = True) -> bool:
    """Say whether the first of the first rows of a table holds names.

    Names are short, no numbers, no sentences, and do not come up again as values. What speaks for them: a usual name; a
    column whose values are of another kind than its name; and, where a header is to be expected, several short cells.
    """
    first, body = [cell.strip() for cell in rows[0]], rows[1 : HEAD + 1]
    named = [cell for cell in first if cell]
    if not named or not all(_could_name(cell) for cell in named):
        return False
    columns = [[row[i].strip() for row in body if i < len(row) and row[i].strip()] for i in range(len(first))]
    if any(cell in column for cell, column in zip(first, columns, strict=True)):
        return False
    if any(known_name(cell) in NAMES for cell in named):
        return True
    if any(_differs(cell, column) for cell, column in zip(first, columns, strict=True) if cell):
        return True
    apart = set(named).isdisjoint(value for column in columns for value in column)
    short = all(len(cell.split()) <= MAX_SHORT_WORDS for cell in named)
    return expected and apart and short and 1 < len(named) == len(set(named))


def _could_name(cell: str) -> bool:
    short = len(cell) <= MAX_HEADER_CHARS and len(cell.split()) <= MAX_HEADER_WORDS
    return short and not _NUMBER_OR_DATE.match(cell) and not _SENTENCE_END.search(cell)


def _differs(cell: str, column: list[str]) -> bool:
    """Say whether values are numbers below a word, or texts much longer than the cell above them."""
    if not column:
        return False
    if all(_NUMBER_OR_DATE.match(value) for value in column):
        return True
    return median(len(value) for value in column) >= max(20, 2 * len(cell)) and len(set(column)) * 2 > len(column)
