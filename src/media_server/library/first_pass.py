"""The first pass of ingest: read new and changed files, and meet the assets they hold.

For each file: its digest; for each digest not known yet: a probe in the jail, which gives its
metadata and the preview its camera embedded. After this pass everything is listed and dated,
and what has an embedded preview shows something.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from media_server.catalog import assets, details
from media_server.catalog.assets import Failed
from media_server.library.pictures import failed_picture, grid_rendition
from media_server.library.read import SMALL_FILE_BYTES, ReadFile, close_source, read_file
from media_server.library.readings import as_asset, facts_of, is_read
from media_server.library.roots import Roots
from media_server.media.reading import Failure, Outcome, Reading
from media_server.model.errors import FileUnreadable
from media_server.model.media_type import media_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from media_server.catalog.assets import FileAt, NewAsset
    from media_server.catalog.database import Catalog
    from media_server.catalog.files import FileStat
    from media_server.media.jail.pool import JailPool
    from media_server.model.digest import Digest
    from media_server.store.small import Rendition, SmallStore

_PAGE_FILES = 2048
_BATCH_FILES = 256
_BATCH_BYTES = 24 * 1024 * 1024
_BATCHES_AHEAD = 3
# Reading a film of this size takes as long as a thousand photos, which would all wait for it.
_HUGE_BYTES = 256 * 1024 * 1024
# A transaction writes pages all over the catalog: few large ones cost much less than many small.
_COMMIT_FILES = 8192
_COMMIT_BYTES = 8 * 1024 * 1024
_COMMIT_EVERY_S = 0.7


@dataclass(slots=True)
class _Batch:
    """Files that were read together, on their way through the jail.

    Attributes:
        read: files that were read whole.
        unread: files that were not.
        met: those of `read` whose digest is new, with the SHA-1 too.
        probed: digests of those of `met` that were given to the jail, in order.
        outcomes: what the jail will say of them.
    """

    read: list[tuple[FileAt, Digest, FileStat]] = field(default_factory=list)
    unread: list[Failed] = field(default_factory=list)
    met: list[tuple[FileAt, Digest, bytes, FileStat]] = field(default_factory=list)
    probed: list[Digest] = field(default_factory=list)
    outcomes: Future[list[Outcome]] | None = None


@dataclass(slots=True)
class _Findings:
    """What has been found and is not in the catalog yet."""

    read: list[tuple[FileAt, Digest, FileStat]] = field(default_factory=list)
    new: list[NewAsset] = field(default_factory=list)
    facts: list[tuple[bytes, str]] = field(default_factory=list)
    previews: list[Rendition] = field(default_factory=list)
    previews_bytes: int = 0
    failures: list[Failed] = field(default_factory=list)
    unread: list[Failed] = field(default_factory=list)
    since_s: float = field(default_factory=time.monotonic)

    @property
    def due(self) -> bool:
        """Whether they have waited long enough, or are many."""
        return (
            len(self.read) >= _COMMIT_FILES
            or self.previews_bytes >= _COMMIT_BYTES
            or time.monotonic() - self.since_s > _COMMIT_EVERY_S
        )


class FirstPass:
    """Reads what is pending, until nothing is or it is told to stop.

    Newest first; huge files, newest first, behind all others.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: SmallStore,
        jails: JailPool,
        *,
        threads: int,
        stopping: Callable[[], bool],
        on_progress: Callable[[int, int], None] = lambda files, size_bytes: None,
    ) -> None:
        """Take the parts.

        Args:
            catalog: where files are pending.
            store: where previews go.
            jails: where files are probed.
            threads: how many large files are hashed at a time.
            stopping: asked between files; what has been read is still noted.
            on_progress: told how many files, of how many bytes, have been noted.
        """
        self._catalog = catalog
        self._store = store
        self._jails = jails
        self._threads = threads
        self._stopping = stopping
        self._on_progress = on_progress
        self._findings = _Findings()
        # Digests that are new, under way and not in the catalog yet.
        self._met: set[bytes] = set()
        self._committing: tuple[_Findings, Future[None]] | None = None

    def run(self) -> int:
        """Do all that is pending.

        Returns:
            How many files were read or tried.
        """
        done = 0
        ahead: deque[_Batch] = deque()
        with (
            Roots() as roots,
            ThreadPoolExecutor(self._threads, "hash") as pool,
            ThreadPoolExecutor(1, "catalog") as self._writer,
        ):
            for files in self._batches():
                ahead.append(self._start(files, roots, pool))
                done += len(files)
                while len(ahead) > _BATCHES_AHEAD or (ahead and _is_done(ahead[0])):
                    self._collect(ahead.popleft())
                if self._findings.due:
                    self._hand_over()
            while ahead:
                self._collect(ahead.popleft())
            self._hand_over()
            self._await_commit()
        return done

    def _batches(self) -> Iterator[list[FileAt]]:
        for huge in (False, True):
            for page in self._pages():
                chosen = [at for at in page if (at.stat.size_bytes > _HUGE_BYTES) is huge]
                for batch in _split(chosen):
                    if self._stopping():
                        return
                    yield batch

    def _pages(self) -> Iterator[list[FileAt]]:
        below: FileAt | None = None
        while True:
            with self._catalog.read() as connection:
                page = assets.unread_files(connection, below=below, most=_PAGE_FILES)
            if not page:
                return
            below = page[-1]
            yield page

    def _start(self, files: list[FileAt], roots: Roots, pool: ThreadPoolExecutor) -> _Batch:
        batch = _Batch()
        sources: dict[Digest, bytes | int] = {}
        sha1s: dict[Digest, bytes] = {}
        for at, result in zip(files, self._read_all(files, roots, pool), strict=True):
            if isinstance(result, ReadFile):
                batch.read.append((at, result.digest, result.stat))
                sha1s[result.digest] = result.sha1
                if result.digest in sources:
                    close_source(result.source)
                else:
                    sources[result.digest] = result.source
            elif not self._stopping():  # told to stop in the middle of it: it stays pending
                batch.unread.append(_unread(at, result))
        with self._catalog.read() as connection:
            known = self._met | assets.existing(connection, sources)
        for at, digest, found in batch.read:
            if digest in known or digest not in sources:
                continue
            batch.met.append((at, digest, sha1s[digest], found))
            self._met.add(digest)
            known.add(digest)
            if is_read(media_type(at.name)):
                batch.probed.append(digest)
        if batch.probed:
            probed = [sources.pop(digest) for digest in batch.probed]
            batch.outcomes = self._jails.submit("probe", probed)
        for source in sources.values():
            close_source(source)
        return batch

    def _read_all(
        self, files: list[FileAt], roots: Roots, pool: ThreadPoolExecutor
    ) -> Iterator[ReadFile | FileUnreadable]:
        """Read small files here and large ones in threads, where hashing lets go of the GIL."""
        results: list[ReadFile | FileUnreadable | Future[ReadFile | FileUnreadable]] = []
        for at in files:
            try:
                fd = roots.open_file(at)
            except FileUnreadable as error:
                results.append(error)
                continue
            if at.stat.size_bytes <= SMALL_FILE_BYTES:
                results.append(self._read(fd))
            else:
                results.append(pool.submit(self._read, fd))
        return (one.result() if isinstance(one, Future) else one for one in results)

    def _read(self, fd: int) -> ReadFile | FileUnreadable:
        try:
            return read_file(fd, stopping=self._stopping)
        except FileUnreadable as error:
            return error

    def _collect(self, batch: _Batch) -> None:
        """Take what the jail says of a batch."""
        found = self._findings
        found.read += batch.read
        found.unread += batch.unread
        outcomes: dict[Digest, Outcome] = {}
        if batch.outcomes is not None:
            outcomes = dict(zip(batch.probed, batch.outcomes.result(), strict=True))
        for at, digest, sha1, stat in batch.met:
            outcome = outcomes.get(digest)
            if isinstance(outcome, Reading) and outcome.preview is not None:
                found.previews.append(grid_rendition(digest, outcome.preview, rough=True))
                found.previews_bytes += len(outcome.preview.data)
            elif isinstance(outcome, Failure):
                found.failures.append(failed_picture(digest, "probe", outcome))
            found.new.append(as_asset(at.name, digest, stat.ctime_ns, outcome, sha1=sha1))
            found.facts.append((digest, facts_of(outcome)))

    def _hand_over(self) -> None:
        """Have the findings written while reading goes on; one transaction at a time."""
        self._await_commit()
        found, self._findings = self._findings, _Findings()
        self._committing = (found, self._writer.submit(self._commit, found))

    def _await_commit(self) -> None:
        if self._committing is None:
            return
        found, written = self._committing
        written.result()
        self._committing = None
        self._met.difference_update(one.digest for one in found.new)
        self._on_progress(len(found.read), sum(stat.size_bytes for _, _, stat in found.read))

    def _commit(self, found: _Findings) -> None:
        self._store.put(found.previews)
        now_ns = time.time_ns()
        with self._catalog.write() as connection:
            assets.hold(connection, found.read, found.new, now_ns=now_ns)
            details.keep_facts(connection, found.facts)
            assets.leave_unread(connection, found.unread)
            assets.clear_read_failures(connection)
            assets.record_failures(connection, [*found.failures, *found.unread], now_ns=now_ns)


def _is_done(batch: _Batch) -> bool:
    return batch.outcomes is None or batch.outcomes.done()


def _split(files: Sequence[FileAt]) -> Iterator[list[FileAt]]:
    """Batches of limited number and size, so that little is lost and memory stays small."""
    batch: list[FileAt] = []
    size_bytes = 0
    for at in files:
        if batch and (len(batch) >= _BATCH_FILES or size_bytes > _BATCH_BYTES):
            yield batch
            batch, size_bytes = [], 0
        batch.append(at)
        size_bytes += at.stat.size_bytes
    if batch:
        yield batch


def _unread(at: FileAt, error: FileUnreadable) -> Failed:
    return Failed(None, at.file_id, "read", error.code, str(error), 1, parked=False)
