"""Lists of SHA-256 digests as `sha256sum` writes them, and `sha256sum -c` reads them."""

from __future__ import annotations

from typing import Final

_ESCAPES: Final = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}


def checksum_line(digest: bytes, name: bytes) -> bytes:
    """A line: digest, two spaces, name.

    A name with a backslash, newline or carriage return is escaped, which a backslash at the
    beginning of the line tells. Source: GNU coreutils, `sha256sum` of version 9.
    """
    escaped = name
    for one, instead in _ESCAPES.items():
        escaped = escaped.replace(one, instead)
    mark = b"" if escaped == name else b"\\"
    return b"%s%s  %s\n" % (mark, digest.hex().encode(), escaped)
