"""Every way in which a file says how its picture must be turned, by four coloured corners."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from media_server.media.decode.video import poster
from media_server.media.film.video import read_video
from media_server.media.inspect import inspect
from media_server.media.render import grid, preview, thumbnail
from media_server.media.source import BytesSource
from support.clips import make_clip
from support.stills import BLUE, GREEN, LAID, RED, WHITE, exif, laid, scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Turning = Callable[[Image.Image], Image.Image]

NAMES = {"R": RED, "G": GREEN, "B": BLUE, "W": WHITE}


def corners(picture: Image.Image) -> str:
    """Upper left, upper right, lower left, lower right, each by its letter."""
    rgb = picture.convert("RGB")
    found = ""
    for x, y in ((1, 1), (3, 1), (1, 3), (3, 3)):
        pixel = np.array(rgb.getpixel((rgb.width * x // 4, rgb.height * y // 4)))
        apart = {name: int(np.abs(pixel - colour).sum()) for name, colour in NAMES.items()}
        name = min(apart, key=lambda one: apart[one])
        assert apart[name] < 60
        found += name
    return found


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pillow(picture: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def heic(picture: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    data = picture.tobytes()
    pillow_heif.encode(picture.mode, picture.size, data, file, quality=-1, chroma=444, **options)
    return file.getvalue()


def avif(picture: Image.Image) -> bytes:
    return pillow(picture, "AVIF", quality=100, subsampling="4:4:4", speed=10)


def boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, where it begins, where it ends)."""
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], at, at + size
        at += size


def with_properties(data: bytes, *properties: bytes) -> bytes:
    """A file of one picture with further properties, which apply after those it has."""
    top = {kind: (at, end) for kind, at, end in boxes(data, 0, len(data))}
    meta_at, meta_end = top[b"meta"]
    inner = {kind: (at, end) for kind, at, end in boxes(data, meta_at + 12, meta_end)}
    iprp_at, iprp_end = inner[b"iprp"]
    parts = {kind: (at, end) for kind, at, end in boxes(data, iprp_at + 8, iprp_end)}
    ipco, ipma = data[slice(*parts[b"ipco"])], data[slice(*parts[b"ipma"])]
    known = sum(1 for _ in boxes(ipco, 8, len(ipco)))
    assert ipma[8:16] == bytes(4) + b"\0\0\0\1"  # one item, short indices
    added = bytes(0x80 | (known + 1 + number) for number in range(len(properties)))
    ipma = ipma[:18] + bytes([ipma[18] + len(added)]) + ipma[19:] + added
    body = ipco[8:] + b"".join(properties)
    iprp = box(b"iprp", box(b"ipco", body) + box(b"ipma", ipma[8:]))
    growth = len(iprp) - (iprp_end - iprp_at)
    meta = bytearray(data[meta_at:iprp_at] + iprp + data[iprp_end:meta_end])
    meta[:4] = struct.pack(">L", len(meta))
    return data[:meta_at] + moved(bytes(meta), growth) + data[meta_end:]


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", 8 + len(body), kind) + body


def moved(meta: bytes, growth: int) -> bytes:
    """With the pictures that much further back."""
    at, _ = next((at, end) for kind, at, end in boxes(meta, 12, len(meta)) if kind == b"iloc")
    version, sizes = meta[at + 8], int.from_bytes(meta[at + 12 : at + 14], "big")
    offset_bytes, base_bytes = sizes >> 12, sizes >> 4 & 15
    assert version < 2
    item = at + 16 + 2 + 2 * version + 2  # behind number, method and file of the only item
    place, length = (item, base_bytes) if base_bytes else (item + 2, offset_bytes)
    where = int.from_bytes(meta[place : place + length], "big") + growth
    return meta[:place] + where.to_bytes(length, "big") + meta[place + length :]


def rotated(quarters: int) -> tuple[bytes, Turning]:
    """ISO/IEC 23008-12, section 6.5.10: anticlockwise."""
    return box(b"irot", bytes([quarters])), lambda picture: Image.fromarray(
        np.rot90(np.asarray(picture), quarters)
    )


