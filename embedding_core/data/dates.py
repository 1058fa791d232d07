"""Read text as dates and times in the usual orders: 2020-03-01, 1.3.2020, 3/1/2020, 1 March 2020."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from embedding_core.data.columns import DATE

_TIME = (
    r"(?:[T ,]+(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?: ?(?P<p>[AaPp])\.?[Mm]\.?)?(?: ?(?P<z>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_YEAR = r"(?P<y>[12][0-9]{3})"
_MONTHS = pa.array("jan feb mar apr may jun jul aug sep oct nov dec".split(), type=pa.large_string())
_MONTH = (
    r"(?P<n>[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|"
    r"[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?|"
    r"JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
)
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
_DAY = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.)?"

_NAMED = (
    *(
        (order, rf"^{_YEAR}{mark}(?P<m>[0-9]{{1,2}}){mark}(?P<d>[0-9]{{1,2}}){_TIME}$")
        for order, mark in (("", "-"), ("year/month/day", "/"), ("year.month.day", r"\."))
    ),
    ("day month year", rf"^{_WEEKDAY}{_DAY}[ -]{_MONTH}\.?,?[ -]{_YEAR}{_TIME}$"),
    ("month day, year", rf"^{_WEEKDAY}{_MONTH}\.? {_DAY},? {_YEAR}{_TIME}$"),
)
_NUMBERED = tuple(
    (mark, rf"^(?P<a>[0-9]{{1,2}})[{mark}](?P<b>[0-9]{{1,2}})[{mark}](?P<y>[12][0-9]{{3}}{short}){_TIME}$")
    for mark, short in (("/", "|[0-9]{2}"), (".", "|[0-9]{2}"), ("-", ""))
)
DATE_LIKE = rf"(?i)^{_WEEKDAY}(?:[0-9]{{1,4}}[-/. ]|[a-z]{{3,9}}\.? [0-9])"
"""A first look; what it lets through may still be no date."""
_PIVOT = 69
"""Years of two digits from 69 on are of the last century, as POSIX has it."""


@dataclass(frozen=True, eq=False)
class Dates:
    """Dates as they were read."""

    column: pa.ChunkedArray | None
    """Timestamps in microseconds, in UTC where zones are given; None when day and month cannot be told apart."""
    order: str = ""
    """In which order day, month and year stand; empty for ISO 8601."""
    certain: bool = True
    """A date shows the order of day and month."""
    doubt: str = ""
    """Why it may be otherwise."""


def day_first(order: str) -> bool | None:
    """Return whether an order of numbers has the day before the month; None for one that names the month."""
    return {"day/month/year": True, "month/day/year": False}.get(order)


def read_dates(cells: pa.ChunkedArray, known_day_first: bool | None = None) -> Dates | None:
    """Read trimmed, non-empty text as dates; None when some are none.

    Args:
        cells: the text.
        known_day_first: whether the day stands before the month in the other columns of the table; None: unknown.

    Raises:
        ArrowInvalid: there is no such day, or no such time.
    """
    if _all(cells, DATE):
        return Dates(cells.cast(pa.timestamp("us")))
    for order, pattern in _NAMED:
        if (parts := _parts(cells, pattern)) is not None:
            month = parts["m"] if "m" in parts else _month(parts["n"])
            return Dates(_moments(parts["y"], month, parts["d"], parts), order)
    for mark, pattern in _NUMBERED:
        if (parts := _parts(cells, pattern)) is not None:
            return _numbered(parts, mark, known_day_first)
    return None


def _numbered(parts: dict[str, Any], mark: str, known_day_first: bool | None) -> Dates | None:
    """Tell day and month apart by the numbers above 12; points mean that the day stands first."""
    first, second = (parts[part].cast(pa.int64()) for part in "ab")
    most = pc.max(first).as_py(), pc.max(second).as_py()
    if min(most) > 12:
        return None
    certain = max(most) > 12
    leads = most[0] > 12 if certain else True if mark == "." else known_day_first
    if leads is None and pc.all(pc.equal(first, second)).as_py():
        leads = True
    if leads is None:
        return Dates(None)
    day, month = (parts["a"], parts["b"]) if leads else (parts["b"], parts["a"])
    year, doubt = parts["y"], ""
    if pc.any(pc.less(pc.utf8_length(year), 4)).as_py():
        doubt = f"years of two digits were taken as 19{_PIVOT} to 20{_PIVOT - 1}."
        century = pc.if_else(pc.greater_equal(year.cast(pa.int64()), _PIVOT), "19", "20")
        century = century.cast(pa.large_string())
        year = pc.if_else(pc.less(pc.utf8_length(year), 4), pc.binary_join_element_wise(century, year, _text("")), year)
    order = "day/month/year" if leads else "month/day/year"
    return Dates(_moments(year, month, day, parts), order, certain, doubt)


def _all(cells: pa.ChunkedArray, pattern: str) -> bool:
    return all(pc.all(pc.match_substring_regex(part, pattern)).as_py() for part in (cells.slice(0, 200), cells))


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _parts(cells: pa.ChunkedArray, pattern: str) -> dict[str, Any] | None:
    """Return the named parts of cells that all match."""
    if not _all(cells.slice(0, 200), pattern):
        return None
    found = pc.extract_regex(cells, pattern).combine_chunks()
    if found.null_count:
        return None
    return {found.type.field(i).name: found.field(i) for i in range(found.type.num_fields)}


def _month(names: Any) -> Any:
    number = pc.index_in(pc.utf8_slice_codeunits(pc.utf8_lower(names), 0, 3), value_set=_MONTHS)
    return pc.add(number, 1).cast(pa.large_string())


def _moments(year: Any, month: Any, day: Any, parts: dict[str, Any]) -> pa.ChunkedArray | None:
    """Write dates as ISO 8601 and let Arrow read them, which knows the calendar."""
    pads = (pc.utf8_lpad(part, 2, "0") for part in (month, day))
    cells = pc.binary_join_element_wise(year, *pads, _text("-"))
    timed = pc.not_equal(parts["H"], "")
    zoned = pc.not_equal(parts["z"], "")
    zones, times = (pc.sum(part).as_py() for part in (zoned, timed))
    if zones and zones < len(cells):
        raise pa.ArrowInvalid("times with a zone and without")
    if times:
        hour = pc.if_else(timed, parts["H"], _text("0")).cast(pa.int64())
        half = pc.utf8_lower(parts["p"])
        hour = pc.if_else(pc.equal(half, ""), hour, pc.subtract(hour, pc.if_else(pc.equal(hour, 12), 12, 0)))
        hour = pc.add(hour, pc.if_else(pc.equal(half, "p"), 12, 0)).cast(pa.large_string())
        minute = pc.if_else(timed, parts["M"], _text("00"))
        second = pc.if_else(pc.equal(parts["S"], ""), _text("00"), parts["S"])
        clock = pc.binary_join_element_wise(pc.utf8_lpad(hour, 2, "0"), minute, second, _text(":"))
        fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(parts["f"], 6, "0"), 0, 6)
        cells = pc.binary_join_element_wise(cells, clock, _text("T"))
        cells = pc.binary_join_element_wise(cells, fraction, _text("."))
        if zones:
            zone = pc.replace_substring_regex(parts["z"], "^(UTC|GMT)$", "Z")
            cells = pc.binary_join_element_wise(cells, zone, _text(""))
    kind = pa.timestamp("us", "UTC") if zones else pa.timestamp("us")
    return pa.chunked_array([cells.cast(kind)])
