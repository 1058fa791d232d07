"""Evaluate filters on the columns of a data set.

A number is compared with numbers, a date with dates, and what stands in quotation marks with text. Text that is
compared with a number is read as numbers first: "12" is more than 6, and what is no number is neither more nor less
than any.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cached_property, reduce
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.data.columns import DECIMAL
from embedding_core.data.dates import read_dates
from embedding_core.data.values import read_values
from embedding_core.ranking.scores import Mask
from embedding_core.search.conditions import (
    NUMBER,
    All,
    Comparison,
    Condition,
    Either,
    Not,
    Operator,
    Value,
    parse_filter,
)

_COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: eq,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.MORE: gt,
    Operator.AT_LEAST: ge,
}
_ARROW = {
    Operator.EQUAL: pc.equal,
    Operator.LESS: pc.less,
    Operator.AT_MOST: pc.less_equal,
    Operator.MORE: pc.greater,
    Operator.AT_LEAST: pc.greater_equal,
}
_BELOW, _ABOVE = (Operator.LESS, Operator.AT_MOST), (Operator.MORE, Operator.AT_LEAST)
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
_WHOLE = r"^-?(?:0|[1-9][0-9]*)$"
_DECIMAL = rf"^-?(?:0|[1-9][0-9]*)\.[0-9]+$|{DECIMAL}"
_INT64_DIGITS = 18
_CLOCK = r"^[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$"
_MOMENT = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(\.\d{1,6})?)?)?)?)?")

_Numbers: TypeAlias = "NDArray[np.int64] | NDArray[np.float64] | list[int]"


def filter_rows(frame: pd.DataFrame, text: str) -> Mask:
    """Return which rows match a filter, all for an empty one: (n,) bool.

    An empty cell is neither equal to, nor less or more than anything; `!=` and `not` let it through, and so does a
    comparison with an empty text: `= ""` is `is empty`.

    Raises:
        InputError: the filter cannot be read, names no column of the table, or compares what cannot be compared.
    """
    return allowed(frame, parse_filter(text)) if text.strip() else np.ones(len(frame), dtype=bool)


def allowed(frame: pd.DataFrame, condition: Condition) -> Mask:
    """Return which rows match a condition: (n,) bool.

    Raises:
        InputError: it names no column of the table, or compares what cannot be compared.
    """
    return _Filter(frame).mask(condition).copy()


class _Filter:
    """Reads each column once, and makes each comparison once, however often a condition names it."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._columns: dict[str, _Column] = {}
        self._made: dict[tuple[str, Operator, tuple[tuple[type, Value], ...]], Mask] = {}

    def mask(self, condition: Condition) -> Mask:
        match condition:
            case Not(inner):
                return ~self.mask(inner)
            case All(conditions):
                return reduce(np.logical_and, map(self.mask, conditions))
            case Either(conditions):
                return reduce(np.logical_or, map(self.mask, conditions))
            case Comparison(name, operator, values):
                # Python takes 1, 1.0 and True for one.
                key = (name, operator, tuple((type(value), value) for value in values))
                if key not in self._made:
                    self._made[key] = self._column(name).compared(operator, values)
                return self._made[key]

    def _column(self, name: str) -> "_Column":
        if name not in self._columns:
            self._columns[name] = _Column(_named(self._frame, name))
        return self._columns[name]


def _named(frame: pd.DataFrame, name: str) -> "pd.Series[Any]":
    names = [str(column) for column in frame.columns]
    alike = [i for i, other in enumerate(names) if other == name] or [
        i for i, other in enumerate(names) if other.casefold() == name.casefold()
    ]
    if len(alike) == 1:
        return frame.iloc[:, alike[0]]
    close = get_close_matches(name, names, n=1)
    listed = ", ".join(names[:20])
    raise InputError(
        f"There is no column {name[:80]!r} to filter by.",
        f"Did you mean {close[0]!r}?" if close else f"There are: {listed}.",
    )


