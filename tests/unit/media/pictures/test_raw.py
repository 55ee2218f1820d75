"""What LibRaw makes of a sensor's picture, by DNGs of every kind that the format allows."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from media_server.media.inspect import inspect
from media_server.media.render import grid
from media_server.media.source import BytesSource
from support import light
from support.stills import (
    ASCII,
    BLUE,
    BYTE,
    LAID,
    LONG,
    RATIONAL,
    SHORT,
    SIGNED_RATIONAL,
    Row,
    directory,
    jpeg,
    laid,
    scene,
    text,
)

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, Any]

PATTERNS = {"RGGB": [0, 1, 1, 2], "GRBG": [1, 0, 2, 1], "GBRG": [1, 2, 0, 1], "BGGR": [2, 1, 1, 0]}
# XYZ to the camera's colours: sRGB's, so that the camera sees what the picture shows.
MATRIX = [32405, -15371, -4985, -9693, 18760, 416, 556, -2040, 10572]
BLACK, WHITE = 2_000, 62_000


def seen(picture: Image.Image, black: int = BLACK, white: int = WHITE) -> Numbers:
    """(height, width, 3) numbers of a sensor."""
    share = light.from_srgb(np.asarray(picture.convert("RGB"), float) / 255)
    return np.rint(black + share * (white - black)).astype("<u2")


def mosaic(numbers: Numbers, pattern: list[int]) -> Numbers:
    """What is left of them behind the filters."""
    height, width = numbers.shape[:2]
    filters = np.tile(np.array(pattern).reshape(2, 2), (height // 2, width // 2))
    return np.take_along_axis(numbers, filters[:, :, None], axis=2)[:, :, 0]


def dng(
    numbers: Numbers,
    *rows: Row,
    levels: tuple[int, int] = (BLACK, WHITE),
    previews: tuple[bytes, ...] = (),
) -> bytes:
    """A DNG of one picture: (height, width) behind filters, or (height, width, 3) without.

    Args:
        numbers: as stored.
        rows: further entries, which replace the usual ones.
        levels: what black and white are.
        previews: JPEGs, each in a directory below the main one.
    """
    height, width = numbers.shape[:2]
    bands = numbers.shape[2] if numbers.ndim == 3 else 1
    pixels = numbers.astype("<u2").tobytes()
    usual: dict[int, Row] = {
        row[0]: row
        for row in (
            (0x00FE, LONG, [0]),
            (0x0100, LONG, [width]),
            (0x0101, LONG, [height]),
            (0x0102, SHORT, [16] * bands),
            (0x0103, SHORT, [1]),
            (0x0106, SHORT, [34_892 if bands == 3 else 32_803]),
            (0x010F, ASCII, text("Nobody")),
            (0x0110, ASCII, text("Model")),
            (0x0111, LONG, [8]),
            (0x0112, SHORT, [1]),
            (0x0115, SHORT, [bands]),
            (0x0116, LONG, [height]),
            (0x0117, LONG, [len(pixels)]),
            (0xC612, BYTE, [1, 4, 0, 0]),
            (0xC614, ASCII, text("Nobody Model")),
            (0xC61A, SHORT, [levels[0]]),
            (0xC61D, SHORT, [levels[1]]),
            (0xC621, SIGNED_RATIONAL, [n for value in MATRIX for n in (value, 10_000)]),
            (0xC628, RATIONAL, [1, 1] * 3),
            (0xC65A, SHORT, [21]),
        )
    }
    if bands == 1:
        usual |= {0x828D: (0x828D, SHORT, [2, 2]), 0x828E: (0x828E, BYTE, PATTERNS["RGGB"])}
    entries = usual | {row[0]: row for row in rows}
    body, places = pixels, []
    for preview in previews:
        start = 8 + len(body)
        body += preview + bytes(len(preview) % 2)
        places.append(8 + len(body))
        body += directory(_described(preview, start), places[-1])
    if places:
        entries[0x014A] = (0x014A, LONG, places)
    at = 8 + len(body)
    return struct.pack("<2sHL", b"II", 42, at) + body + directory(list(entries.values()), at)


def _described(preview: bytes, start: int) -> list[Row]:
    width, height = Image.open(io.BytesIO(preview)).size
    return [
        (0x00FE, LONG, [1]),
        (0x0100, LONG, [width]),
        (0x0101, LONG, [height]),
        (0x0102, SHORT, [8, 8, 8]),
        (0x0103, SHORT, [7]),
        (0x0106, SHORT, [6]),
        (0x0111, LONG, [start]),
        (0x0115, SHORT, [3]),
        (0x0116, LONG, [height]),
        (0x0117, LONG, [len(preview)]),
    ]


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(grid(BytesSource(data)).data)).convert("RGB")


def far(found: Image.Image, wanted: Image.Image) -> float:
    """The largest mean difference of a colour in the inner part of a quarter."""
    assert abs(found.width * wanted.height / (found.height * wanted.width) - 1) < 0.04
    ours = np.asarray(found, float)
    theirs = np.asarray(wanted.resize(found.size, Image.Resampling.BOX), float)
    height, width = ours.shape[:2]
    return max(
        float(np.abs((ours - theirs)[y : y + height // 4, x : x + width // 4].mean((0, 1))).max())
        for x in (width // 8, width * 5 // 8)
        for y in (height // 8, height * 5 // 8)
    )


@pytest.mark.parametrize("name", PATTERNS)
def test_every_order_of_filters(name: str) -> None:
    picture = scene(160, 120)
    data = dng(mosaic(seen(picture), PATTERNS[name]), (0x828E, BYTE, PATTERNS[name]))
    assert far(shown(data), picture) < 8


@pytest.mark.parametrize("levels", [(0, 65_535), (256, 4_095), (1_024, 16_383)])
def test_black_and_white_are_what_the_file_says(levels: tuple[int, int]) -> None:
    picture = scene(160, 120)
    data = dng(mosaic(seen(picture, *levels), PATTERNS["RGGB"]), levels=levels)
    assert far(shown(data), picture) < 8


def test_black_may_differ_between_filters() -> None:
    picture = scene(160, 120)
    numbers = mosaic(seen(picture), PATTERNS["RGGB"]).astype(int)
    lifted = numbers + np.tile([[0, 300], [600, 900]], (60, 80))
    black = [BLACK, BLACK + 300, BLACK + 600, BLACK + 900]
    data = dng(lifted, (0xC619, SHORT, [2, 2]), (0xC61A, SHORT, black))
    assert far(shown(data), picture) < 8


@pytest.mark.parametrize("orientation", LAID)
@pytest.mark.parametrize("linear", [False, True])
def test_developed_pictures_are_upright(orientation: int, *, linear: bool) -> None:
    numbers = seen(laid(scene(160, 120), orientation))
    stored = numbers if linear else mosaic(numbers, PATTERNS["RGGB"])
    source = BytesSource(dng(stored, (0x0112, SHORT, [orientation])))
    mime, layout, _, told = inspect(source)
    assert (mime, told) == ("image/x-adobe-dng", orientation)
    assert (layout.width_px, layout.height_px) == laid(scene(160, 120), orientation).size
    assert far(shown(dng(stored, (0x0112, SHORT, [orientation]))), scene(160, 120)) < 8


def framed(picture: Image.Image, left: int, top: int, right: int, bottom: int) -> Image.Image:
    """On magenta, which nobody should see."""
    width, height = picture.width + left + right, picture.height + top + bottom
    whole = Image.new("RGB", (width, height), (255, 0, 255))
    whole.paste(picture, (left, top))
    return whole


def crop(left: int, top: int, width: int, height: int) -> list[Row]:
    """DefaultCropOrigin and DefaultCropSize: counted from the active area."""
    return [(0xC61F, LONG, [left, top]), (0xC620, LONG, [width, height])]


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_what_lies_around_the_picture_is_cut_off(orientation: int) -> None:
    picture = laid(scene(160, 120), orientation)
    whole = framed(picture, 12, 8, 20, 16)
    rows = [*crop(12, 8, *picture.size), (0x0112, SHORT, [orientation])]
    data = dng(mosaic(seen(whole), PATTERNS["RGGB"]), *rows)
    layout = inspect(BytesSource(data))[1]
    assert (layout.width_px, layout.height_px) == picture.size
    found = shown(data)
    assert far(found, scene(160, 120)) < 8
    assert edges_are_of(found)


def test_covered_pixels_are_cut_off() -> None:
    """ActiveArea: top, left, bottom, right of what sees light; the crop counts from there."""
    picture = scene(160, 120)
    whole = framed(picture, 24, 16, 8, 4)
    active: Row = (0xC68D, LONG, [8, 16, 140, 192])
    data = dng(mosaic(seen(whole), PATTERNS["RGGB"]), active, *crop(8, 8, 160, 120))
    found = shown(data)
    assert far(found, picture) < 8
    assert edges_are_of(found)


def edges_are_of(found: Image.Image) -> bool:
    """Whether no edge shows the magenta around the picture."""
    rgb = np.asarray(found, float)
    edges = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    magenta = (edges[:, 0] > 170) & (edges[:, 1] < 90) & (edges[:, 2] > 170)
    return float(magenta.mean()) < 0.02


def test_a_camera_that_sees_in_one_light_more_red() -> None:
    """AsShotNeutral says what white looks like to it."""
    grey = Image.new("RGB", (160, 120), (128, 128, 128))
    grey.paste((255, 255, 255), (0, 0, 80, 120))
    numbers = (seen(grey).astype(float) - BLACK) * np.array([0.8, 1.0, 0.4]) + BLACK
    neutral: Row = (0xC628, RATIONAL, [8, 10, 10, 10, 4, 10])
    found = np.asarray(shown(dng(mosaic(np.rint(numbers), PATTERNS["RGGB"]), neutral)), float)
    pixel = found[found.shape[0] // 2, found.shape[1] * 3 // 4]
    assert pixel.max() - pixel.min() <= 6
    assert abs(pixel.mean() - 128) <= 14


def blue(width: int, height: int) -> bytes:
    return jpeg(Image.new("RGB", (width, height), BLUE))


def is_blue(found: Image.Image) -> bool:
    return far(found, Image.new("RGB", found.size, BLUE)) < 8


def test_of_several_previews_the_largest() -> None:
    numbers = mosaic(seen(scene(320, 240)), PATTERNS["RGGB"])
    green = jpeg(Image.new("RGB", (80, 60), (0, 255, 0)))
    assert is_blue(shown(dng(numbers, previews=(green, blue(320, 240)))))
    assert far(shown(dng(numbers, previews=(green,))), scene(320, 240)) < 8


@pytest.mark.parametrize("orientation", LAID)
def test_the_preview_lies_as_the_picture_does(orientation: int) -> None:
    picture = laid(scene(320, 240), orientation)
    numbers = mosaic(seen(Image.new("RGB", picture.size)), PATTERNS["RGGB"])
    data = dng(numbers, (0x0112, SHORT, [orientation]), previews=(jpeg(picture),))
    assert far(shown(data), scene(320, 240)) < 8


@pytest.mark.parametrize("size", [(240, 240), (320, 248)])
def test_a_camera_set_to_square_pictures(size: tuple[int, int]) -> None:
    """A preview of the square is taken; one of the whole shape is not what was meant.

    LibRaw heeds a crop only where it leaves out something above and to the left.
    """
    numbers = mosaic(seen(framed(scene(240, 240), 40, 4, 40, 4)), PATTERNS["RGGB"])
    found = shown(dng(numbers, *crop(40, 4, 240, 240), previews=(blue(*size),)))
    if size[0] == size[1]:
        assert is_blue(found)
    else:
        assert found.size == (120, 120)
        assert far(found, scene(240, 240)) < 8
