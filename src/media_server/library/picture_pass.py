"""The second pass of ingest: decode each asset once and keep its grid rendition."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_server.catalog import assets, files
from media_server.catalog.assets import Failed
from media_server.catalog.schema import Grid
from media_server.library.original import open_original, still_the_same
from media_server.library.read import SMALL_FILE_BYTES, close_source
from media_server.library.roots import Roots
from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.model.errors import FileUnreadable, FileUnsettled
from media_server.store.small import Rendition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from media_server.catalog.assets import FileAt, Unpictured
    from media_server.catalog.database import Catalog
    from media_server.media.jail import JailPool
    from media_server.media.reading import Outcome
    from media_server.store.small import SmallStore

_PAGE_ASSETS = 512
_SMALL_BATCH = 64
_COMMIT_EVERY_S = 0.5
_COMMIT_ASSETS = 512


@dataclass(frozen=True, slots=True)
class _Job:
    """Assets sent to a jail together. Large ones keep a descriptor, to see that they stayed."""

    wanted: list[tuple[Unpictured, FileAt, int | None]]
    outcomes: Future[list[Outcome]]


class PicturePass:
    """Makes the grid renditions that are missing or rough, newest first."""

    def __init__(
        self,
        catalog: Catalog,
        store: SmallStore,
        jails: JailPool,
        *,
        ahead: int,
        stopping: Callable[[], bool],
        on_progress: Callable[[int], None] = lambda assets: None,
    ) -> None:
        """Take the parts.

        Args:
            catalog: where assets want pictures.
            store: where pictures go.
            jails: where they are made.
            ahead: how many jobs are under way at a time, a little over the number of jails.
            stopping: asked between jobs; what is under way is still kept.
            on_progress: told how many assets have been settled.
        """
        self._catalog = catalog
        self._store = store
        self._jails = jails
        self._ahead = ahead
        self._stopping = stopping
        self._on_progress = on_progress
        self._done: list[tuple[Unpictured, Picture | Failure]] = []
        self._committed_s = time.monotonic()
        # Files found to be other ones than were read; they are pending again.
        self.changed = 0

    def run(self) -> int:
        """Do all that is pending and within reach.

        Returns:
            How many assets were settled.
        """
        settled = 0
        under_way: deque[_Job] = deque()
        with Roots() as roots:
            for batch in self._batches():
                job = self._start(batch, roots)
                if job is not None:
                    under_way.append(job)
                while len(under_way) >= self._ahead:
                    self._collect(under_way.popleft())
                settled += self._commit(force=False)
            while under_way:
                self._collect(under_way.popleft())
            settled += self._commit(force=True)
        return settled

    def _batches(self) -> Iterator[list[Unpictured]]:
        behind: Unpictured | None = None
        while True:
            with self._catalog.read() as connection:
                page = assets.unpictured(connection, behind=behind, most=_PAGE_ASSETS)
            if not page:
                return
            behind = page[-1]
            for batch in _split(page):
                if self._stopping():
                    return
                yield batch

    def _start(self, batch: list[Unpictured], roots: Roots) -> _Job | None:
        wanted: list[tuple[Unpictured, FileAt, int | None]] = []
        sources: list[bytes | int] = []
        for one in batch:
            if one.file is None:
                continue
            try:
                source, kept = open_original(roots, one.file)
            except FileUnsettled:
                self._read_again(one.file)
                continue
            except FileUnreadable:
                continue  # the next scan will tell
            wanted.append((one, one.file, kept))
            sources.append(source)
        if not wanted:
            return None
        return _Job(wanted, self._jails.submit("grid", sources))

    def _collect(self, job: _Job) -> None:
        for (one, at, kept), outcome in zip(job.wanted, job.outcomes.result(), strict=True):
            if kept is not None:
                same = still_the_same(kept, at)
                close_source(kept)
                if not same:
                    self._read_again(at)
                    continue
            if isinstance(outcome, Picture | Failure):
                self._done.append((one, outcome))

    def _read_again(self, at: FileAt) -> None:
        self.changed += 1
        with self._catalog.write() as connection:
            files.mark_changed(connection, [at.file_id])

    def _commit(self, *, force: bool) -> int:
        due = time.monotonic() - self._committed_s > _COMMIT_EVERY_S
        if not self._done or not (force or due or len(self._done) >= _COMMIT_ASSETS):
            return 0
        renditions = [
            grid_rendition(one.digest, made)
            for one, made in self._done
            if isinstance(made, Picture)
        ]
        failures = [
            failed_picture(one.digest, "grid", made)
            for one, made in self._done
            if isinstance(made, Failure)
        ]
        states = [
            (one.digest, Grid.FINAL if isinstance(made, Picture) else Grid.FAILED)
            for one, made in self._done
        ]
        self._store.put(renditions)
        with self._catalog.write() as connection:
            assets.set_grid(connection, states)
            assets.record_failures(connection, failures, now_ns=time.time_ns())
        self._done.clear()
        self._committed_s = time.monotonic()
        self._on_progress(len(states))
        return len(states)


def grid_rendition(digest: bytes, made: Picture, *, rough: bool = False) -> Rendition:
    """The row of the store for a grid picture."""
    return Rendition(digest, "grid", made.mime, made.width_px, made.height_px, rough, made.data)


# The pool gives a source that takes its jail down a second try before it says so.
_PARKING = frozenset({"jail_died", "timeout", "out_of_memory"})


def failed_picture(digest: bytes, step: str, failure: Failure) -> Failed:
    """The row of the catalog for a step of work on an asset that failed."""
    parked = failure.code in _PARKING
    return Failed(digest, None, step, failure.code, failure.detail, 2 if parked else 1, parked)


def _split(page: list[Unpictured]) -> Iterator[list[Unpictured]]:
    """Small files in batches, large ones alone."""
    small: list[Unpictured] = []
    for one in page:
        if one.file is not None and one.file.stat.size_bytes > SMALL_FILE_BYTES:
            yield [one]
            continue
        small.append(one)
        if len(small) >= _SMALL_BATCH:
            yield small
            small = []
    if small:
        yield small
