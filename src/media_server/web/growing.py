"""A body that one thread writes while many readers on the event loop send what is there already."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from anyio import to_thread

_PIECE_BYTES: Final = 1 << 18


class Growing:
    """Bytes in a file that grows; in memory from where the disk had no room for more.

    One thread calls `write`; all else is for the event loop. However slow a reader is, it holds
    nothing but its place.

    Attributes:
        refused: why the disk took no more, or None while it takes all.
    """

    def __init__(self, path: str) -> None:
        """Begin a file; one that cannot be made is as good as a full disk."""
        self.refused: OSError | None = None
        self._fd = -1
        self._in_file = 0
        self._rest = bytearray()
        self._ended = False
        self._failure: BaseException | None = None
        self._readers = 0
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            self.refused = error

    @property
    def size_bytes(self) -> int:
        """How much there is so far."""
        return self._in_file + len(self._rest)

    @property
    def is_ended(self) -> bool:
        """Whether there will be no more."""
        return self._ended

    @property
    def is_read(self) -> bool:
        """Whether anybody is reading."""
        return self._readers > 0

    def write(self, piece: bytes) -> None:
        """Add some bytes, in the thread."""
        left = memoryview(piece)
        try:
            while left and self.refused is None:
                written = os.write(self._fd, left)
                self._in_file += written
                left = left[written:]
        except OSError as error:
            self.refused = error
        if left:
            self._rest += left
        self._loop.call_soon_threadsafe(self._tell)

    def end(self, failure: BaseException | None = None) -> None:
        """Say that there will be no more; with a failure, that it is not whole."""
        self._ended, self._failure = True, failure
        self._tell()
        self._close_unused()

    async def ended(self) -> None:
        """Wait until all is there.

        Raises:
            BaseException: what kept it from being whole.
        """
        while not self._ended:
            await self._news.wait()
        if self._failure is not None:
            raise self._failure

    async def read(self, at: int) -> bytes:
        """Some bytes from a place on, as soon as there are any; none at the end.

        Raises:
            BaseException: what kept it from being whole.
        """
        while self.size_bytes <= at and not self._ended:
            await self._news.wait()
        if at < self._in_file:
            most = min(_PIECE_BYTES, self._in_file - at)
            return await to_thread.run_sync(os.pread, self._fd, most, at)
        if at == self.size_bytes and self._failure is not None:
            raise self._failure
        begins = at - self._in_file
        return bytes(self._rest[begins : begins + _PIECE_BYTES])

    def join(self) -> None:
        """Begin to read."""
        self._readers += 1

    def leave(self) -> None:
        """Read no more."""
        self._readers -= 1
        self._close_unused()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _close_unused(self) -> None:
        if self._ended and not self._readers and self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
