"""AVIF and HEIC: size, turning and metadata, from the item boxes of the file.

Decodes nothing. Source: ISO/IEC 14496-12 section 8.11 (items) and 23008-12 sections 6.5, A.2 and
A.3 (image properties, EXIF and XMP items).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.formats.png import without_prefix
from media_server.media.layout import MAX_XMP_BYTES, Layout, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.source import Source

MAX_META_BYTES: Final = 4_000_000
MAX_EXIF_BYTES: Final = 1_000_000
_MAX_TOP_BOXES = 64
_MAX_BOXES = 10_000
_XMP_CONTENT = b"application/rdf+xml"
_APPLE_GAIN_MAP = b"urn:com:apple:photo:2020:aux:hdrgainmap"

# EXIF orientation by (mirrored left to right first, then quarter turns clockwise).
_ORIENTATIONS: Final = {
    (False, 0): 1,
    (False, 1): 6,
    (False, 2): 3,
    (False, 3): 8,
    (True, 0): 2,
    (True, 1): 7,
    (True, 2): 4,
    (True, 3): 5,
}


class _Box(NamedTuple):
    kind: bytes
    body: bytes


def read_isobmff(source: Source) -> Layout:
    """Where the parts of an AVIF or HEIC lie.

    Returns:
        With an orientation always: EXIF's does not count in these files.

    Raises:
        TruncatedError: the file ends before its item boxes do.
        CorruptError: no item boxes, no primary picture, or no size of it.
    """
    boxes = {box.kind: box.body for box in _boxes(_meta(source)[4:])}
    primary = _primary(boxes.get(b"pitm", b""))
    size: tuple[int, int] = (0, 0)
    mirrored, turns = False, 0
    for box in _properties(boxes.get(b"iprp", b""), primary):
        if box.kind == b"ispe":
            size = _words(box.body[4:12])
        elif box.kind == b"clap":
            size = _clapped(box.body) or size
        elif box.kind == b"irot":
            turns = (turns - (box.body[0] & 3)) % 4  # the file counts anticlockwise
        elif box.kind == b"imir":
            # 0 exchanges top and bottom, 1 left and right.
            mirrored, turns = not mirrored, ((0 if box.body[0] & 1 else 2) - turns) % 4
    if not all(size):
        raise CorruptError("the file has no size of its primary picture")
    exif, xmp = _exif(source, boxes), _xmp(source, boxes)
    return Layout(
        *size,
        within(exif) if exif else None,
        _ORIENTATIONS[mirrored, turns],
        coded_preview=_has_thumbnail(boxes.get(b"iref", b""), primary),
        xmp=(xmp,) if xmp else (),
    )


def primary_properties(source: Source) -> list[tuple[bytes, bytes]]:
    """(kind, content) of the properties of the primary picture, in the order in which they apply.

    Raises:
        TruncatedError, CorruptError: as in `read_isobmff`.
    """
    boxes = {box.kind: box.body for box in _boxes(_meta(source)[4:])}
    return list(_properties(boxes.get(b"iprp", b""), _primary(boxes.get(b"pitm", b""))))


def has_gain_map(source: Source) -> bool:
    """Whether a second picture says how much brighter than white the parts of the first are.

    Apple marks it as auxiliary; ISO/IEC 21496-1 adds an item that joins both.

    Raises:
        TruncatedError, CorruptError: as in `read_isobmff`.
    """
    boxes = {box.kind: box.body for box in _boxes(_meta(source)[4:])}
    return _APPLE_GAIN_MAP in boxes.get(b"iprp", b"") or b"tmap" in boxes.get(b"iinf", b"")


def _words(raw: bytes) -> tuple[int, int]:
    return int.from_bytes(raw[:4], "big"), int.from_bytes(raw[4:8], "big")


def _clapped(clap: bytes) -> tuple[int, int] | None:
    """The size after cropping to the clean aperture: width and height as fractions."""
    (width, width_parts), (height, height_parts) = _words(clap[:8]), _words(clap[8:16])
    if not width_parts or not height_parts:
        return None
    return width // width_parts, height // height_parts


def _has_thumbnail(iref: bytes, primary: int) -> bool:
    id_bytes = 2 if iref[:1] == b"\0" else 4
    for box in _boxes(iref[4:]):
        if box.kind == b"thmb":
            targets = box.body[id_bytes + 2 :]
            ids = (targets[at : at + id_bytes] for at in range(0, len(targets), id_bytes))
            if primary.to_bytes(id_bytes, "big") in ids:
                return True
    return False


def _meta(source: Source) -> bytes:
    at = 0
    for _ in range(_MAX_TOP_BOXES):
        header = source.read_at(at, 16)
        if len(header) < 8:
            raise TruncatedError("the file ends before its item boxes")
        size, skip = int.from_bytes(header[:4], "big"), 8
        if size == 1:
            size, skip = int.from_bytes(header[8:16], "big"), 16
        if header[4:8] == b"meta":
            length = min(size - skip, MAX_META_BYTES) if size else MAX_META_BYTES
            meta = source.read_at(at + skip, max(length, 0))
            if len(meta) < length and size:
                raise TruncatedError("the file ends within its item boxes")
            return meta
        if size < skip:
            break
        at += size
    raise CorruptError("the file has no item boxes")


def _boxes(data: bytes) -> Iterator[_Box]:
    """The boxes that lie one behind the other in `data`; ends at the first broken one."""
    at = 0
    for _ in range(_MAX_BOXES):
        size, skip = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, skip = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if size < skip or at + size > len(data):
            return
        yield _Box(data[at + 4 : at + 8], data[at + skip : at + size])
        at += size


def _primary(pitm: bytes) -> int:
    wide = pitm[:1] != b"\0"
    return int.from_bytes(pitm[4:8] if wide else pitm[4:6], "big")


def _properties(iprp: bytes, item: int) -> Iterator[_Box]:
    """The properties of one item, in the order in which they apply."""
    known: list[_Box] = []
    indices: list[int] = []
    for box in _boxes(iprp):
        if box.kind == b"ipco":
            known = list(_boxes(box.body))
        elif box.kind == b"ipma":
            indices = indices or _associations(box.body, item)
    for index in indices:
        if 1 <= index <= len(known) and known[index - 1].body:
            yield known[index - 1]


def _associations(ipma: bytes, item: int) -> list[int]:
    fields = _Fields(ipma)
    version, flags = fields.take(1), fields.take(3)
    for _ in range(min(fields.take(4), _MAX_BOXES)):
        found = fields.take(4 if version else 2)
        count = fields.take(1)
        wide = flags & 1
        indices = [fields.take(2 if wide else 1) & (0x7FFF if wide else 0x7F) for _ in range(count)]
        if found == item:
            return indices
        if fields.ended:
            break
    return []


class _Fields:
    """Unsigned numbers one after the other; zero once the bytes have run out."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> int:
        value = int.from_bytes(self._data[self._at : self._at + size], "big")
        self._at += size
        return value

    @property
    def ended(self) -> bool:
        return self._at >= len(self._data)


