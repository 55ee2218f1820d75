"""Colours, against formulas that share nothing with the program's."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms

from media_server.media.render import grid, thumbnail
from media_server.media.source import BytesSource
from support import light
from support.stills import deep_png, jpeg, matrix_profile, psd

if TYPE_CHECKING:
    from collections.abc import Callable

COLOURS = ((200, 120, 60), (60, 180, 90), (90, 90, 200), (128, 128, 128))
WIDTH, HEIGHT = 80, 24


def stripes(colours: Any = COLOURS) -> np.ndarray[Any, Any]:
    """(24, 80, 3): one upright stripe a colour."""
    row = np.repeat(np.asarray(colours), WIDTH // len(colours), axis=0)
    return np.ascontiguousarray(np.broadcast_to(row, (HEIGHT, *row.shape)))


def picture() -> Image.Image:
    return Image.fromarray(stripes().astype(np.uint8))


def found(data: bytes, count: int = 4, mode: str = "RGB") -> np.ndarray[Any, Any]:
    """The colour in the middle of each stripe of the thumbnail, which loses nothing."""
    square = Image.open(io.BytesIO(thumbnail(BytesSource(data)).data)).convert(mode)
    left, top = (256 - WIDTH) // 2, (256 - HEIGHT) // 2
    small = square.crop((left, top, left + WIDTH, top + HEIGHT))
    step = WIDTH // count
    return np.asarray(small)[HEIGHT // 2, step // 2 :: step].astype(float)


def far(data: bytes, wanted: Any) -> float:
    """The largest difference of a colour."""
    return float(np.abs(found(data) - wanted).max())


def pillow(image: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def shown(points: light.Points, gamma: float, white: tuple[float, float]) -> light.Floats:
    return light.shown((np.array(COLOURS) / 255) ** gamma, points, white)


PROFILES = {
    "P3": (light.P3, 2.2, light.D65),
    "Adobe RGB": (light.ADOBE_RGB, 2.2, light.D65),
    "ProPhoto": (light.PRO_PHOTO, 1.8, light.D50),
    "BT.2020, linear": (light.BT2020, 1.0, light.D65),
}
PROFILED: dict[str, Callable[[bytes], bytes]] = {
    "jpeg": lambda profile: jpeg(picture(), subsampling=0, icc_profile=profile),
    "png": lambda profile: pillow(picture(), "PNG", icc_profile=profile),
    "tiff": lambda profile: pillow(picture(), "TIFF", icc_profile=profile),
    "webp": lambda profile: pillow(picture(), "WEBP", lossless=True, icc_profile=profile),
    "png, 16 bits": lambda profile: deep_png(deep(), b"iCCPx\0\0" + zlib.compress(profile)),
    "psd, 16 bits": lambda profile: psd(picture(), depth=16, resources={1039: profile}),
}


@pytest.mark.parametrize("form", PROFILED)
@pytest.mark.parametrize("name", PROFILES)
def test_profiles_by_their_formulas(name: str, form: str) -> None:
    points, gamma, white = PROFILES[name]
    wanted = shown(points, gamma, white)
    assert np.abs(wanted - COLOURS).max() > 15  # else nothing would be tested
    assert far(PROFILED[form](matrix_profile(points, gamma, white)), wanted) <= 4


@pytest.mark.parametrize("name", ["P3", "BT.2020, linear"])
def test_a_profile_that_only_names_srgb_is_applied(name: str) -> None:
    """Android calls P3 "sRGB Transfer with Display P3 Gamut", GIMP linear light "Linear sRGB"."""
    points, gamma, white = PROFILES[name]
    profile = matrix_profile(points, gamma, white).replace(b"Test", b"sRGB")
    assert far(pillow(picture(), "PNG", icc_profile=profile), shown(points, gamma, white)) <= 4


def nudged(profile: bytes) -> bytes:
    """The profile with its red a little off, as rounding has it, and without its name."""
    entry = profile.index(b"rXYZ")
    at = int.from_bytes(profile[entry + 4 : entry + 8], "big") + 8
    red = int.from_bytes(profile[at : at + 4], "big") + 80
    profile = profile[:at] + red.to_bytes(4, "big") + profile[at + 4 :]
    return profile.replace("sRGB".encode("utf-16-be"), "able".encode("utf-16-be"))


def test_a_profile_of_srgb_changes_nothing_whatever_its_name() -> None:
    rng = np.random.default_rng(7)
    noise = Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    profile = nudged(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    plain, profiled = (
        thumbnail(BytesSource(pillow(noise, "PNG", **options))).data
        for options in ({}, {"icc_profile": profile})
    )
    assert plain == profiled


def inks() -> Image.Image:
    """A CMYK picture: no ink, cyan, magenta and yellow, half black."""
    return Image.fromarray(
        stripes(((0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 255, 0), (0, 0, 0, 128))).astype(np.uint8),
        "CMYK",
    )


def without_adobe(data: bytes) -> bytes:
    """The JPEG without the segment that says who wrote it."""
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]


PRINTED = ((255, 255, 255), (0, 255, 255), (255, 0, 0), (127, 127, 127))


def test_cmyk_of_adobe_is_stored_inverted_and_other_cmyk_is_not() -> None:
    """ITU-T T.872, clauses 6.1 and 6.5.3."""
    ours = jpeg(inks(), subsampling=0)
    assert far(ours, PRINTED) <= 8
    negative = Image.fromarray(255 - np.asarray(inks()), "CMYK")
    assert far(without_adobe(jpeg(negative, subsampling=0)), PRINTED) <= 8


def test_four_inks_may_be_stored_as_luma_and_colour_differences() -> None:
    """YCCK: libjpeg turns the three back, the fourth stays. Adobe's mark says 2."""
    stored = 255 - np.asarray(inks()).astype(int)  # as Adobe inverts
    plain = Image.fromarray((255 - stored[:, :, :3]).astype(np.uint8)).convert("YCbCr")
    ycck = np.dstack([np.asarray(plain), stored[:, :, 3]]).astype(np.uint8)
    data = jpeg(Image.fromarray(255 - ycck, "CMYK"), subsampling=0)
    at = data.index(b"Adobe") + 11
    assert far(data[:at] + b"\2" + data[at + 1 :], PRINTED) <= 8


