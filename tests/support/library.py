"""A library and its data dir, scanned and ingested in this process."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from media_server.catalog import counts, libraries, listing
from media_server.catalog.database import open_catalog
from media_server.library import settle
from media_server.library.reconcile import ScanReport, scan
from media_server.library.service import LibraryService, Parts, Silent
from media_server.library.status import StatusBoard
from media_server.media.jail.pool import JailPool, JailState
from media_server.media.reading import Failure, Outcome
from media_server.store.files import RenditionFiles
from media_server.store.large import LargeStore
from media_server.store.small import SmallStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from media_server.catalog.counts import Counts, Work
    from media_server.catalog.libraries import Library
    from media_server.media.jail.wire import Task

StrPath = str | os.PathLike[str]


class Entry(NamedTuple):
    """What `/list` says of an asset."""

    file_path: str
    last_modified: float
    original_creation_date: float


class CountingJails(JailPool):
    """A real pool, shared by tests, that counts what this one gives it."""

    def __init__(self, pool: JailPool) -> None:
        self._pool = pool
        self.sources: Counter[Task] = Counter()

    def submit(
        self, task: Task, sources: Sequence[bytes | int], *, urgent: bool = False
    ) -> Future[list[Outcome]]:
        self.sources[task] += len(sources)
        return self._pool.submit(task, sources, urgent=urgent)

    def state(self) -> JailState:
        return self._pool.state()

    def close(self, timeout_s: float = 2.0) -> None:
        """Leave the shared pool alone."""


class InstantJails(JailPool):
    """No pool at all: answers each source at once, by default that it is nothing known."""

    def __init__(self, answer: Callable[[Task, bytes | int], Outcome] | None = None) -> None:
        self._answer = answer or (lambda task, source: Failure("unrecognised", "not a picture"))
        self.sources: Counter[Task] = Counter()

    def submit(
        self, task: Task, sources: Sequence[bytes | int], *, urgent: bool = False
    ) -> Future[list[Outcome]]:
        self.sources[task] += len(sources)
        future: Future[list[Outcome]] = Future()
        future.set_result([self._answer(task, source) for source in sources])
        for source in sources:
            if isinstance(source, int):
                os.close(source)
        return future

    def state(self) -> JailState:
        return JailState(1, 0, 0, 0, 0)

    def close(self, timeout_s: float = 2.0) -> None:
        """Nothing is open."""


class Watching(Silent):
    """Calls back at the moments the service tells of."""

    def __init__(self, on_planned: Callable[[], None]) -> None:
        self._on_planned = on_planned

    def planned(self, work: Work) -> None:
        """After the scan, and after the first pass."""
        self._on_planned()


@dataclass(slots=True)
class Served:
    """Folders served from one data dir. Every `run` is a fresh start of the program's core."""

    data_dir: str
    roots: tuple[str, ...]
    jails: JailPool
    grace_s: int = 30 * 86_400
    reports: list[ScanReport] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The first library's folder."""
        return self.roots[0]

    @property
    def has_run(self) -> bool:
        """Whether there is a catalog."""
        return os.path.exists(self.catalog_path)

    @property
    def catalog_path(self) -> str:
        """The catalog's file."""
        return os.path.join(self.data_dir, "catalog.sqlite")

    @property
    def small_path(self) -> str:
        """The file of the store of small renditions."""
        return os.path.join(self.data_dir, "renditions.sqlite")

    def at(self, name: str) -> str:
        """A path below the first root."""
        return os.path.join(self.root, name)

    def write(self, name: str, data: bytes) -> str:
        """Write a file below the first root, folders made as needed. Returns its path."""
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def serve(self) -> None:
        """What the program does at its start: make the catalog, note the libraries."""
        catalog = open_catalog(self.catalog_path)
        with catalog.write() as connection:
            roots = [os.fsencode(root) for root in self.roots]
            libraries.serve(connection, roots, now_ns=time.time_ns())
        catalog.close()

    def run(self, *, on_planned: Callable[[], None] | None = None) -> None:
        """Scan and ingest once, to the end."""
        self.serve()
        catalog = open_catalog(self.catalog_path)
        small = SmallStore(self.small_path)
        parts = Parts(catalog, small, self.large(), self.jails, StatusBoard())
        found = os.stat(self.data_dir)
        service = LibraryService(
            parts,
            rescan_interval_s=0,
            grace_s=self.grace_s,
            skipped_folder=(found.st_dev, found.st_ino),
            progress=Watching(on_planned) if on_planned else None,
        )
        service.run_once()
        service.close()

    def scan(self, *, stopping: Callable[[], bool] = lambda: False) -> list[ScanReport]:
        """Scan only; no file is opened."""
        self.serve()
        found = os.stat(self.data_dir)
        skipped = (found.st_dev, found.st_ino)
        with closing(open_catalog(self.catalog_path)) as catalog:
            with catalog.read() as connection:
                served = libraries.served(connection)
            return [scan(catalog, one, skipped=skipped, stopping=stopping) for one in served]

    def confirm(self) -> int:
        """What `media-server confirm-removals` does."""
        catalog = open_catalog(self.catalog_path)
        removed = sum(settle.confirm_removals(catalog, one) for one in self.libraries())
        catalog.close()
        return removed

    def large(self) -> LargeStore:
        """The store of large renditions."""
        files = RenditionFiles(os.path.join(self.data_dir, "renditions"))
        return LargeStore(files, self.small_path)

    def listing(self) -> dict[str, Entry]:
        """What `/list` answers, by digest."""
        catalog = open_catalog(self.catalog_path)
        with catalog.read() as connection:
            body = b"".join(listing.pages(connection))
        catalog.close()
        return entries(body)

    def paths(self) -> dict[str, str]:
        """Path relative to the first root → digest."""
        start = self.root + "/"
        return {
            entry.file_path.removeprefix(start): digest for digest, entry in self.listing().items()
        }

    def counts(self) -> Counts:
        """Numbers over the whole catalog."""
        catalog = open_catalog(self.catalog_path)
        with catalog.read() as connection:
            found = counts.count(connection)
        catalog.close()
        return found

    def libraries(self) -> list[Library]:
        """The libraries that are served."""
        catalog = open_catalog(self.catalog_path)
        with catalog.read() as connection:
            found = libraries.served(connection)
        catalog.close()
        return found

    def grids(self) -> set[str]:
        """Digests of the assets with a grid rendition in the store."""
        small = SmallStore(self.small_path)
        digests = self.listing()
        found = {one for one in digests if small.get(bytes.fromhex(one), "grid")}
        small.close()
        return found

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Answer of the catalog's database to a question no function answers."""
        catalog = open_catalog(self.catalog_path)
        with catalog.read() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(query, values)]
        catalog.close()
        return found


def entries(body: bytes) -> dict[str, Entry]:
    """The answer to `/list`, read."""
    return {
        digest: Entry(entry["file_path"], entry["last_modified"], entry["original_creation_date"])
        for digest, entry in json.loads(body).items()
    }


def digest_of(data: bytes) -> str:
    """What `sha256sum` prints."""
    return sha256(data).hexdigest()


def manifest(root: StrPath) -> dict[str, tuple[object, ...]]:
    """Everything below a folder: type and mode, and of files the digest and mtime."""
    found: dict[str, tuple[object, ...]] = {}
    for folder, folders, names in os.walk(root):
        for name in [*folders, *names]:
            path = os.path.join(folder, name)
            seen = os.lstat(path)
            content = ""
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    content = digest_of(file.read())
            found[path] = (seen.st_mode, seen.st_mtime_ns, seen.st_size, content)
    return found


def make_served(folder: Path, jails: JailPool, *, libraries: Sequence[str] = ("photos",)) -> Served:
    """A new library, or several, and a data dir beside, below `folder`."""
    data_dir = folder / "data"
    data_dir.mkdir(parents=True)
    for name in libraries:
        (folder / name).mkdir(parents=True)
    return Served(str(data_dir), tuple(str(folder / name) for name in libraries), jails)
