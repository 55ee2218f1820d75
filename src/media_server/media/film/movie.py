"""MP4 and QuickTime: duration, tracks and tags, from the movie box. Decodes nothing.

Source: ISO/IEC 14496-12 (boxes), 14496-15 (H.264 and HEVC in them), 23001-8 (colours), and Apple's
QuickTime File Format specification.
"""

from __future__ import annotations

import contextlib
import struct
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.film.codec import codec_name
from media_server.media.film.sps import pixel_format, pixel_format_of_h264
from media_server.media.formats.boxes import Box, Boxes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media_server.media.source import Source

MAX_TRACKS: Final = 100
# Films in fragments have thousands; what is looked for stands before or behind all of them.
_MAX_TOP_BOXES: Final = 1_000
_MAX_XMP_BYTES: Final = 1_000_000
_MAX_ENTRY_BYTES: Final = 4_096
# Adobe's XMP specification, part 3, section 1.1.4.
_XMP_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# ISO/IEC 23001-8: SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG).
HDR_TRANSFERS: Final = frozenset({16, 18})
_UNSPECIFIED: Final = 2
_DOLBY_BOXES: Final = frozenset({b"dvcC", b"dvvC", b"dvwC"})
_DOLBY_CODES: Final = frozenset({b"dvh1", b"dvhe", b"dva1", b"dvav", b"dav1"})
_VISUAL_ENTRY_BYTES: Final = 78
_IDENTITY: Final = (1, 0, 0, 1)

# What a matrix does to a picture, by the signs of its four numbers, as an EXIF orientation.
_ORIENTATIONS: Final = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}

Matrix = tuple[int, int, int, int]
"""What becomes of the axes: x' = a·x + c·y, y' = b·x + d·y, as (a, b, c, d); y points down."""


@dataclass(frozen=True, slots=True)
class Track:
    """One stream of a movie.

    Attributes:
        handler: `vide`, `soun`, `meta` and so on.
        codec: name of the codec; None if unknown.
        matrix: how its picture is turned.
        width_px: coded width; 0 if it has none.
        height_px: coded height; 0 if it has none.
        pixel_shape: width and height of one pixel, in any unit.
        frames: how many samples it has; 0 if unknown.
        duration_s: 0.0 if unknown.
        pixel_format: FFmpeg's name; None if unknown.
        hdr: whether its colours are meant for a screen of high dynamic range; None if unknown.
    """

    handler: bytes = b""
    codec: str | None = None
    matrix: Matrix = _IDENTITY
    width_px: int = 0
    height_px: int = 0
    pixel_shape: tuple[int, int] = (1, 1)
    frames: int = 0
    duration_s: float = 0.0
    pixel_format: str | None = None
    hdr: bool | None = None


@dataclass(frozen=True, slots=True)
class Movie:
    """What the movie box says.

    Attributes:
        created_s: seconds since 1904, in UTC if the camera keeps to the standard; 0 if unknown.
        duration_s: 0.0 if unknown.
        matrix: how all pictures are turned, after their tracks' matrices.
        tracks: at most `MAX_TRACKS`.
        tags: the boxes that hold tags: `meta` and `udta`, in the order in which they lie.
        xmp: the XMP packet, at most 1 MB of it.
    """

    created_s: int
    duration_s: float
    matrix: Matrix
    tracks: tuple[Track, ...]
    tags: tuple[Box, ...]
    xmp: bytes | None


def read_movie(source: Source) -> Movie:
    """Read the movie box.

    Raises:
        TruncatedError: the file ends before or within its movie box.
        CorruptError: it has none, or one without a header.
    """
    boxes = Boxes(source)
    movie, xmp, last = None, None, None
    for box in islice(boxes.top(), _MAX_TOP_BOXES):
        last = box
        if box.kind == b"moov" and movie is None:
            movie = box
        elif box.kind == b"uuid" and boxes.read(box, 16) == _XMP_UUID:
            xmp = boxes.read(box, 16 + _MAX_XMP_BYTES)[16:]
    if movie is None or not movie.whole:
        if last is not None and not last.whole:
            raise TruncatedError("the file ends before its movie box does")
        raise CorruptError("the file has no movie box")
    return _read_movie(boxes, movie, xmp)


