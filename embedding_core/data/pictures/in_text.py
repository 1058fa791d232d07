"""Pictures written as text: data URIs and Base64."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from embedding_core.base.errors import InputError

# RFC 2397; the type may have parameters.
_URI = re.compile(r"data:(?:image/|application/octet-stream)[^,]{0,200}?(;base64)?,", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
# What JPEG, PNG, GIF, WebP, TIFF, BMP, AVIF and HEIC begin with, as Base64 writes it.
_BEGINS = r"(?:/9j/|_9j_|iVBORw0KGgo|R0lGOD[dl]h|UklGR|SUkqA|TU0AK|Qk[0-3]|AAAA[A-Za-z0-9+/]{2}Z0eX)"
_MARK = re.compile(
    rb"data:image/[a-z0-9.+-]+[^,\s]{0,100},|(?<![A-Za-z0-9+/_-])" + _BEGINS.encode() + rb"[A-Za-z0-9+/_-]{40}"
)


def may_hold_pictures(text: bytes) -> bool:
    """Say whether a text has anything in it that looks like the beginning of a picture."""
    return _MARK.search(text) is not None


def picture_in_text(text: str) -> bytes | None:
    """Return the bytes of a picture that is written as text; None when it is text of another kind.

    Raises:
        InputError: the text is one, but is damaged.
    """
    text = text.strip()
    uri = _URI.match(text)
    if uri is None:
        if not re.match(_BEGINS, text):
            return None
        encoded = re.sub(r"\s+", "", text)
        return _decoded(encoded) if _BASE64.fullmatch(encoded) else None
    content = text[uri.end() :]
    return (
        _decoded(re.sub(r"\s+", "", unquote_to_bytes(content).decode("ascii", "replace")))
        if uri[1]
        else unquote_to_bytes(content)
    )


def _decoded(encoded: str) -> bytes:
    """Return what Base64 stands for, in either of its alphabets and with its padding or without."""
    try:
        plain = encoded.replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"damaged Base64 ({error})") from None
