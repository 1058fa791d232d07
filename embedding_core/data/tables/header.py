"""Whether a row of a table names its columns, and which rows stand above the table."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log
from statistics import median
from typing import TypeVar

_T = TypeVar("_T", str, int)

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

HEAD = 200
MAX_CELLS = 40_000
MAX_ABOVE = 10
MAX_NAME_CHARS = 300
MAX_NAMED = 200
# Wider than what a column is typed by: a cell that may be a number or a date speaks against a name.
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?\.?\d[\d.,'\s]*([eE][-+]?\d+)?\s?[%$€£¥]?\)?$")
_DATE = re.compile(r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{4}[-/]\d{2})([T ]\d.*)?$|\d{1,2}:\d{2}(:\d{2}.*)?$")
_MISSING = frozenset("nan na n/a null none -".split())
_ENDS = ".?!:;,"

# How often names and values are what they are, as far as nothing is known of the column. Only their ratio counts, and
# a few rows of values outweigh the second.
NAME_KINDS = {"text": 0.95, "empty": 0.03, "number": 0.005, "date": 0.005, "missing": 0.01}
VALUE_KINDS = {"text": 0.5, "empty": 0.1, "number": 0.3, "date": 0.05, "missing": 0.05}
NAME_LENGTHS = {1: 0.65, 3: 0.25, 6: 0.06, 99: 0.04}
VALUE_LENGTHS = {1: 0.35, 3: 0.25, 6: 0.2, 99: 0.2}
NAME_ENDS = {"": 0.83, "?": 0.1, ".": 0.03, ":": 0.02, "!": 0.01, ";": 0.005, ",": 0.005}
VALUE_ENDS = {"": 0.77, "?": 0.05, ".": 0.1, ":": 0.02, "!": 0.04, ";": 0.01, ",": 0.01}
NAME_SEEN, VALUE_SEEN_ELSEWHERE = 0.03, 0.2
RUN_NAMES, RUN_VALUES, SHORT_RUN_VALUES, RUN_AMONG_RUNS = 0.02, 1e-4, 5e-3, 0.9
KNOWN_NAMES, KNOWN_VALUES = 0.75, 0.05
SEVERAL_COLUMNS, ONE_COLUMN, UNPROMISED = 2.2, -0.5, -2.5
"""Before anything is seen: tables mostly have a header, lists mostly do not."""
ROW_NAMES = 4.0
REPEATED = -1.6
SURE_ODDS = 2.0


def known_name(cell: str) -> str:
    """Return a column name in the spelling of the lists above."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower().rstrip(".:"))


def has_header(rows: Sequence[Sequence[str]], *, expected: bool = True) -> bool:
    """Say whether the first of the first rows of a table holds names."""
    return header_odds(rows, expected=expected) > 0


