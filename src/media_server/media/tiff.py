"""A strict reader of TIFF directories, as found in TIFF files and in every EXIF block.

Owns byte order, directories and the values of single entries. Knows no tag by name. Reads only what
it is asked for, so that the memory it takes does not depend on what a file claims. Source: TIFF 6.0
section 2; BigTIFF (libtiff's design page).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Literal, NamedTuple

from media_server.media.errors import CorruptError

if TYPE_CHECKING:
    from media_server.media.layout import ReadAt

# A camera writes under 100; the largest directories of real files stay far below this.
MAX_ENTRIES = 4096

_BYTE, _ASCII, _SHORT, _LONG, _UNDEFINED, _IFD, _LONG8, _IFD8 = 1, 2, 3, 4, 7, 13, 16, 18
_UTF8 = 129  # EXIF 3.0 section 4.6.2
_INTEGER_BYTES = {_BYTE: 1, _SHORT: 2, _LONG: 4, _IFD: 4, _LONG8: 8, _IFD8: 8}
_BYTES_TYPES = frozenset({_ASCII, _BYTE, _UNDEFINED, _UTF8})
# Ratios are pairs.
_NUMBER_FORMS = {
    **{_BYTE: "B", _SHORT: "H", _LONG: "L", 5: "LL", _IFD: "L", _LONG8: "Q"},
    **{6: "b", 8: "h", 9: "l", 10: "ll", 11: "f", 12: "d", 17: "q"},
}
_NUMBERS = {
    order: {kind: struct.Struct(sign + form) for kind, form in _NUMBER_FORMS.items()}
    for order, sign in (("little", "<"), ("big", ">"))
}


class TiffError(CorruptError):
    """Not a TIFF structure, or one that points outside itself."""


Entry = tuple[int, int, int, bytes]
"""(tag, field type, number of values claimed, raw value field: the value itself or its offset).

As it comes from the file: a class of its own would cost more than all the rest of reading it.
"""


class Directory(NamedTuple):
    """What was wanted of one directory.

    Attributes:
        entries: by tag; of a repeated tag, the first.
        following: where the next directory begins; 0 when there is none.
    """

    entries: dict[int, Entry]
    following: int


class _Shape(NamedTuple):
    """How one flavour of TIFF lays out its directories."""

    order: Literal["little", "big"]
    length: struct.Struct
    entry: struct.Struct
    offset: struct.Struct


def _shape(sign: str, *, big: bool) -> _Shape:
    forms = ("Q", "HHQ8s", "Q") if big else ("H", "HHL4s", "L")
    length, entry, offset = (struct.Struct(sign + form) for form in forms)
    return _Shape("little" if sign == "<" else "big", length, entry, offset)


_SHAPES = {
    b"II*\0": _shape("<", big=False),
    b"MM\0*": _shape(">", big=False),
    b"II+\0": _shape("<", big=True),
    b"MM\0+": _shape(">", big=True),
}
_BIG_HEADER_BYTES = 16


def _value(parts: tuple[float, ...]) -> float | None:
    """A number, or a ratio; None of a ratio without a denominator."""
    if len(parts) == 1:
        return parts[0]
    over, under = parts
    return over / under if under else None


class Tiff:
    """A TIFF structure over something that can be read at any offset."""

    __slots__ = ("_read_at", "_shape", "first", "order")

    def __init__(self, read_at: ReadAt) -> None:
        """Read the header.

        Args:
            read_at: offsets count from the byte-order mark.

        Raises:
            TiffError: no TIFF header.
        """
        header = read_at(0, _BIG_HEADER_BYTES)
        shape = _SHAPES.get(header[:4])
        if shape is None:
            raise TiffError("not a TIFF structure")
        self._read_at = read_at
        self._shape = shape
        self.order = shape.order
        start = 8 if shape.offset.size == 8 else 4
        self.first = self._offset(header[start : start + shape.offset.size])

    def directory(self, offset: int, wanted: frozenset[int]) -> Directory:
        """Read one directory.

        Args:
            offset: where it begins.
            wanted: tags to keep.

        Returns:
            Of a directory cut short, the entries that are there.

        Raises:
            TiffError: there is no directory at `offset`.
        """
        shape = self._shape
        start = offset + shape.length.size
        head = self._read_at(offset, shape.length.size)
        if offset <= 0 or len(head) < shape.length.size:
            raise TiffError("a TIFF directory lies outside the file")
        size = min(shape.length.unpack(head)[0], MAX_ENTRIES) * shape.entry.size
        raw = self._read_at(start, size + shape.offset.size)
        tail = raw[size:]
        following = self._offset(tail) if len(tail) == shape.offset.size else 0
        rows = raw[:size]
        if len(rows) < size:
            rows = rows[: len(rows) - len(rows) % shape.entry.size]
        entries: dict[int, Entry] = {}
        for entry in shape.entry.iter_unpack(rows):
            if entry[0] in wanted:
                entries.setdefault(entry[0], entry)
        return Directory(entries, following)

    def integer(self, entry: Entry | None) -> int | None:
        """The first value of an unsigned integer entry; None when it is no such entry."""
        if entry is None:
            return None
        _, kind, length, field = entry
        size = _INTEGER_BYTES.get(kind)
        if size is None or length < 1:
            return None
        raw = (
            field[:size]
            if length * size <= len(field)
            else self._read_at(self._offset(field), size)
        )
        return int.from_bytes(raw, self.order) if len(raw) == size else None

    def number(self, entry: Entry | None) -> float | None:
        """The first value of a numeric entry; None when it is no such, or a ratio by zero."""
        if entry is None:
            return None
        _, kind, length, field = entry
        form = _NUMBERS[self.order].get(kind)
        if form is None or length < 1:
            return None
        if length * form.size > len(field):
            field = self._read_at(self._offset(field), form.size)
            if len(field) < form.size:
                return None
        return _value(form.unpack_from(field))

    def numbers(self, entry: Entry | None, at_most: int) -> list[float | None]:
        """The first values of a numeric entry; empty when it is no such, or not all are there."""
        if entry is None:
            return []
        _, kind, length, field = entry
        form = _NUMBERS[self.order].get(kind)
        if form is None:
            return []
        size = min(length, at_most) * form.size
        inline = length * form.size <= len(field)
        raw = field[:size] if inline else self._read_at(self._offset(field), size)
        return list(map(_value, form.iter_unpack(raw))) if len(raw) == size else []

    def text(self, entry: Entry | None, max_bytes: int) -> bytes | None:
        """The bytes of a text entry up to its first NUL, at most `max_bytes`; None when no text."""
        raw = self.data(entry, max_bytes)
        return raw if raw is None else raw.partition(b"\0")[0]

    def data(self, entry: Entry | None, max_bytes: int) -> bytes | None:
        """The bytes of a byte, text or undefined entry, at most `max_bytes`; None when no such."""
        if entry is None:
            return None
        _, kind, length, field = entry
        if kind not in _BYTES_TYPES:
            return None
        if length <= len(field):
            return field[: min(length, max_bytes)]
        return self._read_at(self._offset(field), min(length, max_bytes))

    def block(self, entry: Entry | None, max_bytes: int) -> bytes | None:
        """The bytes of an entry that holds a block; some writers say it were one of numbers."""
        if entry is not None and entry[1] == _LONG:
            entry = (entry[0], _UNDEFINED, 4 * entry[2], entry[3])
        return self.data(entry, max_bytes)

    def _offset(self, raw: bytes) -> int:
        if len(raw) < self._shape.offset.size:
            raise TiffError("a TIFF structure ends within its header")
        offset: int = self._shape.offset.unpack(raw)[0]
        return offset