def _read_movie(boxes: Boxes, movie: Box, xmp: bytes | None) -> Movie:
    header: bytes | None = None
    fragments_s = 0.0
    tracks: list[Track] = []
    tags: list[Box] = []
    for box in boxes.within(movie):
        if box.kind == b"mvhd":
            header = boxes.read(box, 112)
        elif box.kind == b"trak" and len(tracks) < MAX_TRACKS:
            tracks.append(_read_track(boxes, box))
        elif box.kind == b"mvex":
            fragments_s = _fragments_s(boxes, box, header)
        elif box.kind in (b"meta", b"udta"):
            tags.append(box)
            xmp = xmp or _xmp_of(boxes, box)
    if header is None:
        raise CorruptError("the movie box has no header")
    created_s, duration_s = _times(header)
    return Movie(
        created_s,
        duration_s or fragments_s,
        _matrix(header, 48 if header[:1] == b"\x01" else 36),
        tuple(tracks),
        tuple(tags),
        xmp,
    )


def _times(header: bytes) -> tuple[int, float]:
    """Time of creation and duration of `mvhd` and `mdhd`: (seconds since 1904, seconds)."""
    if header[:1] == b"\x01":
        created_s, scale, length = _number(header, 4, 8), _number(header, 20, 4), header[24:32]
    else:
        created_s, scale, length = _number(header, 4, 4), _number(header, 12, 4), header[16:20]
    # All bits set means unknown.
    if not scale or not length.strip(b"\xff"):
        return created_s, 0.0
    return created_s, int.from_bytes(length, "big") / scale


def _fragments_s(boxes: Boxes, extends: Box, header: bytes | None) -> float:
    """The duration of a fragmented movie, in the unit of the header before it."""
    if header is None:
        return 0.0
    scale = _number(header, 20 if header[:1] == b"\x01" else 12, 4)
    for box in boxes.within(extends):
        if box.kind == b"mehd" and scale:
            raw = boxes.read(box, 12)
            return _number(raw, 4, 8 if raw[:1] == b"\x01" else 4) / scale
    return 0.0


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _matrix(header: bytes, at: int) -> Matrix:
    raw = header[at : at + 36].ljust(36, b"\0")
    return _signs(struct.unpack(">9i", raw))


def _signs(matrix: Sequence[int]) -> Matrix:
    """The four numbers that turn, reduced to -1, 0 and 1; the identity for anything odd."""
    four = matrix[0], matrix[1], matrix[3], matrix[4]
    half = max(map(abs, four)) / 2
    a, b, c, d = ((number > half) - (number < -half) for number in four)
    return (a, b, c, d) if (a, b, c, d) in _ORIENTATIONS else _IDENTITY


def orientation_of_matrix(matrix: Sequence[int]) -> int:
    """How a picture must be turned, as in EXIF, by the nine numbers of a display matrix."""
    return _ORIENTATIONS[_signs(matrix)]


def orientation_of(track: Matrix, movie: Matrix = _IDENTITY) -> int:
    """How a picture must be turned, as in EXIF, 1 to 8; the track's matrix applies first."""
    a, b, c, d = track
    e, f, g, h = movie
    return _ORIENTATIONS[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]


def _xmp_of(boxes: Boxes, tags: Box) -> bytes | None:
    """QuickTime's place for XMP; XMP specification, part 3, section 2.3."""
    if tags.kind == b"udta":
        for box in boxes.within(tags):
            if box.kind == b"XMP_":
                return boxes.read(box, _MAX_XMP_BYTES)
    return None


def _read_track(boxes: Boxes, track: Box) -> Track:
    found = Track()
    for box in boxes.within(track):
        if box.kind == b"tkhd":
            header = boxes.read(box, 96)
            found = replace(found, matrix=_matrix(header, 52 if header[:1] == b"\x01" else 40))
        elif box.kind == b"mdia":
            found = _read_media(boxes, box, found)
    return found