def header_odds(rows: Sequence[Sequence[str]], *, expected: bool = True) -> float:
    """Return the log odds that the first row holds names: how much likelier it is as names than as one more row.

    What speaks: a usual name; a cell of another kind, length or ending than the values below; a cell that does not
    come up where values do repeat; numbers that count the columns. A row is compared with its own columns, so a
    question is a name above answers and a value above questions.
    """
    first = [cell.strip() for cell in rows[0]]
    body = rows[1 : 1 + min(HEAD, max(20, MAX_CELLS // len(first)))]
    if not any(first) or any(len(cell) > MAX_NAME_CHARS for cell in first):
        return -10.0
    lead = int(has_row_names(rows))
    columns = [[row[i + lead].strip() for row in body if i + lead < len(row)] for i in range(len(first))]
    everything = {value for column in columns for value in column}
    run, odds = _run(first, columns, body)
    for position, (cell, column) in enumerate(zip(first, columns, strict=True)):
        if position not in run:
            odds += _cell_odds(cell, column, everything)
    named = [cell for cell in first if cell]
    known = sum(known_name(cell) in NAMES for cell in named)
    odds += log(KNOWN_NAMES / KNOWN_VALUES) * min(known, 2) if known else log((1 - KNOWN_NAMES) / (1 - KNOWN_VALUES))
    odds += REPEATED * (len(set(named)) < len(named)) + ROW_NAMES * lead
    return odds + (SEVERAL_COLUMNS if len(first) + lead > 1 else ONE_COLUMN) + UNPROMISED * (not expected)


def has_row_names(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row is one cell short on its left: R writes row names without naming them."""
    width, body = len(rows[0]) + 1, rows[1 : HEAD + 1]
    if not body or any(len(row) != width for row in body) or not any(row[-1].strip() for row in body):
        return False
    names = [row[0] for row in body]
    # Of one column and its row names only numbers make sure that they are no text that was cut.
    return len(set(names)) == len(names) and (width > 2 or all(name.isdigit() for name in names))


def count_above(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows above a table: titles, or names of properties and their values, which leave cells of it empty."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[: HEAD + 1]]
    usual = median(filled[1:]) if len(filled) > 1 else 0
    if usual < 2 or filled[0] >= usual:
        return 0
    starts = {next((i for i, count in enumerate(filled) if count >= least), 0) for least in (2, usual)}
    odds = {start: header_odds(rows[start:]) for start in starts if 0 < start <= MAX_ABOVE and start + 1 < len(rows)}
    best = max(odds, key=lambda start: odds[start], default=0)
    titled = filled[0] == 1 and bool(rows[0][0].strip())
    if best and odds[best] > max(0.0, min(SURE_ODDS, header_odds(rows)) if titled else header_odds(rows)):
        return best
    # Of two columns one may lack a name or a value; with more, a row of one cell over full rows is no part of them.
    least = min(odds, default=0)
    return least if usual >= 3 and max(filled[:least], default=0) == 1 and min(filled[least:]) > usual / 2 else 0


def left_out_above(lines: Sequence[str]) -> list[str]:
    """Return a sentence that names the lines above a table, or nothing where there are none."""
    if not lines:
        return []
    count = "1 line above the table was" if len(lines) == 1 else f"{len(lines):,} lines above the table were"
    return [f"{count} left out: {' / '.join(lines)[:MAX_NAMED]}."]


def _kind(cell: str) -> str:
    if not cell:
        return "empty"
    if cell[0].isalpha():
        return "missing" if cell.lower() in _MISSING else "text"
    if _DATE.match(cell):
        return "date"
    if _NUMBER.match(cell):
        return "number"
    return "missing" if cell.lower() in _MISSING else "text"


def _length(cell: str) -> int:
    words = len(cell.split())
    return next(limit for limit in NAME_LENGTHS if words <= limit or limit == max(NAME_LENGTHS))


def _end(cell: str) -> str:
    return cell[-1] if cell[-1:] in NAME_ENDS else ""


def _ratio(value: _T, seen: Iterable[_T], names: dict[_T, float], values: dict[_T, float]) -> float:
    counts = Counter(seen)
    return log(names[value] / ((counts[value] + values[value]) / (counts.total() + 1)))


def _cell_odds(cell: str, column: list[str], everything: set[str]) -> float:
    kind = _kind(cell)
    odds = _ratio(kind, map(_kind, column), NAME_KINDS, VALUE_KINDS)
    if kind != "text":
        return odds
    texts = [value for value in column if _kind(value) == "text"]
    end, length = _end(cell), _length(cell)
    odds += _ratio(end, map(_end, texts), NAME_ENDS, VALUE_ENDS)
    if end not in ("?", ":"):  # a question of a survey is as long as it is
        lengths = _ratio(length, map(_length, texts), NAME_LENGTHS, VALUE_LENGTHS)
        odds += max(0.0, lengths) if length == 1 else lengths
    counts = Counter(texts)
    repeated = (sum(count for count in counts.values() if count > 1) + 0.5) / (len(texts) + 1)
    if cell in counts:
        return odds + log(NAME_SEEN / repeated)
    if cell in everything:
        return odds + log(NAME_SEEN / VALUE_SEEN_ELSEWHERE)
    return odds + log((1 - NAME_SEEN) / (1 - repeated))


def _run(first: list[str], columns: list[list[str]], body: Sequence[Sequence[str]]) -> tuple[set[int], float]:
    """Return the cells of the first row that count its columns, 0, 1, 2, … or years or dates, and their log odds."""
    numbers = [i for i, cell in enumerate(first) if _is_whole(cell)]
    dates = [i for i, cell in enumerate(first) if _kind(cell) == "date"]
    if len(dates) > 1 and all(first[i] < first[j] for i, j in pairwise(dates)):
        plain = not any(_kind(value) == "date" for i in dates for value in columns[i])
        return (set(dates), log(RUN_NAMES / SHORT_RUN_VALUES)) if plain else (set(), 0.0)
    if not numbers or not _counts(first, numbers):
        return set(), 0.0
    if len(numbers) == 1:
        return _lone_number(first[numbers[0]], columns[numbers[0]], set(numbers))
    lead = max(0, len(body[0]) - len(first)) if body else 0
    if body and 2 * sum(_counts(row[lead:], numbers) for row in body) > len(body):
        return set(numbers), log(RUN_NAMES / RUN_AMONG_RUNS)
    return set(numbers), log(RUN_NAMES / (RUN_VALUES if len(numbers) > 2 else SHORT_RUN_VALUES))


def _lone_number(cell: str, column: list[str], run: set[int]) -> tuple[set[int], float]:
    """Judge the only number of a row: a year over other numbers, any over words, or the 0 of pandas over decimals."""
    whole = [value for value in column if _is_whole(value)]
    if not whole and cell == "0" and all(_kind(value) == "number" for value in column):
        return run, log(RUN_NAMES * (len(column) + 1) / SHORT_RUN_VALUES / 10)
    return (run, 0.0) if not whole or (_is_year(cell) and not any(map(_is_year, whole))) else (set(), 0.0)


def _is_whole(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= 6


def _is_year(cell: str) -> bool:
    return _is_whole(cell) and 1800 <= int(cell) <= 2100


def _counts(row: Sequence[str], positions: list[int]) -> bool:
    """Say whether the cells go up by one, or by any equal step among years; one alone does."""
    cells = [row[i].strip() for i in positions if i < len(row)]
    if len(cells) < len(positions) or not all(map(_is_whole, cells)):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(cells)}
    return len(cells) == 1 or steps == {1} or (len(steps) == 1 and min(steps) > 0 and all(map(_is_year, cells)))
