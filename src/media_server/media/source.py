"""Where a file's bytes come from: memory for small files, an open descriptor for large ones."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, Protocol


class Source(Protocol):
    """A file's whole content, read from anywhere, as often as wanted."""

    @property
    def size_bytes(self) -> int:
        """Length of the file when it was opened."""

    def read_at(self, offset: int, length: int) -> bytes:
        """The bytes from `offset` on; fewer than `length` only at the end of the file."""

    def open(self) -> BinaryIO:
        """A file object over the same bytes, at its beginning; the caller closes it."""


class BytesSource:
    """A file that lies in memory."""

    __slots__ = ("_data", "size_bytes")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size_bytes = len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        """As in `Source`; without a copy when it is the whole file."""
        return self._data[offset : offset + length]

    def open(self) -> BinaryIO:
        """As in `Source`."""
        return io.BytesIO(self._data)


class DescriptorSource:
    """A file behind an open, readable, seekable descriptor, which stays the caller's."""

    __slots__ = ("_descriptor", "size_bytes")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size_bytes = os.fstat(descriptor).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """As in `Source`.

        Raises:
            OSError: the file cannot be read.
        """
        if offset >= self.size_bytes:
            return b""
        return os.pread(self._descriptor, min(length, self.size_bytes - offset), offset)

    def open(self) -> BinaryIO:
        """As in `Source`. Moves the descriptor's own position, so one at a time."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return open(self._descriptor, "rb", closefd=False)


class Window:
    """Reads small pieces of a source in rising order with few calls to it."""

    __slots__ = ("_bytes", "_source", "_start", "_step_bytes")

    def __init__(self, source: Source, first_bytes: int, step_bytes: int) -> None:
        """Read the first `first_bytes` at once, and later `step_bytes` or more at a time."""
        self._source = source
        self._step_bytes = step_bytes
        self._start = 0
        self._bytes = source.read_at(0, first_bytes)

    def take(self, offset: int, length: int) -> bytes:
        """The bytes from `offset` on; fewer than `length` only at the end of the file."""
        at = offset - self._start
        if at < 0 or at + length > len(self._bytes):
            self._bytes = self._source.read_at(offset, max(length, self._step_bytes))
            self._start = offset
            at = 0
        return self._bytes[at : at + length]
