"""A pass over assets that are known already: open an original, have the jail look at it, keep that.

What is to be done, and what becomes of it, is the business of a `Job`; this is about files: that
each is opened safely, and still holds what the catalog says, before and after the jail looked.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from media_server.catalog import files
from media_server.library.original import open_original, still_the_same
from media_server.library.read import SMALL_FILE_BYTES, close_source
from media_server.library.roots import Roots
from media_server.model.errors import FileUnreadable, FileUnsettled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from sqlalchemy import Connection

    from media_server.catalog.assets import FileAt
    from media_server.catalog.database import Catalog
    from media_server.media.jail.pool import JailPool
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome

_PAGE_ASSETS = 512
_SMALL_BATCH = 64
_COMMIT_EVERY_S = 0.5
_COMMIT_ASSETS = 512


class Wanted(Protocol):
    """An asset that something is to be done for."""

    @property
    def file(self) -> FileAt | None:
        """A file that holds it; None where none is within reach."""


W = TypeVar("W", bound=Wanted)


class Job(Protocol[W]):
    """What a pass does."""

    def page(self, connection: Connection, *, behind: W | None, most: int) -> list[W]:
        """The next assets, in an order in which `behind` is the last one given out."""

    def task(self, one: W) -> Task:
        """What the jail is to do for an asset."""

    def keep(self, done: Sequence[tuple[W, Outcome]]) -> None:
        """Keep what came of it, in one transaction."""


@dataclass(frozen=True, slots=True)
class _Batch(Generic[W]):
    """Assets sent to a jail together. Large ones keep a descriptor, to see that they stayed."""

    wanted: list[tuple[W, FileAt, int | None]]
    outcomes: Future[list[Outcome]]


class OriginalPass(Generic[W]):
    """Does a job for all assets that want it."""

    def __init__(
        self,
        catalog: Catalog,
        jails: JailPool,
        job: Job[W],
        *,
        ahead: int,
        stopping: Callable[[], bool],
        on_progress: Callable[[int], None] = lambda assets: None,
    ) -> None:
        """Take the parts.

        Args:
            catalog: where the assets are.
            jails: where the work is done.
            job: what is done.
            ahead: how many batches are under way at a time, a little over the number of jails.
            stopping: asked between batches; what is under way is still kept.
            on_progress: told how many assets have been settled.
        """
        self._catalog = catalog
        self._jails = jails
        self._job = job
        self._ahead = ahead
        self._stopping = stopping
        self._on_progress = on_progress
        self._done: list[tuple[W, Outcome]] = []
        self._committed_s = time.monotonic()
        # Files found to be other ones than were read; they are pending again.
        self.changed = 0

    def run(self) -> int:
        """Do all that is wanted and within reach.

        Returns:
            How many assets were settled.
        """
        settled = 0
        under_way: deque[_Batch[W]] = deque()
        with Roots() as roots:
            for wanted in self._batches():
                batch = self._start(wanted, roots)
                if batch is not None:
                    under_way.append(batch)
                while len(under_way) >= self._ahead:
                    self._collect(under_way.popleft())
                settled += self._commit(force=False)
            while under_way:
                self._collect(under_way.popleft())
            settled += self._commit(force=True)
        return settled

    def _batches(self) -> Iterator[list[W]]:
        behind: W | None = None
        while True:
            with self._catalog.read() as connection:
                page = self._job.page(connection, behind=behind, most=_PAGE_ASSETS)
            if not page:
                return
            behind = page[-1]
            for batch in self._split(page):
                if self._stopping():
                    return
                yield batch

    def _split(self, page: list[W]) -> Iterator[list[W]]:
        """Small files with the same task in batches, large ones alone."""
        small: dict[Task, list[W]] = {}
        for one in page:
            if one.file is not None and one.file.stat.size_bytes > SMALL_FILE_BYTES:
                yield [one]
                continue
            batch = small.setdefault(self._job.task(one), [])
            batch.append(one)
            if len(batch) >= _SMALL_BATCH:
                yield batch
                small[self._job.task(one)] = []
        yield from (batch for batch in small.values() if batch)

    def _start(self, batch: list[W], roots: Roots) -> _Batch[W] | None:
        wanted: list[tuple[W, FileAt, int | None]] = []
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
        return _Batch(wanted, self._jails.submit(self._job.task(wanted[0][0]), sources))

    def _collect(self, batch: _Batch[W]) -> None:
        for (one, at, kept), outcome in zip(batch.wanted, batch.outcomes.result(), strict=True):
            if kept is not None:
                same = still_the_same(kept, at)
                close_source(kept)
                if not same:
                    self._read_again(at)
                    continue
            self._done.append((one, outcome))

    def _read_again(self, at: FileAt) -> None:
        self.changed += 1
        with self._catalog.write() as connection:
            files.mark_changed(connection, [at.file_id])

    def _commit(self, *, force: bool) -> int:
        due = time.monotonic() - self._committed_s > _COMMIT_EVERY_S
        if not self._done or not (force or due or len(self._done) >= _COMMIT_ASSETS):
            return 0
        settled = len(self._done)
        self._job.keep(self._done)
        self._done.clear()
        self._committed_s = time.monotonic()
        self._on_progress(settled)
        return settled
