"""The hard limit on the bytes of all renditions, and who goes to keep it.

The large renditions go, the one used least recently first. A small one never goes: there is one
for each picture, the timeline is made of them, and together they take little.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from media_server.store import ledger

if TYPE_CHECKING:
    import sqlite3

    from media_server.store.files import RenditionFiles

_log = logging.getLogger(__name__)

# Removed in one transaction: others wait for it, though not longer than some milliseconds.
_AT_A_TIME = 200


class Room:
    """Makes room for renditions. Every writer of the store has one, with the same limit."""

    def __init__(self, files: RenditionFiles, limit_bytes: int = 0) -> None:
        """Take the files of the large renditions, and the limit; 0 is none."""
        self._files = files
        self.limit_bytes = limit_bytes
        self._told = False

    def make(self, connection: sqlite3.Connection, more_bytes: int) -> bool:
        """Remove large renditions until there is room for more bytes, or none is left.

        Files go before their rows: killed in between, the store is counted too large, never
        too small.

        Args:
            connection: in a writing transaction.
            more_bytes: how many bytes are about to be added in it, ≥ 0.

        Returns:
            Whether that is done. Where not, commit what was removed, and call again.
        """
        if not self.limit_bytes:
            return True
        kept = ledger.kept(connection)
        excess_bytes = kept.small_bytes + kept.large_bytes + more_bytes - self.limit_bytes
        if excess_bytes <= 0:
            return True
        removed_bytes = 0
        rows = ledger.least_used(connection, _AT_A_TIME)
        for row in rows:
            if removed_bytes >= excess_bytes:
                return True
            if self._files.drop(row):
                ledger.remove(connection, row.digest, row.kind)
                removed_bytes += row.size_bytes
        # Where the system lets none of them be removed, trying again would not end.
        return removed_bytes >= excess_bytes or len(rows) < _AT_A_TIME or not removed_bytes

    def tell_if_too_small(self, connection: sqlite3.Connection) -> None:
        """Log, once in a process, that the small renditions alone take more than the limit."""
        if self._told or not self.limit_bytes:
            return
        small_bytes = ledger.kept(connection).small_bytes
        if small_bytes > self.limit_bytes:
            self._told = True
            _log.warning(
                "--max_store is too small: the pictures of the timeline alone take %d MB of %d MB; "
                "they are kept, and larger pictures are made anew each time",
                small_bytes // 1_000_000,
                self.limit_bytes // 1_000_000,
            )
