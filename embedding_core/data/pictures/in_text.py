"""Pictures written as text: data URIs and Base64."""

import base64
import binascii
import json
import re
from urllib.parse import unquote_to_bytes

from embedding_core.base.errors import InputError

# RFC 2397; the type may have parameters.
_URI = re.compile(r"data:(?:image/|application/octet-stream)[^,]{0,200}?(;base64)?,", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
# What JPEG, PNG, GIF and WebP begin with, as Base64 writes it; and TIFF, BMP, AVIF and HEIC.
_USUAL = r"/9j/|_9j_|iVBORw0KGgo|R0lGOD[dl]h|UklGR"
_BEGINS = rf"(?:{_USUAL}|SUkqA|TU0AK|Qk[0-3]|AAAA[A-Za-z0-9+/]{{2}}Z0eX)"
_NEXT = re.compile(rf"\n(?=data:image/|{_USUAL})")
_MARK = re.compile(
    rf"data:image/[a-z0-9.+-]+[^,\s]{{0,100}},|(?<![A-Za-z0-9+/_-]){_BEGINS}[A-Za-z0-9+/_-]{{40}}".encode()
)


def may_hold_pictures(text: bytes) -> bool:
    """Say whether a text has anything in it that looks like the beginning of a picture."""
    return _MARK.search(text) is not None


def pictures_in_text(text: str) -> list[str]:
    """Return the pictures of a cell one by one, where it is a list of them: as JSON, or one a line."""
    text = text.strip()
    if text.startswith("["):
        try:
            return [str(one) for one in json.loads(text)]
        except (ValueError, RecursionError):
            return [text]
    return _NEXT.split(text)


def picture_in_text(text: str) -> bytes | None:
    """Return the bytes of a picture that is written as text; None when it is text of another kind.

    Raises:
        InputError: the text is one, but is damaged.
    """
    text = text.strip()
    if uri := _URI.match(text):
        content = unquote_to_bytes(text[uri.end() :])
        return _decoded(content.decode("ascii", "replace")) if uri[1] else content
    encoded = re.sub(r"\s+", "", text) if re.match(_BEGINS, text) else ""
    return _decoded(encoded) if _BASE64.fullmatch(encoded) else None


def _decoded(encoded: str) -> bytes:
    """Return what Base64 stands for, in either of its alphabets, with its padding or without."""
    try:
        plain = re.sub(r"[\s=]+", "", encoded).replace("-", "+").replace("_", "/")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"damaged Base64 ({error})") from None
