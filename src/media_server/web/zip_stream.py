"""A ZIP archive of stored members, written from front to back, whose length is known beforehand.

Source: PKWARE's APPNOTE.TXT 6.3.10. The sizes of members are known before they are read, their
CRC-32 is not: it follows each of them in a data descriptor. Python's `zipfile` can write this, too,
but it keeps all members in memory to the end and says nothing about the length.
"""

from __future__ import annotations

import struct
import time
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

_MOST_32: Final = 0xFFFFFFFF
_MOST_16: Final = 0xFFFF
# The CRC-32 comes behind the bytes; the name is UTF-8. Sections 4.4.4 and appendix D.
_FLAGS: Final = 0x0008 | 0x0800
_PLAIN_VERSION: Final = 20
_ZIP64_VERSION: Final = 45
_UNIX: Final = 3 << 8
_FILE_MODE: Final = 0o100644 << 16
_LOCAL: Final = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_DESCRIPTOR: Final = struct.Struct("<4sLLL")
_DESCRIPTOR_64: Final = struct.Struct("<4sLQQ")
_END: Final = struct.Struct("<4sHHHHLLH")
_END_64: Final = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR: Final = struct.Struct("<4sLQL")
# Times by the world's clock, which the archive's own are not. Source: Info-ZIP, extra field 0x5455.
_STAMP: Final = struct.Struct("<HHBl")
_FIRST_DOS_YEAR: Final = 1980
_LAST_DOS_YEAR: Final = 2107


class Member(NamedTuple):
    """A file of the archive.

    Attributes:
        name: with slashes, relative, UTF-8; at most 65,535 bytes.
        size_bytes: of its content.
        modified_s: seconds since 1970 in UTC.
    """

    name: bytes
    size_bytes: int
    modified_s: int


class Length:
    """The length of an archive, summed up member by member."""

    def __init__(self) -> None:
        """Begin with an empty archive."""
        self._members = 0
        self._front_bytes = 0
        self._directory_bytes = 0

    def add(self, member: Member) -> None:
        """Count one more member, in the order of the archive."""
        self._directory_bytes += _central_bytes(member, self._front_bytes)
        self._front_bytes += _front_bytes(member)
        self._members += 1

    def total_bytes(self) -> int:
        """Length of the archive with these members."""
        end_bytes = len(_end(self._members, self._front_bytes, self._directory_bytes))
        return self._front_bytes + self._directory_bytes + end_bytes


def archive(
    members: Iterable[tuple[Member, Iterable[bytes]]], directory: BinaryIO
) -> Iterator[bytes]:
    """The bytes of an archive.

    Args:
        members: each with its bytes in pieces, `size_bytes` of them in all.
        directory: an empty file for what is written at the end; it grows with the names.
    """
    offset = count = 0
    for member, pieces in members:
        yield _local(member)
        crc = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
            yield piece
        yield _descriptor(member, crc)
        directory.write(_central(member, offset, crc))
        offset += _front_bytes(member)
        count += 1
    directory_bytes = directory.tell()
    directory.seek(0)
    while piece := directory.read(1 << 16):
        yield piece
    yield _end(count, offset, directory_bytes)


def _is_large(member: Member) -> bool:
    return member.size_bytes >= _MOST_32


def _front_bytes(member: Member) -> int:
    descriptor = _DESCRIPTOR_64 if _is_large(member) else _DESCRIPTOR
    return len(_local(member)) + member.size_bytes + descriptor.size


def _local(member: Member) -> bytes:
    extra = _stamp(member)
    large, size = _is_large(member), 0
    if large:
        # Section 4.5.3: both sizes must be there, zero as long as they follow behind.
        extra += struct.pack("<HHQQ", 1, 16, 0, 0)
        size = _MOST_32
    version = _ZIP64_VERSION if large else _PLAIN_VERSION
    day, clock = _dos_time(member.modified_s)
    head = _LOCAL.pack(
        b"PK\3\4",
        version,
        _FLAGS,
        0,
        clock,
        day,
        0,
        size,
        size,
        len(member.name),
        len(extra),
    )
    return head + member.name + extra


def _descriptor(member: Member, crc: int) -> bytes:
    layout = _DESCRIPTOR_64 if _is_large(member) else _DESCRIPTOR
    return layout.pack(b"PK\7\10", crc, member.size_bytes, member.size_bytes)


def _central_bytes(member: Member, offset: int) -> int:
    return len(_central(member, offset, 0))


def _central(member: Member, offset: int, crc: int) -> bytes:
    large, far = _is_large(member), offset >= _MOST_32
    wide = [member.size_bytes, member.size_bytes] if large else []
    wide += [offset] if far else []
    extra = _stamp(member)
    if wide:
        extra += struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide)
    size = _MOST_32 if large else member.size_bytes
    version = _ZIP64_VERSION if wide else _PLAIN_VERSION
    day, clock = _dos_time(member.modified_s)
    head = _CENTRAL.pack(
        b"PK\1\2",
        _UNIX | version,
        version,
        _FLAGS,
        0,
        clock,
        day,
        crc,
        size,
        size,
        len(member.name),
        len(extra),
        0,
        0,
        0,
        _FILE_MODE,
        _MOST_32 if far else offset,
    )
    return head + member.name + extra


def _end(count: int, offset: int, directory_bytes: int) -> bytes:
    end = b""
    if count >= _MOST_16 or offset >= _MOST_32 or directory_bytes >= _MOST_32:
        end += _END_64.pack(
            b"PK\6\6",
            _END_64.size - 12,
            _UNIX | _ZIP64_VERSION,
            _ZIP64_VERSION,
            0,
            0,
            count,
            count,
            directory_bytes,
            offset,
        )
        end += _LOCATOR.pack(b"PK\6\7", 0, offset + directory_bytes, 1)
    least = min(count, _MOST_16)
    return end + _END.pack(
        b"PK\5\6",
        0,
        0,
        least,
        least,
        min(directory_bytes, _MOST_32),
        min(offset, _MOST_32),
        0,
    )


def _stamp(member: Member) -> bytes:
    within = min(max(member.modified_s, -(2**31)), 2**31 - 1)
    return _STAMP.pack(0x5455, 5, 1, within)


def _dos_time(modified_s: int) -> tuple[int, int]:
    """Day and time of day as MS-DOS wrote them, by the clock of the server's place."""
    try:
        at = time.localtime(modified_s)
    except (OverflowError, ValueError, OSError):
        return (1 << 5) | 1, 0
    if not _FIRST_DOS_YEAR <= at.tm_year <= _LAST_DOS_YEAR:
        return (1 << 5) | 1, 0
    day = (at.tm_year - _FIRST_DOS_YEAR) << 9 | at.tm_mon << 5 | at.tm_mday
    return day, at.tm_hour << 11 | at.tm_min << 5 | at.tm_sec // 2
