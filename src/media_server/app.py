"""The one place that builds the parts and joins them."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from media_server.catalog import findings, libraries, trouble
from media_server.catalog.database import Catalog, open_catalog
from media_server.library import settle
from media_server.library.bell import Bell
from media_server.library.map_file import MapFile
from media_server.library.service import LibraryService, Parts
from media_server.library.status import StatusBoard
from media_server.media.errors import MediaError
from media_server.media.jail.pool import JailPool
from media_server.model.errors import DataDamaged, DataDirUnusable, FileUnreadable, UsageError
from media_server.place import default_data_dir
from media_server.store import database
from media_server.store.small import SmallStore
from media_server.store.sweep import sweep
from media_server.supervisor import Supervisor, hold_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.catalog.libraries import Library
    from media_server.library.service import Progress
    from media_server.model.access import Access
    from media_server.model.finding import Finding
    from media_server.model.settings import Settings
    from media_server.place import Place
    from media_server.store.large import LargeStore
    from media_server.web.gate import Gate

__all__ = [
    "confirm_removals",
    "health",
    "hold_signals",
    "prepare_catalog",
    "run_scan",
    "run_server",
]

_log = logging.getLogger(__name__)

# The backlog gives way to whoever looks at pictures now.
_LIBRARY_NICENESS = 5
_BACKLOG_JAIL_NICENESS = 10
_LAST_ANSWER_S = 0.2
_WRITER_CACHE_KIB = 16_000
_USES_EVERY_S = 5.0
# What a client waits for longer than this is asked for in a wrong way.
_QUERY_S = 10.0


def prepare_catalog(place: Place) -> None:
    """Make or update the catalog, and note which libraries are served.

    Raises:
        DataDirUnusable: the catalog cannot be used.
    """
    try:
        _open_once(place)
    except (DBAPIError, sqlite3.Error) as error:
        if not trouble.is_damage(error):
            raise DataDirUnusable(f"cannot use the data dir {place.data_dir}: {error}") from error
        _mend(place)


def _open_once(place: Place) -> None:
    """Bring catalog and store into being before several processes open them."""
    # A disk may be busy for seconds, and what is made here holds nothing yet.
    SmallStore(place.small_path, synced=os.path.exists(place.small_path)).close()
    large = place.large_store()
    large.prepare()
    large.close()
    catalog = open_catalog(place.catalog_path)
    try:
        with catalog.write() as connection:
            libraries.serve(connection, place.roots, now_ns=time.time_ns())
    finally:
        catalog.close()


def _mend(place: Place) -> None:
    """Make anew what is damaged. Only while no other process has it open."""
    _log.error("the catalog or the store is damaged; what is damaged is made anew")
    trouble.mend(place.catalog_path)
    database.mend(place.small_path)
    _open_once(place)


def _telling_damage(work: Callable[[], None]) -> None:
    """Do some work, and let the supervisor know when it comes upon damage."""
    try:
        work()
    except Exception as error:
        if trouble.is_damage(error):
            raise DataDamaged from error
        raise


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _relax_collector() -> None:
    """Have the collector of cycles run seldom: ingest makes millions of tuples and no cycle."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def run_server(settings: Settings, place: Place, bound: socket.socket, access: Access) -> None:
    """Serve until told to end. Returns with all processes gone."""
    gc.collect()
    gc.freeze()  # the collector would touch, and so unshare, what the children have in common
    board, bell = StatusBoard(), Bell()
    Supervisor(
        {
            "web": lambda: _telling_damage(
                lambda: _be_web(settings, place, bound, access, board, bell)
            ),
            "library": lambda: _telling_damage(
                lambda: _be_library(settings, place, bound, board, bell)
            ),
        },
        mend=lambda: _mend(place),
    ).run()


def _look_at_map_file(settings: Settings) -> None:
    """Say so if the map's own file cannot be used; the map does without it."""
    if not settings.map_file:
        return
    try:
        MapFile(settings.map_file).look()
    except (FileUnreadable, MediaError) as error:
        _log.warning(
            "--map_file: cannot use %s: %s; the map does without it", settings.map_file, error
        )


