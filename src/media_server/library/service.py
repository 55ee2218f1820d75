"""The library process: scan, ingest, settle; then wait for the next reason to."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.exc import DBAPIError

from media_server.catalog import assets, counts, libraries
from media_server.catalog.trouble import is_unwritable
from media_server.library import places
from media_server.library.describe_pass import describe_assets
from media_server.library.first_pass import FirstPass
from media_server.library.link_pass import link_folders
from media_server.library.original_pass import OriginalPass
from media_server.library.pictures import Pictures
from media_server.library.readings import Readings
from media_server.library.reconcile import Interrupted, ScanReport, scan
from media_server.library.settle import purge_missing, remove_strangers, settle_removals
from media_server.library.sha1_pass import read_sha1
from media_server.library.sidecar_pass import read_sidecars
from media_server.library.status import Status

if TYPE_CHECKING:
    from media_server.catalog.counts import Work
    from media_server.catalog.database import Catalog
    from media_server.catalog.libraries import Library
    from media_server.library.status import StatusBoard
    from media_server.media.jail.pool import JailPool
    from media_server.store.large import LargeStore
    from media_server.store.small import SmallStore

_log = logging.getLogger(__name__)

# Between two tries while the data dir takes nothing, as when its disk is full.
_NO_ROOM_S = 5.0
# A file that changed between its two passes is read again, though not for ever.
_ROUNDS = 3
_CORES = os.cpu_count() or 1


class Progress(Protocol):
    """Who is told how the work goes on."""

    def scanned(self, library: Library, report: ScanReport) -> None:
        """A library has been scanned."""

    def planned(self, work: Work) -> None:
        """This much is to be done."""

    def read(self, files: int, size_bytes: int) -> None:
        """More files have been read."""

    def pictured(self, count: int) -> None:
        """More assets have got their picture."""


class Silent:
    """Nobody is told."""

    def scanned(self, library: Library, report: ScanReport) -> None:
        """Say nothing."""

    def planned(self, work: Work) -> None:
        """Say nothing."""

    def read(self, files: int, size_bytes: int) -> None:
        """Say nothing."""

    def pictured(self, count: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service works with."""

    catalog: Catalog
    small: SmallStore
    large: LargeStore
    jails: JailPool
    board: StatusBoard


