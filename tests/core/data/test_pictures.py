import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.decode import FORMATS, content_key, decode, thumbnail

ROOT = Path(__file__).parents[3]
# Large flat blocks, so that JPEG changes them little.
COLORS = np.array([[[200, 30, 30], [30, 160, 30], [30, 30, 200]], [[250, 250, 250], [90, 90, 90], [240, 200, 20]]])
UPRIGHT = COLORS.astype(np.uint8).repeat(32, axis=0).repeat(32, axis=1)
# Exif 2.32, table 6, the other way round: what a camera stores for each orientation.
STORED = {
    1: UPRIGHT,
    2: UPRIGHT[:, ::-1],
    3: UPRIGHT[::-1, ::-1],
    4: UPRIGHT[::-1],
    5: UPRIGHT.transpose(1, 0, 2),
    6: np.rot90(UPRIGHT, 1),
    7: UPRIGHT[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90(UPRIGHT, -1),
}
LOSSLESS = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100, "subsampling": "4:4:4"}, "JPEG": {"quality": 95}}


def encoded(image: Image.Image, form: str, **options) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def pixels(data: bytes, wanted: int | None = None) -> np.ndarray:
    image = decode(data, wanted).image
    assert image.mode == "RGB"
    return np.asarray(image, np.float32)


def reason(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        decode(data)
    return caught.value.message


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises this size and holds one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(STORED[orientation]), form, exif=exif, **LOSSLESS.get(form, {}))
    picture = decode(data)
    assert (picture.width, picture.height) == (96, 64)
    # A few levels for the lossy ones; a picture turned wrongly is off by a hundred.
    assert np.abs(np.asarray(picture.image, float) - UPRIGHT).mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_reduced_pictures_are_upright_too(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(STORED[orientation].repeat(8, axis=0).repeat(8, axis=1))
    picture = decode(encoded(stored, "JPEG", exif=exif), wanted=32)
    assert (picture.width, picture.height, picture.image.size) == (768, 512, (96, 64))
    assert np.abs(np.asarray(picture.image, float) - UPRIGHT).mean() < 3


def test_damaged_exif_turns_nothing_and_loses_nothing() -> None:
    data = encoded(Image.fromarray(UPRIGHT), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(20))
    assert np.array_equal(pixels(data), UPRIGHT)


@pytest.mark.parametrize("form", FORMATS)
def test_the_content_says_what_a_file_is(form: str) -> None:
    got = pixels(encoded(Image.fromarray(UPRIGHT), form, **LOSSLESS.get(form, {})))
    assert np.abs(got - UPRIGHT).mean() < 3


@pytest.mark.parametrize("form", ["GIF", "TIFF", "PNG", "WEBP"])
def test_the_first_frame_is_the_picture(form: str) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    options = {"lossless": True} if form == "WEBP" else {}
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], **options)
    assert np.array_equal(pixels(data)[0, 0], [255, 0, 0])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("wanted", [25, 60, 300])
