import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from embedding_core.data.pictures.decode import decode


def encoded(image: Image.Image, form: str, **options) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def colors(data: bytes) -> np.ndarray:
    return np.asarray(decode(data).image, int)


def on_white(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    share = alpha[..., None] / 255
    return rgb * share + 255 * (1 - share)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_transparent_parts_are_white(form: str) -> None:
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (16, 16, 4)).astype(np.uint8)
    options = {"lossless": True, "exact": True} if form == "WEBP" else {}
    got = colors(encoded(Image.fromarray(rgba), form, **options))
    assert np.abs(got - on_white(rgba[..., :3], rgba[..., 3])).max() <= 1


def test_transparent_grays_are_white() -> None:
    gray, alpha = np.random.default_rng(0).integers(0, 256, (2, 16, 16)).astype(np.uint8)
    got = colors(encoded(Image.merge("LA", [Image.fromarray(gray), Image.fromarray(alpha)]), "PNG"))
    assert np.abs(got - on_white(gray[..., None].repeat(3, axis=2), alpha)).max() <= 1


@pytest.mark.parametrize(("transparency", "wanted"), [(bytes([255, 0, 102]), [255, 177]), (1, [255, 60])])
def test_palettes_with_transparency(transparency: bytes | int, wanted: list[int]) -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([10, 10, 10, 200, 0, 0, 60, 60, 60])
    image.putdata([0, 1, 2])
    got = colors(encoded(image, "PNG", transparency=transparency))[0]
    assert np.abs(got[:, 0] - [10, *wanted]).max() <= 1
    assert got[1].tolist() == [255, 255, 255]


@pytest.mark.parametrize(("mode", "key", "other"), [("RGB", (9, 8, 7), (9, 8, 6)), ("L", 9, 8), ("1", 0, 1)])
def test_a_color_that_means_transparent_is_white(mode: str, key: int | tuple, other: int | tuple) -> None:
    image = Image.new(mode, (2, 1), key)
    image.putpixel((1, 0), other)
    got = colors(encoded(image, "PNG", transparency=key))[0]
    shown = Image.new(mode, (1, 1), other).convert("RGB").getpixel((0, 0))
    assert got.tolist() == [[255, 255, 255], list(shown)]


@pytest.mark.parametrize("form", ["PNG", "TIFF", "BMP", "GIF"])
def test_black_and_white(form: str) -> None:
    image = Image.fromarray(np.eye(9, dtype=bool))
    assert np.array_equal(colors(encoded(image, form))[..., 0], np.eye(9) * 255)


def tiff(values: np.ndarray, *, photometric: int = 1, sample_format: int = 1) -> bytes:
    """An uncompressed gray TIFF of any number type and byte order."""
    order = ">" if values.dtype.byteorder == ">" else "<"
    height, width = values.shape
    entries = [
        (256, width),
        (257, height),
        (258, values.itemsize * 8),
        (259, 1),
        (262, photometric),
        (273, 122),
        (277, 1),
        (278, height),
        (279, values.nbytes),
    ]
    entries.append((339, sample_format))
    assert 8 + 2 + 12 * len(entries) + 4 <= 138
    body = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in entries)
    head = struct.pack(f"{order}2sHIH", b"MM" if order == ">" else b"II", 42, 8, len(entries)) + body + bytes(4)
    return head.replace(struct.pack(f"{order}I", 122), struct.pack(f"{order}I", len(head))) + values.tobytes()


def ramp(top: float, kind: str = "<u2") -> np.ndarray:
    return np.linspace(0, top, 256).astype(kind).reshape(16, 16)


def test_16_bit_png_grays_are_scaled_not_clipped() -> None:
    got = colors(encoded(Image.fromarray(ramp(4_095)), "PNG"))
    assert np.abs(got[..., 0] - ramp(4_095) / 257).max() <= 1


