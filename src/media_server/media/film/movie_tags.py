"""What a movie file says about itself in its tags: dates, place, camera, words.

Source: Apple's QuickTime File Format specification ("User data atoms", "Metadata"), 3GPP TS 26.244
section 8, and the item list of iTunes. Names of sources are those that exiftool prints.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from media_server.media.facts import MAX_TEXT_CHARS, Fact, FactName
from media_server.media.film.movie_time import stamp_fact
from media_server.media.formats.boxes import Box, Boxes
from media_server.media.tags.iso6709 import place_facts, position_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.source import Source

_MAX_VALUE_BYTES: Final = 16_384
_MAX_KEYS: Final = 256
_MAX_KEY_BYTES: Final = 65_536
_MAX_WORDS: Final = 64

_Tag = tuple[FactName | None, str]
"""What the tag tells, and its name; None for dates and places, which are told apart below."""

_KEYS: Final[dict[str, _Tag]] = {
    "com.apple.quicktime.creationdate": (None, "CreationDate"),
    "com.apple.quicktime.location.ISO6709": (None, "GPSCoordinates"),
    "com.apple.quicktime.make": ("make", "Make"),
    "com.apple.quicktime.model": ("model", "Model"),
    "com.apple.quicktime.camera.lens_model": ("lens", "LensModel"),
    "com.apple.quicktime.content.identifier": ("content_id", "ContentIdentifier"),
    "com.apple.quicktime.title": ("title", "Title"),
    "com.apple.quicktime.displayname": ("title", "DisplayName"),
    "com.apple.quicktime.description": ("description", "Description"),
    "com.apple.quicktime.comment": ("description", "Comment"),
    "com.apple.quicktime.keywords": ("keyword", "Keywords"),
    "com.android.manufacturer": ("make", "AndroidMake"),
    "com.android.model": ("model", "AndroidModel"),
    "location": (None, "GPSCoordinates"),
    "creation_time": (None, "CreationTime"),
}
_ITEMS: Final[dict[bytes, _Tag]] = {
    b"\xa9xyz": (None, "GPSCoordinates"),
    b"\xa9day": (None, "ContentCreateDate"),
    b"\xa9mak": ("make", "Make"),
    b"\xa9mod": ("model", "Model"),
    b"\xa9nam": ("title", "Title"),
    b"\xa9des": ("description", "Description"),
    b"\xa9cmt": ("description", "Comment"),
    b"\xa9inf": ("description", "Information"),
    b"\xa9key": ("keyword", "Keywords"),
    b"desc": ("description", "Description"),
    b"keyw": ("keyword", "Keyword"),
}
# 3GPP: a version, a language and a text; Samsung's and Sony's phones write these.
_ASSETS: Final[dict[bytes, _Tag]] = {
    b"titl": ("title", "Title"),
    b"dscp": ("description", "Description"),
    b"auth": ("make", "Author"),
    b"manu": ("make", "Make"),
    b"modl": ("model", "Model"),
}
# Well-known types of values; 2 is UTF-16, big-endian.
_TEXT_TYPES: Final = {0: "utf-8", 1: "utf-8", 2: "utf-16-be", 4: "utf-8", 5: "utf-16-be"}


def tag_facts(source: Source, tags: tuple[Box, ...]) -> Iterator[Fact]:
    """The facts in a movie's tag boxes; what is broken is left out.

    Args:
        source: the movie file.
        tags: its boxes `meta` and `udta`, as `read_movie` found them.
    """
    boxes = Boxes(source)
    # Apple's own keys first: they know the time zone, the rest does not.
    for box in sorted(tags, key=lambda box: box.kind):
        if box.kind == b"meta":
            yield from _meta(boxes, box)
        else:
            yield from _user_data(boxes, box)


def _user_data(boxes: Boxes, data: Box) -> Iterator[Fact]:
    for box in boxes.within(data):
        if box.kind == b"meta":
            yield from _meta(boxes, box)
        elif box.kind[:1] == b"\xa9" and box.kind in _ITEMS:
            yield from _facts(_ITEMS[box.kind], _international(boxes.read(box, _MAX_VALUE_BYTES)))
        elif box.kind in _ASSETS:
            yield from _facts(_ASSETS[box.kind], _asset(boxes.read(box, _MAX_VALUE_BYTES)))
        elif box.kind == b"kywd":
            for word in _words(boxes.read(box, _MAX_VALUE_BYTES)):
                yield from _facts(("keyword", "Keywords"), word)
        elif box.kind == b"loci":
            yield from _location(boxes.read(box, _MAX_VALUE_BYTES))


def _meta(boxes: Boxes, meta: Box) -> Iterator[Fact]:
    """Apple's metadata: names in `keys`, values in `ilst` by their numbers, or by known names."""
    # QuickTime's box has no version in front, MPEG-4's has.
    skip = 4 if boxes.read(meta, 12)[8:12] == b"hdlr" else 0
    keys: list[str] = []
    for box in boxes.within(meta, skip):
        if box.kind == b"keys":
            keys = _key_names(boxes.read(box, _MAX_KEY_BYTES))
        elif box.kind == b"ilst":
            for item in boxes.within(box):
                yield from _item(boxes, item, keys)


