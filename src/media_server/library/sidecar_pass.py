"""Reading of sidecars: the ones that are new or changed, in jails like everything from outside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from media_server.catalog import sidecars
from media_server.library.read import file_stat
from media_server.library.roots import Roots
from media_server.media.tags.sidecar import SidecarReading
from media_server.model.errors import FileUnreadable
from media_server.model.sidecar import MAX_SIDECAR_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.catalog.database import Catalog
    from media_server.catalog.sidecars import SidecarAt
    from media_server.media.jail.pool import JailPool

_BATCH = 256
_NOTHING = b""


def read_sidecars(catalog: Catalog, jails: JailPool, *, stopping: Callable[[], bool]) -> int:
    """Read all that are pending and within reach.

    One that cannot be read, or changes meanwhile, stays pending for the next time.

    Returns:
        How many were read.
    """
    read = behind = 0
    with Roots() as roots:
        while not stopping():
            with catalog.read() as connection:
                page = sidecars.unread(connection, behind=behind, most=_BATCH)
            if not page:
                break
            behind = page[-1].sidecar_id
            found = [(at, data) for at in page if (data := _read(roots, at)) is not None]
            outcomes = jails.submit("sidecar", [data for _, data in found]).result()
            rows = [
                (at, msgspec.json.encode(outcome).decode())
                if isinstance(outcome, SidecarReading)
                else (at, None)
                for (at, _), outcome in zip(found, outcomes, strict=True)
            ]
            with catalog.write() as connection:
                sidecars.keep(connection, rows)
            read += len(rows)
    return read


def _read(roots: Roots, at: SidecarAt) -> bytes | None:
    """All its bytes; nothing of one too large to be a sidecar; None where it cannot be read now."""
    try:
        fd = roots.open_file(at)
    except FileUnreadable:
        return None
    try:
        if file_stat(fd) != at.stat:
            return None
        if at.stat.size_bytes > MAX_SIDECAR_BYTES:
            return _NOTHING
        data = os.pread(fd, at.stat.size_bytes + 1, 0)
        same = len(data) == at.stat.size_bytes and file_stat(fd) == at.stat
    except (OSError, FileUnreadable):
        return None
    finally:
        os.close(fd)
    return data if same else None
