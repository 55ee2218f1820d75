"""Brings a small decoded picture to 8-bit sRGB."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

_MAX_PROFILE_BYTES = 4_000_000
_OPAQUE_MODES = {"RGB": "RGB", "L": "L", "CMYK": "CMYK"}


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to mode L, RGB or RGBA, through the embedded colour profile where it is usable.

    Args:
        picture: mode L, RGB, RGBA or CMYK.
        profile: ICC profile of the picture; None or a broken one means sRGB.
    """
    if profile and len(profile) <= _MAX_PROFILE_BYTES and not _says_srgb(profile):
        converted = _convert(picture, profile)
        if converted is not None:
            return converted
    return picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB")


def _says_srgb(profile: bytes) -> bool:
    """Whether the profile calls itself sRGB: converting would only round the colours."""
    return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile


def _convert(picture: Image.Image, profile: bytes) -> Image.Image | None:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    try:
        transform = _transform(profile, colours.mode)
        converted = ImageCms.applyTransform(colours, transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if converted is not None and alpha is not None:
        converted.putalpha(alpha)
    return converted


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.PERCEPTUAL,
    )
