"""Lines of text."""

import re


def split_lines(text: str) -> list[str]:
    """Split at line feeds, carriage returns and both together, and at nothing else; the ends are left away.

    `str.splitlines` also splits at U+2028, U+0085, form feeds and others, which texts hold within a line.
    """
    lines = re.split(r"\r\n|\n|\r", text) if "\r" in text else text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines
