"""The one place where the bytes of a picture are decoded, turned upright and brought to sRGB; thumbnails too.

Each asks for the pixels it needs: thumbnails when an album is made, a model's input when a model is chosen (0014).
"""

import io
import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from PIL import Image, UnidentifiedImageError

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.base.keys import hash_bytes
from embedding_core.base.types import Key
from embedding_core.data.pictures.color import Recolor, recoloring

Result = TypeVar("Result")

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
"""What Pillow may try; EPS would start Ghostscript, and the rare ones are its least tested."""
HEIC = re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)
"""How a HEIC photo begins."""
HUNGRY = ("WEBP", "AVIF", "TIFF", "HEIF")
"""Their decoders take up to 16 bytes a pixel, the others' up to 8."""
THUMBNAIL_SIDE = 256
# Measured on photographs: WebP at the same 34 dB takes 6 to 9 times as long and saves a third of 13 KB. Color at full
# resolution keeps flat drawings clean: emoji gain 4 dB.
THUMBNAIL_QUALITY, FULL_COLOR = 80, 0
SPARE = 2
"""A reduced picture keeps this times the pixels asked for, so that a better resampling has something to choose from."""
BAND_PIXELS = 1 << 22
NO_MEMORY = "too large for the available memory"
ORIENTATION_TAG = 0x0112

