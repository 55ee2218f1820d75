"""IPTC-IIM, the captions and keywords of press photos, and where Photoshop puts them.

Source: IPTC-NAA Information Interchange Model 4.2, chapters 3, 5 and 6; Adobe Photoshop File
Formats Specification, 'Image Resource Blocks'. Nothing here fails: what cannot be read is absent.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from media_server.media.facts import MAX_TEXT_CHARS, Fact, FactName, text_fact
from media_server.media.tags.caption import description_fact

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = 0x1C
_ENVELOPE, _APPLICATION = 1, 2
_CHARSET = (_ENVELOPE, 90)
_DATE, _TIME, _CAPTION = 55, 60, 120
_TEXTS: Final[dict[int, tuple[FactName, str]]] = {
    5: ("title", "IPTC:ObjectName"),
    25: ("keyword", "IPTC:Keywords"),
    105: ("title", "IPTC:Headline"),
}
# ISO 2022: ISO 8859-1 as G1 set, in the forms of 94 and of 96 characters.
_LATIN1 = frozenset({b"\x1b.A", b"\x1b-A", b"\x1b/A"})
_MAX_DATASETS = 5_000
_MAX_TEXT_BYTES = 4 * MAX_TEXT_CHARS
_DAY = re.compile(rb"(\d{4})(\d\d)(\d\d)\Z")
_CLOCK = re.compile(rb"(\d\d)(\d\d)(\d\d)(?:([+\-])(\d\d)([0-5]\d))?\Z")

_RESOURCE = b"8BIM"
_IPTC_RESOURCE = b"\x04\x04"
_MAX_RESOURCES = 2_000


def find_iptc(resources: bytes) -> bytes | None:
    """The IPTC datasets among Photoshop's image resources; None without them."""
    at = 0
    for _ in range(_MAX_RESOURCES):
        if resources[at : at + 4] != _RESOURCE or len(resources) < at + 12:
            return None
        name_bytes = 1 + resources[at + 6]
        size_at = at + 6 + name_bytes + (name_bytes & 1)
        size = int.from_bytes(resources[size_at : size_at + 4], "big")
        start = size_at + 4
        if resources[at + 4 : at + 6] == _IPTC_RESOURCE:
            return resources[start : start + size] or None
        at = start + size + (size & 1)
    return None


def parse_iptc(block: bytes) -> list[Fact]:
    """Titles, description, keywords and date of IPTC datasets."""
    found: list[Fact | None] = []
    latin1 = False
    day = clock = b""
    for record, number, value in _datasets(block):
        if (record, number) == _CHARSET:
            latin1 = value in _LATIN1
        if record != _APPLICATION:
            continue
        if number in _TEXTS:
            name, source = _TEXTS[number]
            found.append(text_fact(name, _decode(value, latin1=latin1), source))
        elif number == _CAPTION:
            text = _decode(value, latin1=latin1)
            found.append(description_fact(text, "IPTC:Caption-Abstract"))
        elif number == _DATE:
            day = value
        elif number == _TIME:
            clock = value
    found.append(_captured(day, clock))
    return [fact for fact in found if fact]


def _datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(record, number, value), up to the first that is none or does not fit."""
    at = 0
    for _ in range(_MAX_DATASETS):
        head = block[at : at + 5]
        if len(head) < 5 or head[0] != _MARK:
            return
        size, at = int.from_bytes(head[3:5], "big"), at + 5
        if size & 0x8000:  # extended: the length of the length
            wide = size & 0x7FFF
            size, at = int.from_bytes(block[at : at + min(wide, 8)], "big"), at + wide
        value = block[at : at + size]
        if len(value) < size:
            return
        yield head[1], head[2], value
        at += size


def _decode(raw: bytes, *, latin1: bool) -> str:
    """Text as the file says it is coded; most files that say nothing use UTF-8 all the same."""
    raw = raw[:_MAX_TEXT_BYTES].rstrip(b"\0")
    if not latin1:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1")


def _captured(day: bytes, clock: bytes) -> Fact | None:
    """The date created; at midnight where the file tells no time."""
    date = _DAY.match(day)
    if date is None:
        return None
    time = _CLOCK.match(clock)
    year, month, day_of_month = map(int, date.groups())
    hour, minute, second = map(int, time.group(1, 2, 3)) if time else (0, 0, 0)
    try:
        local = datetime(year, month, day_of_month, hour, minute, second).isoformat()
    except ValueError:
        return None
    if time and time[4] and int(time[5]) < 15:
        local += f"{time[4].decode()}{time[5].decode()}:{time[6].decode()}".replace(
            "-00:00", "+00:00"
        )
    return Fact("captured", local, "IPTC:DateCreated")
