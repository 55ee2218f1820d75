"""Ranges of bytes (RFC 9110, section 14), one at a time."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# `first-last`, `first-` or `-last`; a list of several is not answered in parts.
_ONE: Final = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
# No file has as many bytes as a number of more digits says.
_MOST_DIGITS: Final = 18
_BEYOND: Final = 10**_MOST_DIGITS


class Span(NamedTuple):
    """Some bytes that follow each other.

    Attributes:
        offset: of the first one.
        size_bytes: how many.
    """

    offset: int
    size_bytes: int


class UnsatisfiableRangeError(Exception):
    """The range begins behind the last byte."""


def wanted_span(header: str | None, size_bytes: int) -> Span | None:
    """What a `Range` header asks for, never more than there is.

    Args:
        header: as the client sent it.
        size_bytes: of all there is.

    Returns:
        The bytes asked for; None where all of it is to be sent: without a header, and where it is
        malformed, in another unit, or asks for several ranges (section 14.2 allows to ignore it).

    Raises:
        UnsatisfiableRangeError: there is no such byte (section 15.5.17).
    """
    found = _ONE.fullmatch(header) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return _last(_number(found[2]), size_bytes)
    first = _number(found[1])
    last = _number(found[2]) if found[2] else _BEYOND
    if last < first:
        return None
    if first >= size_bytes:
        raise UnsatisfiableRangeError
    return Span(first, min(last + 1, size_bytes) - first)


def _last(count: int, size_bytes: int) -> Span | None:
    if count == 0:
        raise UnsatisfiableRangeError
    if size_bytes == 0:
        return None  # satisfiable by section 14.1.1, but no Content-Range can say so
    count = min(count, size_bytes)
    return Span(size_bytes - count, count)


def _number(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _MOST_DIGITS else _BEYOND
