"""One sound small file of every format that is decoded, to be damaged."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import pillow_heif
import pylibjxl

from support.clips import make_clip
from support.media import picture
from support.stills import deep_png, dng, exif, laid, psd, scene

_BY_PILLOW = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "JPEG2000", "ICO", "PCX", "PPM")
_TAKEN = "2020:01:02 03:04:05"


def _plain(form: str) -> bytes:
    out = io.BytesIO()
    scene().save(out, form)
    return out.getvalue()


def _rotated(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    laid(scene(), 6).save(out, form, exif=exif(6), **options)
    return out.getvalue()


def _animated(form: str) -> bytes:
    out = io.BytesIO()
    frames = [scene().rotate(90 * turn).resize((80, 60)) for turn in range(3)]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def _heif() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(scene(128, 96)).save(out, quality=60)
    return out.getvalue()


@lru_cache(maxsize=1)
def pictures() -> dict[str, bytes]:
    """By a name for people: sound pictures."""
    found = {form.lower(): _plain(form) for form in _BY_PILLOW}
    found |= {f"{form.lower()} turned": _rotated(form) for form in ("JPEG", "PNG", "WEBP", "TIFF")}
    found |= {f"{form.lower()} animated": _animated(form) for form in ("GIF", "WEBP", "PNG")}
    found["jpeg dated"] = picture(7, size=(400, 300), taken=_TAKEN, offset="+02:00")
    found["jpeg progressive"] = _rotated("JPEG", progressive=True)
    found["png deep"] = deep_png(np.full((20, 30, 3), 40_000, np.uint16))
    found["heic"] = _heif()
    found["jxl"] = pylibjxl.encode(np.asarray(scene()))
    found["dng"] = dng(scene())
    found["psd"] = psd(scene())
    return found


@lru_cache(maxsize=1)
def films() -> dict[str, bytes]:
    """The same of films."""
    kinds = (
        ("mp4", "libx264"),
        ("mov", "libx265"),
        ("avi", "mpeg4"),
        ("webm", "libvpx-vp9"),
        ("mpegts", "mpeg2video"),
    )
    return {f"{form} {codec}": make_clip(form, codec) for form, codec in kinds}
