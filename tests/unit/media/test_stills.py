"""Every still format, from bytes to the three renditions."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pillow_heif
import pylibjxl
import pytest
import pyvips
from PIL import Image, ImageCms

from media_server.media.decode.pillow import opened as only
from media_server.media.errors import CorruptError, MediaError
from media_server.media.hdr import is_hdr
from media_server.media.inspect import inspect
from media_server.media.render import grid, preview, thumbnail
from media_server.media.source import BytesSource
from support.stills import (
    BLUE,
    GREEN,
    LAID,
    RED,
    WHITE,
    deep_png,
    dng,
    exif,
    jpeg,
    laid,
    matrix_profile,
    png,
    psd,
    scene,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.media.picture import Picture

P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))


def pillow(picture: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def jxl(picture: Image.Image, **options: Any) -> bytes:
    return pylibjxl.encode(np.asarray(picture), lossless=True, **options)


def jxl_of_jpeg(picture: Image.Image, orientation: int) -> bytes:
    return pylibjxl.jpeg_to_jxl(jpeg(picture, exif=exif(orientation)))


def heic(picture: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    data = picture.tobytes()
    pillow_heif.encode(picture.mode, picture.size, data, file, quality=-1, chroma=444, **options)
    return file.getvalue()


WRITERS: dict[str, tuple[str, Callable[[Image.Image], bytes]]] = {
    "jxl": ("image/jxl", jxl),
    "jp2": ("image/jp2", lambda picture: pillow(picture, "JPEG2000")),
    "j2k": ("image/jp2", lambda picture: pillow(picture, "JPEG2000", no_jp2=True)),
    "psd": ("image/vnd.adobe.photoshop", psd),
    "psd, not packed": ("image/vnd.adobe.photoshop", lambda picture: psd(picture, packed=False)),
    "psd, 16 bits": ("image/vnd.adobe.photoshop", lambda picture: psd(picture, depth=16)),
    "psd, 16 bits, not packed": (
        "image/vnd.adobe.photoshop",
        lambda picture: psd(picture, depth=16, packed=False),
    ),
    "psb": ("image/vnd.adobe.photoshop", lambda picture: psd(picture, version=2)),
    "ico": ("image/x-icon", lambda picture: pillow(picture, "ICO", sizes=[(80, 60)])),
    "pcx": ("image/x-pcx", lambda picture: pillow(picture, "PCX")),
    "ppm": ("image/x-portable-pixmap", lambda picture: pillow(picture, "PPM")),
    "tga": ("image/x-tga", lambda picture: pillow(picture, "TGA")),
    "tga, packed": ("image/x-tga", lambda picture: pillow(picture, "TGA", compression="tga_rle")),
    "dng with a preview": (
        "image/x-adobe-dng",
        lambda picture: dng(picture, preview=jpeg(picture)),
    ),
    "nef with a preview": (
        "image/x-nikon-nef",
        lambda picture: dng(picture, version=False, make="NIKON", preview=jpeg(picture)),
    ),
    "cr2 with a preview": (
        "image/x-canon-cr2",
        lambda picture: dng(
            picture, version=False, make="Canon", mark=b"CR\2\0" + bytes(4), preview=jpeg(picture)
        ),
    ),
}


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    assert image.size == (picture.width_px, picture.height_px)
    return image


def far(found: Image.Image, wanted: Image.Image) -> float:
    """The largest mean difference of an eighth of the picture, apart from edges between colours."""
    assert found.size == wanted.size
    difference = np.abs(
        np.asarray(found.convert("RGB"), np.float64) - np.asarray(wanted.convert("RGB"), np.float64)
    )
    height, width = difference.shape[:2]
    quarters = [
        difference[height * y // 8 : height * (y + 2) // 8, width * x // 8 : width * (x + 2) // 8]
        for x in (1, 5)
        for y in (1, 5)
    ]
    return max(float(quarter.mean()) for quarter in quarters)


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_in_every_rendition(name: str) -> None:
    mime, write = WRITERS[name]
    source = BytesSource(write(scene()))
    found, layout, _, orientation = inspect(source)
    assert (found, layout.width_px, layout.height_px, orientation) == (mime, 80, 60, 1)
    for rendition in (grid, preview):
        small = opened(rendition(source))
        assert (small.format, small.size) == ("JPEG", (80, 60))
        assert far(small, scene()) < 5
    square = opened(thumbnail(source))
    assert (square.mode, square.size) == ("RGBA", (256, 256))
    assert square.getchannel("A").getbbox() == (88, 98, 168, 158)
    assert far(square.crop((88, 98, 168, 158)), scene()) < 5


@pytest.mark.parametrize("orientation", LAID)
@pytest.mark.parametrize(
    "write",
    [
        jxl_of_jpeg,
        lambda picture, orientation: dng(picture, orientation=orientation),
        lambda picture, orientation: dng(picture, orientation=orientation, preview=jpeg(picture)),
        lambda picture, orientation: psd(picture, resources={1058: exif(orientation)[6:]}),
        lambda picture, orientation: psd(
            picture, depth=16, resources={1058: exif(orientation)[6:]}
        ),
        lambda picture, orientation: (
            pillow(picture, "JPEG2000")
            + struct.pack(">L4s", 8 + 16 + len(exif(1)) - 6, b"uuid")
            + b"JpgTiffExif->JP2"
            + exif(orientation)[6:]
        ),
    ],
    ids=["jxl", "dng", "dng with a preview", "psd", "psd, 16 bits", "jp2"],
)
def test_upright(write: Callable[[Image.Image, int], bytes], orientation: int) -> None:
    source = BytesSource(write(laid(scene(160, 120), orientation), orientation))
    assert inspect(source)[3] == orientation
    small = opened(grid(source))
    assert small.width * 3 == small.height * 4
    assert far(small, scene(*small.size)) < 5


@pytest.mark.parametrize("orientation", [6, 8])
def test_a_preview_that_the_camera_has_turned_already(orientation: int) -> None:
    data = dng(laid(scene(160, 120), orientation), orientation=orientation, preview=jpeg(scene()))
    small = opened(grid(BytesSource(data)))
    assert far(small, scene(80, 60)) < 5


@pytest.mark.parametrize(
    "shown",
    [
        jpeg(Image.new("RGB", (32, 24), BLUE)),  # smaller than what developing gives
        jpeg(Image.new("RGB", (160, 90), BLUE)),  # of another shape
        jpeg(Image.new("RGB", (160, 120), BLUE))[:300],  # broken
    ],
)
def test_a_raw_file_without_a_usable_preview_is_developed(shown: bytes) -> None:
    if len(shown) == 300:
        whole = jpeg(Image.new("RGB", (160, 120), BLUE))
        data = dng(scene(160, 120), preview=whole).replace(whole, shown.ljust(len(whole), b"\0"))
    else:
        data = dng(scene(160, 120), preview=shown)
    small = opened(grid(BytesSource(data)))
    assert small.size == (80, 60)  # half of the sensor's
    assert far(small, scene(80, 60)) < 5


def test_a_raw_file_is_developed_with_the_white_that_the_camera_measured() -> None:
    grey = Image.new("RGB", (160, 120), WHITE)
    grey.paste((120, 120, 120), (0, 0, 80, 120))
    found = opened(grid(BytesSource(dng(grey, neutral=(40, 100, 60))))).convert("RGB")
    pixel = found.getpixel((20, 30))
    assert isinstance(pixel, tuple)
    assert max(pixel) - min(pixel) <= 6
    assert abs(pixel[1] - 120) <= 12


def test_transparency_gives_webp() -> None:
    picture = scene().convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 40, 30))
    writers: list[Callable[[Image.Image], bytes]] = [
        jxl,
        lambda one: pillow(one, "JPEG2000"),
        lambda one: pillow(one, "TGA"),
        lambda one: pillow(one, "ICO", sizes=[(80, 60)]),
        lambda one: psd(one, transparent=True),
    ]
    for write in writers:
        small = opened(preview(BytesSource(write(picture))))
        assert (small.format, small.mode) == ("WEBP", "RGBA")
        hidden, shown = small.getpixel((10, 10)), small.getpixel((60, 10))
        assert isinstance(hidden, tuple)
        assert isinstance(shown, tuple)
        assert hidden[3] < 20
        assert shown[3] > 235


def test_a_selection_kept_in_a_photoshop_document_hides_nothing() -> None:
    picture = scene().convert("RGBA")
    picture.paste((*RED, 0), (0, 0, 40, 30))
    assert grid(BytesSource(psd(picture, transparent=False))).mime == "image/jpeg"


@pytest.mark.parametrize("kind", ["CMYK", "LAB", "L"])
def test_photoshop_in_other_colours(kind: str) -> None:
    if kind == "LAB":
        to_lab = ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
        )
        picture = ImageCms.applyTransform(scene(), to_lab)
        assert picture is not None
    else:
        picture = scene().convert(kind)
    wanted = scene().convert("L") if kind == "L" else scene()
    assert far(opened(grid(BytesSource(psd(picture)))), wanted) < 12


def test_photoshop_variants_that_are_not_read() -> None:
    deep = bytearray(psd(scene()))
    deep[22:24] = struct.pack(">H", 32)
    cmyk = psd(scene().convert("CMYK"), depth=16)
    for data in (bytes(deep), cmyk):
        with pytest.raises(MediaError) as caught:
            grid(BytesSource(data))
        assert caught.value.code == "unsupported"


def converted(picture: Image.Image, profile: bytes) -> Image.Image:
    found = ImageCms.profileToProfile(
        picture,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
    )
    assert found is not None
    return found


@pytest.mark.parametrize("primaries", [P3, ADOBE])
@pytest.mark.parametrize(
    "write",
    [
        lambda picture, profile: jpeg(picture, icc_profile=profile),
        lambda picture, profile: pillow(picture, "PNG", icc_profile=profile),
        lambda picture, profile: pillow(picture, "WEBP", lossless=True, icc_profile=profile),
        lambda picture, profile: pillow(picture, "TIFF", icc_profile=profile),
        lambda picture, profile: pillow(picture, "AVIF", quality=100, icc_profile=profile),
        lambda picture, profile: heic(picture, icc_profile=profile),
        lambda picture, profile: jxl(picture, icc=profile),
        lambda picture, profile: psd(picture, resources={1039: profile}),
        lambda picture, profile: psd(picture, depth=16, resources={1039: profile}),
        lambda picture, profile: with_jp2_profile(pillow(picture, "JPEG2000"), profile),
    ],
    ids=["jpeg", "png", "webp", "tiff", "avif", "heic", "jxl", "psd", "psd16", "jp2"],
)
def test_wide_gamut_is_brought_to_srgb_by_its_profile(
    write: Callable[[Image.Image, bytes], bytes], primaries: tuple[tuple[float, float], ...]
) -> None:
    picture = Image.new("RGB", (80, 60), (200, 120, 60))
    picture.paste((60, 180, 90), (40, 0, 80, 60))
    profile = matrix_profile(primaries, 2.2)
    wanted = converted(picture, profile)
    assert far(picture, wanted) > 8  # else nothing would be tested
    assert far(opened(grid(BytesSource(write(picture, profile)))), wanted) < 4


def with_jp2_profile(data: bytes, profile: bytes) -> bytes:
    """The file with a restricted profile in place of its code for sRGB."""
    at = data.index(b"colr") - 4
    length = struct.unpack_from(">L", data, at)[0]
    colr = struct.pack(">L4sBBB", 11 + len(profile), b"colr", 2, 0, 0) + profile
    data = data[:at] + colr + data[at + length :]
    header = data.index(b"jp2h") - 4
    grown = struct.unpack_from(">L", data, header)[0] + len(colr) - length
    return data[:header] + struct.pack(">L", grown) + data[header + 4 :]


def test_adobe_rgb_that_only_exif_names() -> None:
    block = Image.Exif()
    block[0x8769] = {0xA005: {1: "R03", 2: b"0100"}, 0xA001: 65_535}
    picture = Image.new("RGB", (80, 60), (60, 180, 90))
    data = jpeg(picture, exif=block.tobytes())
    assert b"R03" in data
    wanted = converted(picture, matrix_profile(ADOBE, 2.2))
    assert far(opened(grid(BytesSource(data))), wanted) < 4


def test_grey_with_a_profile() -> None:
    # Gamma 1: the numbers are light itself.
    curve = b"curv" + bytes(4) + struct.pack(">LH", 1, 256) + bytes(2)
    white = b"XYZ " + bytes(4) + struct.pack(">3l", 63_190, 65_536, 54_061)
    described = b"desc" + bytes(4) + struct.pack(">L", 2) + b"T\0" + bytes(78)
    described = described.ljust(-(-len(described) // 4) * 4, b"\0")
    tags, at, table, data = (
        ((b"desc", described), (b"wtpt", white), (b"kTRC", curve)),
        168,
        b"",
        b"",
    )
    for kind, content in tags:
        table += struct.pack(">4sLL", kind, at + len(data), len(content))
        data += content
    head = struct.pack(
        ">L4sL4s4s4s", at + len(data), b"none", 0x02400000, b"mntr", b"GRAY", b"XYZ "
    )
    head = (head.ljust(36, b"\0") + b"acsp").ljust(68, b"\0") + white[8:]
    profile = head.ljust(128, b"\0") + struct.pack(">L", 3) + table + data
    for form in ("JPEG", "PNG", "TIFF"):
        file = pillow(Image.new("L", (80, 60), 64), form, icc_profile=profile)
        small = opened(grid(BytesSource(file))).convert("L")
        assert abs(int(small.getpixel((40, 30))) - 137) <= 2  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PSD"])
def test_cmyk_is_not_inverted(form: str) -> None:
    picture = scene().convert("CMYK")
    data = psd(picture) if form == "PSD" else pillow(picture, form)
    small = opened(grid(BytesSource(data))).convert("RGB")
    red, white = small.getpixel((20, 15)), small.getpixel((60, 45))
    assert isinstance(red, tuple)
    assert isinstance(white, tuple)
    assert red[0] > 200 > 80 > max(red[1:])
    assert min(white) > 243


def test_sixteen_bits_are_scaled() -> None:
    grey = Image.fromarray(np.full((40, 60), 0x8000, np.uint16))
    files = [
        pillow(grey, "JPEG2000"),
        b"P5 60 40 65535\n" + b"\x80\0" * 2_400,
        b"P6 60 40 65535\n" + b"\x80\0" * 7_200,
    ]
    for data in files:
        found = opened(grid(BytesSource(data))).convert("L").getpixel((30, 20))
        assert abs(int(found) - 127) <= 2  # type: ignore[arg-type]


def pq(nits: float) -> int:
    """The 16-bit number of a brightness. Source: SMPTE ST 2084."""
    light = (nits / 10_000) ** (2610 / 16384)
    signal = ((0.8359375 + 18.8515625 * light) / (1 + 18.6875 * light)) ** 78.84375
    number: int = round(signal * 65_535)
    return number


def hdr_png(nits: tuple[float, ...], transfer: int = 16) -> bytes:
    row = np.repeat([pq(one) for one in nits], 40)
    numbers = np.broadcast_to(row[None, :, None], (60, len(row), 3))
    return deep_png(numbers, b"cICP" + bytes([9, transfer, 0, 1]))


def greys(data: bytes, count: int) -> list[int]:
    small = opened(grid(BytesSource(data))).convert("L")
    return [int(small.getpixel((40 * index + 20, 30))) for index in range(count)]  # type: ignore[arg-type]


def test_pq_without_highlights_is_shown_as_bright_as_it_is() -> None:
    found = greys(hdr_png((203, 203 * 0.2140, 203 * 0.0331)), 3)
    assert found == pytest.approx([255, 128, 51], abs=2)


def test_pq_highlights_are_bent_below_white_and_shadows_stay() -> None:
    dark, grey, white, glint = greys(hdr_png((4.0, 40.0, 203.0, 1_000.0)), 4)
    assert dark == pytest.approx(39, abs=2)
    assert 115 <= grey <= 126
    assert 175 <= white <= 240
    assert white + 15 < glint <= 255


def test_a_single_glint_does_not_darken_a_picture() -> None:
    numbers = np.full((600, 600, 3), pq(203), np.uint16)
    numbers[:4, :4] = 65_535
    small = opened(grid(BytesSource(deep_png(numbers, b"cICP\x09\x10\0\1")))).convert("L")
    assert int(small.getpixel((160, 160))) >= 250  # type: ignore[arg-type]


def test_code_points_alone_say_wide_gamut() -> None:
    picture = Image.new("RGB", (80, 60), (200, 120, 60))
    wanted = converted(picture, matrix_profile(P3, 2.2))
    rows = (b"\0" + bytes((200, 120, 60)) * 80) * 60
    for data in (
        png(80, 60, rows, b"cICP\x0c\x0d\0\1"),
        heic(picture, color_primaries=12, transfer_characteristics=13, save_nclx_profile=True),
    ):
        assert far(opened(grid(BytesSource(data))), wanted) < 5


def test_hdr_heic_is_decoded_with_all_its_bits() -> None:
    numbers = np.zeros((64, 96, 3), np.uint16)
    numbers[:, :48], numbers[:, 48:] = pq(203), pq(203 * 0.2140)
    file = io.BytesIO()
    pillow_heif.encode(
        "RGB;16",
        (96, 64),
        numbers.tobytes(),
        file,
        quality=95,
        chroma=444,
        color_primaries=9,
        transfer_characteristics=16,
        matrix_coefficients=9,
        full_range_flag=1,
        save_nclx_profile=True,
    )
    small = opened(grid(BytesSource(file.getvalue()))).convert("L")
    assert small.size == (96, 64)
    assert abs(int(small.getpixel((24, 32))) - 255) <= 3  # type: ignore[arg-type]
    assert abs(int(small.getpixel((72, 32))) - 128) <= 4  # type: ignore[arg-type]


def ramp() -> np.ndarray[Any, np.dtype[np.uint16]]:
    """From 75 to 130 cd/m²: 16 steps of 8 bits, 62 of 10."""
    row = np.linspace(29_900, 33_900, 96).astype(np.uint16)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (64, 96, 3)))


def hdr_heic() -> bytes:
    file = io.BytesIO()
    points = {"color_primaries": 9, "transfer_characteristics": 16, "matrix_coefficients": 0}
    pillow_heif.encode(
        "RGB;16",
        (96, 64),
        ramp().tobytes(),
        file,
        quality=-1,
        chroma=444,
        full_range_flag=1,
        save_nclx_profile=True,
        **points,
    )
    return file.getvalue()


def hdr_avif() -> bytes:
    picture = pyvips.Image.new_from_array(ramp()).copy(interpretation="rgb16")
    data: bytes = picture.heifsave_buffer(compression="av1", bitdepth=10, lossless=True)
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", 9, 16) + data[at + 4 :]


@pytest.mark.parametrize("write", [hdr_heic, hdr_avif])
def test_no_bit_of_an_hdr_picture_is_lost_before_it_is_brought_to_srgb(
    write: Callable[[], bytes],
) -> None:
    source = BytesSource(write())
    assert is_hdr(source, inspect(source)[0])
    square = opened(thumbnail(source)).convert("RGB")
    row = [square.getpixel((80 + x, 128)) for x in range(96)]
    greens = {pixel[1] for pixel in row if isinstance(pixel, tuple)}
    assert len(greens) > 25


def chunks_of(data: bytes) -> set[bytes]:
    """The names of everything in an encoded picture that is neither pixels nor needed for them."""
    if data.startswith(b"\xff\xd8"):
        found, at = set(), 2
        while data[at + 1] != 0xDA:
            found.add(data[at + 1 : at + 2])
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        return found - {b"\xe0", b"\xdb", b"\xc0", b"\xc4"}
    if data.startswith(b"RIFF"):
        found, at = set(), 12
        while at < len(data):
            found.add(data[at : at + 4])
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            at += 8 + size + size % 2
        return found - {b"VP8X", b"VP8 ", b"VP8L", b"ALPH"}
    found, at = set(), 8
    while at < len(data):
        found.add(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return found - {b"IHDR", b"IDAT", b"IEND"}


def loud() -> dict[str, bytes]:
    """Files that carry as much metadata as their format takes."""
    block = Image.Exif()
    block[0x010F] = "secret maker"
    profile, packet = (
        matrix_profile(P3, 2.2),
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>secret</x:xmpmeta>",
    )
    notes = {"exif": block.tobytes(), "icc_profile": profile}
    seen = scene().convert("RGBA")
    seen.paste((0, 0, 0, 0), (0, 0, 40, 30))
    resources = {1058: block.tobytes()[6:], 1060: packet, 1039: profile, 1028: b"secret"}
    files = {
        "jpeg": jpeg(scene(), **notes, xmp=packet, comment=b"secret"),
        "png": pillow(scene(), "PNG", **notes),
        "png, seen through": pillow(seen, "PNG", **notes),
        "webp": pillow(seen, "WEBP", **notes, xmp=packet),
        "tiff": pillow(scene(), "TIFF", **notes),
        "avif": pillow(scene(), "AVIF", **notes, xmp=packet),
        "heic": heic(scene(), exif=block.tobytes(), xmp=packet, icc_profile=profile),
        "gif": pillow(seen, "GIF", comment=b"secret"),
        "bmp": pillow(scene(), "BMP"),
        "jxl": jxl(scene(), exif=block.tobytes(), xmp=packet, icc=profile),
        "psd, seen through": psd(seen, transparent=True, resources=resources),
        "psd 16": psd(scene(), depth=16, resources=resources),
        "jp2": pillow(scene(), "JPEG2000", comment="secret"),
        "dng": dng(scene(160, 120), make="secret maker"),
        "dng, preview": dng(
            scene(160, 120), make="secret maker", preview=jpeg(scene(160, 120), **notes)
        ),
    }
    return files | {name: WRITERS[name][1](scene()) for name in ("pcx", "tga", "ppm", "ico")}


LOUD = loud()


@pytest.mark.parametrize("name", LOUD)
def test_no_metadata_is_left_in_any_rendition(name: str) -> None:
    for rendition in (grid, preview, thumbnail):
        data = rendition(BytesSource(LOUD[name])).data
        assert chunks_of(data) == set()
        assert b"secret" not in data


def test_a_preview_is_large_but_never_enlarged() -> None:
    large = opened(preview(BytesSource(jpeg(Image.new("RGB", (4_000, 3_000), RED)))))
    assert (large.format, large.size) == ("JPEG", (2_048, 1_536))
    small = opened(preview(BytesSource(jpeg(Image.new("RGB", (300, 200), RED)))))
    assert small.size == (300, 200)


def test_jpeg_2000_is_shrunk_while_it_is_decoded() -> None:
    data = pillow(scene(3_000, 2_000), "JPEG2000")
    small = opened(grid(BytesSource(data)))
    assert small.size == (320, 213)
    assert far(small, scene(320, 213)) < 5


def test_of_an_icon_the_largest_picture() -> None:
    data = pillow(scene(64, 48), "ICO", sizes=[(16, 12), (64, 48), (32, 24)])
    assert opened(grid(BytesSource(data))).size == (64, 48)


@pytest.mark.parametrize("kind", [1, 2])
def test_icons_and_cursors_that_hold_bitmaps(kind: int) -> None:
    data = pillow(scene(64, 48), "ICO", sizes=[(64, 48)], bitmap_format="bmp")
    data = data[:2] + bytes([kind]) + data[3:]
    assert inspect(BytesSource(data))[0] == "image/x-icon"
    assert far(opened(grid(BytesSource(data))), scene(64, 48)) < 5


def test_of_an_animated_avif_the_first_frame() -> None:
    frames = [Image.new("RGB", (80, 60), colour) for colour in (BLUE, RED, GREEN)]
    data = pillow(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=50)
    assert far(opened(grid(BytesSource(data))), frames[0]) < 5


def code(data: bytes) -> str:
    with pytest.raises(MediaError) as caught:
        grid(BytesSource(data))
    return caught.value.code


def noise() -> Image.Image:
    rng = np.random.default_rng(7)
    return Image.fromarray(rng.integers(0, 255, (120, 160, 3), np.uint8))


TRUNCATED = {
    "jxl": lambda: jxl(noise().resize((40, 30))),
    "jxl in boxes": lambda: jxl(noise().resize((40, 30)), exif=exif(1)[6:]),
    "jp2": lambda: pillow(noise().resize((40, 30)), "JPEG2000"),
    "psd": lambda: psd(noise().resize((40, 30))),
    "psd 16": lambda: psd(noise().resize((40, 30)), depth=16),
    "tiff": lambda: pillow(noise().resize((40, 30)), "TIFF"),
    "dng": lambda: dng(noise().resize((40, 30))),
    "dng, preview": lambda: dng(noise().resize((40, 30)), preview=jpeg(noise().resize((40, 30)))),
    "pcx": lambda: pillow(noise().resize((40, 30)), "PCX"),
    "tga": lambda: pillow(noise().resize((40, 30)), "TGA"),
    "ppm": lambda: pillow(noise().resize((40, 30)), "PPM"),
    "ico": lambda: pillow(noise().resize((40, 30)), "ICO", sizes=[(40, 30)]),
    "ico, bitmap": lambda: pillow(
        noise().resize((32, 24)), "ICO", sizes=[(32, 24)], bitmap_format="bmp"
    ),
}
# Whose last bytes are padding, a footer, an end mark, or metadata.
TAIL_BYTES = 64


@pytest.mark.parametrize("name", TRUNCATED)
def test_cut_anywhere_a_file_is_refused_in_good_order(name: str) -> None:
    data = TRUNCATED[name]()
    codes = {code(data[:length]) for length in range(0, len(data) - TAIL_BYTES, 64)}
    assert codes <= {"empty", "unrecognised", "truncated", "corrupt", "unsupported"}
    assert code(data[: len(data) // 2]) in ("truncated", "corrupt", "unrecognised")


@pytest.mark.parametrize("name", ["tiff", "jp2", "jxl in boxes", "psd", "psd 16", "ppm", "ico"])
def test_truncated_is_told_from_corrupt(name: str) -> None:
    data = TRUNCATED[name]()
    assert code(data[: len(data) * 2 // 3]) == "truncated"


def test_a_jpeg_cut_and_ended_is_truncated() -> None:
    data = jpeg(noise().resize((640, 480)))
    assert code(data[: len(data) // 2] + b"\xff\xd9") == "truncated"
    grey = jpeg(Image.new("RGB", (640, 480), (128, 128, 128)))
    assert opened(grid(BytesSource(grey))).size == (320, 240)


def claims() -> dict[str, bytes]:
    """Small files that claim very many pixels."""
    j2k = pillow(scene(), "JPEG2000", no_jp2=True)
    one_level = pillow(scene(), "JPEG2000", no_jp2=True, num_resolutions=1)
    huge_j2k = j2k[:8] + struct.pack(">LL", 60_000, 60_000) + j2k[16:]
    huge_psd = bytearray(psd(scene()))
    huge_psd[14:22] = struct.pack(">LL", 30_000, 30_000)
    huge_deep = bytearray(psd(scene(), depth=16))
    huge_deep[14:22] = struct.pack(">LL", 30_000, 30_000)
    huge_jxl = bytearray(jxl(scene(400, 304)))
    # 30 bits for each side: 1 + 2 + 30 bits, no ratio (3), 2 + 30 bits, then all as usual.
    bits = 0b11 << 1 | (40_000 - 1) << 3 | 0b11 << 36 | (40_000 - 1) << 38 | 1 << 68
    huge_jxl[2:11] = bits.to_bytes(9, "little")
    tga = bytearray(pillow(scene(), "TGA"))
    tga[12:16] = struct.pack("<HH", 65_000, 65_000)
    pcx = bytearray(pillow(scene(), "PCX"))
    pcx[4:12] = struct.pack("<HHHH", 0, 0, 64_999, 64_999)
    pcx[66:68] = struct.pack("<H", 65_000)
    return {
        "ppm": b"P6 100000 100000 255\n" + bytes(100),
        "j2k": huge_j2k,
        "j2k, of one resolution": one_level[:8] + struct.pack(">LL", 5_000, 5_000) + one_level[16:],
        "psd": bytes(huge_psd),
        "psd 16": bytes(huge_deep),
        "jxl": bytes(huge_jxl),
        "tga": bytes(tga),
        "pcx": bytes(pcx),
    }


CLAIMS = claims()


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_of_very_many_pixels(name: str) -> None:
    assert code(CLAIMS[name]) == "too_large"


def test_an_icon_that_claims_more_than_icons_have() -> None:
    data = bytearray(pillow(scene(64, 48), "ICO", sizes=[(64, 48)], bitmap_format="bmp"))
    at = struct.unpack_from("<L", data, 18)[0]
    data[at + 4 : at + 12] = struct.pack("<ll", 60_000, 60_000)
    assert code(bytes(data)) == "corrupt"


def test_a_raw_file_that_claims_very_many_pixels() -> None:
    data = dng(scene(160, 120))
    for old, new in ((160, 20_000), (120, 12_000)):
        data = data.replace(struct.pack("<HLL", 4, 1, old), struct.pack("<HLL", 4, 1, new))
    assert code(data) == "too_large"


def test_no_other_format_than_the_one_told_is_tried() -> None:
    with pytest.raises(CorruptError), only(BytesSource(pillow(scene(), "GIF")), "BMP"):
        pass


def test_a_profile_that_unpacks_to_half_a_gigabyte() -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()
    data = png(1, 1, b"\0\xff\0\0", b"iCCPx\0\0" + packed)
    try:
        assert opened(grid(BytesSource(data))).size == (1, 1)
    except MediaError as error:
        assert error.code in ("corrupt", "too_large")


@pytest.mark.parametrize("write", [hdr_heic, hdr_avif])
def test_a_large_hdr_picture_is_decoded_with_fewer_bits(
    write: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must fit into a jail, and still be brought to sRGB as what it is."""
    data = write()
    deep = opened(thumbnail(BytesSource(data))).convert("L").getpixel((128, 128))
    for module in ("avif", "heif"):
        monkeypatch.setattr(f"media_server.media.decode.{module}.MAX_DEEP_PIXELS", 96 * 64 - 1)
    square = opened(thumbnail(BytesSource(data))).convert("L")
    assert len({square.getpixel((80 + x, 128)) for x in range(96)}) <= 20
    assert square.getpixel((128, 128)) == pytest.approx(deep, abs=3)
