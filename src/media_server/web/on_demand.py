"""Renditions that are made when they are asked for: once, however many ask."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from media_server.catalog import assets
from media_server.catalog.assets import Unpictured
from media_server.catalog.schema import Grid
from media_server.library.glance import glance
from media_server.library.original import open_original, still_the_same
from media_server.library.pictures import Pictures, failed_picture
from media_server.library.read import close_source
from media_server.library.roots import Roots
from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.model.errors import FileUnreadable
from media_server.web.gate.shares import Shares
from media_server.web.problem import Refusal
from media_server.web.unreadable import unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from media_server.catalog.assets import FileAt
    from media_server.catalog.database import Catalog
    from media_server.media.jail.pool import JailPool
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from media_server.model.digest import Digest
    from media_server.store.large import LargeRendition, LargeStore
    from media_server.store.small import SmallStore

_THREADS = 4
# Pictures asked for and not made yet. Some hundred are a page of the timeline, and seconds of work.
_MOST_UNDER_WAY = 256
_OF_ONE_CLIENT = 128
# From this size of the original on, the grid picture has all that a thumbnail can show, at a
# tenth of the cost of decoding the original again.
_FROM_GRID_EDGE_PX = 640


class OnDemand:
    """Makes pictures that the stores lack, ahead of all other work."""

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
        self._places = Shares(_MOST_UNDER_WAY, each=_OF_ONE_CLIENT, retry_s=5)
        self._under_way: dict[Hashable, asyncio.Future[Picture | None]] = {}

    async def thumbnail(self, digest: Digest, client: str = "") -> bytes | None:
        """The thumbnail of an asset, which is in the store afterwards if there is room for it.

        Returns:
            The PNG, or None where the asset has no thumbnail, or none can be made now.

        Raises:
            Refusal: too many are being made.
        """
        try:
            made = await self.thumbnail_picture(digest, client)
        except Refusal as refusal:
            if refusal.code in ("no_original", "offline"):
                return None
            raise
        return None if made is None else made.data

    async def thumbnail_picture(self, digest: Digest, client: str = "") -> Picture | None:
        """The same, with its type and size."""
        return await self._of_asset("thumbnail", digest, self._render_thumbnail, client)

    async def grid(self, digest: Digest, client: str = "") -> Picture | None:
        """The grid picture of an asset, made now, or the poster of a film.

        It is in the store afterwards, as if the backlog had come to it.

        Returns:
            The picture, or None where the asset has none.

        Raises:
            Refusal: too many are being made, or no original can be read now.
        """
        return await self._of_asset("grid", digest, self._render_grid, client)

    async def preview(self, digest: Digest, client: str = "") -> LargeRendition | Picture | None:
        """The preview of an asset: from the store, else made, and then kept if there is room.

        Returns:
            Where it lies in the store, or the picture just made; None where the asset has none.
        """
        kept = self._large.find(digest, "preview")
        if kept is not None:
            self._large.note_use(digest, "preview")
            return kept
        return await self._of_asset("preview", digest, self._render_preview, client)

    async def unread(self, at: FileAt, client: str = "") -> Picture | None:
        """A small picture of a file that nobody has read yet; it is kept nowhere.

        Returns:
            The picture, or None where the file has none.

        Raises:
            FileUnreadable: it cannot be read, or is another one by now.
            Refusal: too many are being made.
        """
        return await self._once((at.file_id, at.stat), partial(glance, self._jails, at), client)

    async def _of_asset(
        self, task: Task, digest: Digest, render: Callable[[Digest], Outcome | None], client: str
    ) -> Picture | None:
        """Make a rendition, once."""
        return await self._once((task, digest), partial(self._make, task, digest, render), client)

    async def _once(
        self, key: Hashable, make: Callable[[], Picture | None], client: str
    ) -> Picture | None:
        """Make a picture, or wait for who makes the same one already.

        Raises:
            Refusal: too many are being made, in all or for this client.
        """
        making = self._under_way.get(key)
        if making is None:
            self._places.claim(client)
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._threads, make)
            making = asyncio.ensure_future(work)
            self._under_way[key] = making
            making.add_done_callback(partial(self._ended, key, client))
        # Shielded: one client that leaves must not take the picture from the others.
        return await asyncio.shield(making)

    def _ended(self, key: Hashable, client: str, making: asyncio.Future[Picture | None]) -> None:
        self._under_way.pop(key, None)
        self._places.give_back(client)
        if not making.cancelled():
            making.exception()  # taken note of, as those who asked may all have left

    def _make(
        self, task: Task, digest: Digest, render: Callable[[Digest], Outcome | None]
    ) -> Picture | None:
        with self._catalog.read() as connection:
            mime = assets.mime_to_picture(connection, digest)
            if mime is None or (task == "thumbnail" and mime.startswith("video/")):
                return None
            if assets.failure_of(connection, digest, task) is not None:
                return None
        outcome = render(digest)
        if task == "grid":
            self._keep_grid(digest, mime, outcome)
        elif isinstance(outcome, Failure):
            with self._catalog.write() as connection:
                failed = failed_picture(digest, task, outcome)
                assets.record_failures(connection, [failed], now_ns=time.time_ns())
        elif isinstance(outcome, Picture):
            # A full disk stops keeping, not showing.
            with suppress(OSError, sqlite3.OperationalError):
                self._keep(task, digest, outcome)
        return outcome if isinstance(outcome, Picture) else None

    def _keep(self, task: Task, digest: Digest, made: Picture) -> None:
        if self._large.put(digest, task, made.data, mime=made.mime) is None:
            return
        # Forgotten meanwhile? Who forgets an asset removes its renditions once more afterwards, so
        # that one of the two sees what the other did.
        with self._catalog.read() as connection:
            known = assets.existing(connection, [digest])
        if not known:
            self._large.remove([digest])

    def _keep_grid(self, digest: Digest, mime: str, made: Outcome | None) -> None:
        """Do with it what the backlog does."""
        if made is None:
            return
        wanted = Unpictured(digest, Grid.NONE, 0, mime, None)
        with suppress(OSError, sqlite3.OperationalError, OperationalError), self._small_lock:
            Pictures(self._catalog, self._small).keep([(wanted, made)])
            with self._catalog.read() as connection:
                known = assets.existing(connection, [digest])
            if not known:  # as in `_keep`
                self._small.remove([digest])

    def _render_grid(self, digest: Digest) -> Outcome | None:
        with self._catalog.read() as connection:
            mime = assets.mime_to_picture(connection, digest) or ""
        task: Task = "poster" if mime.startswith("video/") else "grid"
        return self._from_original(task, digest)

    def _render_thumbnail(self, digest: Digest) -> Outcome | None:
        with self._catalog.read() as connection:
            longest_px = assets.longest_edge_px(connection, digest)
        outcome = None
        if longest_px >= _FROM_GRID_EDGE_PX:
            outcome = self._from_grid(digest)
        if isinstance(outcome, Picture):
            return outcome
        try:
            return self._from_original("thumbnail", digest)
        except Refusal:
            outcome = self._from_grid(digest)
            if outcome is None:
                raise
            return outcome

    def _render_preview(self, digest: Digest) -> Outcome | None:
        return self._from_original("preview", digest)

    def _from_grid(self, digest: Digest) -> Outcome | None:
        with self._small_lock:
            grid = self._small.get(digest, "grid")
        if grid is None or grid.rough:
            return None
        return self._jails.submit("thumbnail", [grid.data], urgent=True).result()[0]

    def _from_original(self, task: Task, digest: Digest) -> Outcome:
        """Make it of the first file that holds the asset.

        Raises:
            Refusal: none can be read now.
        """
        with self._catalog.read() as connection:
            files = assets.originals(connection, digest)
        for at in files:
            with Roots() as roots:
                try:
                    source, kept = open_original(roots, at)
                except FileUnreadable:
                    continue
            outcome = self._jails.submit(task, [source], urgent=True).result()[0]
            same = kept is None or still_the_same(kept, at)
            if kept is not None:
                close_source(kept)
            if same:
                return outcome
        raise unreadable(self._catalog, [digest])
