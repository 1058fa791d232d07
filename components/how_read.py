"""How a file was read, and the ways to read it otherwise."""

from dataclasses import replace
from typing import Any

import streamlit as st

from components.untrusted import md_label
from embedding_core.sources import Format, ReadOptions, ReadReport

_TEXT_FORMATS = (Format.CSV, Format.TSV, Format.JSON, Format.JSONL, Format.TXT)
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr", "mac_roman")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "space", ":": "colon"}
_AUTOMATIC = ""
_HEADER = {True: "yes", False: "no"}


def summary(how: ReadReport) -> str:
    """Return how a file was read, in one line of markdown."""
    parts = [how.format.upper(), how.encoding or "", md_label(_delimiter(how.delimiter))]
    parts.append({True: "header", False: "no header", None: ""}[how.header])
    parts.append(f"sheet {md_label(how.sheet)}" if how.sheet else "")
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
    label = f"How it was read: {summary(how)}" if how else "Read it another way"
    found = _found(how) if how else {}
    with st.expander(label, icon=":material/article:", expanded=how is None, key=place):
        columns = st.columns(4)
        form = _choice(columns[0], "Format", _TEXT_FORMATS, options.format, found, key)
        encoding = _choice(columns[1], "Encoding", _ENCODINGS, options.encoding, found, key)
        delimiter = _choice(columns[2], "Delimiter", tuple(_DELIMITERS), options.delimiter, found, key)
        header = _choice(columns[3], "Header row", (True, False), options.header, found, key)
        sheet = options.sheet
        if how is not None and len(how.sheets) > 1:
            sheet = _choice(st, "Sheet", how.sheets, options.sheet, found, key)
    return replace(options, format=form, encoding=encoding, delimiter=delimiter, header=header, sheet=sheet)


def _found(how: ReadReport) -> dict[str, str | None]:
    """Return what was found, by the label of the select box that changes it."""
    return {
        "Format": how.format.upper(),
        "Encoding": how.encoding,
        "Delimiter": _delimiter(how.delimiter),
        "Header row": None if how.header is None else _HEADER[how.header],
        "Sheet": how.sheet,
    }


def _name(value: Any) -> str:
    if isinstance(value, Format):
        return value.upper()
    return _HEADER[value] if isinstance(value, bool) else _DELIMITERS.get(value, str(value))


def _choice(
    place: Any, label: str, values: tuple[Any, ...], chosen: Any, found: dict[str, str | None], key: str
) -> Any:
    """Draw one select box whose first entry leaves the matter to be found out."""
    automatic = f"automatic ({found[label]})" if found.get(label) else "automatic"
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
