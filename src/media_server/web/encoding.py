"""Compression of answers: what the client takes, and doing it piece by piece."""

from __future__ import annotations

import zlib
from typing import Protocol

import zstandard

# Fast levels: the answer is waited for, and is sent more often over a LAN than far away.
_ZSTD_LEVEL = 1
_GZIP_LEVEL = 1
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class Compressor(Protocol):
    """Compresses a stream."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a piece; give what is ready."""

    def flush(self) -> bytes:
        """Give the rest."""


class _Plain:
    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def compressor(encoding: str) -> Compressor:
    """A compressor for `zstd`, `gzip` or `identity`."""
    if encoding == "zstd":
        made: Compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
        return made
    if encoding == "gzip":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return _Plain()


def choose(accept_encoding: str | None) -> str:
    """The encoding to use for a client: `zstd` before `gzip` before `identity`.

    Weights other than 0 (refused) are ignored, as only speed would speak for another order.
    """
    taken = set()
    for part in (accept_encoding or "").lower().split(","):
        name, _, weight = part.partition(";")
        if weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    for encoding in ("zstd", "gzip"):
        if encoding in taken:
            return encoding
    return "gzip" if "*" in taken else "identity"
