from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pillow_heif
import pytest
import pyvips
from PIL import Image, ImageCms

from media_server.media.errors import MediaError
from media_server.media.picture import NO_COLOUR
from media_server.media.render import grid, mean_colour, thumbnail
from media_server.media.source import BytesSource

if TYPE_CHECKING:
    from media_server.media.picture import Picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)
# How an upright scene is laid down so that the orientation turns it back.
LAID = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "HEIF")


def scene(width: int = 80, height: int = 60) -> Image.Image:
    """Four quarters: red, green / blue, white."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def encode(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(picture).save(file, quality=-1)
    else:
        extra = {"JPEG": {"quality": 95}, "AVIF": {"speed": 10}}.get(form, {})
        picture.save(file, form, **extra, **options)
    return file.getvalue()


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    assert Image.MIME[image.format or ""] == picture.mime
    assert image.size == (picture.width_px, picture.height_px)
    return image


def near(found: object, wanted: tuple[int, ...], tolerance: int = 12) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def shows_scene(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    spots = {(1, 1): RED, (3, 1): GREEN, (1, 3): BLUE, (3, 3): WHITE}
    rgb = image.convert("RGB")
    return all(
        near(rgb.getpixel((left + width * x // 4, top + height * y // 4)), colour)
        for (x, y), colour in spots.items()
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_in_both_renditions(form: str) -> None:
    source = BytesSource(encode(scene(), form))
    small, square = opened(grid(source)), opened(thumbnail(source))
    assert small.format == "JPEG"
    assert small.size == (80, 60)
    assert shows_scene(small, (0, 0, 80, 60))
    assert (square.format, square.mode, square.size) == ("PNG", "RGBA", (256, 256))
    assert square.getchannel("A").getbbox() == (88, 98, 168, 158)
    assert shows_scene(square, (88, 98, 168, 158))


@pytest.mark.parametrize("orientation", LAID)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_upright_in_every_format_and_orientation(form: str, orientation: int) -> None:
    turn = LAID[orientation]
    laid = scene() if turn is None else scene().transpose(turn)
    small = opened(grid(BytesSource(encode(laid, form, exif=turned(orientation)))))
    assert small.size == (80, 60)
    assert shows_scene(small, (0, 0, 80, 60))


def test_a_heic_is_turned_once() -> None:
    """libheif applies what the container says; EXIF must not be applied again."""
    laid = scene().transpose(Image.Transpose.ROTATE_90)
    file = io.BytesIO()
    pillow_heif.encode("RGB", laid.size, laid.tobytes(), file, quality=-1, exif=turned(6))
    assert b"irot" in file.getvalue()
    small = opened(grid(BytesSource(file.getvalue())))
    assert small.size == (80, 60)
    assert shows_scene(small, (0, 0, 80, 60))


@pytest.mark.parametrize(
    ("stored", "in_grid", "in_square"),
    [
        ((4000, 3), (320, 1), (256, 1)),
        ((3, 4000), (1, 320), (1, 256)),
        ((40, 30), (40, 30), (40, 30)),
        ((1, 1), (1, 1), (1, 1)),
        ((1000, 500), (320, 160), (256, 128)),
        ((333, 1000), (107, 320), (85, 256)),
        ((2560, 2000), (320, 250), (256, 200)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_fitted_never_enlarged(
    form: str, stored: tuple[int, int], in_grid: tuple[int, int], in_square: tuple[int, int]
) -> None:
    source = BytesSource(encode(Image.new("RGB", stored, RED), form))
    assert opened(grid(source)).size == in_grid
    box = opened(thumbnail(source)).getchannel("A").getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert (right - left, bottom - top) == in_square
    assert left == (256 - in_square[0]) // 2
    assert top == (256 - in_square[1]) // 2


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_small_png_loses_nothing(mode: str) -> None:
    bands = [Image.effect_noise((200, 150), 90) for _ in mode]
    noise = Image.merge(mode, bands)
    square = opened(thumbnail(BytesSource(encode(noise, "PNG"))))
    inside = square.crop((28, 53, 228, 203))
    assert inside.tobytes() == noise.convert("RGBA").tobytes()


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">L", zlib.crc32(kind + data))
        return struct.pack(">L", len(data)) + kind + data + crc

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, depth, colour, 0, 0, 0))
    extra = b"".join(chunk(data[:4], data[4:]) for data in chunks)
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + extra + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("colour", "pixel", "wanted"),
    [
        (0, (0x8000,), (128, 128, 128, 255)),
        (2, (0x4000, 0x8000, 0xC000), (64, 128, 192, 255)),
        (4, (0x8000, 0x4000), (128, 128, 128, 64)),
        (6, (0x4000, 0x8000, 0xC000, 0x8000), (64, 128, 192, 128)),
    ],
)
@pytest.mark.parametrize("edge", [20, 600])
def test_sixteen_bits_are_scaled_not_clipped(
    colour: int, pixel: tuple[int, ...], wanted: tuple[int, ...], edge: int
) -> None:
    row = b"\0" + struct.pack(f">{len(pixel)}H", *pixel) * edge
    source = BytesSource(png(edge, edge, 16, colour, row * edge))
    assert near(opened(thumbnail(source)).getpixel((128, 128)), wanted, 4)
    small = opened(grid(source)).convert("RGBA")
    assert near(small.getpixel((10, 10)), wanted, 4)


def test_one_bit_and_palette_transparency() -> None:
    one_bit = png(8, 2, 1, 0, b"\0\xf0" * 2)
    square = opened(thumbnail(BytesSource(one_bit)))
    assert near(square.getpixel((125, 128)), (255, 255, 255, 255))
    assert near(square.getpixel((130, 128)), (0, 0, 0, 255))
    palette = png(2, 1, 8, 3, b"\0\0\1", b"PLTE\xff\0\0\0\0\xff", b"tRNS\0\xff")
    square = opened(thumbnail(BytesSource(palette)))
    assert square.getchannel("A").getpixel((127, 127)) == 0
    assert square.getpixel((128, 127)) == (0, 0, 255, 255)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF", "GIF", "HEIF"])
def test_transparency_gives_webp(form: str) -> None:
    picture = scene().convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 40, 30))
    source = BytesSource(encode(picture, form))
    small = opened(grid(source))
    assert (small.format, small.mode) == ("WEBP", "RGBA")
    assert small.getpixel((10, 10))[3] < 20  # type: ignore[index]
    assert near(small.getpixel((60, 10)), (*GREEN, 255), 20)
    assert opened(thumbnail(source)).getpixel((98, 108))[3] < 20  # type: ignore[index]


def test_an_alpha_channel_that_hides_nothing_gives_jpeg() -> None:
    assert grid(BytesSource(encode(scene().convert("RGBA"), "PNG"))).mime == "image/jpeg"


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk(form: str) -> None:
    source = BytesSource(encode(scene().convert("CMYK"), form))
    square = opened(thumbnail(source)).convert("RGB")
    red, white = square.getpixel((108, 113)), square.getpixel((148, 143))
    check_cmyk(red, white)
    broken = encode(scene().convert("CMYK"), form, icc_profile=b"nonsense" * 20)
    square = opened(thumbnail(BytesSource(broken))).convert("RGB")
    check_cmyk(square.getpixel((108, 113)), square.getpixel((148, 143)))


def check_cmyk(red: object, white: object) -> None:
    assert isinstance(red, tuple)
    assert red[0] > 200 > 80 > max(red[1:])
    assert near(white, WHITE)


def test_more_channels_than_can_be_shown() -> None:
    image = pyvips.Image.black(40, 30, bands=6).copy(interpretation="multiband")
    assert codes(image.tiffsave_buffer()) == {"unsupported"}


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "I;16"])
def test_other_modes_of_png(mode: str) -> None:
    if mode == "I;16":
        picture = Image.new("I;16", (80, 60), 0xC000)
    else:
        picture = Image.new("L", (80, 60), 255 if mode == "1" else 0xC0).convert(mode)
    small = opened(grid(BytesSource(encode(picture, "PNG")))).convert("L")
    assert abs(int(small.getpixel((40, 30))) - (255 if mode == "1" else 0xC0)) <= 2  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame(form: str) -> None:
    frames = [Image.new("RGB", (80, 60), colour) for colour in (BLUE, RED, RED)]
    data = encode(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    square = opened(thumbnail(BytesSource(data)))
    assert near(square.getpixel((128, 128)), (*BLUE, 255))
    assert square.getchannel("A").getbbox() == (88, 98, 168, 158)


def swapped_profile() -> bytes:
    """An sRGB profile with red and blue exchanged and another name."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(128, 128 + 12 * 40, 1):
        if data[at : at + 4] == b"rXYZ":
            data[at : at + 4] = b"?XYZ"
    for old, new in ((b"bXYZ", b"rXYZ"), (b"?XYZ", b"bXYZ")):
        data = data.replace(old, new)
    return bytes(
        data.replace(b"sRGB", b"BGRs").replace("sRGB".encode("utf-16-be"), b"\0B\0G\0R\0s")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("size", [(40, 30), (800, 600)])
def test_the_embedded_profile_is_applied(form: str, size: tuple[int, int]) -> None:
    data = encode(Image.new("RGB", size, (250, 10, 10)), form, icc_profile=swapped_profile())
    found = opened(grid(BytesSource(data))).convert("RGB").getpixel((20, 15))
    assert isinstance(found, tuple)
    assert found[2] > 200 > 60 > found[0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_an_unusable_profile_means_srgb(form: str) -> None:
    foreign = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"nonsense" * 20, foreign):
        data = encode(scene(), form, icc_profile=profile)
        assert shows_scene(opened(grid(BytesSource(data))), (0, 0, 80, 60))


def test_no_metadata_is_left() -> None:
    secret = Image.Exif()
    secret[0x010F] = "secret"
    for form in ("JPEG", "PNG", "WEBP"):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        notes = {"exif": secret.tobytes(), "icc_profile": profile, "comment": b"secret"}
        data = encode(scene(), form, **notes)
        for rendition in (grid, thumbnail):
            image = opened(rendition(BytesSource(data)))
            assert "secret" not in repr(image.info)
            assert not {"exif", "icc_profile", "comment"} & set(image.info)


def codes(data: bytes) -> set[str]:
    found: set[str] = set()
    for rendition in (grid, thumbnail):
        with pytest.raises(MediaError) as caught:
            rendition(BytesSource(data))
        found.add(caught.value.code)
    return found


def noise(form: str) -> bytes:
    picture = Image.effect_noise((400, 300), 90).convert("RGB")
    return encode(picture, form)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_refused(form: str, part: float) -> None:
    data = noise(form)
    assert codes(data[: int(len(data) * part)]) <= {"truncated", "corrupt"}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP"])
def test_truncated_is_told_from_corrupt(form: str) -> None:
    data = noise(form)
    assert codes(data[: len(data) // 2]) == {"truncated"}


def test_empty_and_foreign_content() -> None:
    assert codes(b"") == {"empty"}
    assert codes(b"just text in a file called x.jpg") == {"unrecognised"}
    assert codes(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == {"unrecognised"}


def test_a_raw_picture_is_not_replaced_by_its_preview() -> None:
    data = encode(scene(), "TIFF", tiffinfo={254: 1})
    assert codes(data) == {"unsupported"}


def bmp(width: int, height: int) -> bytes:
    head = struct.pack("<LllHHLLLLLL", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<LHHL", 1000, 0, 0, 54) + head + bytes(500)


def test_claims_of_very_many_pixels() -> None:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\2\2\x44\1\0;"
    gif = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0x80, 0, 0) + bytes(6) + frame
    assert codes(bmp(524_288, 524_288)) == {"too_large"}
    assert codes(bmp(10_000, 10_000)) == {"too_large"}
    assert codes(gif) == {"too_large"}
    assert codes(png(40_000, 40_000, 1, 0, bytes(5_001))) == {"too_large"}
    interlaced = bytearray(png(13_000, 13_000, 16, 2, bytes(100)))
    interlaced[28] = 1
    interlaced[29:33] = struct.pack(">L", zlib.crc32(interlaced[12:29]))
    assert codes(bytes(interlaced)) == {"too_large"}


def test_a_progressive_jpeg_is_held_as_a_whole_and_so_has_the_lower_limit() -> None:
    data = encode(Image.new("RGB", (16, 16)), "JPEG", progressive=True)
    at = data.index(b"\xff\xc2") + 5
    assert codes(data[:at] + struct.pack(">HH", 8_000, 8_000) + data[at + 4 :]) == {"too_large"}


@pytest.mark.parametrize("size", [(1, 1), (15, 7), (320, 240), (320, 3)])
def test_the_mean_colour(size: tuple[int, int]) -> None:
    assert mean_colour(Image.new("RGB", size, (1, 128, 255))) == 0x0180FF
    assert mean_colour(Image.new("L", size, 77)) == 0x4D4D4D


def about(colour: int, expected: tuple[int, int, int]) -> bool:
    """Whether it is that colour, but for the weight of the last rows and columns."""
    found = colour.to_bytes(3, "big")
    return all(abs(one - other) <= 4 for one, other in zip(found, expected, strict=True))


def test_the_mean_colour_is_that_of_all_parts() -> None:
    half = Image.new("RGB", (320, 240), (0, 0, 200))
    half.paste((100, 0, 0), (0, 0, 160, 240))
    assert about(mean_colour(half), (50, 0, 100))
    assert about(grid(BytesSource(encode(half, "PNG"))).colour, (50, 0, 100))


def test_what_is_not_seen_has_no_part_in_the_mean_colour() -> None:
    seen = Image.new("RGBA", (320, 240), (255, 255, 255, 0))
    assert mean_colour(seen) == NO_COLOUR
    seen.paste((10, 20, 30, 255), (0, 0, 80, 240))
    assert about(mean_colour(seen), (10, 20, 30))