# Exif 2.32, table 6: how the picture that was stored is to be turned.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (5, 6, 7, 8)
KNOWN = (
    (rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|GIF8|II\*\0|MM\0\*|II\+\0|MM\0\+|BM|....ftypavi[fs]", "damaged or truncated"),
    (HEIC.pattern, "a HEIC photo that is damaged or truncated; save it as JPEG"),
    (rb"%PDF", "a PDF document, not a picture"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "an EPS drawing, not a picture"),
    (rb"8BPS", "a Photoshop file, which is not read; save it as PNG"),
    (rb"\0\0\0\x0cjP|\xff\x4f\xff\x51", "a JPEG 2000 image, which is not read; save it as JPEG"),
    (rb"\0\0\0\x0cJXL|\xff\x0a", "a JPEG XL image, which is not read; save it as JPEG"),
    (rb"PK\x03\x04", "a ZIP archive, not a picture"),
    (rb"[^\0]{0,2000}<svg[\s>]", "an SVG drawing, which can hold scripts and is not read; save it as PNG"),
)

# Both are for programmers; what matters to a person becomes a reason. Per call they could not be set safely by threads.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())


def content_key(data: bytes) -> Key:
    """Return the key of a picture: the SHA-256 of its file."""
    return hash_bytes(data)


@dataclass(frozen=True, eq=False)
class DecodedPicture:
    """A decoded picture: RGB, upright."""

    image: Image.Image
    width: int
    """Of the whole picture; `image` may be smaller. What is resized from it takes its proportions from here."""
    height: int
    extent: tuple[float, float]
    """How much of `image` the picture covers, from the upper left: all of it, if it was not left uneven."""


def decode(data: bytes, wanted: int | None = None, *, uneven: bool = False) -> DecodedPicture:
    """Return the first picture of a file, upright, as 8-bit sRGB with transparent parts on white.

    Args:
        data: the whole file; its content says what it is, whatever it was called.
        wanted: how many pixels the short side needs. With it large pictures come back reduced, never below that, and
            JPEGs are decoded faster for it.
        uneven: the last row and column of a reduced picture may stand for fewer pixels than the others, for a caller
            who heeds `extent` when resizing it anyway.

    Raises:
        InputError: it cannot be read; the message is the reason alone, without the name of the file.
    """
    image, size, scale = _load(data, wanted)
    orientation = _orientation(image)
    factor = 1 if wanted is None else max(1, min(image.size) // (SPARE * wanted))
    try:
        picture = _reduced(image, recoloring(image), factor)
        extent = size[0] / (scale * factor), size[1] / (scale * factor)
        if extent != picture.size and (orientation in UPRIGHT or not uneven):
            picture = picture.resize(picture.size, Image.Resampling.BICUBIC, box=(0, 0, *extent))
            extent = picture.size
    except ValueError as error:
        raise InputError(f"of a kind that cannot be shown ({image.mode}: {error})") from None
    except MemoryError:
        raise InputError(NO_MEMORY) from None
    picture.info = {}  # comments and places have no business in a thumbnail
    if orientation not in UPRIGHT:
        return DecodedPicture(picture, *size, extent)
    picture = picture.transpose(UPRIGHT[orientation])
    return DecodedPicture(picture, *(size[::-1] if orientation in SIDEWAYS else size), picture.size)


def thumbnail(image: Image.Image, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a decoded picture as a small JPEG, its long side at most `side` pixels."""
    scale = min(1.0, side / max(image.size))
    width, height = (max(1, round(length * scale)) for length in image.size)
    small = image if scale == 1 else image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=SPARE)
    target = io.BytesIO()
    small.save(target, "JPEG", quality=THUMBNAIL_QUALITY, subsampling=FULL_COLOR)
    return target.getvalue()


def _load(data: bytes, wanted: int | None) -> tuple[Image.Image, tuple[int, int], float]:
    """Return the first frame, not yet turned; its size when not reduced, and how many times smaller it now is."""
    if not data:
        raise InputError("empty (0 bytes)")
    limit = load_config().max_pixels
    # Pillow refuses twice its limit before it allocates; that limit is global, so ours is told to it here.
    Image.MAX_IMAGE_PIXELS = limit
    heic = HEIC.match(data) is not None
    if heic:
        _register_heic()
    image = _guarded(lambda: Image.open(io.BytesIO(data), formats=(*FORMATS, "HEIF") if heic else FORMATS), data)
    width, height = size = image.size
    if image.format in HUNGRY:
        limit //= 2
    if width * height > limit:
        raise InputError(f"{width:,} x {height:,} pixels, over the limit of {limit:,}")
    drafted = None if wanted is None else image.draft(None, (SPARE * wanted, SPARE * wanted))
    _guarded(image.load, data)
    if image.format in ("TIFF", "HEIF"):  # which are turned upright while they are loaded
        size = image.size
    return image, size, 1 if drafted is None else width / drafted[1][2]


@cache
def _register_heic() -> None:
    """Teach Pillow to read HEIC: by pi-heif, which is pillow-heif without the encoder that is under the GPL (0014)."""
    import pi_heif  # only here: few pictures need it

    # One thread: pictures are decoded by a thread a core as it is.
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _guarded(call: Callable[[], Result], data: bytes) -> Result:
    """Return the call's result; its exceptions become reasons.

    Raises:
        InputError: the call failed.
    """
    try:
        return call()
    except UnidentifiedImageError:
        raise InputError(_unidentified(data)) from None
    except Image.DecompressionBombError as error:
        pixels = re.findall(r"\d+", str(error))[0]
        raise InputError(f"{int(pixels):,} pixels, over the limit of {Image.MAX_IMAGE_PIXELS:,}") from None
    except MemoryError:
        raise InputError(NO_MEMORY) from None
    except Exception as error:  # over damaged bytes Pillow's readers raise whatever Python raises
        text = str(error) or type(error).__name__
        raise InputError("truncated" if "truncated" in text.lower() else f"damaged ({text[:120]})") from None


def _unidentified(data: bytes) -> str:
    return next(
        (what for start, what in KNOWN if re.match(start, data, re.DOTALL)), "not a picture in a supported format"
    )


def _reduced(image: Image.Image, recolor: Recolor, factor: int) -> Image.Image:
    """Return the image recolored, `factor` times smaller; band by band, so that it is held in memory only once."""
    width, height = image.size
    rows = max(1, BAND_PIXELS // (width * factor)) * factor
    if height <= rows:
        picture = recolor(image)
        return picture if factor == 1 else picture.reduce(factor)
    picture = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        band = recolor(image.crop((0, top, width, min(height, top + rows))))
        picture.paste(band if factor == 1 else band.reduce(factor), (0, top // factor))
    return picture


def _orientation(image: Image.Image) -> int:
    """Return how to turn the picture, from Exif or XMP; 1, which is not at all, where that is damaged."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # as above
        return 1
