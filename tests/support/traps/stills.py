"""Pictures that claim more pixels, frames, scans or packed bytes than they hold."""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial

import brotli
import numpy as np
import pylibjxl
from PIL import Image

from support.clips import box
from support.stills import jpeg, scene
from support.traps.trap import Trap

MANY = 100_000
HUGE = 512 << 20
_MB = 1 << 20


def packed_zeros(count: int) -> bytes:
    """A zlib stream of so many zero bytes, made of one packed megabyte again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(_MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, wbits=-15)
    rest = packer.compress(bytes(count % _MB)) + packer.flush()
    # Adler-32 of zeros: the first sum stays 1, the second counts.
    check = struct.pack(">HH", count % 65_521, 1)
    return b"\x78\xda" + block * (count // _MB) + rest + check


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(
    size: tuple[int, int],
    *chunks: bytes,
    depth: int = 8,
    colours: int = 2,
    interlaced: bool = False,
) -> bytes:
    """A PNG of zeros, with chunks before its pixels."""
    width, height = size
    row_bytes = 1 + (width * depth * (3 if colours == 2 else 1) + 7) // 8
    head = struct.pack(">LLBBBBB", width, height, depth, colours, 0, 0, interlaced)
    pixels = packed_zeros(min(row_bytes * height, 2 << 30))
    parts = (chunk(b"IHDR", head), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _apng() -> bytes:
    frame = struct.pack(">LLLLHHBB", 1, 1, 0, 0, 1, 10, 0, 0)
    pixel = zlib.compress(bytes(4))
    parts = [chunk(b"acTL", struct.pack(">LL", MANY, 0)), chunk(b"fcTL", bytes(4) + frame)]
    sound = png((1, 1), *parts)
    more = bytearray()
    for number in range(1, 2 * MANY - 1, 2):
        more += chunk(b"fcTL", struct.pack(">L", number) + frame)
        more += chunk(b"fdAT", struct.pack(">L", number + 1) + pixel)
    return sound[:-12] + more + sound[-12:]


def _gif(size: tuple[int, int], body: bytes) -> bytes:
    return b"GIF89a" + struct.pack("<HH", *size) + b"\x80\0\0" + bytes(6) + body + b";"


def _gif_frame(size: tuple[int, int], data: bytes = b"\x02\x02\x44\x01\0") -> bytes:
    return b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + data


def _gif_packed() -> bytes:
    file = io.BytesIO()
    Image.new("P", (7_000, 7_000)).save(file, "GIF")
    return file.getvalue()


def _webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _webp_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<L", len(data)) + data + bytes(len(data) % 2)


def _webp_frames() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "WEBP", lossless=True)
    pixel = file.getvalue()[12:]
    frame = _webp_chunk(b"ANMF", bytes(12) + b"\x0a\0\0\0" + pixel)
    head = _webp_chunk(b"VP8X", b"\x02\0\0\0" + bytes(6))
    return _webp(head, _webp_chunk(b"ANIM", bytes(6)), frame * MANY)


class _Bits:
    """Bits, the lowest first, as JPEG XL and lossless WebP have them."""

    def __init__(self) -> None:
        self._value = self._count = 0

    def put(self, value: int, count: int) -> None:
        self._value |= value << self._count
        self._count += count

    def bytes(self) -> bytes:
        return self._value.to_bytes(-(-self._count // 8), "little")


def _webp_huffman() -> bytes:
    """Code lengths whose second tables need more room than any sound code's."""
    bits = _Bits()
    for value, count in ((0x2F, 8), (63, 14), (63, 14), (0, 1), (0, 3), (0, 1), (1, 1), (11, 4)):
        bits.put(value, count)
    bits.put(0, 1)  # one group of codes
    for _ in range(5):
        bits.put(0, 1)  # a code of its own, not a simple one
        bits.put(15, 4)  # of all 19 lengths of the code for lengths
        for _ in range(19):
            bits.put(5, 3)  # all alike: more than a code of 5 bits may leave open
        bits.put(0, 1)
        for number in range(400):
            bits.put(number % 32, 5)
    return _webp(_webp_chunk(b"VP8L", bits.bytes()))


def _webp_claim() -> bytes:
    bits = _Bits()
    for value, count in ((0x2F, 8), (16_382, 14), (16_382, 14), (0, 4)):
        bits.put(value, count)
    return _webp(_webp_chunk(b"VP8L", bits.bytes() + bytes(64)))