class _Column:
    """The cells of a column, as what they are compared with: truth values, numbers, moments or text."""

    def __init__(self, series: "pd.Series[Any]") -> None:
        self._series = series

    def compared(self, operator: Operator, values: tuple[Value, ...]) -> Mask:
        """Return which cells pass: (n,) bool.

        Raises:
            InputError: a value is of another kind than the column.
        """
        if operator is Operator.EMPTY:
            return ~self._filled
        if operator is Operator.NOT_EQUAL:
            return ~self.compared(Operator.EQUAL, values)
        if operator is Operator.CONTAINS:
            found = pc.match_substring(self._folded, _as_text(values[0]).casefold())
            return self._filled & _mask(found)
        if operator in (Operator.IN, Operator.EQUAL):
            wanted = [value for value in values if not _is_blank(value)]
            passed = self._filled & self._among(wanted) if wanted else np.zeros(len(self._series), dtype=bool)
            return passed if len(wanted) == len(values) else passed | ~self._filled
        return self._filled & self._ordered(operator, values[0])

    def _among(self, values: list[Value]) -> Mask:
        dtype = self._series.dtype
        if pd.api.types.is_bool_dtype(dtype):
            return _either(self._truths == self._as_truth(value) for value in values)
        if pd.api.types.is_numeric_dtype(dtype):
            return self._numbers.among([self._as_number(value) for value in values])
        if pd.api.types.is_datetime64_any_dtype(dtype):
            return _either(self._at(self._moments, Operator.EQUAL, self._as_span(value)) for value in values)
        return self._text_among(values)

    def _ordered(self, operator: Operator, value: Value) -> Mask:
        dtype = self._series.dtype
        if pd.api.types.is_bool_dtype(dtype):
            return np.asarray(_COMPARE[operator](self._truths, self._as_truth(value)), dtype=bool)
        if pd.api.types.is_numeric_dtype(dtype):
            return self._numbers.ordered(operator, self._as_number(value))
        if pd.api.types.is_datetime64_any_dtype(dtype):
            return self._at(self._moments, operator, self._as_span(value))
        return self._text_ordered(operator, value)

    def _text_ordered(self, operator: Operator, value: Value) -> Mask:
        if isinstance(value, bool):
            raise self._incompatible("text", value)
        if self._text_moments is not None and (span := _span(value)) is not None:
            return self._at(self._text_moments, operator, span)
        if not isinstance(value, str):
            return self._text_numbers.ordered(operator, value)
        if re.match(_CLOCK, value) and self._clock is not None:
            return _mask(_ARROW[operator](self._clock, _clock_time(value)))
        return _mask(_ARROW[operator](self._text, value))

    def _text_among(self, values: list[Value]) -> Mask:
        texts = [value for value in values if isinstance(value, str)]
        numbers = [value for value in values if not isinstance(value, str | bool)]
        passed = _mask(pc.is_in(self._text, value_set=pa.array(texts, type=pa.large_string())))
        if numbers:
            passed |= self._text_numbers.among(numbers)
        for truth in {value for value in values if isinstance(value, bool)}:
            words = [word for word, meant in _TRUTHS.items() if meant is truth]
            lowered = pc.utf8_lower(pc.utf8_trim_whitespace(self._text))
            passed |= _mask(pc.is_in(lowered, value_set=pa.array(words, type=pa.large_string())))
        times = [_clock_time(text) for text in texts if re.match(_CLOCK, text)]
        if times and self._clock is not None:
            passed |= _mask(pc.is_in(self._clock, value_set=pa.array(times, type=pa.large_string())))
        if self._text_moments is not None:
            for span in filter(None, map(_span, values)):
                passed |= self._at(self._text_moments, Operator.EQUAL, span)
        return passed

    @cached_property
    def _filled(self) -> Mask:
        filled = self._series.notna().to_numpy(bool)
        dtype = self._series.dtype
        if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype):
            return filled
        return filled & _mask(pc.not_equal(pc.utf8_trim_whitespace(self._text), ""))

    @cached_property
    def _text(self) -> pa.ChunkedArray:
        return pa.chunked_array([pa.array(self._series.astype(str), type=pa.large_string(), from_pandas=True)])

    @cached_property
    def _folded(self) -> pa.ChunkedArray:
        folded = self._series.astype(str).str.casefold()
        return pa.chunked_array([pa.array(folded, type=pa.large_string(), from_pandas=True)])

    @cached_property
    def _truths(self) -> Mask:
        return self._series.to_numpy(bool, na_value=False)

    @cached_property
    def _numbers(self) -> "_Cells":
        if pd.api.types.is_integer_dtype(self._series.dtype):
            unsigned = pd.api.types.is_unsigned_integer_dtype(self._series.dtype)
            ints = self._series.to_numpy(np.uint64 if unsigned else np.int64, na_value=0)
            return _Cells(len(ints), ((np.arange(len(ints)), ints),))
        floats = self._series.to_numpy(np.float64, na_value=np.nan)
        return _Cells(len(floats), ((np.arange(len(floats)), floats),))

    @cached_property
    def _moments(self) -> "NDArray[np.datetime64]":
        moments: NDArray[np.datetime64] = pd.to_datetime(self._series, utc=True).dt.tz_localize(None).to_numpy("M8[us]")
        return moments

    @cached_property
    def _read(self) -> pa.ChunkedArray:
        """Text as its column would have been read from a CSV file."""
        return read_values(self._text).column

    @cached_property
    def _text_numbers(self) -> "_Cells":
        n, read = len(self._series), self._read
        if at.is_integer(read.type) or at.is_floating(read.type):
            rows = np.flatnonzero(_mask(pc.is_valid(read)))
            return _Cells(n, ((rows, read.drop_null().to_numpy()),))
        # A cell at a time: what is plainly a number is one, of any length.
        trimmed = pc.utf8_trim_whitespace(self._text)
        whole = _mask(pc.match_substring_regex(trimmed, _WHOLE))
        short = whole & _mask(pc.less_equal(pc.utf8_length(trimmed), _INT64_DIGITS))
        decimal = _mask(pc.match_substring_regex(trimmed, _DECIMAL)) & ~whole
        return _Cells(
            n,
            (
                (np.flatnonzero(short), trimmed.filter(pa.array(short)).cast(pa.int64()).to_numpy()),
                (np.flatnonzero(whole & ~short), list(map(int, trimmed.filter(pa.array(whole & ~short)).to_pylist()))),
                (np.flatnonzero(decimal), trimmed.filter(pa.array(decimal)).cast(pa.float64()).to_numpy()),
            ),
        )

    @cached_property
    def _text_moments(self) -> "NDArray[np.datetime64] | None":
        read = self._read
        return np.asarray(read.cast(pa.timestamp("us")), dtype="M8[us]") if at.is_timestamp(read.type) else None

    @cached_property
    def _clock(self) -> pa.ChunkedArray | None:
        """Times of day as 09:30:00, so that they order as text; None when some cells are none."""
        cells = pc.utf8_trim_whitespace(self._text)
        if not pc.all(pc.match_substring_regex(cells.filter(pa.array(self._filled)), _CLOCK)).as_py():
            return None
        padded = pc.replace_substring_regex(cells, r"^([0-9]):", r"0\1:")
        return pc.replace_substring_regex(padded, r"^([0-9]{2}:[0-9]{2})$", r"\1:00")

    @staticmethod
    def _at(moments: "NDArray[np.datetime64]", operator: Operator, span: "_Span") -> Mask:
        start, stop = np.datetime64(span.start), np.datetime64(span.stop)
        match operator:
            case Operator.LESS:
                return moments < start
            case Operator.AT_MOST:
                return moments < stop
            case Operator.MORE:
                return moments >= stop
            case Operator.AT_LEAST:
                return moments >= start
        return (moments >= start) & (moments < stop)

    def _as_truth(self, value: Value) -> bool:
        truth = _TRUTHS.get(value.casefold()) if isinstance(value, str) else value
        if truth in (0, 1):
            return bool(truth)
        raise self._incompatible("true and false", value)

    def _as_number(self, value: Value) -> int | float:
        if isinstance(value, str) and re.fullmatch(NUMBER, value.strip()):
            return int(value) if re.fullmatch(r"[+-]?\d+", value.strip()) else float(value)
        if isinstance(value, str):
            raise self._incompatible("numbers", value)
        return value

    def _as_span(self, value: Value) -> "_Span":
        if (span := _span(value)) is not None:
            return span
        raise self._incompatible("dates", value)

    def _incompatible(self, holds: str, value: Value) -> InputError:
        name, other = str(self._series.name)[:80], _as_text(value)[:80]
        return InputError(
            f"The column {name!r} contains {holds} but is compared with {other!r}.",
            "Compare it with a value of that type.",
        )


