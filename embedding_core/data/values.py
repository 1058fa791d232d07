"""Read columns of text as numbers, dates and booleans, as they are written in different countries.

A column is read as a whole: it has one way of writing numbers or dates, or it stays text. What a single column leaves
open (`1,234` may be 1234 or 1.234; `03/04/2020` is in March or in April) is decided by the other columns of the table.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at

from embedding_core.data.columns import DECIMAL, INTEGER
from embedding_core.data.dates import DATE_LIKE, day_first, read_dates

_HEAD = 200
_NAMED_COLUMNS = 5

# What spreadsheets, statistics programs and databases write for "no value"; any case.
MISSING = (
    *("na", "n/a", "#na", "#n/a", "<na>", "n.a.", "nan", "-nan", "null", "none", "nil"),
    *("-", "--", "–", "—", "?", ".", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!"),
)
_EMPTY_OR_MISSING = pa.array(["", *MISSING], type=pa.large_string())
_BOOLEANS = pa.array(["true", "false"], type=pa.large_string())
"""Not yes and no: they would be shown as True and False, which nobody wrote."""

_WHOLE = r"(?:0|[1-9][0-9]{0,14})"
_SIGNED = r"^\+(?:0|[1-9][0-9]{0,5})(?:[.,][0-9]+)?$"
"""A plus sign before more digits begins a telephone number."""

_SPACES = " \u00a0\u2009\u202f"
_CURRENCIES = (
    *("US$", "R$", "A$", "C$", "HK$", "NZ$", "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴", "₫", "฿", "₪", "₱", "₦"),
    *("USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF"),
    *("RON", "BRL", "MXN", "ARS", "CLP", "COP", "ZAR", "KRW", "RUB", "TRY", "UAH", "SGD", "HKD", "TWD", "THB", "IDR"),
    *("MYR", "PHP", "VND", "ILS", "AED", "SAR", "EGP", "NGN", "KES", "kr.", "kr", "zł", "Kč", "Ft", "Fr.", "Rs.", "Rs"),
)
_CURRENCY = "(?:" + "|".join(map(re.escape, _CURRENCIES)) + ")"
_NUMBER_LIKE = (
    rf"^[+(−-]?[{_SPACES}]*(?:{_CURRENCY})?[{_SPACES}]*[+−-]?(?:[0-9.,][0-9.,'’{_SPACES}]*(?:[eE][+-]?[0-9]{{1,3}})?)"
    rf"(?:%|‰|{_CURRENCY})?\)?$"
)
"""A first look; what it lets through may still be no number."""

_KEPT_AS_TEXT = frozenset(
    "zip zipcode postcode postal postalcode plz phone telephone tel fax version isbn ean sku iban ssn".split()
)
"""Names of columns whose digits are no quantity."""


@dataclass(frozen=True)
class Conventions:
    """How a table writes what a single column leaves open; None: nothing in it says."""

    decimal_comma: bool | None = None
    day_first: bool | None = None
    semicolons: bool = False
    """They separate the cells, as where commas are taken by decimals; but many write points in spite of them."""


@dataclass(frozen=True, eq=False)
class Values:
    """A column as it was read."""

    column: pa.ChunkedArray
    how: str = ""
    """How it was read, to follow "was read as"; empty for what was kept, and for plain numbers, dates and booleans."""
    doubt: str = ""
    """Why that may be wrong, or why it was kept as text in spite of its looks: a sentence to follow its name."""
    missing: tuple[str, ...] = ()
    """The words for "no value" in it."""
    shows: Conventions = Conventions()
    """What it says for certain about the conventions of its table."""
    open: bool = False
    """Another column may decide how this one is read."""


def read_values(column: pa.ChunkedArray, name: str = "", known: Conventions = Conventions()) -> Values:
    """Read a column of text as numbers, dates or booleans when all of its cells plainly are, else keep it.

    Empty cells and words for "no value" become null in what is read so, and stay as they are in text.

    Args:
        column: the text.
        name: what the column is called; the digits of a `zip` or a `phone` are text.
        known: conventions that other columns of the table showed.
    """
    if not at.is_large_string(column.type):
        return Values(column)
    kept = Values(column)
    head, _ = _filled(column.slice(0, _HEAD))
    kind = _looks_like(head, name)
    if kind is None:
        return kept
    filled, cells = _filled(column)
    if not len(filled) or (kind == "" and _looks_like(filled.slice(0, _HEAD), name) is None):
        return kept
    try:
        read = _read(filled, name, known)
    except pa.ArrowInvalid:  # the 30th of February
        return kept
    if read is None:
        return kept
    if at.is_large_string(read.column.type):
        return replace(read, column=column)
    return replace(read, column=_in_place(read.column, cells), missing=_words(column, cells))


def infer_types(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what `read_values` makes of a column that is alone."""
    return read_values(column).column