def mirrored(axis: int) -> tuple[bytes, Turning]:
    """ISO/IEC 23008-12:2022, section 6.5.12: 0 exchanges top and bottom, 1 left and right."""
    return box(b"imir", bytes([axis])), lambda picture: Image.fromarray(
        np.asarray(picture)[::-1] if axis == 0 else np.asarray(picture)[:, ::-1]
    )


STEPS: dict[str, list[tuple[bytes, Turning]]] = {
    **{f"irot {angle}": [rotated(angle)] for angle in range(4)},
    **{f"imir {axis}": [mirrored(axis)] for axis in range(2)},
    **{f"irot {a}, imir {b}": [rotated(a), mirrored(b)] for a in (1, 2, 3) for b in range(2)},
    **{f"imir {b}, irot {a}": [mirrored(b), rotated(a)] for a in (1, 3) for b in range(2)},
}


@pytest.mark.parametrize("write", [heic, avif])
@pytest.mark.parametrize("name", STEPS)
def test_properties_apply_in_their_order(write: Callable[[Image.Image], bytes], name: str) -> None:
    wanted = scene()
    for _, turn in STEPS[name]:
        wanted = turn(wanted)
    data = with_properties(write(scene()), *(part for part, _ in STEPS[name]))
    source = BytesSource(data)
    small = opened(grid(source).data)
    assert small.size == wanted.size
    assert corners(small) == corners(wanted)
    # What the catalog keeps is the same: size as stored, and how to turn it.
    _, layout, _, orientation = inspect(source)
    assert (layout.width_px, layout.height_px) == (80, 60)
    assert corners(scene().transpose(TURNS[orientation]) if orientation > 1 else scene()) == (
        corners(wanted)
    )


# How EXIF's orientations are undone, from the standard's words; tag 0x0112.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", LAID)
def test_a_heic_with_exif_and_properties_is_turned_by_the_latter(orientation: int) -> None:
    """The encoder writes the properties; EXIF says the same once more."""
    data = heic(laid(scene(), orientation), exif=exif(orientation))
    small = opened(grid(BytesSource(data)).data)
    assert (small.size, corners(small)) == ((80, 60), "RGBW")


def test_exif_alone_does_not_turn_a_heic_or_avif() -> None:
    for write in (heic, avif):
        small = opened(grid(BytesSource(write(scene()))).data)
        assert corners(small) == "RGBW"
    data = heic(scene(), exif=exif(6)).replace(b"irot", b"free")
    assert corners(opened(grid(BytesSource(data)).data)) == "RGBW"


def lab(picture: Image.Image) -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    found = ImageCms.profileToProfile(picture, srgb, lab, outputMode="LAB")
    assert found is not None
    return found


EXIF_WRITERS: dict[str, Callable[[Image.Image, int], bytes]] = {
    "jpeg": lambda picture, turn: pillow(picture, "JPEG", quality=95, exif=exif(turn)),
    "jpeg, progressive": lambda picture, turn: pillow(
        picture, "JPEG", quality=95, progressive=True, exif=exif(turn)
    ),
    "jpeg, cmyk": lambda picture, turn: pillow(
        picture.convert("CMYK"), "JPEG", quality=95, exif=exif(turn)
    ),
    "png": lambda picture, turn: pillow(picture, "PNG", exif=exif(turn)),
    "png, palette": lambda picture, turn: pillow(picture.quantize(8), "PNG", exif=exif(turn)),
    "webp": lambda picture, turn: pillow(picture, "WEBP", lossless=True, exif=exif(turn)),
    "tiff": lambda picture, turn: pillow(picture, "TIFF", tiffinfo={0x0112: turn}),
    "tiff, lab": lambda picture, turn: pillow(lab(picture), "TIFF", tiffinfo={0x0112: turn}),
}