def _be_web(
    settings: Settings,
    place: Place,
    bound: socket.socket,
    access: Access,
    board: StatusBoard,
    bell: Bell,
) -> None:
    os.close(place.lock_fd)
    # Imported before the fork by nobody else: only this process has an event loop.
    from media_server.catalog.lookup import Lookup
    from media_server.web import contract
    from media_server.web.api import table
    from media_server.web.application import Application
    from media_server.web.gallery import Gallery
    from media_server.web.health import HealthAnswer
    from media_server.web.list_answer import ListAnswer
    from media_server.web.login import Login
    from media_server.web.metrics import Tally
    from media_server.web.on_demand import OnDemand
    from media_server.web.router import Router
    from media_server.web.server import serve
    from media_server.web.thumbnail import Thumbnail

    def make() -> Application:
        catalog = Catalog(place.catalog_path)
        lookup = Lookup(catalog)
        large = place.large_store()
        jails = JailPool(
            size=settings.jails or cores(), out_of_reach=os.fsencode(place.catalog_path)
        )
        threading.Thread(target=_keep_writing_uses, args=(large,), daemon=True).start()
        # Its disk may be one that never answers: nothing waits for it.
        threading.Thread(target=_look_at_map_file, args=(settings,), daemon=True).start()
        on_demand = OnDemand(catalog, place.small_store(), large, jails)
        tally = Tally()
        api = table.Parts(
            catalog=Catalog(place.catalog_path, time_limit_s=_QUERY_S),
            lookup=lookup,
            small=place.small_store(),
            large=large,
            on_demand=on_demand,
            board=board,
            settings=settings,
            scan_now=bell.ring,
            tally=tally,
        )
        gate = _gate(settings, place, bound, access)
        listed = ListAnswer(catalog, lookup, os.path.join(place.data_dir, "listing"))
        listed.make_ahead()
        routes = [
            *contract.routes(
                listed,
                Thumbnail(lookup, large, on_demand.thumbnail),
                HealthAnswer(catalog, board, large),
            ),
            *table.routes(api),
            *Login(gate).routes(),
            *Gallery().routes(),
        ]
        return Application(
            Router(routes),
            gate,
            base_path=settings.base_path,
            tally=tally,
            on_failure=_end_when_damaged,
        )

    serve(make, bound)


def _gate(settings: Settings, place: Place, bound: socket.socket, access: Access) -> Gate:
    from media_server.web.gate import Gate
    from media_server.web.gate.arrival import Proxies
    from media_server.web.gate.hosts import Hosts, names_of
    from media_server.web.gate.sessions import Sessions

    names = (*settings.allowed_hosts, *names_of(socket.gethostname()))
    sessions = Sessions(place.sessions_path, access.token_digest) if access.token_digest else None
    return Gate(
        access,
        hosts=Hosts(bound.getsockname()[0], names),
        proxies=Proxies(settings.trusted_proxies),
        sessions=sessions,
    )


def _keep_writing_uses(large: LargeStore) -> None:
    """Write now and then which renditions were looked at, for as long as the process lives."""
    while True:
        time.sleep(_USES_EVERY_S)
        try:
            large.write_uses()
        except sqlite3.Error as error:
            _log.debug("cannot write which pictures were looked at: %s", error)


def _sweep(place: Place) -> None:
    """Bring the store's files and rows together, beside all other work."""
    large = place.large_store()
    try:
        swept = sweep(large)
    except (OSError, sqlite3.Error) as error:
        # Damage shows itself to who works with the store; the rest is done at the next start.
        _log.warning("cannot go through the store: %s", error)
    else:
        if any(swept):
            _log.info("went through the store: %s", swept)
    finally:
        large.close()


def _end_when_damaged(error: Exception) -> None:
    """End this process, a moment after its answer, to have the data mended."""
    if trouble.is_damage(error):
        threading.Timer(_LAST_ANSWER_S, os._exit, (DataDamaged.exit_code,)).start()


