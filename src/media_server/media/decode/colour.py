"""Brings a small decoded picture to 8-bit sRGB."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

from media_server.media.cicp import Cicp, cicp_of_profile

_MAX_PROFILE_BYTES = 4_000_000
_OPAQUE_MODES = {"RGB": "RGB", "L": "L", "CMYK": "CMYK"}


def to_srgb(picture: Image.Image, profile: bytes | None, cicp: Cicp | None = None) -> Image.Image:
    """Convert to mode L, RGB or RGBA, through what the file says about its colours.

    Args:
        picture: mode L, RGB, RGBA, CMYK or LAB.
        profile: ICC profile of the picture; None or a broken one means sRGB.
        cicp: code points of the picture. Of an HDR picture they count before the profile, else
            after it.
    """
    if profile and len(profile) > _MAX_PROFILE_BYTES:
        profile = None
    if profile and not (cicp and cicp.is_hdr):
        cicp = cicp_of_profile(profile) or cicp
    if cicp is not None and (cicp.is_hdr or not (profile or cicp.is_srgb)):
        return _by_code_points(picture, cicp)
    if profile and not _says_srgb(profile):
        converted = _convert(picture, profile)
        if converted is not None:
            return converted
    if picture.mode == "LAB":
        return ImageCms.applyTransform(picture, _from_lab()) or picture.convert("L")
    return picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB")


def _by_code_points(picture: Image.Image, cicp: Cicp) -> Image.Image:
    # Brings in numpy, which few pictures need.
    from numpy import asarray

    from media_server.media.decode.tone import to_srgb_numbers

    converted = Image.fromarray(to_srgb_numbers(asarray(picture.convert("RGB")), cicp))
    if picture.mode == "RGBA":
        converted.putalpha(picture.getchannel("A"))
    return converted


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


@lru_cache(maxsize=1)
def _from_lab() -> ImageCms.ImageCmsTransform:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB", ImageCms.Intent.PERCEPTUAL)
