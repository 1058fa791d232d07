"""How a file was read, and the ways to read it otherwise."""

from dataclasses import replace
from typing import Any

import streamlit as st

from components.app.untrusted import md_label
from embedding_core.data.summary import part_name
from embedding_core.data.table import DELIMITERS, Format, ReadOptions, ReadReport

_TEXT_FORMATS = (Format.CSV, Format.TSV, Format.JSON, Format.JSONL, Format.TXT)
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr", "mac_roman")
_JSON = (Format.JSON, Format.JSONL)
_AUTOMATIC, _ROOT = "", "the whole document"
_MOST_NAMED = 5
_HEADERS = {True: "yes", False: "no", None: None}


def summary(how: ReadReport) -> str:
    """Return how a file was read, in one line of markdown."""
    parts = [how.format.upper(), how.encoding or "", md_label(_delimiter(how.delimiter))]
    line = f" in line {how.header_line:,}" if how.header_line else ""
    parts.append({True: f"header{line}", False: "no header", None: ""}[how.header])
    parts.append(f"{part_name(how)} {md_label(how.sheet)}" if how.sheet else "")
    parts.append(f"records at {md_label(how.records_path)}" if how.records_path else "")
    parts.append(how.packing or "")
    return " · ".join(part for part in parts if part)


def _delimiter(mark: str | None) -> str:
    return "" if mark is None else DELIMITERS.get(mark, f"“{mark}”")


def show(how: ReadReport | None, options: ReadOptions, key: str, place: str, *, expanded: bool = False) -> ReadOptions:
    """Draw what was found, each part changeable; return the options as they now stand.

    Args:
        how: what was found; None when the file could not be read.
        options: what was decided before.
        key: another one for other options, since what is automatic changes with them.
        place: the same for all readings of one file, so that the panel stays open.
        expanded: the panel stands open.
    """
    text = how is None or how.format in _TEXT_FORMATS
    several = how is not None and (len(how.sheets) > 1 or options.sheet is not None)
    if how is not None and not text and not several and how.header is None:
        st.caption(f":material/article: How it was read: {summary(how)}")
        return options
    label = f"How it was read: {summary(how)}" if how else "Change the import options"
    with st.expander(label, icon=":material/article:", expanded=expanded or how is None, key=place):
        if how is not None and several:
            sheet = _choice(st, part_name(how).capitalize(), how.sheets, options.sheet, how.sheet, key)
            if sheet != options.sheet:  # the rest of what was chosen was chosen for another table
                return ReadOptions(sheet=sheet)
        if text:
            return _text_choices(how, options, key)
        if how is not None and how.header is not None:
            options = replace(options, header=_header(st, how, options, key))
        return options


def doubts(how: ReadReport) -> None:
    """Draw what was guessed with doubt or left out while a file was read."""
    left = [f"Column {name!r} was left out: {reason}." for name, reason in how.left_out[:_MOST_NAMED]]
    if len(how.left_out) > _MOST_NAMED:
        left.append(f"{len(how.left_out) - _MOST_NAMED:,} more columns were left out.")
    if sentences := [*how.warnings, *left]:
        st.warning("\n".join(f"- {md_label(text)}" for text in sentences), icon=":material/warning:")


def _text_choices(how: ReadReport | None, options: ReadOptions, key: str) -> ReadOptions:
    known = how or ReadReport(Format.TXT)
    form, encoding, third, fourth = st.columns(4)
    encodings = tuple(dict.fromkeys([*filter(None, [known.other_encoding]), *_ENCODINGS]))
    options = replace(
        options,
        format=_choice(form, "Format", _TEXT_FORMATS, options.format, how.format.upper() if how else None, key),
        encoding=_choice(encoding, "Encoding", encodings, options.encoding, known.encoding, key),
    )
    if known.format in _JSON:
        return replace(options, records_path=_records_path(third, known, options, key))
    return replace(
        options,
        delimiter=_choice(third, "Delimiter", tuple(DELIMITERS), options.delimiter, _delimiter(known.delimiter), key),
        header=_header(fourth, known, options, key),
    )


def _header(place: Any, how: ReadReport, options: ReadOptions, key: str) -> bool | None:
    chosen: bool | None = _choice(place, "Header row", (True, False), options.header, _HEADERS[how.header], key)
    return chosen


def _records_path(place: Any, how: ReadReport, options: ReadOptions, key: str) -> str | None:
    """Draw the places of a JSON document where records stand; another one can be typed."""
    paths = tuple(path for path in (how.records_path, *how.records_paths) if path)
    chosen: str | None = _choice(
        place, "Records at", paths, options.records_path, how.records_path or _ROOT, key, accept_new=True
    )
    return chosen


def _name(value: Any) -> str:
    if isinstance(value, Format):
        return value.upper()
    return str(_HEADERS[value]) if isinstance(value, bool) else DELIMITERS.get(value, str(value))


def _choice(
    place: Any,
    label: str,
    values: tuple[Any, ...],
    chosen: Any,
    found: str | None,
    key: str,
    *,
    accept_new: bool = False,
) -> Any:
    """Draw one select box whose first entry leaves the matter to be found out; `accept_new` lets another be typed."""
    automatic = f"automatic ({found})" if found else "automatic"
    # None would mean to Streamlit that nothing is chosen.
    options = (_AUTOMATIC, *([] if chosen is None or chosen in values else [chosen]), *values)
    value = place.selectbox(
        label,
        options,
        index=options.index(_AUTOMATIC if chosen is None else chosen),
        format_func=lambda value: automatic if value == _AUTOMATIC else _name(value),
        key=f"{key}-{label}",
        accept_new_options=accept_new,
    )
    return None if value == _AUTOMATIC else value
