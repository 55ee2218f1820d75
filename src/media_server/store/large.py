"""Large renditions as files, so that the server can hand them to the kernel by path.

Each file has a row in the store's database, and both change together under the database's write
lock. A row comes before its file and goes after it, so that whenever a process is killed, the rows
say at least as many bytes as there are:

1. A row reserves the room; what must go for it is gone by then.
2. The file is written under a temporary name, which the row knows.
3. If the row is still there, the file gets its final name, and the row forgets the temporary one.

A process killed behind 1 leaves a row, and perhaps a file under either name; `prepare` settles
that at the next start. What a power cut undoes of the database, and files that an older version
kept without rows, are found by `sweep`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import uuid
from typing import TYPE_CHECKING, NamedTuple

from media_server.store import ledger
from media_server.store.database import open_database, writing
from media_server.store.files import KINDS, RenditionFiles
from media_server.store.ledger import Row
from media_server.store.room import Room
from media_server.store.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REFRESH_S = 3_600.0
_USES_AT_A_TIME = 1_000


class LargeRendition(NamedTuple):
    """A rendition that is kept: where it lies, of what type it is, how many bytes it has."""

    path: str
    mime: str
    size_bytes: int


class StoreSize(NamedTuple):
    """How many bytes renditions take, and may take.

    Attributes:
        limit_bytes: of all together; 0 is none.
    """

    limit_bytes: int
    small_bytes: int
    large_bytes: int

    @property
    def too_small(self) -> bool:
        """Whether the small renditions alone, which are always kept, exceed the limit."""
        return 0 < self.limit_bytes < self.small_bytes


class LargeStore:
    """Renditions of some 100 kB. Safe for any number of threads; opened when first needed."""

    def __init__(
        self,
        files: RenditionFiles,
        database_path: str,
        *,
        limit_bytes: int = 0,
        refresh_s: float = _REFRESH_S,
    ) -> None:
        """Take the parts.

        Args:
            files: where the files lie.
            database_path: the store's database, the same as that of the small renditions.
            limit_bytes: of all renditions, small and large; 0 is none.
            refresh_s: the use of a rendition is written at most once in this time.
        """
        self.files = files
        self.room = Room(files, limit_bytes)
        self.path = files.path
        self._database_path = database_path
        self._refresh_ns = int(refresh_s * 1e9)
        self._uses = Uses(refresh_s)
        self.note_use = self._uses.note
        # Two connections: who only looks never waits for who waits for the disk.
        self._writer = _Shared(database_path)
        self._reader = _Shared(database_path)

    def find(self, digest: bytes, kind: str) -> LargeRendition | None:
        """The rendition, or None where there is none: one indexed read and one stat."""
        with self.reading() as connection:
            row = ledger.find(connection, digest, kind)
        if row is None or self.files.size_bytes(digest, kind) != row.size_bytes:
            return None
        return LargeRendition(self.path(digest, kind), row.mime, row.size_bytes)

    def put(self, digest: bytes, kind: str, data: bytes, *, mime: str | None = None) -> str | None:
        """Keep a rendition, in the place of an earlier one.

        Args:
            digest: of the asset.
            kind: one of `KINDS`.
            data: the encoded picture, at least 1 byte.
            mime: its type; None for that of the kind.

        Returns:
            Its path; None where the limit leaves no room for it, or who removes the asset's
            renditions, or puts the same one, has come in between.

        Raises:
            OSError: the disk is full, or the like; then nothing is kept.
            sqlite3.OperationalError: the same, said by the database.
        """
        mime = mime or KINDS[kind].mime
        assert mime, "a kind without a type of its own is put with one"
        self.write_uses()  # what is looked at now is not what must go
        incoming = uuid.uuid4().hex
        if not self._reserve(Row(digest, kind, mime, len(data), incoming)):
            return None
        try:
            self.files.write(incoming, data)
            arrived = self._arrive(digest, kind, incoming)
        except BaseException:
            self.files.discard(incoming)
            self._give_up(digest, kind, incoming)
            raise
        return self.path(digest, kind) if arrived else None

    def _reserve(self, row: Row) -> bool:
        while True:
            with self.transaction() as connection:
                earlier = ledger.find(connection, row.digest, row.kind)
                if earlier is not None and not self._drop(connection, earlier):
                    return False
                if not self._may_fit(connection, row.size_bytes):
                    return False
                if not self.room.make(connection, row.size_bytes):
                    continue
                if not self._fits(connection, row.size_bytes):
                    return False
                ledger.add(connection, row, used_ns=time.time_ns())
                return True

    def _may_fit(self, connection: sqlite3.Connection, size_bytes: int) -> bool:
        """Whether it has room where all other large ones are gone."""
        if not self.room.limit_bytes:
            return True
        kept = ledger.kept(connection)
        # As long as there may be files that no row counts, no limit could be kept.
        if not kept.swept:
            if not self.files.is_untouched():
                return False
            ledger.set_swept(connection)
        return kept.small_bytes + size_bytes <= self.room.limit_bytes

    def _fits(self, connection: sqlite3.Connection, size_bytes: int) -> bool:
        kept, limit_bytes = ledger.kept(connection), self.room.limit_bytes
        return not limit_bytes or kept.small_bytes + kept.large_bytes + size_bytes <= limit_bytes

    def _arrive(self, digest: bytes, kind: str, incoming: str) -> bool:
        with self.transaction() as connection:
            row = ledger.find(connection, digest, kind)
            if row is None or row.incoming != incoming:
                self.files.discard(incoming)
                return False
            self.files.arrive(incoming, digest, kind)
            ledger.arrive(connection, digest, kind)
        return True

    def _give_up(self, digest: bytes, kind: str, incoming: str) -> None:
        # Where the disk takes not even this, the row is settled at the next start.
        with contextlib.suppress(sqlite3.OperationalError), self.transaction() as connection:
            row = ledger.find(connection, digest, kind)
            if row is not None and row.incoming == incoming:
                self.files.drop(row)
                ledger.remove(connection, digest, kind)

    def _drop(self, connection: sqlite3.Connection, row: Row) -> bool:
        dropped = self.files.drop(row)
        if dropped:
            ledger.remove(connection, row.digest, row.kind)
        return dropped

    def remove(self, digests: Iterable[bytes]) -> None:
        """Remove all renditions of assets."""
        with self.transaction() as connection:
            for digest in digests:
                for kind in KINDS:
                    known = ledger.find(connection, digest, kind)
                    self._drop(connection, known or Row(digest, kind, "", 0, None))

    def write_uses(self) -> None:
        """Write what `note_use` was told, as far as it has not been written lately."""
        uses = self._uses.take()
        for at in range(0, len(uses), _USES_AT_A_TIME):
            now_ns = time.time_ns()
            with self.reading() as connection:
                part = uses[at : at + _USES_AT_A_TIME]
                due = ledger.unused_since(connection, part, now_ns - self._refresh_ns)
            if due:
                with self.transaction() as connection:
                    ledger.set_used(connection, due, now_ns)

    def size(self) -> StoreSize:
        """How many bytes renditions take now, and may take."""
        with self.reading() as connection:
            kept = ledger.kept(connection)
        return StoreSize(self.room.limit_bytes, kept.small_bytes, kept.large_bytes)

    def digests(self, *, at_a_time: int) -> Iterator[list[bytes]]:
        """The digests of all assets with renditions here, some at a time."""
        behind = b""
        while True:
            with self.reading() as connection:
                page = ledger.digests_after(connection, behind, at_a_time)
            if not page:
                return
            yield page
            behind = page[-1]

    def prepare(self) -> None:
        """Settle what killed processes left half done. Only while no other process writes here."""
        with self.reading() as connection:
            rows = ledger.arriving(connection)
        if rows:
            with self.transaction() as connection:
                for row in rows:
                    if self.files.size_bytes(row.digest, row.kind) == row.size_bytes:
                        ledger.arrive(connection, row.digest, row.kind)
                    else:
                        self._drop(connection, row)
        self.files.clear_incoming()

    def shrink(self, *, pause_s: float = 0.0) -> None:
        """Remove what exceeds a limit that was higher before.

        Args:
            pause_s: rest between its short transactions, so that others come first.
        """
        while True:
            with self.transaction() as connection:
                if self.room.make(connection, 0):
                    return
            time.sleep(pause_s)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A writing transaction: files and rows change together in it."""
        with self._writer.use() as connection, writing(connection):
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for single questions, which never wait for a writer."""
        with self._reader.use() as connection:
            yield connection

    def close(self) -> None:
        """Close what is open; it is opened again when needed."""
        self._writer.close()
        self._reader.close()


class _Shared:
    """A connection that threads share one after the other, opened when first needed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    @contextlib.contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                self._connection = open_database(self._path)
            yield self._connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
