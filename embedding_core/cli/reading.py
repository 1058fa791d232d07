"""How a command reads its file: what the options decide of it, and what is said of it on standard error."""

import sys
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal

import pandas as pd
from cyclopts import Parameter, Token

from embedding_core.base.errors import InputError
from embedding_core.cli.run import add_to_json
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.stages import Source
from embedding_core.data.summary import Summary
from embedding_core.data.table import DELIMITERS, Format, ReadOptions

_DELIMITERS = {name.replace(" ", "-"): mark for mark, name in DELIMITERS.items()} | {r"\t": "\t"}


def _delimiter(_: Any, tokens: tuple[Token, ...]) -> str:
    """Return the delimiter that is meant by its name, or by itself."""
    return _DELIMITERS.get(tokens[0].value.lower(), tokens[0].value)


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How a file is read, and what its columns are for; what is left out is detected."""

    label_column: str | None = None
    """Column of classes; detected when left out."""
    id_column: str | None = None
    """Column of unique names of the rows; detected when left out."""
    split_column: str | None = None
    """Column that says which rows are for training and which for testing."""
    format: Literal["csv", "tsv", "json", "jsonl", "txt"] | None = None
    """Format of a text file, whatever its name says."""
    encoding: str | None = None
    """Encoding of a text file, such as utf-8, cp1252 or shift_jis."""
    delimiter: Annotated[str | None, Parameter(converter=_delimiter, n_tokens=1, allow_leading_hyphen=True)] = None
    """What separates cells: a character, or one of comma, semicolon, tab, vertical-bar, space, colon."""
    header: Annotated[bool | None, Parameter(negative="--no-header")] = None
    """Whether the first row names the columns."""
    records_path: str | None = None
    """Where the records of a JSON file stand, such as data.items or hits.hits[]._source."""
    sheet: str | None = None
    """Sheet of a workbook, array of an npz file, or table of a ZIP."""


def with_options(source: Source, options: ReadingOptions) -> Source:
    """Return a source that is read as the options say.

    Raises:
        InputError: there is no table to read.
    """
    given = {one.name: getattr(options, one.name) for one in fields(ReadOptions) if hasattr(options, one.name)}
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        return source
    if source.table is None:
        option = f"--{next(iter(given)).replace('_', '-')}"
        raise InputError(f"{source.name} holds pictures and no table.", f"Leave {option} out.")
    if "format" in given:
        given["format"] = Format(given["format"])
    return replace(source, table=replace(source.table, options=replace(source.table.options, **given)))


def named_columns(frame: pd.DataFrame, options: ReadingOptions, name: str) -> dict[str, str]:
    """Return the columns that the options name, by what they are for.

    Raises:
        InputError: one is not there.
    """
    roles = {"label": options.label_column, "id": options.id_column, "split": options.split_column}
    named = {role: column for role, column in roles.items() if column is not None}
    for column in named.values():
        if column not in frame:
            names = ", ".join(map(str, frame.columns[:20]))
            raise InputError(f"{name} has no column {column!r}.", f"It has: {names}.")
    return named


def with_roles(choice: ColumnChoice, named: dict[str, str]) -> ColumnChoice:
    """Return a choice of columns with these in their roles; what had the role before is kept as a column."""
    former = [getattr(choice, role) for role in named if getattr(choice, role) is not None]
    keep = choice.keep if choice.keep is None else tuple(dict.fromkeys([*choice.keep, *former]))
    return replace(choice, keep=keep, **named)  # type: ignore[arg-type]


def say(summary: Summary, name: str) -> None:
    """Say how a file was read, and what was left out or is in doubt: on standard error and in `--json` as `read`."""
    lines = [f"{name}: {summary.line()}", *(f"warning: {warning}" for warning in summary.warnings)]
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    add_to_json("read", summary.record())
