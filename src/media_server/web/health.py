"""`GET /healthz`: the state of each library, what is still to be done, and the jails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from anyio import to_thread

from media_server.catalog import counts, libraries
from media_server.media.jail.wire import Layers  # noqa: TC001 - msgspec reads it at run time
from media_server.web.file_answer import send_bytes
from media_server.web.gate import principal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send

    from media_server.catalog.counts import Counts
    from media_server.catalog.database import Catalog
    from media_server.library.status import Status, StatusBoard
    from media_server.store.large import LargeStore, StoreSize

_HEADERS = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
)


class LibraryHealth(msgspec.Struct, frozen=True):
    """One library."""

    id: int
    root: str
    state: str
    files: int
    held_removals: int
    scanning: bool
    scans: int


class JailHealth(msgspec.Struct, frozen=True):
    """The jail processes of the library process.

    Attributes:
        running, busy: alive, and at work.
        died: ended by a file or by the system, since the start.
        layers: what holds the last one started; None before the first.
    """

    running: int
    busy: int
    died: int
    layers: Layers | None


class StoreHealth(msgspec.Struct, frozen=True):
    """The pictures made.

    Attributes:
        limit_bytes: of all together; 0 is none.
        small_bytes: what those of the timeline take.
        large_bytes: what thumbnails and previews take.
        too_small: whether the timeline's alone exceed the limit.
    """

    limit_bytes: int
    small_bytes: int
    large_bytes: int
    too_small: bool


class Health(msgspec.Struct, frozen=True):
    """Body of the answer.

    Attributes:
        status: `ok`, or `attention` where a library is offline, removals are held, or the store's
            limit is too small.
        step: what the library process is doing, as in `Status.step`.
        counts: see `Counts`.
        jail: see `JailHealth`.
        store: see `StoreHealth`.
    """

    status: str
    step: str
    libraries: list[LibraryHealth]
    counts: Counts
    jail: JailHealth
    store: StoreHealth


class Pulse(msgspec.Struct, frozen=True):
    """Body of the answer to those who may not see the library; `status` as in `Health`."""

    status: str


class HealthAnswer:
    """The answer to `/healthz`: to monitors that bring no token it tells the status alone."""

    def __init__(self, catalog: Catalog, board: StatusBoard, large: LargeStore) -> None:
        """Take the parts."""
        self._catalog = catalog
        self._board = board
        self._large = large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        tell = self._health if principal_of(scope).may("read") else self._pulse
        body = await to_thread.run_sync(tell)
        await send_bytes(scope, send, msgspec.json.encode(body) + b"\n", _HEADERS)

    def _pulse(self) -> Pulse:
        with self._catalog.read() as connection:
            found = libraries.served(connection)
        return Pulse(_word(found, self._large.size()))

    def _health(self) -> Health:
        status = self._board.read()
        with self._catalog.read() as connection:
            found = libraries.served(connection)
            known = [
                self._library(one, libraries.count_files(connection, one.library_id), status)
                for one in found
            ]
            counted = counts.count(connection)
        size = self._large.size()
        jail = JailHealth(
            status.jails_running, status.jails_busy, status.jails_died, status.jail_layers
        )
        store = StoreHealth(size.limit_bytes, size.small_bytes, size.large_bytes, size.too_small)
        return Health(_word(found, size), status.step, known, counted, jail, store)

    def _library(self, one: libraries.Library, files: int, status: Status) -> LibraryHealth:
        return LibraryHealth(
            id=one.library_id,
            root=one.shown,
            state=one.state,
            files=files,
            held_removals=one.held_removals,
            scanning=status.step == "scanning",
            scans=status.scans,
        )


def _word(found: Sequence[libraries.Library], size: StoreSize) -> str:
    troubled = size.too_small or any(one.state in ("offline", "held") for one in found)
    return "attention" if troubled else "ok"
