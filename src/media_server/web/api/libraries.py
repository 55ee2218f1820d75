"""`/api/v1/libraries`, `settings` and `capabilities`: what is served, and how."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import msgspec

from media_server.catalog import counts, libraries
from media_server.library import settle
from media_server.media.jail.wire import Layers  # noqa: TC001 - msgspec reads it at run time
from media_server.model.errors import RemovalsChanged
from media_server.model.media_type import BY_EXTENSION
from media_server.model.settings import TABLE
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.library.status import StatusBoard
    from media_server.model.settings import Settings
    from media_server.web.route import Call

_log = logging.getLogger(__name__)


class LibraryState(msgspec.Struct, frozen=True):
    """One library.

    Attributes:
        id: its number. root: its folder.
        state: `new` before its first scan, `online`, `offline` while its folder is not there,
            `held` while removals wait: when a scan misses more than 100 files at once, and more
            than a quarter of the library, all stay listed until they are back, or are confirmed to
            be gone. Moved files do not count.
        files: that are known in it.
        held_removals: files that the last scan missed and that are still listed.
    """

    id: int
    root: str
    state: str
    files: int
    held_removals: int


class Libraries(msgspec.Struct, frozen=True):
    """The libraries, and what is still to be done.

    Attributes:
        step: what is being done: `starting`, `scanning`, `reading`, `describing`, `picturing`,
            `idle`, or `waiting` for the data dir to take something again.
        scans: scans finished since the start.
        libraries: each one.
        progress: how much there is and how much is still to be done.
    """

    step: str
    scans: int
    libraries: list[LibraryState]
    progress: counts.Counts


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That missing files are really gone.

    Attributes:
        held_removals: how many, as the library said when a person was asked.
    """

    held_removals: Annotated[int, msgspec.Meta(ge=1)]


class Removed(msgspec.Struct, frozen=True):
    """What is listed no more.

    Attributes:
        files: how many.
    """

    files: int


class SettingInForce(msgspec.Struct, frozen=True):
    """One setting.

    Attributes:
        name: of the flag, without dashes. value: in force. unit: of the value. help: one sentence.
    """

    name: str
    value: str | int | bool | list[str]
    unit: str
    help: str


class Capabilities(msgspec.Struct, frozen=True):
    """What this server can do.

    Attributes:
        version: of the program.
        pictures: types of which pictures are made. videos: types that get posters.
        jail_layers: what holds the processes that decode; null before the first has started.
    """

    version: str
    pictures: list[str]
    videos: list[str]
    jail_layers: Layers | None


class LibrariesApi:
    """Answers about the libraries and the server itself."""

    def __init__(
        self,
        catalog: Catalog,
        board: StatusBoard,
        settings: Settings,
        scan_now: Callable[[], None],
    ) -> None:
        """Take the parts; `scan_now` has the libraries scanned soon."""
        self._catalog = catalog
        self._board = board
        self._settings = settings
        self._scan_now = scan_now

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/libraries",
                needs="read",
                answer=self._all,
                group="Server",
                summary="The libraries, and what is still to be done",
                gives=Libraries,
            ),
            Route(
                method="POST",
                path="/api/v1/libraries/scan",
                needs="change",
                answer=self._scan,
                group="Server",
                summary="Scan all libraries now",
                detail="Answers at once; a scan that is under way is begun again.",
                status=202,
            ),
            Route(
                method="POST",
                path="/api/v1/libraries/{id}/confirm-removals",
                needs="change",
                answer=self._confirm,
                group="Server",
                summary="Let go of files that a scan has missed in great number",
                detail="Takes them from the lists; nothing on the disk is touched, and what comes "
                "back is listed again. Refused with `removals_changed` where it would be others "
                "than a person has confirmed: ask for the libraries again.",
                body=Confirmed,
                gives=Removed,
                refuses=("not_found", "removals_changed"),
            ),
            Route(
                method="GET",
                path="/api/v1/settings",
                needs="admin",
                answer=self._in_force,
                group="Server",
                summary="The settings in force",
                gives=list[SettingInForce],
            ),
            Route(
                method="GET",
                path="/api/v1/capabilities",
                needs="read",
                answer=self._able,
                group="Server",
                summary="What this server can do",
                gives=Capabilities,
            ),
        ]

    def _all(self, call: Call[None, None]) -> ASGIApp:
        del call
        status = self._board.read()
        with self._catalog.read() as connection:
            found = [
                LibraryState(
                    one.library_id,
                    one.shown,
                    one.state,
                    libraries.count_files(connection, one.library_id),
                    one.held_removals,
                )
                for one in libraries.served(connection)
            ]
            progress = counts.count(connection)
        return JsonAnswer(Libraries(status.step, status.scans, found, progress))

    async def _scan(self, call: Call[None, None]) -> ASGIApp:
        del call
        self._scan_now()
        return JsonAnswer(b"", status=202)

    def _confirm(self, call: Call[None, Confirmed]) -> ASGIApp:
        wanted = call.path["id"]
        with self._catalog.read() as connection:
            served = {str(one.library_id): one for one in libraries.served(connection)}
        library = served.get(wanted)
        if library is None:
            raise Refusal("not_found", "There is no such library.")
        try:
            removed = settle.confirm_removals(
                self._catalog, library, expected=call.body.held_removals
            )
        except RemovalsChanged:
            raise Refusal("removals_changed") from None
        _log.warning("%s: %d files are let go, as confirmed in a browser", library.shown, removed)
        return JsonAnswer(Removed(removed))

    async def _in_force(self, call: Call[None, None]) -> ASGIApp:
        del call
        return JsonAnswer(
            [
                SettingInForce(
                    one.name, _plain(getattr(self._settings, one.name)), one.unit, one.help
                )
                for one in TABLE
            ]
        )

    async def _able(self, call: Call[None, None]) -> ASGIApp:
        del call
        layers = self._board.read().jail_layers
        pictures = sorted({one.mime for one in BY_EXTENSION.values() if one.pictured})
        videos = sorted({one.mime for one in BY_EXTENSION.values() if one.kind == "video"})
        return JsonAnswer(Capabilities(version("media-server"), pictures, videos, layers))


def _plain(value: object) -> str | int | bool | list[str]:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value if isinstance(value, str | int) else str(value)