@dataclass(frozen=True, eq=False)
class _Cells:
    """The numbers among the cells of a column of n, in parts of one type, each exact."""

    n: int
    parts: tuple[tuple[NDArray[np.int64], _Numbers], ...]
    """Rows, and the number in each."""

    def ordered(self, operator: Operator, value: float) -> Mask:
        """Return which cells are less or more than a number: (n,) bool."""
        found = np.zeros(self.n, dtype=bool)
        for rows, numbers in self.parts:
            if isinstance(numbers, list):
                found[rows] = [_COMPARE[operator](number, value) for number in numbers]
            else:
                as_held, bound = _rounded(value, numbers.dtype, operator)
                found[rows] = _COMPARE[as_held](numbers, bound)
        return found

    def among(self, values: list[int | float]) -> Mask:
        """Return which cells are equal to one of some numbers: (n,) bool."""
        found = np.zeros(self.n, dtype=bool)
        for rows, numbers in self.parts:
            if isinstance(numbers, list):
                wanted = set(values)
                found[rows] = [number in wanted for number in numbers]
            else:
                held = [exact for value in values if (exact := _exact(value, numbers.dtype)) is not None]
                found[rows] = np.isin(numbers, np.array(held, numbers.dtype))
        return found


def _exact(value: float, dtype: "np.dtype[Any]") -> int | float | None:
    """Return a number as a type holds it; None when it holds no such number."""
    if dtype.kind == "f":
        held = _as_float(value)
        return held if held == value else None
    if isinstance(value, float) and not value.is_integer():  # Infinity is none either.
        return None
    limits = np.iinfo(dtype)
    return int(value) if limits.min <= value <= limits.max else None


