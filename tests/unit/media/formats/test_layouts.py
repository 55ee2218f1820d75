"""Readers of the newer still formats on files of their own making, and on anything else."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import brotli
import numpy as np
import pylibjxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.animation import is_animated
from media_server.media.errors import CorruptError, EmptyError, MediaError, TruncatedError
from media_server.media.formats.cr3 import MAX_DIRECTORY_BYTES, read_cr3
from media_server.media.formats.ico import largest_icon, read_ico
from media_server.media.formats.jp2 import ends_early as jp2_ends_early
from media_server.media.formats.jp2 import read_jp2, read_jp2_colours, resolution_levels
from media_server.media.formats.jxl import read_jxl, read_jxl_header
from media_server.media.formats.pcx import read_pcx
from media_server.media.formats.pnm import read_pnm
from media_server.media.formats.psd import read_psd, read_psd_header, read_psd_profile
from media_server.media.formats.raw import (
    read_fuji,
    read_minolta,
    read_panasonic,
    read_sigma,
    read_tiff_raw,
    sniff_tiff_raw,
)
from media_server.media.formats.tga import is_tga, read_tga
from media_server.media.formats.tiff_extent import ends_early as tiff_ends_early
from media_server.media.hdr import is_hdr, read_cicp
from media_server.media.inspect import identify, inspect
from media_server.media.layout import MAX_XMP_BYTES
from media_server.media.source import BytesSource
from media_server.media.tags.exif import read_exif
from support.stills import ASCII, LONG, SHORT, directory, dng, exif, jpeg, psd, scene, text

if TYPE_CHECKING:
    from media_server.media.sniff import Mime

CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L4s", 8 + len(content), kind) + content


def pillow(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def tiff_block(rows: list[tuple[int, int, list[int]]]) -> bytes:
    return b"II*\0\x08\0\0\0" + directory(rows, 8)


def cr3(*extra: bytes) -> bytes:
    main = tiff_block(
        [
            (0x0100, SHORT, [6_000]),
            (0x0101, SHORT, [4_000]),
            (0x010F, ASCII, text("Canon")),
            (0x0110, ASCII, text("Canon EOS R5")),
            (0x0112, SHORT, [6]),
            (0x0132, ASCII, text("2020:01:01 00:00:00")),
        ]
    )
    settings = tiff_block(
        [
            (0x9003, ASCII, text("2019:07:01 12:34:56")),
            (0x9011, ASCII, text("+02:00")),
            (0x9291, ASCII, text("25")),
        ]
    )
    inner = box(b"CMT1", main) + box(b"CMT2", settings) + b"".join(extra)
    movie = box(b"moov", box(b"free", b"") + box(b"uuid", CANON + inner))
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + movie + box(b"mdat", bytes(100))


def test_cr3_keeps_its_exif_in_boxes() -> None:
    source = BytesSource(cr3())
    mime, layout, found, orientation = inspect(source)
    assert (mime, layout.width_px, layout.height_px) == ("image/x-canon-cr3", 6_000, 4_000)
    assert orientation == 6
    assert found.capture is not None
    assert found.capture.local == "2019-07-01T12:34:56.250000"
    assert (found.capture.offset_min, found.capture.source) == (120, "EXIF:DateTimeOriginal")


def test_entries_of_a_cr3_that_share_their_bytes_are_not_copied_for_ever() -> None:
    rows = b"".join(struct.pack("<HHLL", tag, 7, 60_000, 8) for tag in range(0x9000, 0x9100))
    greedy = b"II*\0\x08\0\0\0" + struct.pack("<H", 256) + rows + bytes(60_000)
    layout = read_cr3(BytesSource(cr3(box(b"CMT4", greedy))))
    assert layout.exif is not None
    assert len(layout.exif(0, 1 << 30)) < 3 * MAX_DIRECTORY_BYTES


@pytest.mark.parametrize("data", [box(b"ftyp", b"crx "), cr3()[:90]])
def test_a_cr3_without_its_directory(data: bytes) -> None:
    with pytest.raises(MediaError):
        read_cr3(BytesSource(data))


def fuji() -> bytes:
    preview = jpeg(scene(), exif=exif(8))
    sizes = struct.pack(">LHHHH", 2, 0x0100, 4, 4_100, 6_100)
    sizes += struct.pack(">HHHH", 0x0111, 4, 4_000, 6_000)
    head = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0")
    at = 160
    head += struct.pack(">LLLL", at, len(preview), at + len(preview), len(sizes))
    return head.ljust(at, b"\0") + preview + sizes


def test_raf_says_its_size_in_a_list_and_the_rest_in_its_jpeg() -> None:
    mime, layout, _, orientation = inspect(BytesSource(fuji()))
    assert (mime, layout.width_px, layout.height_px) == ("image/x-fuji-raf", 6_000, 4_000)
    assert orientation == 8


def test_raf_without_a_list_has_the_size_of_its_jpeg() -> None:
    data = fuji()
    assert read_fuji(BytesSource(data[:92] + bytes(8) + data[100:])).width_px == 80
    assert read_fuji(BytesSource(data[:100])).exif is None


def test_mrw_says_its_size_in_one_block_and_the_rest_in_another() -> None:
    size = b"\0PRD" + struct.pack(">L", 24) + b"27820001" + struct.pack(">HHHH", 9, 9, 1_536, 2_048)
    size = size.ljust(32, b"\0")
    block = exif(3)[6:]
    blocks = size + b"\0TTW" + struct.pack(">L", len(block)) + block
    data = b"\0MRM" + struct.pack(">L", len(blocks)) + blocks + bytes(50)
    mime, layout, _, orientation = inspect(BytesSource(data))
    assert (mime, layout.width_px, layout.height_px) == ("image/x-minolta-mrw", 2_048, 1_536)
    assert orientation == 3


@pytest.mark.parametrize(("angle", "orientation"), [(0, 1), (90, 6), (180, 3), (270, 8)])
def test_x3f_says_size_and_turning_in_its_header(angle: int, orientation: int) -> None:
    data = b"FOVb" + bytes(24) + struct.pack("<LLL", 2_640, 1_760, angle) + bytes(100)
    mime, layout, _, found = inspect(BytesSource(data))
    assert (mime, layout.width_px, layout.height_px) == ("image/x-sigma-x3f", 2_640, 1_760)
    assert found == orientation
    with pytest.raises(CorruptError):
        read_sigma(BytesSource(data[:28] + bytes(4) + data[32:]))


def test_rw2_and_orf_are_tiff_behind_marks_of_their_own() -> None:
    rows = [(0x0004, SHORT, [4]), (0x0005, SHORT, [8]), (0x0006, SHORT, [3_004])]
    rows += [(0x0007, SHORT, [4_008]), (0x0112, SHORT, [6])]
    data = b"IIU\0" + tiff_block(rows)[4:]
    mime, layout, _, orientation = inspect(BytesSource(data))
    assert (mime, layout.width_px, layout.height_px) == ("image/x-panasonic-rw2", 4_000, 3_000)
    assert orientation == 6
    rows = [(0x0100, LONG, [4_640]), (0x0101, LONG, [3_472]), (0x0112, SHORT, [8])]
    for mark in (b"IIRO", b"IIRS"):
        mime, layout, _, orientation = inspect(BytesSource(mark + tiff_block(rows)[4:]))
        assert (mime, layout.width_px, orientation) == ("image/x-olympus-orf", 4_640, 8)


@pytest.mark.parametrize(
    ("make", "mime"),
    [
        ("NIKON CORPORATION", "image/x-nikon-nef"),
        ("SONY", "image/x-sony-arw"),
        ("PENTAX Corporation", "image/x-pentax-pef"),
        ("SAMSUNG", "image/x-samsung-srw"),
        ("Hasselblad", "image/x-hasselblad-3fr"),
        ("SEIKO EPSON CORP.", "image/x-epson-erf"),
        ("Eastman Kodak Company", "image/x-kodak-dcr"),
        ("Somebody else", "image/x-raw"),
        ("", "image/x-raw"),
    ],
)
def test_a_raw_file_of_any_maker_is_told_by_its_colour_filters(make: str, mime: Mime) -> None:
    source = BytesSource(dng(scene(160, 120), version=False, make=make))
    assert sniff_tiff_raw(source) == mime
    layout = read_tiff_raw(source)
    assert (layout.width_px, layout.height_px) == (160, 120)  # not those of the first picture


def test_other_marks_of_raw_files() -> None:
    assert sniff_tiff_raw(BytesSource(b"II*\0\x10\0\0\0IIII\1waR")) == "image/x-phaseone-iiq"
    heap = b"II\x1a\0\0\0HEAPCCDR".ljust(200, b"\0")
    assert identify(BytesSource(heap)) == "image/x-canon-crw"


def test_plain_tiff_is_no_raw_file() -> None:
    assert identify(BytesSource(pillow(scene(), "TIFF"))) == "image/tiff"
    pages = pillow(scene(), "TIFF", save_all=True, append_images=[scene(8, 6)])
    assert identify(BytesSource(pages)) == "image/tiff"


def test_directories_that_point_at_each_other_end() -> None:
    rows = [(0x0100, SHORT, [8]), (0x0101, SHORT, [6]), (0x014A, LONG, [8] * 12)]
    data = b"II*\0\x08\0\0\0" + directory(rows, 8, following=8)
    assert sniff_tiff_raw(BytesSource(data)) is None


def test_a_long_chain_of_directories_is_not_followed_to_its_end() -> None:
    class Counting(BytesSource):
        calls = 0

        def read_at(self, offset: int, length: int) -> bytes:
            Counting.calls += 1
            return super().read_at(offset, length)

    rows = [(0x0100, SHORT, [8]), (0x0101, SHORT, [6])]
    size = len(directory(rows, 8))
    chain = b"".join(
        directory(rows, 8 + at * size, following=8 + (at + 1) * size) for at in range(5_000)
    )
    assert sniff_tiff_raw(Counting(b"II*\0\x08\0\0\0" + chain)) is None
    assert Counting.calls < 100


class Bits:
    """Writes what `bits.Bits` reads."""

    def __init__(self) -> None:
        self.number = self.length = 0

    def put(self, *fields: tuple[int, int]) -> Bits:
        for value, width in fields:
            self.number |= value << self.length
            self.length += width
        return self

    def data(self) -> bytes:
        return b"\xff\x0a" + self.number.to_bytes(-(-self.length // 8), "little")


def jxl_bits(**colours: tuple[int, int]) -> bytes:
    """A header with everything in it: turning, preview, animation, a named channel, colours."""
    bits = Bits().put((1, 1), (7, 5), (0, 3), (11, 5))  # 64 high, 96 wide
    bits.put((0, 1), (1, 1), (5, 3))  # not all as usual; orientation 6
    bits.put((1, 1), (0, 1), (1, 2), (99, 13), (1, 3))  # to be shown at 100×100
    bits.put((1, 1), (1, 1), (0, 2), (1, 3))  # preview of 16×16
    bits.put((1, 1), (0, 2), (1, 2), (2, 2), (3, 16), (0, 1))  # animation
    bits.put((0, 1), (1, 2), (1, 1), (1, 2))  # 10 bits; one further channel
    bits.put((0, 1), (1, 2), (0, 1), (0, 2), (0, 2), (2, 2), (4, 5))  # its kind, depth, name length
    for letter in b"further channel name":
        bits.put((letter, 8))
    bits.put((1, 1), (0, 1), (0, 1), (0, 2))  # XYB; colours, no profile, RGB
    white, primaries, transfer = (colours[name] for name in ("white", "primaries", "transfer"))
    for value, form in (white, primaries):
        bits.put((form, 2), (value, {0: 0, 1: 0, 2: 4, 3: 6}[form]))
    value, form = transfer
    bits.put((0, 1), (form, 2), (value, {2: 4, 3: 6}[form]))
    return bits.put((0, 64)).data()


@pytest.mark.parametrize(
    ("white", "primaries", "transfer", "wanted"),
    [
        ((0, 1), (0, 1), (11, 2), (1, 13)),
        ((0, 1), (9, 2), (11, 2), (12, 13)),  # P3 with the white of screens
        ((9, 2), (9, 2), (15, 2), (11, 17)),  # P3 with that of cinemas
        ((0, 1), (7, 2), (14, 2), (9, 16)),  # PQ
        ((0, 1), (7, 2), (0, 3), (9, 18)),  # HLG
    ],
)
def test_jxl_with_everything_in_its_header(
    white: tuple[int, int],
    primaries: tuple[int, int],
    transfer: tuple[int, int],
    wanted: tuple[int, int],
) -> None:
    data = jxl_bits(white=white, primaries=primaries, transfer=transfer)
    header = read_jxl_header(BytesSource(data))
    assert (header.width_px, header.height_px) == (96, 64)
    assert (header.orientation, header.animated) == (6, True)
    assert header.cicp == wanted
    assert is_animated(BytesSource(data), "image/jxl")
    assert is_hdr(BytesSource(data), "image/jxl") == (wanted[1] in (16, 18))


@pytest.mark.parametrize(
    "size", [(1, 1), (8, 8), (256, 256), (33, 17), (400, 300), (16, 1000), (640, 360), (720, 1280)]
)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_jxl_of_all_sizes(size: tuple[int, int], channels: int) -> None:
    pixels = np.zeros((size[1], size[0], channels), np.uint8)
    data = pylibjxl.encode(pixels, effort=1)
    layout = read_jxl(BytesSource(data))
    assert (layout.width_px, layout.height_px) == size
    assert not is_animated(BytesSource(data), "image/jxl")


JXL_START = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")


@pytest.mark.parametrize("prefix", [b"", b"\0\0\0\0", b"\0\0\0\6Exif\0\0", b"Exif\0\0"])
@pytest.mark.parametrize("packed", [True, False])
def test_jxl_with_exif_and_xmp(prefix: bytes, *, packed: bool) -> None:
    block = Image.Exif()
    block[0x0132] = "2019:07:01 12:34:56"
    block[0x0112] = 6  # does not count in this format
    content, packet = prefix + block.tobytes()[6:], b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    if packed:
        notes = box(b"brob", b"Exif" + brotli.compress(content))
        notes += box(b"brob", b"xml " + brotli.compress(packet))
    else:
        notes = box(b"Exif", content) + box(b"xml ", packet)
    bare = pylibjxl.encode(np.asarray(scene()))
    _, layout, found, orientation = inspect(BytesSource(JXL_START + notes + box(b"jxlc", bare)))
    assert found.capture is not None
    assert found.capture.local == "2019-07-01T12:34:56"
    assert orientation == 1
    assert layout.xmp == (packet,)


def test_jxl_metadata_that_unpacks_to_more_than_anyone_reads() -> None:
    bare = pylibjxl.encode(np.zeros((60, 80, 3), np.uint8))
    start = JXL_START + box(b"jxlc", bare)
    bomb = brotli.compress(b"<" * 60_000_000, quality=5)
    layout = read_jxl(BytesSource(start + box(b"brob", b"xml " + bomb)))
    assert len(layout.xmp[0]) <= MAX_XMP_BYTES + 65_536
    broken = read_jxl(BytesSource(start + box(b"brob", b"xml \xff\xff\xff")))
    assert broken.xmp == ()


def test_jxl_in_parts() -> None:
    bare = pylibjxl.encode(np.zeros((60, 80, 3), np.uint8))
    start = JXL_START
    parts = box(b"jxlp", bytes(4) + bare[:5]) + box(b"xml ", b"<x/>")
    parts += box(b"jxlp", b"\x80\0\0\1" + bare[5:])
    layout = read_jxl(BytesSource(start + parts))
    assert (layout.width_px, layout.height_px) == (80, 60)
    with pytest.raises(TruncatedError):
        read_jxl(BytesSource(start + box(b"jxlp", bytes(4) + bare[:5])))
    with pytest.raises(TruncatedError):
        read_jxl(BytesSource(start))


def test_jp2_says_what_it_holds() -> None:
    data = pillow(scene(), "JPEG2000", num_resolutions=4)
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    xmp = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    old = bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e")
    data += box(b"uuid", xmp + packet) + box(b"uuid", old + exif(3))
    source = BytesSource(data)
    mime, layout, _, orientation = inspect(source)
    assert (mime, layout.width_px, layout.height_px, orientation) == ("image/jp2", 80, 60, 3)
    assert layout.xmp == (packet,)
    assert resolution_levels(source) == 3
    assert not jp2_ends_early(source)
    assert identify(BytesSource(data.replace(b"ftypjp2 ", b"ftypjpx ", 1))) == "image/jpx"


def test_jp2_colours() -> None:
    data = pillow(scene(), "JPEG2000")
    assert read_jp2_colours(BytesSource(data)) == (None, None)
    at = data.index(b"colr")
    points = data[: at + 4] + b"\5\0\0\0\x09\0\x10" + data[at + 11 :]
    assert read_jp2_colours(BytesSource(points))[1] == (9, 16)
    assert is_hdr(BytesSource(points), "image/jp2")


def test_psd_says_what_it_holds() -> None:
    shown = jpeg(scene(40, 30))
    resources = {
        1036: struct.pack(">L", 1) + bytes(24) + shown,
        1028: b"\x1c\x02\x05\0\1x",
        1039: b"a profile",
        1058: exif(8)[6:],
        1060: b"<x/>",
    }
    source = BytesSource(psd(scene(), resources=resources))
    mime, layout, _, orientation = inspect(source)
    assert (mime, layout.width_px, layout.height_px) == ("image/vnd.adobe.photoshop", 80, 60)
    assert orientation == 8
    assert (layout.xmp, layout.iptc) == ((b"<x/>",), b"\x1c\x02\x05\0\1x")
    assert layout.preview is not None
    assert layout.preview() == shown
    assert read_psd_profile(source) == b"a profile"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("transparent", [True, False])
def test_psd_header(version: int, *, transparent: bool) -> None:
    data = psd(scene(), version=version, transparent=transparent)
    header = read_psd_header(BytesSource(data))
    assert (header.version, header.channels, header.depth, header.mode) == (version, 3, 8, 3)
    assert header.is_transparent == transparent
    assert data[header.picture_at : header.picture_at + 2] == b"\0\1"


@pytest.mark.parametrize("comment", [b" ", b"\n# made by hand\n", b"\n#\n#\r\n", b"\t\n "])
def test_pnm_with_comments(comment: bytes) -> None:
    data = b"P6" + comment + b"80" + comment + b"60\n255\n" + bytes(80 * 60 * 3)
    assert identify(BytesSource(data)) == "image/x-portable-pixmap"
    layout = read_pnm(BytesSource(data))
    assert (layout.width_px, layout.height_px) == (80, 60)


@pytest.mark.parametrize("zero", [b"P6 0 60 255\n", b"P5 80 0 255\n"])
def test_pnm_without_a_side(zero: bytes) -> None:
    with pytest.raises(CorruptError):
        inspect(BytesSource(zero))


TGA = {
    "colours": pillow(scene(), "TGA"),
    "packed": pillow(scene(), "TGA", compression="tga_rle"),
    "grey": pillow(scene().convert("L"), "TGA"),
    "palette": pillow(scene().quantize(8), "TGA"),
    "alpha": pillow(scene().convert("RGBA"), "TGA"),
}


@pytest.mark.parametrize("name", TGA)
@pytest.mark.parametrize("footer", [True, False])
def test_tga_by_its_header(name: str, *, footer: bool) -> None:
    data = TGA[name] if footer else TGA[name].removesuffix(TGA[name][-26:])
    assert identify(BytesSource(data)) == "image/x-tga"
    layout = read_tga(BytesSource(data))
    assert (layout.width_px, layout.height_px) == (80, 60)


@pytest.mark.parametrize(
    ("at", "new"),
    [(1, 1), (2, 4), (3, 1), (12, 0), (16, 13), (17, 0x40), (17, 0x10), (17, 3)],
)
def test_what_does_not_quite_fit_is_no_tga(at: int, new: int) -> None:
    data = bytearray(TGA["colours"][:-26])
    data[at] = new
    if at == 12:
        data[13] = 0
    assert not is_tga(BytesSource(bytes(data)))


@pytest.mark.parametrize(
    "data",
    [
        TGA["colours"][:-26] + bytes(600),
        TGA["colours"][:5_000],
        TGA["packed"][:100],
        b"\0\0\2" + b"text that begins like a TGA, and goes on like a letter" * 20,
        bytes(1_000),
    ],
)
def test_a_file_of_the_wrong_length_is_no_tga(data: bytes) -> None:
    assert not is_tga(BytesSource(data))


def test_of_an_icon_the_largest() -> None:
    data = pillow(scene(64, 48), "ICO", sizes=[(16, 12), (64, 48), (32, 24)])
    icon = largest_icon(BytesSource(data))
    assert (icon.width_px, icon.height_px) == (64, 48)
    assert read_ico(BytesSource(data)).width_px == 64
    with pytest.raises(TruncatedError):
        largest_icon(BytesSource(data[:30]))
    with pytest.raises(TruncatedError):
        largest_icon(BytesSource(data[:200]))


def test_pcx() -> None:
    data = pillow(scene(), "PCX")
    layout = read_pcx(BytesSource(data))
    assert (layout.width_px, layout.height_px) == (80, 60)
    with pytest.raises(TruncatedError):
        read_pcx(BytesSource(data[:6]))


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations(form: str) -> None:
    mime: dict[str, Mime] = {
        "GIF": "image/gif",
        "PNG": "image/png",
        "WEBP": "image/webp",
        "AVIF": "image/avif",
    }
    frames = [Image.effect_noise((300, 200), 90).convert("P") for _ in range(3)]
    frames = [frame.convert("RGB") for frame in frames] if form != "GIF" else frames
    data = pillow(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    assert is_animated(BytesSource(data), mime[form])
    assert not is_animated(BytesSource(pillow(frames[0], form)), mime[form])
    assert not is_animated(BytesSource(data[: len(data) // 8]), mime["GIF"])


def test_a_gif_of_endless_small_blocks_is_given_up() -> None:
    class Counting(BytesSource):
        calls = 0

        def read_at(self, offset: int, length: int) -> bytes:
            Counting.calls += 1
            return super().read_at(offset, length)

    head = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0) + b"!\xfe"
    assert not is_animated(Counting(head + b"\1x" * 2_000_000), "image/gif")
    assert Counting.calls < 10


def hdr_jpegs() -> list[bytes]:
    packet = b"<x:xmpmeta xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/'/>"
    plain = jpeg(scene())
    iso = b"urn:iso:std:iso:ts:21496:-1\0" + bytes(4)
    segment = b"\xff\xe2" + struct.pack(">H", 2 + len(iso)) + iso
    return [jpeg(scene(), xmp=packet), plain[:2] + segment + plain[2:]]


@pytest.mark.parametrize("index", [0, 1])
def test_a_jpeg_with_a_gain_map_is_hdr(index: int) -> None:
    assert is_hdr(BytesSource(hdr_jpegs()[index]), "image/jpeg")


def test_a_jpeg_that_only_talks_about_gain_maps_is_not() -> None:
    words = b"urn:iso:std:iso:ts:21496:-1\0 http://ns.adobe.com/hdr-gain-map/1.0/"
    assert not is_hdr(BytesSource(jpeg(scene(), comment=words)), "image/jpeg")


def test_truncated_tiff() -> None:
    for options in ({}, {"compression": "tiff_lzw"}, {"tile": True}):
        data = pillow(Image.effect_noise((300, 200), 90), "TIFF", **options)
        assert not tiff_ends_early(BytesSource(data))
        assert tiff_ends_early(BytesSource(data[: len(data) * 3 // 4]))


def test_empty() -> None:
    with pytest.raises(EmptyError):
        identify(BytesSource(b""))


READERS = (
    read_cr3,
    read_fuji,
    read_ico,
    read_jp2,
    read_jp2_colours,
    read_jxl,
    read_minolta,
    read_panasonic,
    read_pcx,
    read_pnm,
    read_psd,
    read_psd_profile,
    read_sigma,
    read_tga,
    read_tiff_raw,
    is_tga,
    sniff_tiff_raw,
    resolution_levels,
    jp2_ends_early,
    tiff_ends_early,
    inspect,
)
MIMES: tuple[Mime, ...] = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/heic",
    "image/jxl",
    "image/jp2",
)


def read_all(data: bytes) -> None:
    source = BytesSource(data)
    for read in READERS:
        try:
            found = read(source)
        except MediaError:
            continue
        exif_of = getattr(found, "exif", None)
        if exif_of is not None:
            read_exif(exif_of)
    for mime in MIMES:
        is_hdr(source, mime)
        is_animated(source, mime)
        try:
            read_cicp(source, mime)
        except MediaError:
            continue


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_good_order(data: bytes) -> None:
    read_all(data)


SEEDS = (
    cr3(),
    fuji(),
    dng(scene(16, 12)),
    psd(scene(16, 12), resources={1058: exif(6)[6:], 1036: bytes(40)}),
    pillow(scene(16, 12), "JPEG2000"),
    pylibjxl.encode(np.asarray(scene(16, 12)), exif=exif(6)),
    pillow(scene(16, 12), "ICO", sizes=[(16, 12)]),
    pillow(scene(16, 12), "PCX"),
    TGA["palette"],
    hdr_jpegs()[0],
    jxl_bits(white=(0, 1), primaries=(9, 2), transfer=(14, 2)),
)


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 1 << 14), st.binary(min_size=1, max_size=8)), max_size=4),
    st.integers(0, 1 << 14),
)
def test_broken_files_are_read_or_refused_in_good_order(
    seed: bytes, changes: list[tuple[int, bytes]], cut: int
) -> None:
    data = bytearray(seed)
    for at, new in changes:
        at %= len(data)
        data[at : at + len(new)] = new
    read_all(bytes(data[: cut % len(data) + 1] if cut % 3 == 0 else data))