def _key_names(data: bytes) -> list[str]:
    names: list[str] = []
    at = 8
    while at + 8 <= len(data) and len(names) < _MAX_KEYS:
        size_bytes = int.from_bytes(data[at : at + 4], "big")
        names.append(data[at + 8 : at + size_bytes].decode("utf-8", "replace"))
        at += max(size_bytes, 8)
    return names


def _item(boxes: Boxes, item: Box, keys: list[str]) -> Iterator[Fact]:
    number = int.from_bytes(item.kind, "big")
    tag = _KEYS.get(keys[number - 1]) if 1 <= number <= len(keys) else _ITEMS.get(item.kind)
    if tag is None:
        return
    for box in boxes.within(item):
        if box.kind != b"data":
            continue
        raw = boxes.read(box, _MAX_VALUE_BYTES)
        encoding = _TEXT_TYPES.get(int.from_bytes(raw[:4], "big"))
        if encoding is not None:
            yield from _facts(tag, raw[8:].decode(encoding, "replace"))


def _facts(tag: _Tag, text: str) -> Iterator[Fact]:
    name, label = tag
    source = f"QuickTime:{label}"
    text = text.partition("\0")[0].strip()[:MAX_TEXT_CHARS]
    if not text:
        return
    if label == "GPSCoordinates":
        yield from place_facts(text, source)
    elif name is None:
        stamp = stamp_fact(text, source)
        if stamp is not None:
            yield stamp
    elif name == "keyword":
        for word in text.split(",")[:_MAX_WORDS]:
            if word.strip():
                yield Fact(name, word.strip(), source)
    else:
        yield Fact(name, text, source)


def _international(data: bytes) -> str:
    """QuickTime's text: its length and language, and the text; the first of several."""
    length = int.from_bytes(data[:2], "big")
    language = int.from_bytes(data[2:4], "big")
    text = data[4 : 4 + length]
    if text.startswith((b"\xfe\xff", b"\xff\xfe")):
        return text.decode("utf-16", "replace")
    # Below 0x400 are the Macintosh's languages, with its own letters, unless they are UTF-8.
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("mac-roman" if language < 0x400 else "latin-1")


def _asset(data: bytes) -> str:
    """3GPP's text: version, language, and UTF-8 or, with a mark in front, UTF-16."""
    text = data[6:]
    if text.startswith((b"\xfe\xff", b"\xff\xfe")):
        return text.decode("utf-16", "replace")
    return text.decode("utf-8", "replace")


def _words(data: bytes) -> Iterator[str]:
    """3GPP's keywords: how many, and each with its length."""
    at = 7
    for _ in range(min(data[6] if len(data) > 6 else 0, _MAX_WORDS)):
        length = data[at] if at < len(data) else 0
        yield data[at + 1 : at + 1 + length].decode("utf-8", "replace")
        at += 1 + length


def _location(data: bytes) -> Iterator[Fact]:
    """3GPP's location: a name, a role, and three fixed-point numbers."""
    text = data[6:]
    if text.startswith((b"\xfe\xff", b"\xff\xfe")):
        end = 2 + next((at for at in range(2, len(text) - 1, 2) if not any(text[at : at + 2])), 0)
    else:
        end = 1 + text.find(b"\0")
    numbers = text[end + 1 : end + 13]
    if end < 1 or len(numbers) < 12:
        return
    longitude, latitude, altitude = (value / 65_536 for value in struct.unpack(">3i", numbers))
    yield from position_facts(latitude, longitude, altitude, "QuickTime:LocationInformation")