@pytest.mark.parametrize("kind", ["<u2", ">u2"])
@pytest.mark.parametrize(("top", "white"), [(65_535, 65_535), (40_000, 65_535), (4_095, 4_095), (3_000, 4_095)])
def test_wide_grays_of_a_sensor_are_scaled_to_its_bits(kind: str, top: int, white: int) -> None:
    got = colors(tiff(ramp(top, kind)))
    assert np.abs(got[..., 0] - ramp(top) * (255 / white)).max() <= 1


def test_wide_grays_that_count_from_white() -> None:
    got = colors(tiff(ramp(65_535), photometric=0))
    assert np.abs(got[..., 0] - (255 - ramp(65_535) / 257)).max() <= 1


@pytest.mark.parametrize(
    ("low", "high", "black", "white"),
    [(0, 1, 0, 1), (0, 0.5, 0, 1), (0, 200, 0, 255), (-3, 5, -3, 5), (0, 1e6, 0, 1e6), (7, 7, 0, 255)],
)
def test_decimals(low: float, high: float, black: float, white: float) -> None:
    values = np.linspace(low, high, 64, dtype="<f4").reshape(8, 8)
    got = colors(tiff(values, sample_format=3))
    assert np.abs(got[..., 0] - (values - black) * (255 / (white - black))).max() <= 1


def test_decimals_that_are_no_numbers_are_black_or_white() -> None:
    values = np.array([[np.nan, 0, 0.5, 1, np.inf, -np.inf]], dtype="<f4")
    assert colors(tiff(values, sample_format=3))[0, :, 0].tolist() == [0, 0, 128, 255, 255, 0]


def test_cmyk_is_right_with_and_without_adobes_mark() -> None:
    inks = Image.new("CMYK", (16, 16), (255, 0, 128, 51))
    wanted = [0, 204, 102]  # 255 (1 - ink) (1 - black)
    adobe = encoded(inks, "JPEG", quality=100)
    at = adobe.index(b"\xff\xee")
    length = struct.unpack(">H", adobe[at + 2 : at + 4])[0] + 2
    assert adobe[at + 4 : at + 9] == b"Adobe"
    assert np.abs(colors(adobe) - wanted).max() <= 3
    assert np.abs(colors(encoded(inks, "TIFF")) - wanted).max() <= 1
    # Without the mark the same numbers are inks as they stand.
    plain = adobe[:at] + adobe[at + length :]
    assert np.abs(colors(plain) - [51, 0, 26]).max() <= 3


def test_lab_is_brought_to_srgb() -> None:
    middle, green = (Image.new("LAB", (4, 4), color) for color in ((128, 128, 128), (128, 40, 128)))
    gray = colors(encoded(middle, "TIFF"))[0, 0]
    assert np.ptp(gray) <= 3
    red, green, blue = colors(encoded(green, "TIFF"))[0, 0]
    assert green > red + 50
    assert green > blue + 20


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """The sRGB profile with red and green exchanged in its table of tags."""
    profile = srgb_profile()
    return profile.replace(b"rXYZ", b"tmp_", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmp_", b"gXYZ", 1)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_an_embedded_profile_is_applied(form: str) -> None:
    options = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}.get(form, {})
    got = colors(encoded(Image.new("RGB", (16, 16), "red"), form, icc_profile=swapped_profile(), **options))
    assert np.abs(got - [0, 255, 0]).max() <= 6


def test_a_profile_leaves_transparency_alone() -> None:
    image = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    image.putpixel((1, 0), (255, 0, 0, 0))
    got = colors(encoded(image, "PNG", icc_profile=swapped_profile()))[0]
    assert np.abs(got - [[0, 255, 0], [255, 255, 255]]).max() <= 2


@pytest.mark.parametrize("profile", [srgb_profile(), b"no profile", srgb_profile()[:200]])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_srgb_and_useless_profiles_change_nothing(profile: bytes, mode: str) -> None:
    values = np.random.default_rng(0).integers(0, 256, (16, 16, Image.getmodebands(mode))).astype(np.uint8)
    image = Image.frombytes(mode, (16, 16), values.tobytes())
    got = colors(encoded(image, "TIFF", icc_profile=profile))
    assert np.array_equal(got, np.asarray(image.convert("RGB")))
