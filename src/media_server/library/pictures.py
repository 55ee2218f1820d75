"""The second pass of ingest: decode each asset once and keep its grid rendition."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from media_server.catalog import assets
from media_server.catalog.assets import Failed
from media_server.catalog.schema import Grid
from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.store.small import Rendition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from media_server.catalog.assets import Unpictured
    from media_server.catalog.database import Catalog
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from media_server.store.small import SmallStore


class Pictures:
    """Makes the grid renditions that are missing or rough, newest first."""

    def __init__(self, catalog: Catalog, store: SmallStore) -> None:
        """Take where assets want pictures, and where pictures go."""
        self._catalog = catalog
        self._store = store

    def page(
        self, connection: Connection, *, behind: Unpictured | None, most: int
    ) -> list[Unpictured]:
        """Assets without a picture, then those with a rough one."""
        return assets.unpictured(connection, behind=behind, most=most)

    def task(self, one: Unpictured) -> Task:
        """Decode the picture, or a telling frame of the film."""
        return "poster" if one.mime.startswith("video/") else "grid"

    def keep(self, done: Sequence[tuple[Unpictured, Outcome]]) -> None:
        """Keep pictures and failures."""
        pictures = [(one, made) for one, made in done if isinstance(made, Picture)]
        failed = [(one, made) for one, made in done if isinstance(made, Failure)]
        states: list[tuple[bytes, Grid, int | None]] = [
            (one.digest, Grid.FINAL, made.colour) for one, made in pictures
        ]
        states += [(one.digest, Grid.FAILED, None) for one, _ in failed]
        failures = [failed_picture(one.digest, "grid", made) for one, made in failed]
        self._store.put([grid_rendition(one.digest, made) for one, made in pictures])
        with self._catalog.write() as connection:
            assets.set_grid(connection, states)
            assets.record_failures(connection, failures, now_ns=time.time_ns())


def grid_rendition(digest: bytes, made: Picture, *, rough: bool = False) -> Rendition:
    """The row of the store for a grid picture."""
    return Rendition(digest, "grid", made.mime, made.width_px, made.height_px, rough, made.data)


# The pool gives a source that takes its jail down a second try before it says so.
_PARKING = frozenset({"jail_died", "timeout", "out_of_memory"})


def failed_picture(digest: bytes, step: str, failure: Failure) -> Failed:
    """The row of the catalog for a step of work on an asset that failed."""
    parked = failure.code in _PARKING
    return Failed(digest, None, step, failure.code, failure.detail, 2 if parked else 1, parked)
