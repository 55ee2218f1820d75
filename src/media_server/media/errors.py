"""Why a file cannot be read or pictured.

MediaError
├── EmptyError         the file has no bytes
├── UnrecognisedError  no format that this program knows
├── TruncatedError     the file ends too early
├── CorruptError       the bytes contradict their format
├── TooLargeError      more pixels than the limit
└── UnsupportedError   sound, as far as one can tell, but of a kind that no decoder here reads
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from media_server.media.reading import FailureCode


class MediaError(Exception):
    """The root; never raised itself. Its text is a short sentence without a path."""

    code: ClassVar[FailureCode]


class EmptyError(MediaError):
    """The file has no bytes."""

    code = "empty"


class UnrecognisedError(MediaError):
    """The file begins like no format that this program knows."""

    code = "unrecognised"


class TruncatedError(MediaError):
    """The file ends before its picture does."""

    code = "truncated"


class CorruptError(MediaError):
    """The bytes contradict their format."""

    code = "corrupt"


class TooLargeError(MediaError):
    """More pixels than the limit."""

    code = "too_large"


class UnsupportedError(MediaError):
    """A known format in a variant that no decoder here reads."""

    code = "unsupported"