def test_large_pictures_come_reduced_but_never_below_what_is_wanted(form: str, wanted: int) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (11, 15, 3)).astype(np.uint8)
    photo = Image.fromarray(noise).resize((431, 303), Image.Resampling.BICUBIC)
    data = encoded(photo, form, **({"quality": 90} if form == "JPEG" else {}))
    picture = decode(data, wanted)
    assert (picture.width, picture.height) == photo.size
    assert min(wanted, 303) <= min(picture.image.size) < max(4 * wanted, 304)
    assert (picture.image.size == photo.size) == (wanted > 303 // 4)
    small = (36, 25)
    full = np.asarray(Image.open(io.BytesIO(data)).convert("RGB").resize(small, Image.Resampling.BICUBIC), float)
    assert np.abs(np.asarray(picture.image.resize(small, Image.Resampling.BICUBIC), float) - full).mean() < 2


def test_a_large_picture_is_recolored_band_by_band_without_seams() -> None:
    ramp = np.linspace(0, 255, 3_001).astype(np.uint8)[:, None].repeat(1_501, axis=1)
    data = encoded(Image.merge("LA", [Image.fromarray(ramp), Image.new("L", (1_501, 3_001), 128)]), "PNG")
    full = pixels(data)
    assert np.abs(full[..., 0] - np.round(ramp * (128 / 255) + 127)).max() <= 1
    reduced = pixels(data, wanted=250)
    assert reduced.shape == (1_001, 501, 3)
    assert np.abs(np.diff(reduced[:-1, 0, 0])).max() <= 1


@pytest.mark.parametrize(("width", "height"), [(1, 1), (20_000, 10), (10, 20_000)])
def test_odd_shapes_are_fine(width: int, height: int) -> None:
    picture = decode(encoded(Image.new("RGB", (width, height), "teal"), "PNG"), wanted=224)
    assert picture.image.size == (picture.width, picture.height) == (width, height)
    small = Image.open(io.BytesIO(thumbnail(picture.image)))
    assert max(small.size) == min(256, max(width, height))
    assert min(small.size) >= 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty (0 bytes)"),
        (b"hello", "not a picture"),
        (b"<html><body>404</body></html>", "not a picture"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "EPS"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"8BPS\0\1" + bytes(40), "Photoshop"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(20), "JPEG 2000"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (b"P6\n8 8\n255\n" + bytes(192), "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "damaged or truncated"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "damaged or truncated"),
    ],
)
def test_what_is_no_picture_gets_a_reason(data: bytes, words: str) -> None:
    assert words in reason(data)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_truncated_file_is_refused_not_half_shown(form: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    data = encoded(Image.fromarray(noise), form)
    assert any(word in reason(data[: int(len(data) * share)]) for word in ("truncated", "damaged", "not a picture"))


def webp_canvas(side: int) -> bytes:
    """An animation of 8-pixel frames on a canvas of any size."""
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    data = bytearray(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = (side - 1).to_bytes(3, "little") * 2
    return bytes(data)


@pytest.mark.parametrize(
    "data", [png_header(50_000, 50_000), png_header(14_000, 8_000), webp_canvas(16_383), webp_canvas(8_000)]
)
def test_a_bomb_is_refused_before_it_is_decoded(data: bytes) -> None:
    assert "over the limit of" in reason(data)


def test_the_limit_is_the_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.new("RGB", (400, 300)), "PNG")
    monkeypatch.setenv("VECTORSCOPE_MAX_MEGAPIXELS", "0.1")
    load_config.cache_clear()
    try:
        assert reason(data) == "400 x 300 pixels, over the limit of 100,000"
    finally:
        monkeypatch.undo()
        load_config.cache_clear()
    assert decode(data).width == 400


def test_a_thumbnail_keeps_proportions_and_never_enlarges() -> None:
    photo = Image.fromarray(UPRIGHT).resize((960, 640))
    small = Image.open(io.BytesIO(thumbnail(photo)))
    assert (small.format, small.size) == ("JPEG", (256, 171))
    assert Image.open(io.BytesIO(thumbnail(photo, side=2_000))).size == (960, 640)
    wanted = np.asarray(photo.resize((256, 171), Image.Resampling.LANCZOS), float)
    assert np.abs(np.asarray(small, float) - wanted).mean() < 3


def test_nothing_but_the_picture_goes_into_a_thumbnail() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    data = encoded(Image.fromarray(UPRIGHT), "JPEG", exif=exif, comment=b"secret note")
    assert b"secret" in data
    assert b"secret" not in thumbnail(decode(data).image)


def test_the_key_is_that_of_the_bytes() -> None:
    assert content_key(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def reference(path: Path) -> tuple[str, np.ndarray]:
    """Decode the plain way: everything at full size, turned by ImageOps, laid on white in float."""
    with Image.open(path, formats=FORMATS) as image:
        image.load()
        plain = image.mode if not image.info.get("icc_profile") else "managed"
        rgba = np.asarray(ImageOps.exif_transpose(image).convert("RGBA"), np.float32)
    alpha = rgba[..., 3:] / 255
    return plain, rgba[..., :3] * alpha + 255 * (1 - alpha)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "step", "least"),
    [("hostile/images", 1, 275), ("images/cmyk", 1, 40), ("images/emoji", 16, 110), ("images/photos", 6, 10)],
)
def test_real_files_match_a_reference_pixel_by_pixel(shared_data: Path, folder: str, step: int, least: int) -> None:
    compared, wrong = 0, []
    for path in sorted(path for path in (shared_data / folder).rglob("*") if path.is_file())[::step]:
        try:
            got = pixels(path.read_bytes())
        except InputError as error:
            if "over the limit" in error.message:
                continue
            with pytest.raises(Exception):  # noqa: B017 - what we refuse, Pillow refuses too, each in its own way
                reference(path)
            continue
        mode, wanted = reference(path)
        if mode == "managed" or mode.startswith("I;16") or mode in ("I", "F", "LAB"):
            continue  # Pillow ignores profiles and clips wide grays; test_color.py says what is right
        compared += 1
        if got.shape != wanted.shape or np.abs(got - wanted).max() > 1:
            wrong.append(path.name)
    assert wrong == []
    assert compared >= least


HOSTILE = """
import json, resource, sys
from pathlib import Path
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.decode import decode, thumbnail
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
outcomes = {}
for path in sorted(path for path in Path(sys.argv[1]).rglob("*") if path.is_file()):
    try:
        thumbnail(decode(path.read_bytes(), 224).image)
        reason = ""
    except InputError as error:
        reason = error.message
    outcomes[path.name] = reason
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([outcomes, int(peak.split()[1])]))
"""


@pytest.mark.shared
def test_hostile_files_decode_or_get_a_reason_within_memory(shared_data: Path) -> None:
    command = [sys.executable, "-c", HOSTILE, str(shared_data / "hostile/images")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    outcomes, peak_kb = json.loads(done.stdout)
    refused = {name: reason for name, reason in outcomes.items() if reason}
    assert len(outcomes) - len(refused) >= 290
    assert peak_kb < 1_000_000
    for name, words in {
        "decompression_bomb.gif": "over the limit",
        "reallybig.bmp": "over the limit",
        "truncated_jpeg.jpg": "truncated",
        "truncated_image.png": "truncated",
        "zero_bb_trailer.eps": "EPS",
        "trailer_loop.pdf": "PDF",
        "zero_width.gif": "damaged",
    }.items():
        assert words in refused[name], name
