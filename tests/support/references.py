"""Decodes files by other means than the program does, whole and slowly, for comparison.

JPEGs by libvips, what the program leaves to libvips by Pillow, the rest by the tools that come with
the codecs (Debian's libheif-examples, libavif-bin, libjxl-tools, libimage-exiftool-perl, ffmpeg).
HDR is brought to sRGB by the standards' formulas.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageOps

from support import light

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_EDGE_PX = 2_048
_TIMEOUT_S = 120
_MAX_FILM_FRAMES = 300
# The brightest thousandth may clip: the program's own choice, which a reference has to share.
_PEAK_PERCENT = 99.9
_POINTS = {1: light.SRGB, 9: light.BT2020, 12: light.P3}
_PQ, _HLG = 16, 18


class NoReference(Exception):
    """Nothing here decodes this file but the program."""


class Reference(NamedTuple):
    """A picture as it should be.

    Attributes:
        size: width and height of the whole picture, upright.
        picture: RGB or RGBA, upright, sRGB, at most `MAX_EDGE_PX`.
        by: what has decoded it.
    """

    size: tuple[int, int]
    picture: Image.Image
    by: str


def by_vips(path: Path) -> Reference:
    """A JPEG, whole, turned and brought to sRGB by libvips."""
    picture = pyvips.Image.jpegload(str(path), autorotate=True)
    if picture.get_typeof("icc-profile-data"):
        with contextlib.suppress(pyvips.Error):
            picture = picture.icc_transform("srgb", embedded=True, intent="perceptual")
    numbers = picture.colourspace("srgb").numpy()
    return _of(Image.fromarray(numbers.squeeze()).convert("RGB"), "libvips")


def by_pillow(path: Path) -> Reference:
    """Whole, turned by EXIF, brought to sRGB by LittleCMS."""
    with Image.open(path) as opened:
        opened.load()
        return _of(_plain(ImageOps.exif_transpose(opened)), "Pillow")


def by_heif_convert(path: Path) -> Reference:
    """By libheif's own tool, which turns as the file says."""
    with tempfile.TemporaryDirectory() as folder:
        _run("heif-convert", "--quiet", str(path), f"{folder}/out.png")
        # Of several pictures the first is the main one.
        found = sorted(Path(folder).glob("out*.png"), key=lambda one: (len(one.name), one.name))
        with Image.open(found[0]) as opened:
            opened.load()
            return _of(_plain(opened), "heif-convert")


def by_avifdec(path: Path) -> Reference:
    """By libavif's own tool, which does not turn."""
    lines = _run("avifdec", "--info", str(path)).decode().splitlines()
    told = {one.partition(":")[0].strip(" *"): one.partition(":")[2].strip() for one in lines}
    if told["Transformations"] != "None":
        raise NoReference("avifdec does not turn pictures")
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out.png"
        _run("avifdec", "-d", "16", "--png-compress", "0", str(path), out)
        picture = pyvips.Image.pngload(out)
        size = (picture.width, picture.height)
        numbers = _at_most(picture).numpy().astype(float) / 65_535
    primaries, transfer = int(told["Color Primaries"]), int(told["Transfer Char."])
    return Reference(size, by_code_points(numbers, primaries, transfer), "avifdec")


def by_djxl(path: Path) -> Reference:
    """By libjxl's own tool, which turns as the file says, and writes a profile."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out.png"
        _run("djxl", str(path), out)
        with Image.open(out) as opened:
            opened.load()
            return _of(_plain(opened), "djxl")


def by_exiftool(path: Path) -> Reference:
    """The preview in a raw file, turned as the raw file says."""
    preview = _run("exiftool", "-b", "-PreviewImage", str(path))
    turned = _run("exiftool", "-n", "-s3", "-Orientation", str(path)).strip()
    if not preview:
        raise NoReference("the raw file has no preview")
    with Image.open(io.BytesIO(preview)) as opened:
        opened.getexif()[0x0112] = int(turned or b"1")
        return _of(_plain(ImageOps.exif_transpose(opened)), "ExifTool's preview")


def film_frames(path: Path) -> list[Reference]:
    """The frames of a film, turned and with square pixels, by FFmpeg's own tool."""
    square = "scale=w='max(iw,iw*sar)':h='max(ih,ih/sar)'"
    with tempfile.TemporaryDirectory() as folder:
        quiet = ("ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-an")
        limits = ("-frames:v", str(_MAX_FILM_FRAMES), "-fps_mode", "passthrough")
        _run(*quiet, "-vf", square, *limits, "-compression_level", "1", f"{folder}/%05d.png")
        found = []
        for one in sorted(Path(folder).glob("*.png")):
            with Image.open(one) as opened:
                found.append(_of(opened.convert("RGB"), "ffmpeg"))
        return found


def by_code_points(numbers: light.Floats, primaries: int, transfer: int) -> Image.Image:
    """(height, width, 3) numbers 0 to 1 as a plain screen shows them.

    Args:
        numbers: as stored.
        primaries: as in ITU-T H.273; 1, 9 or 12.
        transfer: the same; PQ, HLG, or else sRGB's.
    """
    to_709 = light.between(_POINTS[primaries], light.SRGB)
    if transfer not in (_PQ, _HLG):
        shown = 255 * light.to_srgb(light.from_srgb(numbers) @ to_709.T)
    else:
        nits = light.pq_to_nits(numbers) if transfer == _PQ else light.hlg_to_nits(numbers)
        peak = float(np.percentile(nits.max(axis=2), _PEAK_PERCENT))
        bent = light.bent((nits / light.WHITE_NITS) @ to_709.T, peak)
        shown = 255 * light.to_srgb(bent)
    return Image.fromarray(np.rint(shown).astype(np.uint8))


def _run(*command: str) -> bytes:
    """What a tool prints.

    Raises:
        NoReference: it is not here, or fails.
    """
    if shutil.which(command[0]) is None:
        raise NoReference(f"{command[0]} is not installed")
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_TIMEOUT_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NoReference(f"{command[0]} fails") from error
    return done.stdout


def _plain(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB."""
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode.startswith("I;16"):
        picture = Image.fromarray((np.asarray(picture) / 257).round().astype(np.uint8))
    plain = picture if picture.mode == "CMYK" else picture.convert(mode)
    if profile is None:
        return plain.convert(mode)
    alpha = plain.getchannel("A") if mode == "RGBA" else None
    colours = plain.convert("RGB") if alpha else plain
    with contextlib.suppress(ImageCms.PyCMSError):
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(colours, embedded, srgb, outputMode="RGB")
        colours = converted or colours
    colours = colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _of(picture: Image.Image, by: str) -> Reference:
    size = picture.size
    scale = min(1.0, MAX_EDGE_PX / max(size))
    if scale < 1:
        target = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
        picture = picture.resize(target, Image.Resampling.BICUBIC)
    return Reference(size, picture, by)


def _at_most(picture: Any) -> Any:
    scale = min(1.0, MAX_EDGE_PX / max(picture.width, picture.height))
    return picture.resize(scale) if scale < 1 else picture


DECODERS: dict[str, Callable[[Path], Reference]] = {
    "image/jpeg": by_vips,
    "image/png": by_pillow,
    "image/tiff": by_pillow,
    "image/webp": by_pillow,
    "image/gif": by_pillow,
    "image/heic": by_heif_convert,
    "image/heif": by_heif_convert,
    "image/avif": by_avifdec,
    "image/jxl": by_djxl,
    "image/x-adobe-dng": by_exiftool,
}
"""Who decodes which type for comparison."""