def test_a_jpeg_of_red_green_and_blue() -> None:
    assert far(jpeg(picture(), keep_rgb=True), COLOURS) <= 4


@pytest.mark.parametrize("kind", ["8 bits", "16 bits", "floats"])
def test_lab(kind: str) -> None:
    srgb = pyvips.Image.new_from_array(stripes().astype(np.uint8)).copy(interpretation="srgb")
    if kind == "8 bits":
        lab = ImageCms.profileToProfile(
            picture(),
            ImageCms.createProfile("sRGB"),
            ImageCms.createProfile("LAB"),
            outputMode="LAB",
        )
        assert lab is not None
        data = pillow(lab, "TIFF")
    else:
        data = srgb.colourspace("labs" if kind == "16 bits" else "lab").tiffsave_buffer()
    assert far(data, COLOURS) <= 6


def deep() -> np.ndarray[Any, Any]:
    return (stripes() * 257).astype(np.uint16)


DEEP: dict[str, Callable[[], bytes]] = {
    "png": lambda: deep_png(deep()),
    "tiff": lambda: (
        pyvips.Image.new_from_array(deep()).copy(interpretation="rgb16").tiffsave_buffer()
    ),
    "psd": lambda: psd(picture(), depth=16),
    "ppm": lambda: b"P6 80 24 65535\n" + deep().astype(">u2").tobytes(),
    "ppm of 10 bits": lambda: (
        b"P6 80 24 1023\n" + np.rint(stripes() * (1023 / 255)).astype(">u2").tobytes()
    ),
    "ppm of 100 steps": lambda: (
        b"P6 80 24 100\n" + np.rint(stripes() * (100 / 255)).astype(np.uint8).tobytes()
    ),
}


@pytest.mark.parametrize("name", DEEP)
def test_numbers_of_any_width(name: str) -> None:
    assert far(DEEP[name](), COLOURS) <= 4


def test_grey_of_sixteen_bits() -> None:
    numbers = np.repeat([0, 0x4000, 0x8000, 0xFFFF], 20).astype(np.uint16)
    numbers = np.ascontiguousarray(np.broadcast_to(numbers, (HEIGHT, WIDTH)))
    grey = Image.fromarray(numbers)
    wanted = np.array([0, 64, 128, 255])[:, None]
    for data in (
        pillow(grey, "PNG"),
        pillow(grey, "TIFF"),
        pillow(grey, "JPEG2000"),
        psd(Image.fromarray((numbers >> 8).astype(np.uint8)), depth=16),
        b"P5 80 24 65535\n" + numbers.astype(">u2").tobytes(),
    ):
        assert far(data, wanted) <= 2


