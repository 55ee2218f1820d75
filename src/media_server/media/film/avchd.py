"""What AVCHD camcorders write into their H.264 streams: date, place and make.

Source: Sony and Panasonic never published it; the layout is the one that exiftool documents as
"H264 Tags" (MDPM).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from media_server.media.facts import Fact

# The UUID of the supplemental message, and the four letters behind it.
_MARK: Final = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
_MAX_MESSAGE_BYTES: Final = 2_048
_ENTRY_BYTES: Final = 5
_MAKES: Final = {0x0103: "Panasonic", 0x0108: "Sony", 0x1011: "Canon", 0x1104: "JVC"}


def avchd_facts(access_unit: bytes) -> list[Fact]:
    """The facts in the supplemental message of one access unit; empty without one.

    Args:
        access_unit: H.264 with start codes.
    """
    start = access_unit.find(_MARK)
    if start < 0:
        return []
    raw = access_unit[start + len(_MARK) :][:_MAX_MESSAGE_BYTES]
    # H.264, section 7.4.1: a 3 is put in wherever two zeros would look like a start code.
    message = raw.replace(b"\0\0\x03", b"\0\0")
    count = message[0] if message else 0
    entries = {}
    for at in range(1, 1 + count * _ENTRY_BYTES, _ENTRY_BYTES):
        entry = message[at : at + _ENTRY_BYTES]
        if len(entry) == _ENTRY_BYTES:
            entries[entry[0]] = entry[1:]
    return [
        fact
        for fact in (
            _captured(entries.get(0x18, b""), entries.get(0x19, b"")),
            _make(entries.get(0xE0, b"")),
        )
        if fact is not None
    ]


def _captured(date: bytes, time: bytes) -> Fact | None:
    """A zone, a century, a year, a month; a day, an hour, a minute, a second, in decimal."""
    digits = (date[1:] + time).hex()
    if len(digits) != 14:
        return None
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return Fact("captured", moment.isoformat() + _offset(date[0]), "H264:DateTimeOriginal")


def _offset(zone: int) -> str:
    """Bit 7: unknown; 6: summer time; 5: west; 4 to 1: hours; 0: half an hour more."""
    hours = zone >> 1 & 15
    if zone & 0x80 or hours > 14:
        return ""
    return f"{'-' if zone & 0x20 else '+'}{hours:02}:{'30' if zone & 1 else '00'}"


def _make(value: bytes) -> Fact | None:
    make = _MAKES.get(int.from_bytes(value[:2], "big"))
    return Fact("make", make, "H264:Make") if make else None