def read_table_values(
    columns: Mapping[str, pa.ChunkedArray], delimiter: str | None = None
) -> tuple[dict[str, pa.ChunkedArray], list[str], list[str]]:
    """Read the columns of a table, and let those that are certain decide how the others are read.

    Args:
        columns: by name.
        delimiter: of the file, if it has one: semicolons stand where commas are taken by decimals.

    Returns:
        The columns as read, what was understood, and what is in doubt: sentences for a report.
    """
    read = {name: read_values(column, name) for name, column in columns.items()}
    known = replace(_agreed([values.shows for values in read.values()]), semicolons=delimiter == ";")
    for name, values in read.items():
        if values.open and known != Conventions():
            read[name] = read_values(columns[name], name, known)
    return {name: values.column for name, values in read.items()}, *_sentences(read)


def _agreed(shown: Sequence[Conventions]) -> Conventions:
    """Return the conventions that no two columns contradict."""
    commas = {one.decimal_comma for one in shown} - {None}
    days = {one.day_first for one in shown} - {None}
    return Conventions(commas.pop() if len(commas) == 1 else None, days.pop() if len(days) == 1 else None)


def _sentences(read: Mapping[str, Values]) -> tuple[list[str], list[str]]:
    ways: dict[str, list[str]] = {}
    doubts: dict[str, list[str]] = {}
    for name, values in read.items():
        if values.doubt:
            doubts.setdefault(values.doubt, []).append(name)
        elif values.how:
            ways.setdefault(values.how, []).append(name)
    notes = [f"{_listed(names)} read as {how}." for how, names in ways.items()]
    lacking = [name for name, values in read.items() if values.missing]
    if lacking:
        words = dict.fromkeys(word for name in lacking for word in read[name].missing)
        some = ", ".join(list(words)[:_NAMED_COLUMNS])
        notes.append(f"{_listed(lacking)} read with empty cells for: {some}.")
    warnings = [f"{_listed(names)} {doubt}" for doubt, names in doubts.items()]
    return notes, warnings


def _listed(names: Sequence[str]) -> str:
    """Return "Column 'a' was", or "Columns 'a', 'b' and 3 more were"."""
    if len(names) == 1:
        return f"Column {names[0]!r} was"
    some = ", ".join(map(repr, names[:_NAMED_COLUMNS]))
    more = len(names) - _NAMED_COLUMNS
    return f"Columns {some} and {more:,} more were" if more > 0 else f"Columns {some} were"