def _rounded(value: float, dtype: "np.dtype[Any]", operator: Operator) -> tuple[Operator, int | float]:
    """Return a comparison with a number that a type holds, which passes the same cells as the one with `value`.

    So integers of 19 digits are not compared as floats, which would take neighbors for equal.
    """
    if (exact := _exact(value, dtype)) is not None:
        return operator, exact
    if dtype.kind == "f":
        near: int | float = _as_float(value)
    elif np.isinf(value):
        near = value
    else:
        limits = np.iinfo(dtype)
        near = min(max(int(value // 1), int(limits.min)), int(limits.max))
    if near > value:
        return (Operator.LESS if operator in _BELOW else Operator.AT_LEAST), near
    return (Operator.AT_MOST if operator in _BELOW else Operator.MORE), near


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


@dataclass(frozen=True)
class _Span:
    """From the start of a moment, in UTC, up to its end: a day lasts 24 hours, a year 365 days or 366."""

    start: datetime
    stop: datetime


def _span(value: Value) -> _Span | None:
    """Return the time that a date means: all of the year 2020, or of the 1st of March; None for what is none."""
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        return None
    text = _as_text(value).strip()
    try:
        if found := _MOMENT.fullmatch(text):
            return _of_parts(found)
        return _of_any(text)
    except (ValueError, OverflowError, pa.ArrowInvalid):
        return None


def _of_parts(found: re.Match[str]) -> _Span:
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in found.groups()[:6])
    start = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0)
    if found[7]:
        start += timedelta(seconds=float(found[7]))
        return _Span(start, start + timedelta(microseconds=1))
    if month is None:
        return _Span(start, start.replace(year=start.year + 1))
    if day is None:
        return _Span(start, (start + timedelta(days=31)).replace(day=1))
    length = timedelta(days=1) if hour is None else timedelta(minutes=1) if second is None else timedelta(seconds=1)
    return _Span(start, start + length)


def _of_any(text: str) -> _Span | None:
    """Read a date as a column of them is read."""
    read = read_dates(pa.chunked_array([pa.array([text], type=pa.large_string())]))
    if read is None or read.column is None:
        return None
    start = read.column[0].as_py()
    if start.tzinfo is not None:
        start = start.astimezone(UTC).replace(tzinfo=None)
    return _Span(start, start + (timedelta(seconds=1) if ":" in text else timedelta(days=1)))


def _clock_time(text: str) -> str:
    """Return a time of day as 09:30:00."""
    padded = text if text.index(":") == 2 else f"0{text}"
    return padded if text.count(":") == 2 else f"{padded}:00"


def _either(masks: Iterable[Mask]) -> Mask:
    return reduce(np.logical_or, masks)


def _mask(found: pa.ChunkedArray) -> Mask:
    """Return what Arrow says of each cell, false for a missing one."""
    mask: Mask = pc.fill_null(found, False).to_numpy().astype(bool)
    return mask


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and not value.strip()


def _as_text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