class LibraryService:
    """Keeps the catalog and the store in step with the libraries."""

    def __init__(
        self,
        parts: Parts,
        *,
        rescan_interval_s: int,
        grace_s: int,
        skipped_folder: tuple[int, int],
        progress: Progress | None = None,
    ) -> None:
        """Take the parts.

        Args:
            parts: catalog, stores, jails, board.
            rescan_interval_s: pause between scans; 0 scans once.
            grace_s: how long assets without a file are remembered.
            skipped_folder: device and inode of a folder that is not walked, our own.
            progress: who is told how the work goes on.
        """
        self._parts = parts
        self._interval_s = rescan_interval_s
        self._grace_s = grace_s
        self._skipped = skipped_folder
        self._progress: Progress = progress or Silent()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._scans = 0
        self._step = "starting"
        self._next_scan_s = float("inf")
        self._strangers_removed = False

    def stop(self) -> None:
        """Have `run` return soon, from any thread or signal handler."""
        self._stop.set()
        self._wake.set()

    def wake(self) -> None:
        """Have the libraries scanned soon, from any thread."""
        self._wake.set()

    def run(self) -> None:
        """Scan and ingest until told to stop."""
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self._prepare()
                self._once()
            except (DBAPIError, sqlite3.Error, OSError) as error:
                if not is_unwritable(error):
                    raise
                self._wait_for_room(error)
                continue
            left_s = self._next_scan_s - time.monotonic()
            if not self._stop.is_set() and left_s > 0:
                self._show("idle")
                self._rest()
                self._wake.wait(None if left_s == float("inf") else left_s)

    def _rest(self) -> None:
        """Give back the memory that only work needs: caches, places, and the heap's free end."""
        self._parts.catalog.close()
        places.forget()
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)

    def _wait_for_room(self, error: Exception) -> None:
        _log.warning("cannot write to the data dir; trying again in a while: %s", error)
        self._show("waiting")
        self._stop.wait(_NO_ROOM_S)

    def close(self) -> None:
        """Close catalog and store, which were opened for this service."""
        self._parts.catalog.close()
        self._parts.small.close()
        self._parts.large.close()

    def run_once(self) -> None:
        """Scan and ingest, and return when all is done or when told to stop."""
        self._prepare()
        self._once()

    def _once(self) -> None:
        """One scan of all libraries, and the work that follows until the next is due."""
        try:
            self._scan()
        except Interrupted:
            return
        self._ingest()
        if not self._interrupted():
            purge_missing(
                self._parts.catalog, self._parts.small, self._parts.large, grace_s=self._grace_s
            )
            # Once, and only now that all files have been read: not in a catalog just made anew.
            if not self._strangers_removed:
                remove_strangers(self._parts.catalog, self._parts.large)
                self._strangers_removed = True
            read_sha1(self._parts.catalog, stopping=self._interrupted)

    def _scan(self) -> None:
        self._show("scanning")
        for library in self._libraries():
            report = scan(
                self._parts.catalog, library, skipped=self._skipped, stopping=self._stop.is_set
            )
            self._log_scan(library, report)
            self._progress.scanned(library, report)
        self._settle()
        self._scans += 1
        if self._interval_s > 0:
            self._next_scan_s = time.monotonic() + self._interval_s

    def _ingest(self) -> None:
        for _ in range(_ROUNDS):
            self._read_pending()
            self._describe()
            changed = self._picture_pending() + self._read_outdated()
            if not changed or self._interrupted():
                return

    def _read_pending(self) -> None:
        catalog, small, jails = self._parts.catalog, self._parts.small, self._parts.jails
        self._plan()
        self._show("reading")
        read = FirstPass(
            catalog,
            small,
            jails,
            threads=_CORES,
            stopping=self._interrupted,
            on_progress=self._read,
        ).run()
        if read:
            self._settle()
            self._plan()

    def _describe(self) -> None:
        """Have each asset show all that is known of it, from its content and from beside it."""
        catalog, jails = self._parts.catalog, self._parts.jails
        self._show("describing")
        read_sidecars(catalog, jails, stopping=self._interrupted)
        link_folders(catalog, stopping=self._interrupted)
        describe_assets(catalog, stopping=self._interrupted)

    def _read_outdated(self) -> int:
        """Read what an older version has read; returns as `_picture_pending` does.

        Pictures of types that are new to this version follow.
        """
        catalog = self._parts.catalog
        readings = OriginalPass(
            catalog,
            self._parts.jails,
            Readings(catalog),
            ahead=2 * _CORES,
            stopping=self._interrupted,
        )
        if not readings.run():
            return readings.changed
        self._describe()
        return readings.changed + self._picture_pending()

    def _picture_pending(self) -> int:
        """Make pictures; returns how many files turned out to have changed since they were read."""
        catalog = self._parts.catalog
        self._show("picturing")
        pictures = OriginalPass(
            catalog,
            self._parts.jails,
            Pictures(catalog, self._parts.small),
            ahead=2 * _CORES,
            stopping=self._interrupted,
            on_progress=self._pictured,
        )
        pictures.run()
        return pictures.changed

    def _plan(self) -> None:
        with self._parts.catalog.read() as connection:
            self._progress.planned(counts.work(connection))

    def _settle(self) -> None:
        for library in self._libraries():
            if library.state != "offline":
                settled = settle_removals(self._parts.catalog, library)
                if settled.held:
                    _log.warning(
                        "%s: %d files are gone, more than a quarter; they stay listed until they "
                        "are back or you run `media-server confirm-removals`",
                        library.shown,
                        settled.held,
                    )

    def _prepare(self) -> None:
        with self._parts.catalog.write() as connection:
            assets.use_store(connection, self._parts.small.store_id)

    def _interrupted(self) -> bool:
        return self._wake.is_set() or time.monotonic() >= self._next_scan_s

    def _libraries(self) -> list[Library]:
        with self._parts.catalog.read() as connection:
            return libraries.served(connection)

    def _read(self, files: int, size_bytes: int) -> None:
        self._progress.read(files, size_bytes)
        self._show(self._step)

    def _pictured(self, count: int) -> None:
        self._progress.pictured(count)
        self._show(self._step)

    def _show(self, step: str) -> None:
        self._step = step
        jails = self._parts.jails.state()
        self._parts.board.write(
            Status(step, self._scans, jails.running, jails.busy, jails.died_total, jails.layers)
        )

    def _log_scan(self, library: Library, report: ScanReport) -> None:
        if report.offline:
            _log.warning("%s is offline: %s", library.shown, report.offline)
            return
        _log.info(
            "scanned %s: %d files in %d folders, %d new, %d changed, %d missed, %d unreadable",
            library.shown,
            report.files,
            report.folders,
            report.new,
            report.changed,
            report.missed,
            report.unreadable_folders,
        )
