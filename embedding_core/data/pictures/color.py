"""Pixels of any kind become 8-bit sRGB on white."""

import io
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any, TypeAlias

import numpy as np
from PIL import Image, ImageChops, ImageCms

Recolor: TypeAlias = Callable[[Image.Image], Image.Image]
Levels: TypeAlias = tuple[float, float]

WHITE_IS_ZERO, PHOTOMETRIC = 0, 262
PROFILE_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
MAX_PROFILE_BYTES = 4 << 20
"""The largest profiles of printing presses stay below 3 MiB."""
SAME_COLOR = 2
"""A profile that moves no color by more levels than this is sRGB by another name."""
WHITES = (255, 1_023, 4_095, 16_383, 32_767, 65_535)
"""What cameras and scanners of 8 to 16 bits call white."""


def recoloring(image: Image.Image) -> Recolor:
    """Return the function that brings this image, or a part of it, to RGB: 8-bit sRGB, transparent parts on white.

    Raises:
        ValueError: Pillow knows no way from the image's mode to RGB.
    """
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return partial(_from_wide_gray, levels=_levels(image), invert=_white_is_zero(image))
    profile = image.info.get("icc_profile") or b""
    if image.mode == "LAB":
        return _from_lab
    if image.mode == "CMYK":
        # Pillow takes every CMYK JPEG for inverted, as Adobe writes them; without Adobe's mark it is not.
        plain = image.format in ("JPEG", "MPO") and "adobe" not in image.info
        return partial(_from_cmyk, invert=plain, profile=profile)
    return partial(_from_color, profile=profile)


def _from_color(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert colors, palettes and 8-bit grays, opaque or not."""
    if not image.has_transparency_data:
        return _apply(profile, image if image.mode == "L" else _as(image, "RGB"))
    # Bytes of a palette's transparency are only understood on the way to RGBA.
    image = _as(image, "RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(_apply(profile, image.convert("RGB")), mask=image.getchannel("A"))
    return white


def _from_cmyk(image: Image.Image, invert: bool, profile: bytes) -> Image.Image:
    """Convert printing inks: by their profile, and without one by 255 (1 - ink) (1 - black), as browsers do."""
    return _apply(profile, ImageChops.invert(image) if invert else image)


def _from_lab(image: Image.Image) -> Image.Image:
    return _lab_transform().apply(image)


def _from_wide_gray(image: Image.Image, levels: Levels, invert: bool) -> Image.Image:
    """Scale grays of more than 8 bits so that `levels` become black and white."""
    values = np.asarray(image)
    black, white = levels
    gray = values.astype(np.float32)
    gray -= black
    gray *= 255 / ((white - black) or 1)
    gray = np.clip(np.nan_to_num(gray, copy=False), 0, 255, out=gray)
    if invert:
        gray = 255 - gray
    if isinstance(clear := image.info.get("transparency"), int):
        gray[values == clear] = 255
    return Image.fromarray((gray + 0.5).astype(np.uint8)).convert("RGB")


def _levels(image: Image.Image) -> Levels:
    """Return the values of black and white.

    PNG defines them. Elsewhere a sensor's 12 bits often lie in 16, and decimals have no white of their own: the
    lowest usual white that holds all values is taken, and where none does, the values' own range.
    """
    if image.format == "PNG":
        return 0, 65_535
    extrema: Any = _as(image, image.mode if image.mode in ("I", "F") else "I").getextrema()
    low, high = extrema
    if not np.isfinite([low, high]).all():
        values = np.asarray(image)
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if finite.size else (0, 1)
    whites = (1, *WHITES) if image.mode == "F" else WHITES
    white = next((white for white in whites if 0 <= low and high <= white), None)
    return (float(low), float(high)) if white is None else (0, white)


def _white_is_zero(image: Image.Image) -> bool:
    """Say whether a TIFF counts from white to black, which Pillow leaves to us for 16 bits."""
    tags: Any = getattr(image, "tag_v2", {})
    return image.mode.startswith("I;16") and tags.get(PHOTOMETRIC) == WHITE_IS_ZERO


def _as(image: Image.Image, mode: str) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


def _apply(profile: bytes, image: Image.Image) -> Image.Image:
    """Bring an image in the mode RGB, L or CMYK to sRGB by its profile, or plainly where that is no use."""
    transform = _transform(profile, image.mode) if 0 < len(profile) <= MAX_PROFILE_BYTES else None
    return _as(image, "RGB") if transform is None else transform.apply(image)


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from a profile to sRGB; None where it is damaged, for other colors, or changes none."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != PROFILE_SPACES[mode]:
            return None
        transform = ImageCms.buildTransform(source, _srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if mode == "CMYK":
        return transform
    colors = _every_16th(mode)
    before, after = (np.asarray(i, np.int16) for i in (colors.convert("RGB"), transform.apply(colors)))
    return transform if np.abs(after - before).max() > SAME_COLOR else None


def _every_16th(mode: str) -> Image.Image:
    """Return a picture of all grays, or of every 16th level of each of three channels."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    levels = np.indices((16, 16, 16)) * 17
    return Image.fromarray(levels.transpose(1, 2, 3, 0).reshape(64, 64, 3).astype(np.uint8))


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _lab_transform() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), _srgb(), "LAB", "RGB")