def _exif(source: Source, boxes: dict[bytes, bytes]) -> bytes | None:
    """The EXIF block; the file has one for its primary picture, or none."""
    item_data = _item(source, boxes, _find_item(boxes, b"Exif"), MAX_EXIF_BYTES)
    skip = int.from_bytes(item_data[:4], "big")
    return without_prefix(item_data[4 + skip :]) or None


def _xmp(source: Source, boxes: dict[bytes, bytes]) -> bytes | None:
    item = _find_item(boxes, b"mime", _XMP_CONTENT)
    return _item(source, boxes, item, MAX_XMP_BYTES) or None


def _item(source: Source, boxes: dict[bytes, bytes], item: int | None, max_bytes: int) -> bytes:
    """The content of an item, at most `max_bytes`; nothing when it cannot be found."""
    place = _location(boxes.get(b"iloc", b""), item) if item is not None else None
    found = bytearray()
    for offset, length in place.extents if place else ():
        size = min(length, max_bytes - len(found))
        if place and place.in_item_data:
            found += boxes.get(b"idat", b"")[offset : offset + size]
        else:
            found += source.read_at(offset, size)
    return bytes(found)


def _find_item(boxes: dict[bytes, bytes], kind: bytes, content: bytes = b"") -> int | None:
    """The id of the first item of a type, and, of a `mime` item, of a content type."""
    iinf = boxes.get(b"iinf", b"")
    start = 8 if iinf[:1] != b"\0" else 6
    for box in _boxes(iinf[start:]):
        if box.kind != b"infe" or box.body[:1] not in (b"\2", b"\3"):
            continue
        at = 8 if box.body[0] == 3 else 6
        # Behind the type its name, behind that what it holds.
        told, _, holds = box.body[at + 2 :].partition(b"\0")
        if told[:4] == kind and holds.startswith(content):
            return int.from_bytes(box.body[4:at], "big")
    return None


class _Place(NamedTuple):
    """Where an item lies: spans (offset, length), in the file or in the box `idat`."""

    in_item_data: bool
    extents: list[tuple[int, int]]


def _location(iloc: bytes, item: int) -> _Place | None:
    """Where an item lies; None when it is made of other items, or of too many pieces."""
    fields = _Fields(iloc)
    version = fields.take(1)
    fields.take(3)
    sizes = fields.take(2)
    offset_size, length_size = sizes >> 12 & 15, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version else 0
    for _ in range(min(fields.take(4 if version == 2 else 2), _MAX_BOXES)):
        found = fields.take(4 if version == 2 else 2)
        method = fields.take(2) & 15 if version else 0
        fields.take(2)
        base = fields.take(base_size)
        extents = []
        for _ in range(min(fields.take(2), _MAX_BOXES)):
            fields.take(index_size)
            extents.append((base + fields.take(offset_size), fields.take(length_size)))
            if fields.ended:
                break
        if found == item:
            return _Place(method == 1, extents) if method < 2 else None
        if fields.ended:
            break
    return None
