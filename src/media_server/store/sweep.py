"""Brings files and rows of the large renditions together again, beside all other work.

They part only by what no program can help: a power cut that undoes the database's last
transactions, a database that was deleted, files that somebody deleted, or that a version without
rows has kept.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from media_server.store import ledger
from media_server.store.files import KINDS
from media_server.store.ledger import Row

if TYPE_CHECKING:
    import sqlite3

    from media_server.store.large import LargeStore

_FOLDERS = 256
_AT_A_TIME = 200


class Swept(NamedTuple):
    """What a sweep did.

    Attributes:
        adopted: files that got a row.
        files: files that were removed.
        rows: rows that were removed, as they had no file.
    """

    adopted: int
    files: int
    rows: int


def sweep(store: LargeStore, *, pause_s: float = 0.005) -> Swept:
    """Give each file its row, take the rows without a file away, and keep the limit.

    May run while any process reads and writes the store. Each of its transactions is short.

    Args:
        store: what is swept.
        pause_s: rest between folders and transactions, so that others come first.

    Raises:
        OSError: the disk fails.
        sqlite3.Error: the same, said by the database.
    """
    store.shrink(pause_s=pause_s)
    adopted = files = rows = 0
    for kind in KINDS:
        for first_byte in range(_FOLDERS):
            suspects = _suspects(store, kind, first_byte)
            for at in range(0, len(suspects), _AT_A_TIME):
                found = _settle(store, kind, suspects[at : at + _AT_A_TIME])
                adopted, files, rows = adopted + found[0], files + found[1], rows + found[2]
                store.shrink(pause_s=pause_s)
                time.sleep(pause_s)
            time.sleep(pause_s / 10)
    with store.transaction() as connection:
        ledger.set_swept(connection)
    return Swept(adopted, files, rows)


def _suspects(store: LargeStore, kind: str, first_byte: int) -> list[bytes]:
    """Digests that seem to have a file without a row or a row without a file."""
    listed = set(store.files.listed(kind, first_byte))
    with store.reading() as connection:
        known = ledger.of_kind(connection, kind, first_byte)
    return [*(listed - known.keys()), *(known.keys() - listed)]


def _settle(store: LargeStore, kind: str, suspects: list[bytes]) -> Swept:
    """Look at suspects again, now that nobody else can change anything, and settle them."""
    adopted = files = rows = 0
    with store.transaction() as connection:
        for digest in suspects:
            row = ledger.find(connection, digest, kind)
            size_bytes = store.files.size_bytes(digest, kind)
            if row is not None:
                if not size_bytes and row.incoming is None:
                    ledger.remove(connection, digest, kind)
                    rows += 1
            elif size_bytes and KINDS[kind].mime is not None:
                _adopt(connection, store, digest, kind)
                adopted += 1
            else:
                files += store.files.drop(Row(digest, kind, "", 0, None))
    return Swept(adopted, files, rows)


def _adopt(connection: sqlite3.Connection, store: LargeStore, digest: bytes, kind: str) -> None:
    found = os.stat(store.path(digest, kind))
    mime = KINDS[kind].mime
    assert mime
    row = Row(digest, kind, mime, found.st_size, None)
    ledger.add(connection, row, used_ns=min(found.st_mtime_ns, time.time_ns()))
