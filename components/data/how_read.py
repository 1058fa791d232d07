"""How a file was read, and the ways to read it otherwise."""

from dataclasses import replace
from typing import Any

import streamlit as st

from components.app.untrusted import md_label
from embedding_core.data.table import Format, ReadOptions, ReadReport

_TEXT_FORMATS = (Format.CSV, Format.TSV, Format.JSON, Format.JSONL, Format.TXT)
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr", "mac_roman")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "space", ":": "colon"}
_AUTOMATIC = ""
_HEADERS = {True: "yes", False: "no", None: None}


def summary(how: ReadReport) -> str:
    """Return how a file was read, in one line of markdown."""
    parts = [how.format.upper(), how.packing or "", how.encoding or "", md_label(_delimiter(how.delimiter))]
    parts.append({True: "header", False: "no header", None: ""}[how.header])
    parts.append(f"records at {md_label(how.records_path)}" if how.records_path else "")
    parts.append(f"{_part(how)} {md_label(how.sheet)}" if how.sheet else "")
    return " · ".join(part for part in parts if part)


def _delimiter(mark: str | None) -> str:
    return "" if mark is None else _DELIMITERS.get(mark, f"“{mark}”")


def show(how: ReadReport | None, options: ReadOptions, key: str, place: str) -> ReadOptions:
    """Draw what was found, each part changeable; return the options as they now stand.

    Args:
        how: what was found; None when the file could not be read.
        options: what was decided before.
        key: another one for other options, since what is automatic changes with them.
        place: the same for all readings of one file, so that the panel stays open.
    """
    if how is not None and how.format not in _TEXT_FORMATS and len(how.sheets) < 2:
        st.caption(f":material/article: How it was read: {summary(how)}")
        return options
    label = f"How it was read: {summary(how)}" if how else "Change the import options"
    with st.expander(label, icon=":material/article:", expanded=how is None, key=place):
        if how is not None and len(how.sheets) > 1:
            sheet = _choice(st, _part(how).capitalize(), how.sheets, options.sheet, how.sheet, key)
            if sheet != options.sheet:  # the rest of what was chosen was chosen for another table
                return ReadOptions(sheet=sheet)
        if how is None or how.format in _TEXT_FORMATS:
            return _text_choices(how, options, key)
        return options


def _text_choices(how: ReadReport | None, options: ReadOptions, key: str) -> ReadOptions:
    known = how or ReadReport(Format.TXT)
    form, encoding, delimiter, header = st.columns(4)
    if known.format in (Format.JSON, Format.JSONL) or options.records_path is not None:
        given = st.text_input(
            "Path of the records",
            options.records_path or "",
            placeholder=known.records_path or "automatic",
            help="Keys between dots, with [] behind those of lists: data.items, or hits.hits[]._source.",
            key=f"{key}-path",
        ).strip()
        options = replace(options, records_path=given or None)
    return replace(
        options,
        format=_choice(form, "Format", _TEXT_FORMATS, options.format, how.format.upper() if how else None, key),
        encoding=_choice(encoding, "Encoding", _ENCODINGS, options.encoding, known.encoding, key),
        delimiter=_choice(
            delimiter, "Delimiter", tuple(_DELIMITERS), options.delimiter, _delimiter(known.delimiter), key
        ),
        header=_choice(header, "Header row", (True, False), options.header, _HEADERS[known.header], key),
    )


def _part(how: ReadReport) -> str:
    """Return what a file of several tables calls each."""
    if how.packing == "zip" and len(how.sheets) > 1:
        return "table"
    return "sheet" if how.format is Format.XLSX else "array"


def _name(value: Any) -> str:
    if isinstance(value, Format):
        return value.upper()
    return str(_HEADERS[value]) if isinstance(value, bool) else _DELIMITERS.get(value, str(value))


def _choice(place: Any, label: str, values: tuple[Any, ...], chosen: Any, found: str | None, key: str) -> Any:
    """Draw one select box whose first entry leaves the matter to be found out."""
    automatic = f"automatic ({found})" if found else "automatic"
    # None would mean to Streamlit that nothing is chosen.
    options = (_AUTOMATIC, *([] if chosen is None or chosen in values else [chosen]), *values)
    value = place.selectbox(
        label,
        options,
        index=options.index(_AUTOMATIC if chosen is None else chosen),
        format_func=lambda value: automatic if value == _AUTOMATIC else _name(value),
        key=f"{key}-{label}",
    )
    return None if value == _AUTOMATIC else value
