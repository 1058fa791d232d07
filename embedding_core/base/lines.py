"""Lines of text, and text that UTF-8 can carry."""

import re


def split_lines(text: str) -> list[str]:
    """Split at line feeds, carriage returns and both together, and at nothing else; the ends are left away.

    `str.splitlines` also splits at U+2028, U+0085, form feeds and others, which texts hold within a line.
    """
    lines = re.split(r"\r\n|\n|\r", text) if "\r" in text else text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def without_surrogates(text: str) -> str:
    """Return a text whose halves of surrogate pairs, which UTF-8 and tokenizers refuse, are question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
