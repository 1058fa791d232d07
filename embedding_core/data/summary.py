"""How what was brought was read: one line to say, a record for machines, and what was left out or is in doubt."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from embedding_core.data.build import PIECE, RowPictures, column_texts
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.columns import holds_vectors
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.pictures.album import Album
from embedding_core.data.table import DELIMITERS, Format, ReadReport, Table

SUMMARY_FILE = "summary.json"
_NAMED = 5
_NAMED_FILES = 10
_MOST_NAMES = 500
_JOINED = 3
_PLAIN_ENCODINGS = ("utf-8", "ascii")
_FORMATS = {Format.PARQUET: "Parquet", Format.ARROW: "Arrow", Format.NPY: ".npy", Format.NPZ: ".npz"}


def quoted(name: str) -> str:
    """Return a name as it stands in a line of plain text."""
    return f"`{name}`"


@dataclass(frozen=True)
class ColumnUse:
    """What a column holds and what it is for."""

    type: str
    """text, integer, number, boolean, date or vectors."""
    role: str
    """text, vectors, feature, picture, label, id, split, kept or left out."""


@dataclass(frozen=True)
class LeftOut:
    """Something that was brought and is not in the data set."""

    what: str
    """file, picture, column or row."""
    reason: str
    count: int
    names: tuple[str, ...] = ()
    """The first 500 of them."""


@dataclass(frozen=True)
class Summary:
    """How what was brought was read and what each part of it is for."""

    how: ReadReport
    kind: Kind
    rows: int
    """Rows of the data set."""
    of_rows: int
    """Rows of the table."""
    columns: dict[str, ColumnUse]
    dim: int | None = None
    """Dimensions of ready-made vectors."""
    empty: tuple[str, ...] = ()
    """The ids of the first rows whose text is empty."""
    empty_rows: int = 0
    left_out: tuple[LeftOut, ...] = ()
    files: int = 0
    """Files that came as pictures."""
    sampled: bool = False
    """The rows were drawn at random."""
    further: tuple[str, ...] = ()
    """What was left out or filled in when the data set was made of the table, one sentence each."""

    def line(self, quote: Callable[[str], str] = quoted) -> str:
        """Return all of it in one line.

        Args:
            quote: sets a name that comes from the file apart from the words around it.
        """
        parts = [self._size(), *self._roles(quote), *_format(self.how, quote)]
        return "; ".join([", ".join(parts), *self._missing()])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was guessed with doubt or left out, one sentence each, with names and counts."""
        sentences = [*self.how.warnings, *self.further]
        files = [one for one in self.left_out if one.what == "file"]
        if files:
            count = sum(one.count for one in files)
            named = [f"{name} ({one.reason})" for one in files for name in one.names]
            were = f"1 of {self.files:,} files was" if count == 1 else f"{count:,} of {self.files:,} files were"
            sentences.append(f"{were} left out: {_listed(named, count, _NAMED_FILES)}.")
        for one in self.left_out:
            if one.what == "row" and self.further:
                continue  # said by what made the data set, with its reasons
            if one.what != "file":
                were = f"{_counted(one.count, one.what)} {'was' if one.count == 1 else 'were'}"
                sentences.append(f"{were} left out ({one.reason}): {_listed(one.names, one.count)}.")
        if self.sampled:
            sentences.append(f"{self.rows:,} of {self.of_rows:,} rows were drawn at random.")
        if self.empty_rows:
            have = "1 row has" if self.empty_rows == 1 else f"{self.empty_rows:,} rows have"
            sentences.append(f"{have} no text: {_listed(self.empty, self.empty_rows)}.")
        return tuple(sentences)

    def record(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        how = asdict(self.how)
        for name in ("rows", "columns", "notes", "warnings", "other_encoding", "records_paths", "left_out"):
            del how[name]
        return {
            "line": self.line(),
            "rows": self.rows,
            "columns": {name: asdict(use) for name, use in self.columns.items()},
            **how,
            "empty_rows": self.empty_rows,
            "left_out": [asdict(one) for one in self.left_out],
            "notes": list(self.how.notes),
            "warnings": list(self.warnings),
        }

    def save(self, folder: Path) -> None:
        """Write it into an existing folder."""
        (folder / SUMMARY_FILE).write_text(json.dumps(asdict(self), ensure_ascii=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Summary":
        """Read what `save` wrote.

        Raises:
            OSError: it is not there.
        """
        saved = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
        return cls(
            **saved
            | {
                "how": ReadReport(**saved["how"]),
                "kind": Kind(saved["kind"]),
                "columns": {name: ColumnUse(**use) for name, use in saved["columns"].items()},
                "empty": tuple(saved["empty"]),
                "left_out": tuple(LeftOut(**one | {"names": tuple(one["names"])}) for one in saved["left_out"]),
                "further": tuple(saved["further"]),
            }
        )

    def _size(self) -> str:
        what = "picture" if self.how.format is Format.PICTURES else "row"
        return f"{_counted(self.rows, what)}{f' of {self.of_rows:,} drawn at random' if self.sampled else ''}"

    def _roles(self, quote: Callable[[str], str]) -> list[str]:
        names: dict[str, list[str]] = {}
        for name, use in self.columns.items():
            names.setdefault(use.role, []).append(name)
        text = "caption" if self.kind is not Kind.TEXT else "text in"
        dims = f" ({self.dim:,} dimensions)" if self.dim else ""
        pictured = self.how.format is Format.PICTURES
        said = {
            "vectors": f"vectors in {{}}{dims}",
            "feature": f"vectors of the columns {{}}{dims}",
            "picture": "" if pictured else "pictures in {}",
            "text": f"{text} {{}}",
            "label": "label {}",
            "id": "" if pictured else "ID {}",
            "split": "split {}",
        }
        found = {role: form for role, form in said.items() if role in names and form}
        return [form.format(_joined(names[role], quote)) for role, form in found.items()]

    def _missing(self) -> list[str]:
        counts: dict[str, int] = {}
        for one in self.left_out:
            counts[one.what] = counts.get(one.what, 0) + one.count
        parts = [
            f"{f'{count:,} of {self.files:,} files' if what == 'file' else _counted(count, what)} left out"
            for what, count in counts.items()
        ]
        return [*parts, *([f"{_counted(self.empty_rows, 'row')} empty"] if self.empty_rows else [])]


def summarize(
    table: Table,
    album: Album | None,
    choice: ColumnChoice,
    dataset: Dataset,
    pictures: RowPictures | None = None,
    further: Sequence[str] = (),
) -> Summary:
    """Return how a data set came from what was read.

    Args:
        table: what was read; of pictures alone, what is known of each.
        album: the pictures, if there are any.
        choice: what each column is for.
        dataset: what was made of them.
        pictures: which picture belongs to each row of the table.
        further: what was left out or filled in when the data set was made, one sentence each.
    """
    rows = len(table.frame)
    sampled = choice.sample is not None and choice.sample < rows
    skipped = album.skipped if album is not None else ()
    alone = table.how.format is Format.PICTURES
    columns = {str(name): _use(str(name), table.frame[name], choice, dataset) for name in table.frame.columns}
    blank = dataset.is_blank.nonzero()[0].tolist() if dataset.kind is Kind.TEXT else []
    left_out = [
        *_by_reason("file", [(one.name, one.reason) for one in skipped]),
        *([] if album is None or alone or pictures is None else _unused_pictures(album, pictures)),
        *_by_reason("column", [*table.how.left_out, *_unused(columns)]),
        *([] if sampled else _rows(table.frame, choice, dataset)),
    ]
    return Summary(
        how=table.how,
        kind=dataset.kind,
        rows=len(dataset),
        of_rows=rows,
        columns=columns,
        dim=None if dataset.vectors is None else int(dataset.vectors.shape[1]),
        empty=tuple(dataset.ids[row] for row in blank[:_NAMED]),
        empty_rows=len(blank),
        left_out=tuple(left_out),
        files=0 if album is None else len(album) + len(skipped),
        sampled=sampled,
        further=tuple(further),
    )


def _use(name: str, column: "pd.Series[Any]", choice: ColumnChoice, dataset: Dataset) -> ColumnUse:
    """Return what a column is for; one that is for two things, for the one that matters more."""
    embedded = dataset.kind is not Kind.PICTURES
    named = {match[1] for match in PIECE.finditer(choice.template or "") if match[1]}
    roles = {
        "vectors": embedded and name == choice.vector_column,
        "feature": embedded and choice.vector_column is None and name in choice.numeric,
        "picture": dataset.kind is Kind.PICTURES and name == choice.pictures,
        "text": name in choice.text or name in named,
        "label": name == choice.label,
        "id": name == choice.id,
        "split": name == choice.split,
        "kept": name in dataset.columns,
    }
    return ColumnUse(_type(column), next((role for role, holds in roles.items() if holds), "left out"))


def _type(column: "pd.Series[Any]") -> str:
    if holds_vectors(column):
        return "vectors"
    checks = {
        "boolean": pd.api.types.is_bool_dtype,
        "integer": pd.api.types.is_integer_dtype,
        "number": pd.api.types.is_numeric_dtype,
        "date": pd.api.types.is_datetime64_any_dtype,
    }
    return next((kind for kind, is_kind in checks.items() if is_kind(column.dtype)), "text")


def _by_reason(what: str, found: Sequence[tuple[str, str]]) -> list[LeftOut]:
    reasons: dict[str, list[str]] = {}
    for name, reason in found:
        reasons.setdefault(reason, []).append(name)
    return [_left_out(what, reason, names) for reason, names in reasons.items()]


def _unused_pictures(album: Album, pictures: RowPictures) -> list[LeftOut]:
    used = set(pictures.keys)
    index = album.index
    names = [name for name, key in zip(index["name"], index["key"], strict=True) if key not in used]
    return [_left_out("picture", "named by no row", names)] if names else []


def _unused(columns: dict[str, ColumnUse]) -> list[tuple[str, str]]:
    """Return the columns that are in the table and not in the data set."""
    reasons = {"vectors": "vectors that were not chosen"}
    unused = [(name, use.type) for name, use in columns.items() if use.role == "left out"]
    return [(name, reasons.get(kind, "not chosen")) for name, kind in unused]


def _rows(frame: pd.DataFrame, choice: ColumnChoice, dataset: Dataset) -> list[LeftOut]:
    if len(dataset) >= len(frame):
        return []
    every = column_texts(frame[choice.id]) if choice.id is not None else list(map(str, range(len(frame))))
    there = set(dataset.ids)
    names = [row for row in every if row not in there]
    reason = "no picture and no text" if dataset.kind is Kind.PICTURES else "no vector"
    return [_left_out("row", reason, names)] if names else []


def _left_out(what: str, reason: str, names: Sequence[str]) -> LeftOut:
    return LeftOut(what, reason, len(names), tuple(names[:_MOST_NAMES]))


def _format(how: ReadReport, quote: Callable[[str], str]) -> list[str]:
    """Return what there is to say of the file itself."""
    parts = []
    if how.delimiter is not None:
        parts.append(DELIMITERS.get(how.delimiter, quote(how.delimiter)))
    elif how.format is Format.TXT:
        parts.append("one text per line")
    elif how.format is not Format.PICTURES:
        parts.append(_FORMATS.get(how.format, how.format.upper()))
    if how.sheet:
        parts.append(f"{part_name(how)} {quote(how.sheet)}")
    if how.records_path:
        parts.append(f"records at {quote(how.records_path)}")
    if how.header is not None and how.format is not Format.TXT:
        where = f" in line {how.header_line:,}" if how.header_line else ""
        parts.append(f"header{where}" if how.header else "no header")
    if how.encoding is not None and how.encoding not in _PLAIN_ENCODINGS:
        parts.append(how.encoding)
    if how.packing and not how.sheet:
        parts.append(how.packing)
    return parts


def part_name(how: ReadReport) -> str:
    """Return what a file that holds several tables calls each."""
    if how.format is Format.XLSX:
        return "sheet"
    return "table" if how.packing == "zip" else "array"


def _joined(names: list[str], quote: Callable[[str], str]) -> str:
    some = ", ".join(map(quote, names[:_JOINED]))
    return f"{some} and {len(names) - _JOINED:,} more" if len(names) > _JOINED else some


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _listed(names: Sequence[str], count: int, most: int = _NAMED) -> str:
    return ", ".join(names[:most]) + (", …" if count > most else "")
