"""JPEG XL: size, turning, colours and EXIF block, from the headers of the file.

Decodes nothing. Source: ISO/IEC 18181-1:2024 annex D (headers of the codestream) and 18181-2:2024
section 4 and annex A (boxes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.media.cicp import Cicp
from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.bits import Bits
from media_server.media.formats.boxes import Box, Boxes
from media_server.media.formats.png import without_prefix
from media_server.media.layout import MAX_XMP_BYTES, Layout, within

if TYPE_CHECKING:
    from media_server.media.source import Source

MAX_EXIF_BYTES: Final = 1_000_000
_BARE = b"\xff\x0a"
# The kind of the box inside stands before the packed bytes: 18181-2, section 4.6.
_PACKED = b"brob"
# Names of extra channels make headers long; those of real files take some 30 bytes.
_HEADER_BYTES = 2_048
_MAX_CHANNELS = 32

# Forms of numbers: (width in bits, what is added), chosen by two bits.
_SIDE = ((9, 1), (13, 1), (18, 1), (30, 1))
_PREVIEW_SIDE = ((6, 1), (8, 65), (10, 321), (12, 1345))
_PREVIEW_SIDE_DIV8 = ((0, 16), (0, 32), (5, 1), (9, 33))
_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))
_COORDINATE = ((19, 0), (19, 524_288), (20, 1_048_576), (21, 2_097_152))
# Width by height, for the seven usual shapes.
_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}

_ALPHA, _SPOT_COLOUR, _CFA = 0, 2, 5
_GREY, _XYB = 1, 2
_CUSTOM = 2
_P3_PRIMARIES, _D65 = 11, 1


class JxlHeader(NamedTuple):
    """What the codestream says before its first frame.

    Attributes:
        width_px: as stored, ≥ 1.
        height_px: as stored, ≥ 1.
        orientation: 1 to 8, as in EXIF; EXIF's own word does not count.
        animated: whether frames follow each other in time.
        cicp: what the colours mean; None where a profile says it.
    """

    width_px: int
    height_px: int
    orientation: int
    animated: bool
    cicp: Cicp | None


def read_jxl(source: Source) -> Layout:
    """Where the parts of a JPEG XL file lie.

    Raises:
        TruncatedError: the file ends before its codestream's header does.
        CorruptError: no codestream, or one that begins with no header.
    """
    header = read_jxl_header(source)
    exif: bytes | None = None
    xmp: tuple[bytes, ...] = ()
    if source.read_at(0, 2) != _BARE:
        boxes = Boxes(source)
        for box in boxes.top():
            kind = boxes.read(box, 4) if box.kind == _PACKED else box.kind
            if kind == b"Exif" and exif is None:
                exif = _exif(_content(boxes, box, MAX_EXIF_BYTES))
            elif kind == b"xml " and not xmp:
                packet = _content(boxes, box, MAX_XMP_BYTES)
                xmp = (packet,) if packet else ()
    return Layout(
        header.width_px,
        header.height_px,
        within(exif) if exif else None,
        header.orientation,
        xmp=xmp,
    )


def read_jxl_header(source: Source) -> JxlHeader:
    """The header of the codestream.

    Raises:
        TruncatedError, CorruptError: as in `read_jxl`.
    """
    data = _codestream(source)
    if data[:2] != _BARE:
        raise CorruptError("the JPEG XL does not begin with a picture header")
    bits = Bits(data[2:])
    header = _header(bits)
    if bits.ended:
        raise TruncatedError("the JPEG XL ends within its header")
    return header


def ends_early(source: Source) -> bool:
    """Whether a box reaches beyond the end of the file. Without boxes there is no telling."""
    if source.read_at(0, 2) == _BARE:
        return False
    return not all(box.whole for box in Boxes(source).top())


def _codestream(source: Source) -> bytes:
    """The first bytes of the codestream, which may lie in pieces."""
    head = source.read_at(0, _HEADER_BYTES)
    if head[:2] == _BARE:
        return head
    found = b""
    boxes = Boxes(source)
    for box in boxes.top():
        if box.kind == b"jxlc":
            return boxes.read(box, _HEADER_BYTES)
        if box.kind == b"jxlp":  # a part; its number stands before it
            found += boxes.read(box, _HEADER_BYTES)[4:]
            if len(found) >= _HEADER_BYTES:
                break
    if not found:
        raise TruncatedError("the JPEG XL ends before its picture")
    return found


def _content(boxes: Boxes, box: Box, at_most_bytes: int) -> bytes:
    """What a box holds, unpacked where it is packed by Brotli; empty where that fails."""
    raw = boxes.read(box, at_most_bytes)
    if box.kind != _PACKED:
        return raw
    import brotli  # few files have such boxes

    try:
        return bytes(brotli.Decompressor().process(raw[4:], output_buffer_limit=at_most_bytes))
    except brotli.error:
        return b""


def _exif(block: bytes) -> bytes | None:
    """The block from its byte-order mark on. Source: 18181-2, section 4.5."""
    # Four bytes say where it begins behind them. Some writers leave them out.
    if not block.startswith((b"II", b"MM", b"Exif")):
        block = block[4 + int.from_bytes(block[:4], "big") :]
    return without_prefix(block) or None


def _header(bits: Bits) -> JxlHeader:
    width_px, height_px = _size(bits, _SIDE)
    orientation, animated = 1, False
    if bits.flag():  # all as usual
        return JxlHeader(width_px, height_px, orientation, animated, Cicp(1, 13))
    if bits.flag():
        orientation = 1 + bits.take(3)
        if bits.flag():
            _size(bits, _SIDE)  # the size it is to be shown at
        if bits.flag():
            _preview(bits)
        animated = bits.flag()
        if animated:
            _animation(bits)
    _bit_depth(bits)
    bits.take(1)  # whether 16 bits are enough to decode with
    _extra_channels(bits)
    bits.take(1)  # whether it is coded in XYB
    return JxlHeader(width_px, height_px, orientation, animated, _colours(bits))


def _size(bits: Bits, side: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """(width, height), both ≥ 1."""
    small = bits.flag()
    height_px = 8 * (bits.take(5) + 1) if small else bits.choose(*side)
    ratio = _RATIOS.get(bits.take(3))
    if ratio is not None:
        return max(1, height_px * ratio[0] // ratio[1]), height_px
    return 8 * (bits.take(5) + 1) if small else bits.choose(*side), height_px


def _preview(bits: Bits) -> None:
    side = _PREVIEW_SIDE_DIV8 if bits.flag() else _PREVIEW_SIDE
    bits.choose(*side)
    if not bits.take(3):
        bits.choose(*side)


def _animation(bits: Bits) -> None:
    bits.choose((0, 100), (0, 1000), (10, 1), (30, 1))
    bits.choose((0, 1), (0, 1001), (8, 1), (10, 1))
    bits.choose((0, 0), (3, 0), (16, 0), (32, 0))
    bits.take(1)


def _bit_depth(bits: Bits) -> None:
    if bits.flag():
        bits.choose((0, 32), (0, 16), (0, 24), (6, 1))
        bits.take(4)
    else:
        bits.choose((0, 8), (0, 10), (0, 12), (6, 1))


def _extra_channels(bits: Bits) -> None:
    for _ in range(min(bits.choose((0, 0), (0, 1), (4, 2), (12, 1)), _MAX_CHANNELS)):
        if bits.flag():  # transparency of the usual kind
            continue
        kind = bits.choose(*_ENUM)
        _bit_depth(bits)
        bits.choose((0, 0), (0, 3), (0, 4), (3, 1))
        bits.take(8 * bits.choose((0, 0), (4, 0), (5, 16), (10, 48)))
        if kind == _ALPHA:
            bits.take(1)
        elif kind == _SPOT_COLOUR:
            bits.take(4 * 16)
        elif kind == _CFA:
            bits.choose((0, 1), (2, 0), (4, 3), (8, 19))


def _colours(bits: Bits) -> Cicp | None:
    if bits.flag():  # sRGB
        return Cicp(1, 13)
    in_profile = bits.flag()
    space = bits.choose(*_ENUM)
    if in_profile:
        return None
    white, primaries, transfer = _D65, 1, 13
    if space != _XYB:
        white = bits.choose(*_ENUM)
        if white == _CUSTOM:
            _coordinates(bits, 1)
        if space != _GREY:
            primaries = bits.choose(*_ENUM)
            if primaries == _CUSTOM:
                _coordinates(bits, 3)
        transfer = bits.take(24) * 0 if bits.flag() else bits.choose(*_ENUM)
    if primaries == _P3_PRIMARIES and white == _D65:
        primaries = 12
    return Cicp(primaries, transfer)


def _coordinates(bits: Bits, pairs: int) -> None:
    for _ in range(2 * pairs):
        bits.choose(*_COORDINATE)
