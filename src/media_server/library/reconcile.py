"""A scan: walk a library and bring the catalog's folders and files in step with it.

Only what is certainly gone counts as gone: a name that is missing from a folder that was listed
without error, under a root that is surely the same. Everything else stays as it was.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_server.catalog import files, libraries, sidecars
from media_server.library.root import Root
from media_server.library.walk import list_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from media_server.catalog.database import Catalog
    from media_server.catalog.files import Folder, KnownFile
    from media_server.catalog.libraries import Library
    from media_server.library.walk import Listed


# What is listed before it is written down: enough that pages of the catalog are not written again
# and again, little enough for memory and for those who watch.
_LIST_FILES = 8_192
_LIST_S = 0.25


@dataclass(slots=True)
class ScanReport:
    """What a scan found.

    Attributes:
        offline: why the library could not be scanned, or None.
        files: media files seen. folders: folders listed.
        new, changed, missed: files of which the catalog learned something.
        unreadable_folders: folders that could not be listed; what is known of them stays.
        adopted: files that only changed their folder's name.
    """

    offline: str | None = None
    files: int = 0
    folders: int = 0
    new: int = 0
    changed: int = 0
    missed: int = 0
    unreadable_folders: int = 0
    adopted: int = 0


class Interrupted(Exception):
    """The scan was asked to stop; what it had done stays done."""


def scan(
    catalog: Catalog,
    library: Library,
    *,
    skipped: tuple[int, int],
    stopping: Callable[[], bool],
) -> ScanReport:
    """Scan one library.

    Files are only listed, never opened. Some folders at a time make one short transaction.

    Args:
        catalog: what is brought in step.
        library: what is walked.
        skipped: device and inode of a folder that is not walked.
        stopping: asked before each folder.

    Raises:
        Interrupted: `stopping` said so.
    """
    report = ScanReport()
    try:
        root = Root(library.root)
    except OSError as error:
        return _offline(catalog, library, error.strerror or "cannot be opened")
    with root:
        reason = _not_the_same(catalog, library, root)
        if reason:
            return _offline(catalog, library, reason)
        with catalog.write() as connection:
            files.retry_unread(connection, library.library_id)
        _walk(_Scan(catalog, library, root, skipped, report), stopping)
        with catalog.write() as connection:
            if report.missed:
                report.adopted = files.adopt_moved(connection, now_ns=time.time_ns())
            if report.files:
                libraries.set_identity(connection, library.library_id, root.device, root.inode)
            if library.state in ("new", "offline"):
                libraries.set_state(connection, library.library_id, "online")
    return report


@dataclass(frozen=True, slots=True)
class _Scan:
    catalog: Catalog
    library: Library
    root: Root
    skipped: tuple[int, int]
    report: ScanReport


def _offline(catalog: Catalog, library: Library, reason: str) -> ScanReport:
    with catalog.write() as connection:
        libraries.set_state(connection, library.library_id, "offline", held=library.held_removals)
    return ScanReport(offline=reason)


def _not_the_same(catalog: Catalog, library: Library, root: Root) -> str | None:
    if (library.device, library.inode) in ((root.device, root.inode), (None, None)):
        return None
    try:
        empty = list_folder(root, b"", skipped=(0, 0)).empty
    except OSError as error:
        return error.strerror or "cannot be listed"
    if not empty:
        return None
    with catalog.read() as connection:
        known = libraries.count_files(connection, library.library_id)
    return "empty, and another folder than before: is its disk mounted?" if known else None


def _walk(scan: _Scan, stopping: Callable[[], bool]) -> None:
    with scan.catalog.write() as connection:
        waiting = [files.root_folder(connection, scan.library.library_id)]
    while waiting:
        listed = list(_list_some(scan, waiting, stopping))
        with scan.catalog.write() as connection:
            for folder, found in listed:
                waiting += _reconcile_folder(scan, connection, folder, found)


def _list_some(
    scan: _Scan, waiting: list[Folder], stopping: Callable[[], bool]
) -> Iterator[tuple[Folder, Listed]]:
    """List folders until there is enough for one transaction."""
    until_s = time.monotonic() + _LIST_S
    listed = 0
    while waiting and listed < _LIST_FILES and time.monotonic() < until_s:
        if stopping():
            raise Interrupted
        folder = waiting.pop()
        try:
            found = list_folder(scan.root, folder.path, skipped=scan.skipped)
        except OSError:
            scan.report.unreadable_folders += 1
            continue
        scan.report.folders += 1
        scan.report.files += len(found.files)
        listed += len(found.files)
        yield folder, found


def _reconcile_folder(
    scan: _Scan, connection: Connection, folder: Folder, listed: Listed
) -> list[Folder]:
    """Bring one folder in step.

    Returns:
        Its subfolders, to be listed next.
    """
    children = files.child_folders(connection, folder.folder_id)
    prefix = folder.path + b"/" if folder.path else b""
    paths = {prefix + name for name in listed.folders}
    added = paths - children.keys()
    lost = [path for path, child in children.items() if path not in paths and not child.gone]
    same_files = folder.fingerprint == listed.fingerprint and not listed.unknown
    mounted = listed.device != scan.root.device
    if listed.empty and folder.mounted and not mounted:
        return []  # a mount point whose disk is away: nothing below it is known to be gone
    if not same_files or folder.gone:
        _reconcile_files(scan, connection, folder, listed)
    for path in lost:
        files.mark_folder_gone(connection, scan.library.library_id, path)
        scan.report.missed += 1
    found = [child for path, child in children.items() if path in paths]
    for path in sorted(added):
        child = files.add_folder(connection, scan.library.library_id, folder.folder_id, path)
        found.append(child)
    return found


def _reconcile_files(scan: _Scan, connection: Connection, folder: Folder, listed: Listed) -> None:
    known = {one.name: one for one in files.known_files(connection, folder.folder_id)}
    changed, back = _compare(known, listed)
    new = [(name, found) for name, found in listed.files if name not in known]
    there = {name for name, _ in listed.files} | listed.unknown
    sidecars.reconcile(connection, folder.folder_id, listed.sidecars, unknown=listed.unknown)
    missed = [one.file_id for name, one in known.items() if name not in there and not one.gone]
    files.add_files(connection, folder.folder_id, new)
    files.mark_changed(connection, changed)
    files.mark_found(connection, back)
    files.mark_gone(connection, missed)
    fingerprint = None if listed.unknown else listed.fingerprint
    mounted = listed.device != scan.root.device
    files.set_fingerprint(connection, folder.folder_id, fingerprint, mounted=mounted)
    scan.report.new += len(new)
    scan.report.changed += len(changed)
    scan.report.missed += len(missed)


def _compare(known: dict[bytes, KnownFile], listed: Listed) -> tuple[list[int], list[int]]:
    """Ids of files that changed, and of files that had been missed and are back as they were."""
    changed, back = [], []
    for name, found in listed.files:
        before = known.get(name)
        if before is None:
            continue
        if before.stat != found:
            changed.append(before.file_id)
        elif before.gone:
            back.append(before.file_id)
    return changed, back
