import base64

import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.in_text import may_hold_pictures, picture_in_text, pictures_in_text

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(255, 0, -1))
HEIC = b"\0\0\0\x20ftypheic" + bytes(range(100))
BMP = b"BM\x36\0\x0c\0" + bytes(50)


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("data", [PNG, JPEG, HEIC, BMP], ids=["PNG", "JPEG", "HEIC", "BMP"])
def test_the_ways_to_write_a_picture(data: bytes) -> None:
    plain = base64_of(data)
    lines = "\r\n".join(plain[i : i + 76] for i in range(0, len(plain), 76))
    safe = base64.urlsafe_b64encode(data).decode()
    for text in (plain, f"  {plain}\n", lines, plain.rstrip("="), safe):
        assert picture_in_text(text) == data
        assert may_hold_pictures(f'1,"{text}",x'.encode())
    for head in (
        "data:image/png;base64,",
        "DATA:image/jpeg;charset=utf-8;base64,",
        "data:application/octet-stream;base64,",
    ):
        assert picture_in_text(head + plain) == data
        assert picture_in_text(head + plain.replace("+", "%2B").replace("=", "%3D")) == data


def test_a_data_uri_without_base64() -> None:
    assert picture_in_text("data:image/svg+xml,%3Csvg%3E%3C/svg%3E") == b"<svg></svg>"


@pytest.mark.parametrize(
    "text",
    ["", "a cat", "https://example.org/1.png", "data:text/plain;base64,aGVsbG8=", "/9j/ is how JPEGs begin", "1.png"],
)
def test_text_of_other_kinds_is_no_picture(text: str) -> None:
    assert picture_in_text(text) is None
    assert not may_hold_pictures(text.encode())


def test_damaged_base64_is_said() -> None:
    with pytest.raises(InputError, match="damaged Base64"):
        picture_in_text("data:image/png;base64,iVBORw0KGgo!!!")


def test_lists_of_pictures() -> None:
    one, two = base64_of(PNG), "data:image/jpeg;base64," + base64_of(JPEG)
    assert pictures_in_text(f'["{one}", "{two}"]') == [one, two]
    assert pictures_in_text(f"{one}\n{two}") == [one, two]
    folded = "\n".join(one[i : i + 76] for i in range(0, len(one), 76))
    assert pictures_in_text(folded) == [folded]