def claiming(data: bytes, width: int, height: int, frame: bytes = b"\xff\xc0") -> bytes:
    """A JPEG whose frame header says another size."""
    at = data.index(frame) + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _jpeg_scans(edge: int, scans: int) -> bytes:
    """The first scan of the fine parts, again and again."""
    file = io.BytesIO()
    Image.new("L", (edge, edge), 77).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    # Each scan stands behind its own table of codes.
    tables = []
    at = data.find(b"\xff\xc4")
    while at > 0:
        tables.append(at)
        at = data.find(b"\xff\xc4", at + 2)
    again = data[tables[1] : tables[2]]
    return data[: tables[2]] + again * scans + data[tables[2] :]


def _jpeg_segments(count: int) -> bytes:
    sound = jpeg(scene())
    return sound[:2] + b"\xff\xe5\0\x02" * count + sound[2:]


def _jpeg_extended() -> bytes:
    """An extension of its XMP that says it were 4 GB long."""
    name = b"0123456789ABCDEF0123456789ABCDEF"
    main = b"http://ns.adobe.com/xap/1.0/\0<x HasExtendedXMP='" + name + b"'/>"
    more = b"http://ns.adobe.com/xmp/extension/\0" + name + struct.pack(">LL", 2**32 - 1, 0)
    parts = b"".join(
        b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part for part in (main, more + b"<y/>")
    )
    sound = jpeg(scene())
    return sound[:2] + parts + sound[2:]


def _jpeg_multi() -> bytes:
    """A list of pictures in which each is the whole file."""
    rows = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack("<L", 60_000))]
    rows += [(0xB002, 7, 960_000, struct.pack("<L", 8))]
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", len(rows))
    block += b"".join(struct.pack("<HHL4s", *row) for row in rows) + bytes(4)
    part = b"MPF\0" + block
    sound = jpeg(scene())
    return sound[:2] + b"\xff\xe2" + struct.pack(">H", len(part) + 2) + part + sound[2:]


def _jxl_claim() -> bytes:
    bits = _Bits()
    bits.put(0, 1)
    for _ in range(2):
        bits.put(3, 2)
        bits.put(2**30 - 1, 30)
        bits.put(0, 3)
    bits.put(1, 1)
    return b"\xff\x0a" + bits.bytes() + bytes(32)


def _jxl_packed() -> bytes:
    start = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    bomb = brotli.compress(bytes(64 * _MB), quality=5)
    return start + box(b"brob", b"xml " + bomb) + box(b"jxlc", pylibjxl.encode(np.asarray(scene())))


def _jp2(width: int, height: int, tile: tuple[int, int], colours: int = 1) -> bytes:
    size = struct.pack(">HLLLLLLLLH", 0, width, height, 0, 0, *tile, 0, 0, colours)
    size += b"\x07\x01\x01" * colours
    style = b"\0\0\0\x01\0\x05\x04\x04\0\x01"
    quantisation = b"\x40" + b"\x48" * 16
    stream = b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size
    stream += b"\xff\x52" + struct.pack(">H", len(style) + 2) + style
    stream += b"\xff\x5c" + struct.pack(">H", len(quantisation) + 2) + quantisation
    return stream + b"\xff\x90" + struct.pack(">HHLBB", 10, 0, 0, 0, 1) + b"\xff\x93\xff\xd9"


def _psd(width: int, height: int, channels: int, layers: bytes, body: bytes) -> bytes:
    head = struct.pack(">4sH6xHLLHH", b"8BPS", 1, channels, height, width, 8, 3)
    return head + bytes(8) + layers + body


