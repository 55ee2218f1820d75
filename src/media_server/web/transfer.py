"""Long bodies, sent piece by piece, as fast as the client takes them and no faster."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol

from anyio import CapacityLimiter, to_thread

from media_server.model.errors import FileUnreadable
from media_server.web.gate import Shares, client_of

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from contextlib import AbstractContextManager

    from starlette.types import Receive, Scope, Send

    from media_server.web.ranges import Span

_log = logging.getLogger(__name__)

_SMALL_BYTES: Final = 64 * 1024
_LARGE_BYTES: Final = 2 * 1024 * 1024
# The server under us keeps up to five pieces of each client that has stopped taking them. So many
# clients may have large ones, which are faster; all others get small ones.
_LANES: Final = 8
_LANES_OF_ONE: Final = 6
# Who takes this long over one piece has no use for large ones.
_SLOW_S: Final = 0.25
# Pieces read from disk at the same time.
_READERS: Final = 16
# Bodies that are being sent. Each may be kept from its end for ever by a client that takes a byte
# now and then.
_MOST: Final = 512
_MOST_OF_ONE: Final = 64


class Body(Protocol):
    """Bytes whose number is known before they are read."""

    @property
    def size_bytes(self) -> int:
        """How many there are in all."""

    def read(self, most_bytes: int) -> bytes:
        """The next bytes, from 1 to `most_bytes`; called in one thread after the other.

        Raises:
            FileUnreadable: they cannot be had, or would not be the right ones.
        """

    def close(self) -> None:
        """Nothing more will be read."""


class OpenFile(Protocol):
    """An open file: an original, or the file of map tiles."""

    def read_at(self, offset: int, most_bytes: int) -> bytes:
        """Bytes from `offset` on, at least one; called in any thread.

        Raises:
            FileUnreadable: they cannot be had, or would not be the right ones.
        """

    def close(self) -> None:
        """Close it, if it is open."""


class SpanBody:
    """Some of the bytes of a file."""

    def __init__(self, file: OpenFile, span: Span) -> None:
        """Take the file, which is closed with this, and which bytes of it."""
        self.size_bytes = span.size_bytes
        self._file = file
        self._at = span.offset

    def read(self, most_bytes: int) -> bytes:
        """As in `Body`."""
        data = self._file.read_at(self._at, most_bytes)
        self._at += len(data)
        return data

    def close(self) -> None:
        """As in `Body`."""
        self._file.close()


class Transfers:
    """Sends bodies, and keeps what all of them take within bounds."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._places = Shares(_MOST, each=_MOST_OF_ONE)
        self._lanes = Shares(_LANES, each=_LANES_OF_ONE)
        self._readers = CapacityLimiter(_READERS)

    def place(self, scope: Scope) -> AbstractContextManager[None]:
        """A place for a body that is to be sent, as long as the context lasts.

        Raises:
            Refusal: on entering, when there is none for this client.
        """
        return self._places.place(client_of(scope))

    async def send(self, scope: Scope, receive: Receive, send: Send, body: Body) -> None:
        """Send a body behind its head, and close it.

        A body that cannot be finished rightly is left unfinished: the server cuts the connection
        then, and the client knows. When the client leaves, this ends.
        """
        # The server does not end the sending of a piece that nobody takes any more.
        leaving = asyncio.ensure_future(_until_left(receive))
        try:
            await self._send_all(client_of(scope), send, body, leaving)
        except FileUnreadable as error:
            _log.warning("cut an answer short: %s", error)
        finally:
            leaving.cancel()
            await asyncio.wait({leaving})
            body.close()

    async def _send_all(
        self, client: str, send: Send, body: Body, leaving: asyncio.Future[None]
    ) -> None:
        left, quick = body.size_bytes, True
        if not left:
            await send({"type": "http.response.body", "body": b""})
            return
        clock = asyncio.get_running_loop().time
        has_lane = self._change_lane(client, False, wanted=left > _SMALL_BYTES)
        reading = self._begin_to_read(body, left, has_lane)
        try:
            while left and not leaving.done():
                piece = await reading
                left -= len(piece)
                if left:
                    has_lane = self._change_lane(client, has_lane, wanted=quick)
                    reading = self._begin_to_read(body, left, has_lane)
                message = {"type": "http.response.body", "body": piece, "more_body": left > 0}
                began_s = clock()
                await _unless(leaving, send(message))
                quick = clock() - began_s < _SLOW_S
        finally:
            self._change_lane(client, has_lane, wanted=False)
            # What a thread still reads must not be closed under it.
            await asyncio.gather(reading, return_exceptions=True)

    def _begin_to_read(self, body: Body, left: int, has_lane: bool) -> asyncio.Future[bytes]:
        """A piece is read while the one before it is sent."""
        most_bytes = min(left, _LARGE_BYTES if has_lane else _SMALL_BYTES)
        read = to_thread.run_sync(body.read, most_bytes, limiter=self._readers)
        return asyncio.ensure_future(read)

    def _change_lane(self, client: str, has: bool, *, wanted: bool) -> bool:
        """Take a lane if there is one, keep it, or give it back."""
        if has == wanted:
            return has
        if wanted:
            return self._lanes.take(client)
        self._lanes.give_back(client)
        return False


async def _unless(leaving: asyncio.Future[None], sent: Awaitable[None]) -> None:
    """Wait until a piece is sent, or until nobody is there to take it."""
    sending = asyncio.ensure_future(sent)
    await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    if sending.done():
        sending.result()
    else:
        sending.cancel()
        await asyncio.wait({sending})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
