"""Text that came with somebody's data, made safe to stand where Streamlit reads markdown.

Labels, captions, alerts and progress texts read markdown: an image in it would be fetched by whoever looks on.
`st.text`, `st.code`, `st.dataframe` and the options of a select box do not, and need none of this.
"""

import re

_JOINER = "\u2060"
"""A word joiner: invisible, without width, and no part of any markdown, link or icon."""
_SPECIAL = re.compile(r"""([\\`*_{}\[\]()<>#+\-.!|~$:@&=^"'])""")
_AFTER_ESCAPE = re.compile(r"(\\[:@.<>=~-])(?=\S)")
_WWW = re.compile(r"(w)(ww)", re.IGNORECASE)


def md_label(text: object) -> str:
    """Return markdown that shows the text as it is, on one line: no link, image, icon, color, formula or HTML."""
    line = " ".join(str(text).split())
    line = _SPECIAL.sub(r"\\\1", line)
    # Escapes alone leave bare addresses, icon names and arrows alive: a joiner breaks each of them apart.
    line = _WWW.sub(rf"\1{_JOINER}\2", line)
    return _AFTER_ESCAPE.sub(rf"\1{_JOINER}", line)


def shorten(text: str, limit: int = 48) -> str:
    """Return the text, its middle left out beyond `limit` characters: the end of a name tells files apart."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return f"{text[: limit - tail - 1].rstrip()}…{text[-tail:].lstrip()}"