def _read_media(boxes: Boxes, media: Box, track: Track) -> Track:
    for box in boxes.within(media):
        if box.kind == b"mdhd":
            track = replace(track, duration_s=_times(boxes.read(box, 36))[1])
        elif box.kind == b"hdlr":
            track = replace(track, handler=boxes.read(box, 12)[8:12])
        elif box.kind == b"minf":
            for table in boxes.within(box):
                if table.kind == b"stbl":
                    track = _read_table(boxes, table, track)
    return track


def _read_table(boxes: Boxes, table: Box, track: Track) -> Track:
    for box in boxes.within(table):
        if box.kind in (b"stsz", b"stz2"):
            track = replace(track, frames=_number(boxes.read(box, 12), 8, 4))
        elif box.kind == b"stsd":
            entry = next(boxes.within(box, 8), None)
            if entry is not None:
                track = _read_entry(boxes, entry, track)
    return track


def _read_entry(boxes: Boxes, entry: Box, track: Track) -> Track:
    """The first description of a track's samples."""
    raw = boxes.read(entry, _MAX_ENTRY_BYTES)
    name = codec_name(entry.kind, _object_type(raw))
    if track.handler != b"vide":
        return replace(track, codec=name)
    track = replace(
        track,
        codec=name,
        width_px=_number(raw, 24, 2),
        height_px=_number(raw, 26, 2),
        hdr=True if entry.kind in _DOLBY_CODES else None,
    )
    for box in boxes.within(entry, _VISUAL_ENTRY_BYTES):
        track = _read_extension(boxes, box, track)
    return track


def _read_extension(boxes: Boxes, box: Box, track: Track) -> Track:
    raw = boxes.read(box, 1_024)
    if box.kind == b"pasp":
        shape = _number(raw, 0, 4), _number(raw, 4, 4)
        return replace(track, pixel_shape=shape) if all(shape) else track
    if box.kind == b"colr" and raw[:4] in (b"nclx", b"nclc"):
        return _with_transfer(track, _number(raw, 6, 2))
    if box.kind in _DOLBY_BOXES:
        return replace(track, hdr=True)
    if box.kind == b"vpcC":
        track = _with_transfer(track, _number(raw, 8, 1))
    form = _pixel_format(box.kind, raw)
    return replace(track, pixel_format=form) if form else track


def _with_transfer(track: Track, transfer: int) -> Track:
    if transfer == _UNSPECIFIED:
        return track
    return replace(track, hdr=track.hdr or transfer in HDR_TRANSFERS)


def _pixel_format(kind: bytes, raw: bytes) -> str | None:
    """From the decoder's configuration; 14496-15 sections 5.3.3 and 8.3.3, and VP's and AV1's."""
    with contextlib.suppress(IndexError):
        if kind == b"avcC":
            return pixel_format_of_h264(raw[8:])
        if kind == b"hvcC":
            return pixel_format(raw[16] & 3, 8 + (raw[17] & 7))
        if kind == b"vpcC":
            # 0 and 1 are both 4:2:0, with chroma samples in different places.
            return pixel_format(max(raw[6] >> 1 & 7, 1), raw[6] >> 4)
        if kind == b"av1C":
            bits = raw[2]
            depth = (12 if bits & 0x20 else 10) if bits & 0x40 else 8
            chroma = 0 if bits & 0x10 else {3: 1, 2: 2}.get(bits >> 2 & 3, 3)
            return pixel_format(chroma, depth)
    return None


def _object_type(entry: bytes) -> int | None:
    """The object type indication of an `esds` box; ISO/IEC 14496-1, section 7.2.6."""
    start = entry.find(b"esds")
    at = _into_descriptor(entry, start + 8, 3) if start >= 0 else None
    if at is None or at + 2 >= len(entry):
        return None
    flags = entry[at + 2]
    at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
    if flags & 0x40:
        at += 1 + _number(entry, at, 1)
    inner = _into_descriptor(entry, at, 4)
    return entry[inner] if inner is not None and inner < len(entry) else None


def _into_descriptor(entry: bytes, at: int, tag: int) -> int | None:
    """Where the body of a descriptor begins; its length takes one to four bytes."""
    if entry[at : at + 1] != bytes([tag]):
        return None
    for length in range(1, 5):
        if not _number(entry, at + length, 1) & 0x80:
            return at + 1 + length
    return None
