"""Renditions that are made when they are asked for: once, however many ask."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from media_server.catalog import assets
from media_server.library.original import open_original, still_the_same
from media_server.library.picture_pass import failed_picture
from media_server.library.read import close_source
from media_server.library.roots import Roots
from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.model.errors import FileUnreadable

if TYPE_CHECKING:
    from media_server.catalog.database import Catalog
    from media_server.media.jail import JailPool
    from media_server.media.reading import Outcome
    from media_server.model.digest import Digest
    from media_server.store.large import LargeStore
    from media_server.store.small import SmallStore

_THREADS = 4
# From this size of the original on, the grid picture has all that a thumbnail can show, at a
# tenth of the cost of decoding the original again.
_FROM_GRID_EDGE_PX = 640


class OnDemand:
    """Makes thumbnails that the store lacks, ahead of all other work."""

    def __init__(
        self, catalog: Catalog, small: SmallStore, large: LargeStore, jails: JailPool
    ) -> None:
        """Take the parts; the jails are this process's own, so the backlog is not before us."""
        self._catalog = catalog
        self._small = small
        self._small_lock = threading.Lock()
        self._large = large
        self._jails = jails
        self._threads = ThreadPoolExecutor(_THREADS, "on-demand")
        self._under_way: dict[Digest, asyncio.Future[bytes | None]] = {}

    async def thumbnail(self, digest: Digest) -> bytes | None:
        """The thumbnail of an asset, which is in the store afterwards if the disk has room.

        Returns:
            The PNG, or None where the asset has no thumbnail.
        """
        making = self._under_way.get(digest)
        if making is None:
            loop = asyncio.get_running_loop()
            making = asyncio.ensure_future(loop.run_in_executor(self._threads, self._make, digest))
            self._under_way[digest] = making
            making.add_done_callback(lambda _: self._under_way.pop(digest, None))
        # Shielded: one client that leaves must not take the picture from the others.
        return await asyncio.shield(making)

    def _make(self, digest: Digest) -> bytes | None:
        with self._catalog.read() as connection:
            if not assets.may_have_picture(connection, digest):
                return None
            longest_px = assets.longest_edge_px(connection, digest)
        outcome = None
        if longest_px >= _FROM_GRID_EDGE_PX:
            outcome = self._from_grid(digest)
        if not isinstance(outcome, Picture):
            outcome = self._from_original(digest) or self._from_grid(digest)
        if isinstance(outcome, Failure):
            with self._catalog.write() as connection:
                failed = failed_picture(digest, "thumbnail", outcome)
                assets.record_failures(connection, [failed], now_ns=time.time_ns())
        if not isinstance(outcome, Picture):
            return None
        with suppress(OSError):  # a full disk stops keeping, not showing
            self._large.put(digest, "thumbnail", outcome.data)
        return outcome.data

    def _from_grid(self, digest: Digest) -> Outcome | None:
        with self._small_lock:
            grid = self._small.get(digest, "grid")
        if grid is None or grid.rough:
            return None
        return self._jails.submit("thumbnail", [grid.data], urgent=True).result()[0]

    def _from_original(self, digest: Digest) -> Outcome | None:
        with self._catalog.read() as connection:
            files = assets.originals(connection, digest)
        for at in files:
            with Roots() as roots:
                try:
                    source, kept = open_original(roots, at)
                except FileUnreadable:
                    continue
            outcome = self._jails.submit("thumbnail", [source], urgent=True).result()[0]
            same = kept is None or still_the_same(kept, at)
            if kept is not None:
                close_source(kept)
            if same:
                return outcome
        return None