def test_white_may_be_the_smallest_number() -> None:
    grey = picture().convert("L")
    stored = pyvips.Image.new_from_array(np.asarray(grey)).copy(interpretation="b-w")
    data = stored.tiffsave_buffer(miniswhite=True)
    assert far(data, np.asarray(grey)[0, 10::20, None]) <= 3


SEEN_THROUGH: dict[str, Callable[[Image.Image], bytes]] = {
    "png": lambda one: pillow(one, "PNG"),
    "tiff": lambda one: pillow(one, "TIFF"),
    "jp2": lambda one: pillow(one, "JPEG2000"),
    "webp": lambda one: pillow(one.convert("RGBA"), "WEBP", lossless=True),
}


@pytest.mark.parametrize("name", SEEN_THROUGH)
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparency_in_steps(name: str, mode: str) -> None:
    alpha = np.repeat([255, 192, 128, 64], 20).astype(np.uint8)
    colours = picture().convert(mode)
    colours.putalpha(Image.fromarray(np.ascontiguousarray(np.broadcast_to(alpha, (24, 80)))))
    pixels = found(SEEN_THROUGH[name](colours), mode="RGBA")
    wanted = np.asarray(colours.convert("RGBA"))[12, 10::20]
    assert np.abs(pixels[:, 3] - wanted[:, 3]).max() <= 2
    assert np.abs(pixels[:, :3] - wanted[:, :3]).max() <= 8


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_transparency_of_a_palette(form: str) -> None:
    indices = np.repeat(np.arange(4, dtype=np.uint8), 20)
    indexed = Image.fromarray(np.ascontiguousarray(np.broadcast_to(indices, (HEIGHT, WIDTH))), "P")
    indexed.putpalette([value for colour in COLOURS for value in colour])
    steps = (255, 192, 128, 0) if form == "PNG" else (255, 255, 255, 0)
    hidden = bytes(steps) if form == "PNG" else 3
    pixels = found(pillow(indexed, form, transparency=hidden), mode="RGBA")
    assert np.abs(pixels[:, 3] - steps).max() <= 2
    assert np.abs(pixels[:3, :3] - COLOURS[:3]).max() <= 10


def test_premultiplied_colours_are_what_they_were() -> None:
    """TIFF 6.0, section 18: associated alpha."""
    numbers = np.dstack([stripes(), np.full((HEIGHT, WIDTH), 128)]).astype(np.uint8)
    stored = pyvips.Image.new_from_array(numbers).copy(interpretation="srgb")
    data = stored.tiffsave_buffer(premultiply=True)
    assert np.abs(found(data, mode="RGBA")[:, :3] - COLOURS).max() <= 8


def bright_px(width: int, form: str, bright: slice) -> float:
    """How many pixels of the grid's width are bright, of a picture of which a part is."""
    wide = np.zeros((64, width, 3), np.uint8)
    wide[:, bright] = 255
    data = pillow(Image.fromarray(wide), form)
    small = Image.open(io.BytesIO(grid(BytesSource(data)).data)).convert("L")
    assert small.width == 320
    return float(np.asarray(small)[4].astype(float).sum() / 255)


@pytest.mark.parametrize("width", [2_560, 2_561, 2_563, 2_567])
def test_the_last_block_of_a_jpeg_does_not_stretch_the_picture(width: int) -> None:
    """Shrunk by eight while it is decoded, it has one pixel for what is left of its width."""
    found = bright_px(width, "JPEG", slice(width - 120, None))
    assert found == pytest.approx(320 * 120 / width, abs=0.2)


@pytest.mark.parametrize("width", range(2_556, 2_572))
def test_a_jpeg_2000_of_any_width_is_halved_in_place(width: int) -> None:
    """Each halving keeps the even places, of which there are as many as odd ones or one more."""
    found = bright_px(width, "JPEG2000", slice(0, 480))
    assert found == pytest.approx(320 * 480 / width, abs=0.2)