def _be_library(
    settings: Settings, place: Place, bound: socket.socket, board: StatusBoard, bell: Bell
) -> None:
    os.close(place.lock_fd)
    bound.close()
    _relax_collector()
    os.nice(_LIBRARY_NICENESS)
    service, jails = _library_service(settings, place, board, None)
    signal.signal(signal.SIGTERM, lambda *_: service.stop())
    if settings.watch:
        from media_server.library.watch import watch

        threading.Thread(target=watch, args=(place.roots, service.wake), daemon=True).start()
    threading.Thread(target=bell.listen, args=(service.wake,), daemon=True).start()
    service.run()
    jails.close()


def _library_service(
    settings: Settings, place: Place, board: StatusBoard, progress: Progress | None
) -> tuple[LibraryService, JailPool]:
    threading.Thread(target=_sweep, args=(place,), daemon=True).start()
    jails = JailPool(
        size=settings.jails or cores(),
        niceness=_BACKLOG_JAIL_NICENESS,
        out_of_reach=os.fsencode(place.catalog_path),
    )
    service = LibraryService(
        Parts(
            Catalog(place.catalog_path, cache_kib=_WRITER_CACHE_KIB),
            place.small_store(),
            place.large_store(),
            jails,
            board,
        ),
        rescan_interval_s=settings.rescan_interval,
        grace_s=settings.grace_days * 86_400,
        skipped_folder=place.skipped_folder(),
        progress=progress,
    )
    return service, jails


def run_scan(settings: Settings, place: Place, progress: Progress) -> bool:
    """Scan and ingest once, in this process.

    Returns:
        Whether it was done to the end; False when SIGTERM or SIGINT came first.
    """
    _relax_collector()
    stopped = threading.Event()
    try:
        _scan_once(settings, place, progress, stopped)
    except (DBAPIError, sqlite3.Error) as error:
        if not trouble.is_damage(error):
            raise DataDirUnusable(f"cannot use the data dir {place.data_dir}: {error}") from error
        _mend(place)
        _scan_once(settings, place, progress, stopped)
    return not stopped.is_set()


def _scan_once(
    settings: Settings, place: Place, progress: Progress, stopped: threading.Event
) -> None:
    service, jails = _library_service(settings, place, StatusBoard(), progress)

    def stop(*_: object) -> None:
        stopped.set()
        service.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        service.run_once()
    finally:
        jails.close()
        service.close()


def confirm_removals(settings: Settings) -> list[tuple[str, int]]:
    """Let go of all files of the given storage folders that scans have missed.

    Needs no lock: it is one transaction, and a server that runs sees its result.

    Returns:
        For each storage folder, as text, how many files were let go.

    Raises:
        UsageError: there is no catalog of these folders.
    """
    catalog, found = _catalog_of(settings)
    return [(one.shown, settle.confirm_removals(catalog, one)) for one in found]


def health(settings: Settings) -> list[Finding]:
    """What is wrong with the files of the given storage folders. Needs no lock.

    Raises:
        UsageError: there is no catalog of these folders.
    """
    catalog, served = _catalog_of(settings)
    shown = {one.shown for one in served}
    with catalog.read() as connection:
        return [one for one in findings.find(connection) if one.library in shown]


def _catalog_of(settings: Settings) -> tuple[Catalog, list[Library]]:
    """The catalog that is there, and the given folders as its libraries."""
    roots = tuple(os.fsencode(os.path.abspath(one)) for one in settings.storage_dir)
    data_dir = (
        os.path.abspath(settings.data_dir) if settings.data_dir else default_data_dir(roots[0])
    )
    path = os.path.join(data_dir, "catalog.sqlite")
    if not os.path.exists(path):
        raise UsageError(f"--data_dir: there is no catalog in {data_dir}")
    catalog = Catalog(path)
    if not catalog.is_up_to_date():
        raise UsageError(f"{data_dir} was made by another version: run media-server scan first")
    with catalog.read() as connection:
        found = [one for one in libraries.served(connection) if one.root in roots]
    for absent in set(roots) - {one.root for one in found}:
        raise UsageError(
            f"--storage_dir: {os.fsdecode(absent)} is not in the catalog of {data_dir}"
        )
    return catalog, found
