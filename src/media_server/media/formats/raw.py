"""Camera raw files: which they are, how large their picture is, and where their EXIF block lies.

Most are TIFF structures, some with a mark of their own in place of TIFF's; what they hold is told
by their content, not by their name. Decodes nothing.

Sources: TIFF 6.0, TIFF/EP (ISO 12234-2), DNG 1.7.1; for the makers' own marks the file format pages
of ExifTool and what LibRaw accepts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.media.errors import CorruptError, MediaError
from media_server.media.formats.jpeg import read_jpeg
from media_server.media.layout import Layout
from media_server.media.source import BytesSource
from media_server.media.tiff import Entry, Tiff, TiffError

if TYPE_CHECKING:
    from media_server.media.layout import ReadAt
    from media_server.media.sniff import Mime
    from media_server.media.source import Source

_NEW_SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC, _MAKE = 0x00FE, 0x0100, 0x0101, 0x0106, 0x010F
_SUB_DIRECTORIES = 0x014A
_DNG_VERSION, _DEFAULT_CROP_SIZE = 0xC612, 0xC620
_TAGS = frozenset(
    {_NEW_SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC, _MAKE, _SUB_DIRECTORIES, _DNG_VERSION}
    | {_DEFAULT_CROP_SIZE}
)
_REDUCED = 1
_COLOUR_FILTERS, _LINEAR_RAW = 32_803, 34_892
_MAX_DIRECTORIES = 12

# The first word of the maker's name.
_BY_MAKE: Final[dict[bytes, Mime]] = {
    b"NIKON": "image/x-nikon-nef",
    b"SONY": "image/x-sony-arw",
    b"PENTAX": "image/x-pentax-pef",
    b"RICOH": "image/x-pentax-pef",
    b"SAMSUNG": "image/x-samsung-srw",
    b"HASSELBLAD": "image/x-hasselblad-3fr",
    b"EPSON": "image/x-epson-erf",
    b"SEIKO": "image/x-epson-erf",
    b"KODAK": "image/x-kodak-dcr",
    b"EASTMAN": "image/x-kodak-dcr",
}

# Panasonic's own tags: the edges of the picture on the sensor.
_SENSOR = (0x0004, 0x0005, 0x0006, 0x0007)
_FUJI_SIZE = 0x0111
_MAX_FUJI_ENTRIES = 256
_JPEG_HEAD_BYTES = 262_144
_MAX_BLOCKS = 16


class _Page(NamedTuple):
    """One picture of a TIFF structure."""

    width_px: int
    height_px: int
    is_raw: bool
    is_reduced: bool


def sniff_tiff_raw(source: Source) -> Mime | None:
    """What kind of raw file a TIFF structure is; None when it is no raw file."""
    head = source.read_at(0, 16)
    if head[8:11] == b"CR\2":
        return "image/x-canon-cr2"
    if head[8:12] in (b"IIII", b"MMMM"):
        return "image/x-phaseone-iiq"
    try:
        tiff = Tiff(source.read_at)
        main = tiff.directory(tiff.first, _TAGS).entries
    except TiffError:
        return None
    if _DNG_VERSION in main:
        return "image/x-adobe-dng"
    pages = _pages(tiff)
    if any(page.is_raw for page in pages):
        make = (tiff.text(main.get(_MAKE), 40) or b"").upper().split()
        return _BY_MAKE.get(make[0], "image/x-raw") if make else "image/x-raw"
    # Only previews: the picture itself lies where only its maker knows.
    return "image/x-raw" if pages and all(page.is_reduced for page in pages) else None


def read_tiff_raw(source: Source) -> Layout:
    """A raw file that is a TIFF structure; also with a maker's own mark in place of TIFF's.

    Returns:
        Without a size when no directory tells that of the main picture.

    Raises:
        CorruptError: no directory of a picture.
    """
    read_at = _as_tiff(source)
    pages = _pages(Tiff(read_at))
    if not pages:
        raise CorruptError("the raw file has no directory of a picture")
    # Canon describes its raw picture elsewhere; its first page is as large.
    is_canon = source.read_at(8, 2) == b"CR"
    raw = [page for page in pages if page.is_raw or is_canon]
    best = raw or [page for page in pages if not page.is_reduced]
    if not best:
        return Layout(None, None, read_at)
    main = max(best, key=lambda page: page.width_px * page.height_px)
    return Layout(main.width_px, main.height_px, read_at)


def read_panasonic(source: Source) -> Layout:
    """RW2 and RWL: a TIFF structure whose size stands in tags of its own.

    Raises:
        CorruptError: no directory.
    """
    read_at = _as_tiff(source)
    tiff = Tiff(read_at)
    entries = tiff.directory(tiff.first, frozenset(_SENSOR)).entries
    top, left, bottom, right = (tiff.integer(entries.get(tag)) or 0 for tag in _SENSOR)
    if right <= left or bottom <= top:
        return Layout(None, None, read_at)
    return Layout(right - left, bottom - top, read_at)


def read_fuji(source: Source) -> Layout:
    """RAF: a header, a JPEG that carries the EXIF block, and a list of sizes.

    Never fails: what cannot be read is absent.
    """
    pointers = source.read_at(84, 16)
    jpeg_at, jpeg_bytes, list_at, _ = (
        int.from_bytes(pointers[at : at + 4], "big") for at in range(0, 16, 4)
    )
    size = _fuji_size(source, list_at)
    head = BytesSource(source.read_at(jpeg_at, min(jpeg_bytes, _JPEG_HEAD_BYTES)))
    try:
        jpeg = read_jpeg(head)
    except MediaError:
        return Layout(*(size or (None, None)))
    width_px, height_px = size or (jpeg.width_px, jpeg.height_px)
    return Layout(width_px, height_px, jpeg.exif, xmp=jpeg.xmp, iptc=jpeg.iptc)


def read_minolta(source: Source) -> Layout:
    """MRW: blocks, of which one holds the size and one a TIFF structure.

    Never fails: what cannot be read is absent.
    """
    width_px = height_px = exif = None
    at = 8
    end = at + int.from_bytes(source.read_at(4, 4), "big")
    for _ in range(_MAX_BLOCKS):
        head = source.read_at(at, 24)
        if at >= end or len(head) < 8:
            break
        if head[:4] == b"\0PRD":
            height_px = int.from_bytes(head[20:22], "big") or None
            width_px = int.from_bytes(head[22:24], "big") or None
        elif head[:4] == b"\0TTW":
            exif = _shifted(source, at + 8)
        at += 8 + int.from_bytes(head[4:8], "big")
    if width_px is None or height_px is None:
        return Layout(None, None, exif)
    return Layout(width_px, height_px, exif)


def read_sigma(source: Source) -> Layout:
    """X3F: size and turning stand in its header.

    Raises:
        CorruptError: no size.
    """
    head = source.read_at(28, 12)
    width_px, height_px, angle = (int.from_bytes(head[at : at + 4], "little") for at in (0, 4, 8))
    if not 0 < width_px < 1 << 16 or not 0 < height_px < 1 << 16:
        raise CorruptError("the raw file claims a side that no picture has")
    return Layout(width_px, height_px, None, {90: 6, 180: 3, 270: 8}.get(angle, 1))


def read_unsized(source: Source) -> Layout:
    """A raw file of which only its decoder knows the size."""
    del source
    return Layout(None, None)


def _pages(tiff: Tiff) -> list[_Page]:
    """The pictures of the main directories and of those below them, as far as readable."""
    pages: list[_Page] = []
    waiting = [tiff.first]
    seen: set[int] = set()
    while waiting and len(seen) < _MAX_DIRECTORIES:
        at = waiting.pop(0)
        if not at or at in seen:
            continue
        seen.add(at)
        try:
            entries, following = tiff.directory(at, _TAGS)
        except TiffError:
            continue
        waiting.append(following)
        below = tiff.numbers(entries.get(_SUB_DIRECTORIES), _MAX_DIRECTORIES)
        waiting += [int(offset) for offset in below if offset]
        page = _page(tiff, entries)
        if page is not None:
            pages.append(page)
    return pages


def _page(tiff: Tiff, entries: dict[int, Entry]) -> _Page | None:
    width_px, height_px = tiff.integer(entries.get(_WIDTH)), tiff.integer(entries.get(_HEIGHT))
    if not width_px or not height_px:
        return None
    size = _crop(tiff, entries) or (width_px, height_px)
    return _Page(
        *size,
        tiff.integer(entries.get(_PHOTOMETRIC)) in (_COLOUR_FILTERS, _LINEAR_RAW),
        bool((tiff.integer(entries.get(_NEW_SUBFILE_TYPE)) or 0) & _REDUCED),
    )


def _crop(tiff: Tiff, entries: dict[int, Entry]) -> tuple[int, int] | None:
    """The part of the sensor that a DNG wants to be shown."""
    values = tiff.numbers(entries.get(_DEFAULT_CROP_SIZE), 2)
    if len(values) == 2 and all(value and 1 <= value < 1 << 16 for value in values):
        return int(values[0] or 0), int(values[1] or 0)
    return None


def _as_tiff(source: Source) -> ReadAt:
    """Reads the file with TIFF's own mark where makers put theirs."""
    mark = b"MM\0*" if source.read_at(0, 2) == b"MM" else b"II*\0"

    def read_at(offset: int, length: int) -> bytes:
        data = source.read_at(offset, length)
        if offset >= len(mark):
            return data
        return (mark[offset:] + data[len(mark) - offset :])[: len(data)]

    return read_at


def _shifted(source: Source, start: int) -> ReadAt:
    return lambda offset, length: source.read_at(start + offset, length)


def _fuji_size(source: Source, at: int) -> tuple[int, int] | None:
    """(width, height) of the picture on the sensor, after cropping."""
    count = int.from_bytes(source.read_at(at, 4), "big")
    at += 4
    for _ in range(min(count, _MAX_FUJI_ENTRIES)):
        entry = source.read_at(at, 8)
        if len(entry) < 8:
            break
        tag, length = int.from_bytes(entry[:2], "big"), int.from_bytes(entry[2:4], "big")
        if tag == _FUJI_SIZE:
            height_px, width_px = (
                int.from_bytes(entry[4:6], "big"),
                int.from_bytes(entry[6:8], "big"),
            )
            return (width_px, height_px) if width_px and height_px else None
        at += 4 + length
    return None
