"""Brings a small decoded picture to 8-bit sRGB."""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import product

from PIL import Image, ImageChops, ImageCms

from media_server.media.cicp import Cicp, cicp_of_profile

_MAX_PROFILE_BYTES = 4_000_000
# Profiles of sRGB, of which there are many, differ from each other by 1.
_ROUNDING = 2


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
    if profile:
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


def _convert(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture in sRGB; itself where that would only round its colours; None on failure."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    try:
        transform, changes_nothing = _transform(profile, colours.mode)
        if changes_nothing:
            return picture
        converted = ImageCms.applyTransform(colours, transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if converted is not None and alpha is not None:
        converted.putalpha(alpha)
    return converted


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> tuple[ImageCms.ImageCmsTransform, bool]:
    """The way to sRGB, and whether all colours stay what they are.

    Names do not tell: "sRGB Transfer with Display P3 Gamut" is what Android calls P3.
    """
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.PERCEPTUAL,
    )
    if mode not in ("L", "RGB"):
        return transform, False
    colours = _samples(mode)
    after = ImageCms.applyTransform(colours, transform)
    if after is None:
        return transform, False
    changes = ImageChops.difference(colours.convert("RGB"), after).tobytes()
    return transform, max(changes) <= _ROUNDING


def _samples(mode: str) -> Image.Image:
    """Greys, or colours from all over the cube."""
    if mode == "L":
        return Image.frombytes("L", (256, 1), bytes(range(256)))
    levels = range(0, 256, 51)
    cube = bytes(value for colour in product(levels, repeat=3) for value in colour)
    return Image.frombytes("RGB", (len(cube) // 3, 1), cube)


@lru_cache(maxsize=1)
def _from_lab() -> ImageCms.ImageCmsTransform:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB", ImageCms.Intent.PERCEPTUAL)
