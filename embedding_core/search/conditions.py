"""Filters as text: `year >= 1960 and (topic in ("wing", "flow") or not author is empty)`.

A language of its own, small enough to be read to the end, that can say nothing but comparisons: nothing of it is run.
Numbers, dates (2020-03-01) and times (9:30) go without quotation marks; what stands in them is text, as written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from embedding_core.base.errors import InputError

Value: TypeAlias = str | int | float | bool
"""Whole numbers are ints, exact at any length; dates and times are text."""

MOST_CHARS, MOST_DEPTH = 4_000, 40
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PIECE = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<column>`(?:[^`]|``)*`)
    |(?P<moment>\d{4}-\d\d(?:-\d\d(?:[T\ ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?)?(?![\w.:-])
        |\d\d?\.\d\d?\.\d{4}(?![\w.:-])|\d\d?:\d\d(?::\d\d)?(?![\w.:]))
    |(?P<number>"""
    + NUMBER
    + r"""(?![\w.]))
    |(?P<mark>==|!=|<>|<=|>=|=|<|>|\(|\)|,)
    |(?P<word>[^\W\d][\w.]*))""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = frozenset({"and", "or", "not", "in", "contains", "is", "empty", "true", "false"})


class Operator(StrEnum):
    """A comparison operator."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    CONTAINS = "contains"
    """A text has another in it, whatever the case of its letters."""
    EMPTY = "is empty"


_SPELLINGS = {"==": Operator.EQUAL, "<>": Operator.NOT_EQUAL}


@dataclass(frozen=True)
class Comparison:
    """One column against one value, or several for `in`, or none for `is empty`."""

    column: str
    operator: Operator
    values: tuple[Value, ...] = ()

    def __str__(self) -> str:
        plain = re.fullmatch(r"[^\W\d][\w.]*", self.column) and self.column.lower() not in _WORDS
        column = self.column if plain else "`" + self.column.replace("`", "``") + "`"
        if self.operator is Operator.EMPTY:
            return f"{column} is empty"
        values = ", ".join(map(_written, self.values))
        return f"{column} {self.operator} {f'({values})' if self.operator is Operator.IN else values}"


@dataclass(frozen=True)
class Not:
    """The rows that do not match a condition."""

    condition: "Condition"


@dataclass(frozen=True)
class All:
    """The rows that match all conditions."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Either:
    """The rows that match any of the conditions."""

    conditions: tuple["Condition", ...]


Condition: TypeAlias = Comparison | Not | All | Either


def as_number(text: str) -> int | float | str:
    """Return what is written like a number as one; with leading zeros, or as 1e5, it may be a code, and stays text."""
    if re.fullmatch(r"[+-]?0\d[\d.]*|\d+[eE]\d+", text):
        return text
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _written(value: Value) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return str(value).lower()
    # In full, so that it reads back as the same number; an infinite one has no digits but too large ones.
    return repr(value).removesuffix(".0").replace("inf", "1e+999")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    def says(self, *words: str) -> bool:
        return self.kind in ("word", "mark") and self.text.lower() in words


def parse_filter(text: str) -> Condition:
    """Parse a filter into a condition.

    Raises:
        InputError: it is no filter, with the place where it stops being one.
    """
    if len(text) > MOST_CHARS:
        raise InputError(f"The filter has {len(text):,} characters.", f"Write at most {MOST_CHARS:,}.")
    parser = _Parser(text)
    condition = parser.either(0)
    if parser.next.kind != "end":
        raise parser.lost("and, or, or the end")
    return condition


def _tokens(text: str) -> Iterator[_Token]:
    at, stop = 0, len(text.rstrip())
    while at < stop:
        piece = _PIECE.match(text, at)
        if piece is None or piece.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            yield _Token("unknown", text[at : at + 20], at)
            return
        yield _Token(piece.lastgroup, piece[piece.lastgroup], piece.start(piece.lastgroup))
        at = piece.end()
    yield _Token("end", "", len(text))


class _Parser:
    """Recursive descent; `next` is the token not yet read."""

    def __init__(self, text: str) -> None:
        self._rest = _tokens(text)
        self.next = next(self._rest)

    def _take(self) -> _Token:
        token = self.next
        if token.kind not in ("end", "unknown"):
            self.next = next(self._rest)
        return token

    def _took(self, *words: str) -> bool:
        if self.next.says(*words):
            self._take()
            return True
        return False

    def lost(self, wanted: str) -> InputError:
        place = "at its end" if self.next.kind == "end" else f"at {self.next.text[:20]!r}, character {self.next.at + 1}"
        return InputError(f"The filter cannot be read {place}.", f"Expected there: {wanted}.")

    def either(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._took("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._took("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > MOST_DEPTH:
            raise InputError(f"The filter is nested more than {MOST_DEPTH} deep.", "Use fewer nested brackets.")
        if self._took("not"):
            return Not(self._one(depth + 1))
        if not self._took("("):
            return self._comparison()
        inside = self.either(depth + 1)
        if not self._took(")"):
            raise self.lost("a closing bracket")
        return inside

    def _comparison(self) -> Condition:
        if self.next.kind not in ("word", "column") or self.next.says(*_WORDS):
            raise self.lost("the name of a column, in `backticks` when it contains spaces or marks")
        token = self._take()
        column = token.text[1:-1].replace("``", "`") if token.kind == "column" else token.text
        if self._took("is"):
            turned = self._took("not")
            if not self._took("empty"):
                raise self.lost("empty")
            found: Condition = Comparison(column, Operator.EMPTY)
            return Not(found) if turned else found
        turned = self._took("not")
        if self._took("in"):
            found = Comparison(column, Operator.IN, self._values())
        elif self._took("contains"):
            found = Comparison(column, Operator.CONTAINS, (self._value(),))
        elif not turned and self.next.kind == "mark" and not self.next.says("(", ")", ","):
            mark = self._take().text
            return Comparison(column, _SPELLINGS.get(mark) or Operator(mark), (self._value(),))
        else:
            raise self.lost("in or contains" if turned else "=, !=, <, <=, >, >=, in, contains or is empty")
        return Not(found) if turned else found

    def _values(self) -> tuple[Value, ...]:
        if not self._took("("):
            raise self.lost("values in brackets, with commas between them")
        values = [self._value()]
        while self._took(","):
            values.append(self._value())
        if not self._took(")"):
            raise self.lost("a comma or a closing bracket")
        return tuple(values)

    def _value(self) -> Value:
        if self.next.says("true", "false"):
            return self._take().text.lower() == "true"
        if self.next.kind == "number":
            return as_number(self._take().text)
        if self.next.kind == "moment":
            return self._take().text
        if self.next.kind == "text":
            return re.sub(r"\\(.)", r"\1", self._take().text[1:-1], flags=re.DOTALL)
        if self.next.kind == "word" and not self.next.says(*_WORDS):
            return self._take().text
        raise self.lost('a number, or a text in "quotation marks"')
