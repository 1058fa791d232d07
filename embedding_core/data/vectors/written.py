"""Vectors that stand in cells as text, such as "[0.1, 0.2]" or "[0.1 0.2]"."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at

from embedding_core.data.vectors.lists import ListColumn, equal_lists, mean_lists

HEAD = 200
READABLE = 0.8
"""At least this share of the cells that hold something must be vectors."""
MIN_BRACKETED = 3
"""Two numbers in brackets are a place or a range."""
MIN_BARE = 8
"""Fewer numbers without brackets are a date, a telephone number or a list of ids."""

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_GAP = r"(?i:[-+]?nan|[-+]?inf|[-+]?infinity|null|none|n/a)"
_VALUE = rf"(?:{_NUMBER}|{_GAP})"
_BETWEEN = r"(?:\s*[,;|]\s*|\s+)"
_VALUES = rf"{_VALUE}(?:{_BETWEEN}{_VALUE})*"
_OPEN, _CLOSE = r"(?:[A-Za-z.]{1,24}\()?\s*[\[({<]", r"[\])}>]\s*(?:,\s*[a-z_]+=[^()]*)?\)?"
_BRACKETED = re.compile(rf"\s*{_OPEN}\s*{_VALUES}[\s,;]*{_CLOSE}\s*")
_NESTED = re.compile(rf"\s*{_OPEN}\s*[\[(]\s*{_VALUE}[^A-Za-z]*")
_BARE = re.compile(rf"\s*{_VALUES}[\s,;]*")
_CUT = re.compile(rf"\s*{_OPEN}\s*(?:{_VALUES}[\s,]*)?(?:\.\.\.|…)[^\[\]]*{_CLOSE}\s*")
_BRACKETS = " \t\r\n[](){}<>"
_PIECE = re.compile(r"[\[(]([^\[\]()]+)[\])]")
_CALL, _REST = r"^\s*[A-Za-z.]+\(", r",?\s*(?:dtype|device|requires_grad|grad_fn|shape)=.*$"


def written_vectors(column: pa.ChunkedArray) -> ListColumn:
    """Return a column of texts as vectors where they are vectors written down, in whatever brackets.

    Programs that keep a table as CSV write lists so: pandas, NumPy, PostgreSQL, torch. Cells that hold nothing are
    null, and so are those few that hold something else.
    """
    head = [cell for cell in _filled_head(column) if cell.strip()]
    if not head or not any(char.isdecimal() for char in head[0]):
        return ListColumn(None)
    if _share(_CUT, head) >= READABLE:
        return ListColumn(None, "contains vectors that were cut short to “…” when they were written, so it has none.")
    if _share(_NESTED, head) >= READABLE:
        return _nested(column)
    if not (_are_bracketed(head) or _are_bare(head)):
        return ListColumn(None)
    return _read(column, head)


def _filled_head(column: pa.ChunkedArray) -> list[str]:
    filled: list[str] = []
    for chunk in column.chunks:
        kept = chunk.slice(0, 10 * HEAD).drop_null()
        filled += kept.filter(pc.not_equal(kept, "")).slice(0, HEAD).to_pylist()
        if len(filled) >= HEAD:
            break
    return filled[:HEAD]


def _share(pattern: re.Pattern[str], cells: list[str]) -> float:
    return sum(pattern.fullmatch(cell) is not None for cell in cells) / len(cells)


def _are_bracketed(cells: list[str]) -> bool:
    found = [cell for cell in cells if _BRACKETED.fullmatch(cell)]
    return len(found) >= READABLE * len(cells) and min(map(_count, found)) >= MIN_BRACKETED


def _are_bare(cells: list[str]) -> bool:
    counts = {_count(cell) for cell in cells}
    return (
        len(counts) == 1
        and min(counts) >= MIN_BARE
        and all("." in cell and _BARE.fullmatch(cell) is not None for cell in cells)
    )


def _count(cell: str) -> int:
    return len(re.findall(_VALUE, cell))


def _read(column: pa.ChunkedArray, head: list[str]) -> ListColumn:
    """Split and convert whole chunks in Arrow; value by value only where that fails."""
    separator = next((mark for mark in ",;|" if mark in head[0].strip(_BRACKETS + ",;")), None)
    parts, unreadable, before = [], [], 0
    for chunk in column.chunks:
        texts = chunk.cast(pa.large_string()) if not at.is_large_string(chunk.type) else chunk
        if "(" in head[0]:
            texts = pc.replace_substring_regex(pc.replace_substring_regex(texts, _CALL, ""), _REST, "")
        texts = pc.utf8_trim(texts, characters=_BRACKETS + ",;")
        texts = pc.if_else(pc.equal(texts, ""), None, texts)
        lists = pc.utf8_split_whitespace(texts) if separator is None else pc.split_pattern(texts, separator)
        values = lists.values if separator is None else pc.utf8_trim_whitespace(lists.values)
        numbers, bad = _numbers(values)
        if len(bad):
            parents = np.searchsorted(lists.offsets.to_numpy(), bad, side="right") - 1
            unreadable += [before + row for row in np.unique(parents).tolist()]
        parts.append(pa.LargeListArray.from_arrays(_offsets(lists), numbers))
        before += len(chunk)
    whole = pa.chunked_array(parts, type=pa.large_list(pa.float32()))
    if unreadable:
        filled = len(column) - pc.list_value_length(whole).null_count
        if len(unreadable) > (1 - READABLE) * filled:
            return ListColumn(None)
        spoiled = np.zeros(len(column), dtype=bool)
        spoiled[unreadable] = True
        whole = pc.if_else(pa.array(spoiled), None, whole)
    found = equal_lists(whole)
    if found.column is None or not unreadable:
        return found
    cells = "1 cell that is" if len(unreadable) == 1 else f"{len(unreadable):,} cells that are"
    said = f"has {cells} no vector (first: row {unreadable[0]:,}, counting from 0), taken for missing."
    return ListColumn(found.column, f"{said} It {found.warning}" if found.warning else said)


def _offsets(lists: pa.Array) -> pa.Array:
    """Return the offsets of lists as 64-bit integers, null where a list is."""
    offsets = lists.offsets.cast(pa.int64())
    gaps = np.append(lists.is_null().to_numpy(zero_copy_only=False), False)
    return pa.array(offsets.to_numpy(), mask=gaps)


def _numbers(values: pa.Array) -> tuple[pa.Array, "np.ndarray[tuple[int], np.dtype[np.intp]]"]:
    """Return texts as float32, and the places of those that are neither a number nor a word for none."""
    try:
        return values.cast(pa.float32()), np.empty(0, np.intp)
    except pa.ArrowInvalid:
        sound = pc.match_substring_regex(values, rf"^{_NUMBER}$")
        gap = pc.match_substring_regex(values, rf"^{_GAP}$")
        numbers = pc.if_else(sound, values, "nan").cast(pa.float32())
        return numbers, np.flatnonzero(~np.asarray(pc.or_(sound, gap)))


def _nested(column: pa.ChunkedArray) -> ListColumn:
    rows: list[list[list[float]] | None] = []
    for cell in column.to_pylist():
        try:
            pieces = [piece.replace(",", " ").split() for piece in _PIECE.findall(cell or "")]
            rows.append([[float(value) for value in piece] for piece in pieces if piece] or None)
        except ValueError:
            rows.append(None)
    return mean_lists(pa.chunked_array([pa.array(rows, type=pa.list_(pa.list_(pa.float64())))]))