@pytest.mark.parametrize("orientation", LAID)
@pytest.mark.parametrize("name", EXIF_WRITERS)
def test_large_pictures_are_turned_in_every_rendition(name: str, orientation: int) -> None:
    """Large enough for the decoder to shrink: the turning comes after that."""
    source = BytesSource(EXIF_WRITERS[name](laid(scene(720, 540), orientation), orientation))
    small, large = opened(grid(source).data), opened(preview(source).data)
    assert (small.size, large.size) == ((320, 240), (720, 540))
    square = opened(thumbnail(source).data).crop((0, 32, 256, 224))
    for one in (small, large, square):
        assert corners(one) == "RGBW"


def test_a_bitmap_is_stored_from_below_or_from_above() -> None:
    below = pillow(scene(), "BMP")
    above = pillow(scene().transpose(Image.Transpose.FLIP_TOP_BOTTOM), "BMP")
    above = above[:22] + struct.pack("<l", -60) + above[26:]
    tga = pillow(scene().transpose(Image.Transpose.FLIP_TOP_BOTTOM), "TGA")
    tga = tga[:17] + bytes([tga[17] ^ 0x20]) + tga[18:]
    for data in (below, above, tga):
        assert corners(opened(grid(BytesSource(data)).data)) == "RGBW"


# By ISO/IEC 14496-12, section 6.2.2: x' = a·x + c·y, y' = b·x + d·y, with y downwards.
MATRICES = {
    "as it is": ((1, 0, 0, 1), "RGBW", 1),
    "90 clockwise": ((0, 1, -1, 0), "BRWG", 6),
    "180": ((-1, 0, 0, -1), "WBGR", 3),
    "270 clockwise": ((0, -1, 1, 0), "GWRB", 8),
    "left and right exchanged": ((-1, 0, 0, 1), "GRWB", 2),
    "top and bottom exchanged": ((1, 0, 0, -1), "BWRG", 4),
    "about the main diagonal": ((0, 1, 1, 0), "RBGW", 5),
    "about the other diagonal": ((0, -1, -1, 0), "WGBR", 7),
}
_UNIT = struct.pack(">9l", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def with_matrix(clip: bytes, turn: tuple[int, ...], moved_by: tuple[int, int]) -> bytes:
    """The clip with another matrix in the header of its track."""
    at = clip.index(b"tkhd") + 44
    assert clip[at : at + 36] == _UNIT
    a, b, c, d = (one << 16 for one in turn)
    x, y = (one << 16 for one in moved_by)
    return clip[:at] + struct.pack(">9l", a, b, 0, c, d, 0, x, y, 1 << 30) + clip[at + 36 :]


@pytest.mark.parametrize("moved_by", [(0, 0), (64, 48)])
@pytest.mark.parametrize("name", MATRICES)
def test_a_film_is_turned_and_mirrored_by_its_matrix(name: str, moved_by: tuple[int, int]) -> None:
    turn, wanted, orientation = MATRICES[name]
    source = BytesSource(with_matrix(CLIP, turn, moved_by))
    picture, facts = poster(source, 320), read_video(source)
    size = (48, 64) if orientation > 4 else (64, 48)
    assert (picture.size, corners(picture), facts.orientation) == (size, wanted, orientation)
    assert facts.upright is not None
    assert (facts.upright.width_px, facts.upright.height_px) == size


@pytest.mark.parametrize(("form", "turned"), [("matroska", -90), ("matroska", 90), ("mov", 180)])
def test_a_film_in_another_container_is_turned(form: str, turned: int) -> None:
    wanted = {-90: "BRWG", 90: "GWRB", 180: "WBGR"}[turned]
    picture = poster(BytesSource(make_clip(form, "libx264", frames=3, turned=turned)), 320)
    assert corners(picture) == wanted


def test_pixels_that_are_not_square_are_stretched_before_the_film_is_turned() -> None:
    clip = make_clip("mp4", "libx264", frames=3, shape=(4, 3))
    source = BytesSource(with_matrix(clip, (0, 1, -1, 0), (0, 0)))
    assert poster(source, 320).size == (48, 85)
    facts = read_video(source)
    assert facts.upright is not None
    assert (facts.upright.width_px, facts.upright.height_px) == (48, 85)


CLIP = make_clip("mp4", "libx264", frames=3)