def _psd_packed(edge: int) -> bytes:
    row = b"\x81\0" * (edge // 128) + bytes([257 - edge % 128, 0])
    lengths = struct.pack(">H", len(row)) * (3 * edge)
    return _psd(edge, edge, 3, bytes(4), b"\0\1" + lengths + row * (3 * edge))


def _psd_layers() -> bytes:
    """Layers of 2³¹ pixels a side, and a length that leads out of the file."""
    layer = struct.pack(">llllH", 0, 0, 2**31 - 1, 2**31 - 1, 56) + b"\0\0\x7f\xff\xff\xff" * 56
    section = struct.pack(">Lh", 2**31, 32_767) + layer
    return _psd(64, 64, 3, struct.pack(">L", 2**32 - 8) + section, b"")


def _ico(picture: bytes) -> bytes:
    row = struct.pack("<BBBBHHLL", 0, 0, 0, 0, 1, 32, len(picture), 22)
    return struct.pack("<HHH", 0, 1, 1) + row + picture


def _ico_nested() -> bytes:
    inner = _ico(bytes(64))
    for _ in range(1_000):
        inner = _ico(inner)
    return inner


def _bmp(edge: int) -> bytes:
    head = struct.pack("<LllHHLLLLLL", 40, edge, edge, 1, 8, 1, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<LHHL", 1_000, 0, 0, 54) + head + b"\xff\0" * 500


def _pcx() -> bytes:
    head = struct.pack("<BBBBHHHHHH", 10, 5, 1, 8, 0, 0, 65_534, 65_534, 72, 72)
    return (head + bytes(49) + struct.pack("<BH", 3, 65_535)).ljust(128, b"\0") + b"\xff\0" * 500


def _tga_packed(edge: int) -> bytes:
    head = struct.pack("<BBBHHBHHHHBB", 0, 0, 10, 0, 0, 0, 0, 0, edge, edge, 24, 0x20)
    row = b"\xff\0\0\0" * (edge // 128) + bytes([127 + edge % 128, 0, 0, 0])
    return head + row * edge


def _pnm_text(edge: int) -> bytes:
    return b"P3 %d %d 255\n" % (edge, edge) + b"0 " * (edge * edge * 3)


_TEXT = b"Comment\0\0"
_XMP_TEXT = b"XML:com.adobe.xmp\0\1\0\0\0"
_DOT = (1, 1)

STILLS: tuple[Trap, ...] = (
    Trap(
        "png of 169 MP",
        "169 MP.png",
        partial(png, (13_000, 13_000), depth=16),
        "986 kB hold 1 GB of pixels; Pillow takes 679 MB, FFmpeg 1,103 MB",
        "shown",
    ),
    Trap(
        "png of 1.6 GP",
        "40000.png",
        partial(png, (40_000, 40_000), depth=1, colours=0),
        "40,000² pixels of one bit in 200 kB",
        "too_big",
    ),
    Trap(
        "png of 4 EP",
        "2 to 31.png",
        partial(png, (2**31 - 1, 2**31 - 1), depth=1, colours=0),
        "the largest sides that PNG knows",
        "failed",
    ),
    Trap(
        "png interlaced",
        "interlaced.png",
        partial(png, (13_000, 13_000), interlaced=True),
        "must be held as a whole: 507 MB",
        "too_big",
    ),
    Trap(
        "png profile",
        "profile.png",
        lambda: png(_DOT, chunk(b"iCCP", b"x\0\0" + packed_zeros(HUGE))),
        "a profile that inflates to 512 MB; FFmpeg takes 1,628 MB",
        "shown",
    ),
    Trap(
        "png zTXt",
        "ztxt.png",
        lambda: png(_DOT, chunk(b"zTXt", _TEXT + packed_zeros(HUGE))),
        "a text that inflates to 512 MB; ExifTool takes 38 s and 1,596 MB",
        "shown",
    ),
    Trap(
        "png iTXt",
        "itxt.png",
        lambda: png(_DOT, chunk(b"iTXt", _XMP_TEXT + packed_zeros(HUGE))),
        "XMP that inflates to 512 MB",
        "shown",
    ),
    Trap(
        "png many texts",
        "texts.png",
        lambda: png(_DOT, chunk(b"zTXt", b"Raw profile type exif\0\0" + packed_zeros(_MB)) * 1_000),
        "a thousand texts that inflate to 1 MB each",
        "shown",
    ),
    Trap(
        "png many chunks",
        "chunks.png",
        lambda: png(_DOT, chunk(b"teSt", b"") * (2 * MANY)),
        "200,000 empty chunks",
        "shown",
    ),
    Trap("apng of 100,000 frames", "frames.png", _apng, "each frame may be walked to", "shown"),
    Trap(
        "gif of 4.3 GP",
        "65535.gif",
        lambda: _gif((65_535, 65_535), _gif_frame((65_535, 65_535))),
        "65,535² pixels in 36 bytes",
        "too_big",
    ),
    Trap(
        "gif of 100,000 frames",
        "frames.gif",
        lambda: _gif(_DOT, (b"!\xf9\x04\0\0\0\0\0" + _gif_frame(_DOT)) * MANY),
        "each frame may be walked to",
        "shown",
    ),
    Trap("gif packed", "packed.gif", _gif_packed, "49 MP of one colour in some kB", "shown"),
    Trap(
        "gif endless comment",
        "comment.gif",
        lambda: _gif(_DOT, b"!\xfe" + b"\x01x" * (10 * MANY) + b"\0" + _gif_frame(_DOT)),
        "a million blocks of one byte",
        "shown",
    ),
    Trap("webp of 100,000 frames", "frames.webp", _webp_frames, "as for APNG", "shown"),
    Trap(
        "webp of 268 MP", "16383.webp", _webp_claim, "the largest sides that WebP knows", "too_big"
    ),
    Trap(
        "webp Huffman codes",
        "huffman.webp",
        _webp_huffman,
        "code lengths that overran a table of libwebp's, CVE-2023-4863",
        "failed",
    ),
    Trap(
        "jpeg of 4.3 GP",
        "65500.jpg",
        lambda: claiming(jpeg(scene()), 65_500, 65_500),
        "the largest sides that libjpeg takes",
        "too_big",
    ),
    Trap(
        "jpeg of 1,000 scans",
        "scans.jpg",
        partial(_jpeg_scans, 2_000, 1_000),
        "each scan goes through all blocks: libjpeg-turbo's LJT-01-004",
        "shown",
    ),
    Trap(
        "jpeg of 20,000 large scans",
        "many scans.jpg",
        partial(_jpeg_scans, 7_000, 20_000),
        "the same for minutes",
        "failed",
    ),
    Trap(
        "jpeg cut",
        "cut.jpg",
        lambda: jpeg(Image.effect_noise((800, 600), 80))[:40_000],
        "ends in the middle",
        "truncated",
    ),
    Trap(
        "jpeg many segments",
        "segments.jpg",
        partial(_jpeg_segments, MANY),
        "100,000 empty segments before the frame",
        "failed",
    ),
    Trap("jpeg extended XMP", "extended.jpg", _jpeg_extended, "an extension of 4 GB", "shown"),
    Trap("jpeg list of itself", "multi.jpg", _jpeg_multi, "MPF of 60,000 pictures", "shown"),
    Trap("jxl of 1 EP", "jxl.jxl", _jxl_claim, "2³⁰ pixels a side", "too_big"),
    Trap("jxl packed box", "brob.jxl", _jxl_packed, "Brotli of 64 MB in 60 bytes", "shown"),
    Trap(
        "jp2 of 4 EP",
        "tiles.jp2",
        partial(_jp2, 2**31, 2**31, (1, 1)),
        "2⁶² tiles of one pixel",
        "too_big",
    ),
    Trap(
        "jp2 many tiles",
        "many.jp2",
        partial(_jp2, 4_000, 4_000, (16, 16)),
        "62,500 tiles that are not there",
        "failed",
    ),
    Trap(
        "jp2 many colours",
        "colours.jp2",
        partial(_jp2, 1_000, 1_000, (1_000, 1_000), 16_384),
        "16,384 channels: 64 GB of numbers",
        "failed",
    ),
    Trap(
        "psd of 900 MP",
        "30000.psd",
        lambda: _psd(30_000, 30_000, 56, bytes(4), b"\0\0"),
        "56 channels of 900 MP",
        "too_big",
    ),
    Trap(
        "psd run lengths",
        "runs.psd",
        partial(_psd_packed, 7_000),
        "147 MB of pixels in 2 MB",
        "shown",
    ),
    Trap("psd layers", "layers.psd", _psd_layers, "32,767 layers of 2⁶² pixels", "failed"),
    Trap(
        "ico in ico",
        "nested.ico",
        _ico_nested,
        "icons inside an icon, a thousand deep",
        "failed",
    ),
    Trap(
        "ico with a png of 1.6 GP",
        "png.ico",
        lambda: _ico(png((40_000, 40_000), depth=1, colours=0)),
        "the size in the directory is another",
        "too_big",
    ),
    Trap(
        "bmp of 4 EP",
        "bmp.bmp",
        partial(_bmp, 2**31 - 1),
        "2³¹ pixels a side, in run lengths",
        "too_big",
    ),
    Trap(
        "bmp of 100 MP",
        "10000.bmp",
        partial(_bmp, 10_000),
        "few enough for Pillow, too many to be held as a whole",
        "too_big",
    ),
    Trap("pcx of 4.3 GP", "pcx.pcx", _pcx, "65,535² pixels in 1 kB", "too_big"),
    Trap(
        "ppm of 1 EP",
        "ppm.ppm",
        lambda: b"P6 999999999 999999999 255\n" + bytes(64),
        "10¹⁸ pixels in 90 bytes",
        "too_big",
    ),
    Trap(
        "ppm in words",
        "words.ppm",
        partial(_pnm_text, 1_000),
        "three million numbers as text, split by a program in Python",
        "shown",
    ),
    Trap(
        "pgm of a long comment",
        "comment.pgm",
        lambda: b"P5\n#" + b"x" * (4 * _MB) + b"\n8 8 255\n" + bytes(64),
        "the header may be looked for to the end of the file",
        "wrong_extension",
    ),
    Trap(
        "tga run lengths",
        "runs.tga",
        partial(_tga_packed, 7_000),
        "147 MB of pixels in 1.5 MB",
        "shown",
    ),
)
