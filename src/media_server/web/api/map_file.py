"""`/api/v1/map/file` and `map/tiles`: the user's own file of map tiles, for browsers to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from media_server.library.map_file import MapFile
from media_server.media.errors import MediaError
from media_server.media.pmtiles import TileKind  # noqa: TC001 - msgspec reads it at run time
from media_server.model.errors import FileUnreadable
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.ranged import RangedAnswer
from media_server.web.ranges import Span
from media_server.web.route import Media, Route

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from media_server.web.route import Call
    from media_server.web.transfer import Transfers

# Another file may come under the same address.
_ASK_AGAIN: Final = (b"cache-control", b"private, no-cache")
_TYPE: Final = (b"content-type", b"application/vnd.pmtiles")


class MapFileOf(msgspec.Struct, frozen=True, kw_only=True):
    """A file of map tiles.

    Attributes:
        version: another word for another file.
        kind: what its tiles are; `vector` is Mapbox Vector Tiles.
        min_zoom: the shallowest level. max_zoom: the deepest level.
        west: bounds of what it is about. south: the same. east: the same. north: the same.
        name: what it calls itself; may be empty.
        attribution: whose data it is, plain text, to be shown on the map; may be empty.
    """

    version: str
    kind: TileKind
    min_zoom: int
    max_zoom: int
    west: float
    south: float
    east: float
    north: float
    name: str
    attribution: str


class MapFileAnswer(msgspec.Struct, frozen=True):
    """Whether there is detail for the map.

    Attributes:
        file: null where the server was given none, or cannot use it.
    """

    file: MapFileOf | None


class MapFileApi:
    """Answers about the file, and with its bytes."""

    def __init__(self, path: str, transfers: Transfers) -> None:
        """Take where it is, empty for none, and who sends."""
        self._file = MapFile(path) if path else None
        self._transfers = transfers

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/map/file",
                needs="read",
                answer=self._about,
                group="Places",
                summary="The user's own file of map tiles, if there is one",
                detail="It is named by `--map_file`, and looked at anew each time.",
                gives=MapFileAnswer,
            ),
            Route(
                method="GET",
                path="/api/v1/map/tiles",
                needs="read",
                answer=self._bytes,
                group="Places",
                summary="That file, byte for byte",
                detail="PMTiles, version 3: clients ask for the ranges of its directories and "
                "tiles. The strong `ETag` is another one for another file.",
                gives=Media("application/vnd.pmtiles", "the bytes of the file"),
                refuses=("not_found", "bad_range"),
            ),
        ]

    def _about(self, call: Call[None, None]) -> ASGIApp:
        del call
        return JsonAnswer(MapFileAnswer(self._told()))

    def _told(self) -> MapFileOf | None:
        if self._file is None:
            return None
        try:
            version, has = self._file.look()
        except (FileUnreadable, MediaError):
            return None
        return MapFileOf(
            version=version,
            kind=has.kind,
            min_zoom=has.min_zoom,
            max_zoom=has.max_zoom,
            west=has.west,
            south=has.south,
            east=has.east,
            north=has.north,
            name=has.name,
            attribution=has.attribution,
        )

    def _bytes(self, call: Call[None, None]) -> ASGIApp:
        del call
        if self._file is None:
            raise Refusal("not_found", "The server was given no file of map tiles.")
        try:
            opened, _ = self._file.open()  # nothing is sent that was not looked at
        except (FileUnreadable, MediaError):
            raise Refusal("not_found", "The file of map tiles cannot be used now.") from None
        return RangedAnswer(
            self._transfers,
            opened,
            Span(0, opened.stat.size_bytes),
            etag=opened.version,
            headers=[_ASK_AGAIN, _TYPE],
        )