def _filled(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Return the trimmed cells that hold a value, and which cells do."""
    trimmed = pc.utf8_trim_whitespace(column)
    lacking = pc.is_in(pc.utf8_lower(trimmed), value_set=_EMPTY_OR_MISSING)
    present = pc.and_(pc.invert(lacking), pc.is_valid(trimmed))
    return trimmed.filter(present), present


def _words(column: pa.ChunkedArray, present: pa.ChunkedArray) -> tuple[str, ...]:
    """Return the words that stand for "no value" in a column, in the order they come."""
    if pc.all(present).as_py():
        return ()
    lacking = pc.unique(pc.utf8_trim_whitespace(column.filter(pc.invert(present))))
    return tuple(word for word in lacking.to_pylist() if word)


def _in_place(values: pa.ChunkedArray, present: pa.ChunkedArray) -> pa.ChunkedArray:
    """Spread values over the cells that hold one; the others are null."""
    if len(values) == len(present):
        return values
    places = pc.subtract(pc.cumulative_sum(pc.cast(present, pa.int64())), 1)
    return pc.take(values, pc.if_else(present, places, pa.scalar(None, pa.int64())))


def _all(cells: pa.ChunkedArray, pattern: str) -> bool:
    """Say whether all cells match, after a look at the first."""
    return all(pc.all(pc.match_substring_regex(part, pattern)).as_py() for part in (cells.slice(0, _HEAD), cells))


def _looks_like(head: pa.ChunkedArray, name: str) -> str | None:
    """Return what the first cells look like; None for text, an empty string when they say nothing."""
    if not len(head):
        return ""
    if pc.all(pc.is_in(pc.utf8_lower(head), value_set=_BOOLEANS)).as_py():
        return "boolean"
    if _all(head, _NUMBER_LIKE) and not _KEPT_AS_TEXT & set(re.split(r"[^a-z]+", name.lower())):
        return "number"
    return "date" if _all(head, DATE_LIKE) else None


def _read(filled: pa.ChunkedArray, name: str, known: Conventions) -> Values | None:
    kind = _looks_like(filled.slice(0, _HEAD), name)
    if kind == "boolean":
        lowered = pc.utf8_lower(filled)
        whole = pc.all(pc.is_in(lowered, value_set=_BOOLEANS)).as_py()
        return Values(pc.equal(lowered, "true")) if whole else None
    number = _read_numbers(filled, known) if kind == "number" else None
    return number or _read_dates(filled, known)


def _read_dates(filled: pa.ChunkedArray, known: Conventions) -> Values | None:
    found = read_dates(filled, known.day_first)
    if found is None:
        return None
    if found.column is None:
        example = filled[0].as_py()
        doubt = f"kept as text: {example!r} may be day/month or month/day, and no date says which."
        return Values(filled, doubt=doubt, open=True)
    shows = Conventions(day_first=day_first(found.order) if found.certain else None)
    doubt = "" if not found.doubt else f"read as dates, {found.order}: {found.doubt}"
    return Values(found.column, f"dates, {found.order}" if found.order else "", doubt, shows=shows)


def _read_numbers(filled: pa.ChunkedArray, known: Conventions) -> Values | None:
    if _all(filled, DECIMAL):
        if _all(filled, INTEGER):
            return Values(filled.cast(pa.int64()))
        grouped = _all(filled, _GERMAN.strict)
        if grouped and known.decimal_comma:
            # With decimal commas elsewhere in the table, the point of 1.234 is between thousands.
            return _converted(filled, _GERMAN, "", "where points may be decimal points.")
        shows = Conventions(decimal_comma=None if grouped else False)
        return Values(filled.cast(pa.float64()), shows=shows, open=grouped)
    bare, unit = _without_unit(filled)
    if bare is None:
        return None
    signed = pc.starts_with(bare, "+")
    if pc.any(signed).as_py():
        if not _all(bare.filter(signed), _SIGNED):
            return None
        bare = pc.utf8_ltrim(bare, "+")
    if _all(bare, DECIMAL):
        column = bare.cast(pa.int64() if _all(bare, INTEGER) else pa.float64())
        return Values(column, f"numbers {unit}".strip() if unit else "")
    return _styled(bare, unit, known)


def _without_unit(filled: pa.ChunkedArray) -> tuple[pa.ChunkedArray | None, str]:
    """Return cells without their percent or currency sign, and what that was; None when they do not share it.

    An amount in brackets is below zero, as accountants write it.
    """
    cells = pc.replace_substring(filled, "−", "-")
    first = cells[0].as_py()
    found = re.search(rf"[%‰]|{_CURRENCY}", first)
    unit = ""
    if found:
        mark = found[0]
        # One mark for all: amounts in dollars and in euros cannot be compared.
        if not pc.all(pc.match_substring(cells, mark)).as_py():
            return None, ""
        pattern = re.escape(mark)
        cells = pc.replace_substring_regex(
            cells, rf"^([(+-]?)[{_SPACES}]*{pattern}[{_SPACES}]*|[{_SPACES}]*{pattern}(\)?)$", r"\1\2"
        )
        unit = {"%": "in percent", "‰": "in per mille"}.get(mark, f"in {mark}")
    if pc.any(pc.starts_with(cells, "(")).as_py():
        # (5) alone is a number of a note; an amount has a currency, decimals or thousands.
        bracketed = cells.filter(pc.starts_with(cells, "("))
        if not (unit or _all(bracketed, r"[.,]")):
            return None, ""
        cells = pc.replace_substring_regex(cells, r"^\(([0-9].*)\)$", r"-\1")
    return cells, unit


@dataclass(frozen=True)
class _Style:
    """A way of writing numbers."""

    says: str
    thousands: str
    """The characters between thousands, as a class of a regular expression; empty for none."""
    decimal: str

    @property
    def pattern(self) -> str:
        """All of its numbers; a whole number may go without thousands marks."""
        decimals = rf"(?:{re.escape(self.decimal)}[0-9]+)?"
        if not self.thousands:
            return rf"^-?{_WHOLE}{decimals}$"
        return rf"^-?(?:{self._grouped}|{_WHOLE}){decimals}$"

    @property
    def strict(self) -> str:
        """Its whole numbers where each of four digits or more has its thousands marks."""
        return rf"^-?(?:{self._grouped}|0|[1-9][0-9]{{0,2}})$"

    @property
    def _grouped(self) -> str:
        indian = r"|[1-9][0-9]?(?:,[0-9]{2}){1,5},[0-9]{3}" if self.thousands == "," else ""
        return rf"[1-9][0-9]{{0,2}}(?:[{self.thousands}][0-9]{{3}}){{1,4}}{indian}"


_COMMA = _Style("with a decimal comma", "", ",")
_ENGLISH = _Style("with commas between thousands", ",", ".")
_GERMAN = _Style("with points between thousands", ".", ",")
_SPACED = tuple(_Style("with spaces between thousands", _SPACES, decimal) for decimal in ",.")
_SWISS = tuple(_Style("with apostrophes between thousands", "'’", decimal) for decimal in ".,")


def _styled(bare: pa.ChunkedArray, unit: str, known: Conventions) -> Values | None:
    """Read numbers with thousands marks or a decimal comma; None when they are none."""
    has = {mark: pc.any(pc.match_substring_regex(bare, f"[{mark}]")).as_py() for mark in (",", r"\.", _SPACES, "'’")}
    if has[_SPACES] or has["'’"]:
        for style in _SPACED if has[_SPACES] else _SWISS:
            if _all(bare, style.pattern):
                return None if not unit and _one_length(bare, style) else _converted(bare, style, unit)
        return None
    if has[","] and has[r"\."]:
        fitting = [style for style in (_ENGLISH, _GERMAN) if _all(bare, style.pattern)]
        return _converted(bare, fitting[0], unit) if len(fitting) == 1 else None
    if has[r"\."]:
        return (
            _converted(bare, _GERMAN, unit) if _all(bare, _GERMAN.pattern) and not _one_length(bare, _GERMAN) else None
        )
    comma, english = _all(bare, _COMMA.pattern), _all(bare, _ENGLISH.strict)
    if not (comma and english):
        if english or comma:
            return _converted(bare, _ENGLISH if english else _COMMA, unit)
        return _converted(bare, _ENGLISH, unit) if _all(bare, _ENGLISH.pattern) else None
    if pc.all(pc.match_substring(bare, ",")).as_py():
        # Every cell is like 1,234: three decimals, or thousands.
        decimals = known.semicolons if known.decimal_comma is None else known.decimal_comma
        other = "between thousands" if decimals else "before decimals"
        doubt = f"where the comma of {bare[0].as_py()!r} may stand {other}." if known.decimal_comma is None else ""
        return replace(_converted(bare, _COMMA if decimals else _ENGLISH, unit, doubt), shows=Conventions(), open=True)
    return _converted(bare, _ENGLISH, unit)


def _one_length(bare: pa.ChunkedArray, style: _Style) -> bool:
    """Say whether all cells have as many digits, in three groups or full ones: 123 456 789, 640 480 are no amounts."""
    mark = f"[{style.thousands}]"
    if not _all(bare, rf"^(?:[0-9]{{1,3}}(?:{mark}[0-9]{{3}}){{2,}}|[0-9]{{3}}{mark}[0-9]{{3}})$"):
        return False
    lengths = pc.min_max(pc.utf8_length(bare)).as_py()
    return bool(lengths["min"] == lengths["max"])


def _converted(bare: pa.ChunkedArray, style: _Style, unit: str, doubt: str = "") -> Values:
    cells = pc.replace_substring_regex(bare, f"[{style.thousands}]", "") if style.thousands else bare
    whole = not pc.any(pc.match_substring(cells, style.decimal)).as_py()
    cells = pc.replace_substring(cells, style.decimal, ".")
    how = " ".join(part for part in ("numbers", unit, style.says) if part)
    if style.thousands and style.decimal == "," and not whole:
        how = f"{how} and a decimal comma"
    shows = Conventions(decimal_comma=style.decimal == "," if not whole or style.thousands in (",", ".") else None)
    return Values(
        cells.cast(pa.int64() if whole else pa.float64()), how, f"read as {how}, {doubt}" if doubt else "", shows=shows
    )
