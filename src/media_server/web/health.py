"""`GET /healthz`: the state of each library, what is still to be done, and the jails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from anyio import to_thread

from media_server.catalog import counts, libraries
from media_server.web.file_answer import send_bytes
from media_server.web.headers import NOSNIFF

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from media_server.catalog.counts import Counts
    from media_server.catalog.database import Catalog
    from media_server.library.status import Status, StatusBoard

_HEADERS = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    NOSNIFF,
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


class Health(msgspec.Struct, frozen=True):
    """Body of the answer.

    Attributes:
        status: `ok`, or `attention` where a library is offline or removals are held.
        step: what the library process is doing, as in `Status.step`.
        counts: see `Counts`.
        jail: jail processes of the library process.
    """

    status: str
    step: str
    libraries: list[LibraryHealth]
    counts: Counts
    jail: dict[str, int]


class HealthAnswer:
    """The answer to `/healthz`."""

    def __init__(self, catalog: Catalog, board: StatusBoard) -> None:
        """Take the parts."""
        self._catalog = catalog
        self._board = board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        body = await to_thread.run_sync(self._health)
        await send_bytes(scope, send, msgspec.json.encode(body) + b"\n", _HEADERS)

    def _health(self) -> Health:
        status = self._board.read()
        with self._catalog.read() as connection:
            found = libraries.served(connection)
            known = [
                self._library(one, libraries.count_files(connection, one.library_id), status)
                for one in found
            ]
            counted = counts.count(connection)
        troubled = any(one.state in ("offline", "held") for one in found)
        jail = {
            "running": status.jails_running,
            "busy": status.jails_busy,
            "died": status.jails_died,
        }
        word = "attention" if troubled else "ok"
        return Health(word, status.step, known, counted, jail)

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
