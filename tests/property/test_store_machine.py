"""Whatever is put, removed and killed: the store keeps its limit, and files and rows agree."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from media_server.store.files import KINDS, RenditionFiles
from media_server.store.large import LargeStore
from media_server.store.room import Room
from media_server.store.small import Rendition, SmallStore
from media_server.store.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.store.ledger import Row

LIMIT_BYTES = 1_000

digests = st.integers(0, 6).map(lambda number: bytes([number]) * 32)
kinds = st.sampled_from(sorted(KINDS))
sizes = st.integers(1, 450)
# How many changes to files the process still makes before it is killed; mostly it is not.
lives = st.one_of(st.none(), st.none(), st.integers(0, 4))


class Killed(BaseException):
    """The process is no more: nothing may tidy up behind it."""


class MortalFiles(RenditionFiles):
    """Files of a process that is killed before or after a change to one of them."""

    left: int | None = None

    def _step(self) -> None:
        if self.left is not None:
            if self.left <= 0:
                raise Killed
            self.left -= 1

    def write(self, incoming: str, data: bytes) -> None:
        self._step()
        super().write(incoming, data)
        self._step()

    def arrive(self, incoming: str, digest: bytes, kind: str) -> None:
        self._step()
        super().arrive(incoming, digest, kind)
        self._step()

    def discard(self, incoming: str) -> None:
        self._step()
        super().discard(incoming)

    def drop(self, row: Row) -> bool:
        self._step()
        dropped = super().drop(row)
        self._step()
        return dropped


class Store(RuleBasedStateMachine):
    """A store, the process that works with it, and what must be in it."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="media-server-test-")
        self.database_path = os.path.join(self.folder, "renditions.sqlite")
        self.limit_bytes = LIMIT_BYTES
        self.small_kept: dict[bytes, bytes] = {}
        # A file without a row, or a limit made lower: until the next sweep the limit is not kept.
        self.is_parted = False
        self.open()

    def open(self) -> None:
        self.files = MortalFiles(os.path.join(self.folder, "renditions"))
        self.large = LargeStore(
            self.files, self.database_path, limit_bytes=self.limit_bytes, refresh_s=0
        )
        self.small = SmallStore(self.database_path, room=Room(self.files, self.limit_bytes))

    def close(self) -> None:
        self.large.close()
        self.small.close()

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.folder)

    @contextmanager
    def living(self, left: int | None) -> Iterator[None]:
        """A process that is killed after some steps, and then started again by itself."""
        self.files.left = left
        try:
            yield
        except Killed:
            self.close()
            self.open()
        self.files.left = None

    def physical_bytes(self) -> dict[str, int]:
        """Size of every file, those half written included."""
        return {
            os.path.join(folder, name): os.stat(os.path.join(folder, name)).st_size
            for folder, _, names in os.walk(self.files.folder)
            for name in names
        }

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database_path)) as connection:
            return connection.execute(query).fetchall()

    def by_use(self) -> list[tuple[object, ...]]:
        return self.rows("SELECT digest, kind FROM large_rendition ORDER BY used_ns")

    @rule(digest=digests, kind=kinds, size=sizes, left=lives)
    def put_large(self, digest: bytes, kind: str, size: int, left: int | None) -> None:
        before = [key for key in self.by_use() if key != (digest, kind)]
        with self.living(left):
            data = bytes([size % 256]) * size
            path = self.large.put(digest, kind, data, mime="image/png")
            if path is not None:
                found = self.large.find(digest, kind)
                assert found == (path, "image/png", size)
        after = [key for key in self.by_use() if key != (digest, kind)]
        # Those used least recently went, and no others.
        assert after == before[len(before) - len(after) :]

    @rule(chosen=st.sets(digests, min_size=1, max_size=4), size=st.integers(1, 60), left=lives)
    def put_small(self, chosen: set[bytes], size: int, left: int | None) -> None:
        data = os.urandom(1) * size
        renditions = [Rendition(one, "grid", "image/jpeg", 4, 3, False, data) for one in chosen]
        with self.living(left):
            self.small.put(renditions)
            self.small_kept.update(dict.fromkeys(chosen, data))

    @rule(digest=digests, kind=kinds)
    def use(self, digest: bytes, kind: str) -> None:
        self.large.note_use(digest, kind)
        self.large.write_uses()
        if (digest, kind) in self.by_use():
            assert self.by_use()[-1] == (digest, kind)

    @rule(digest=digests, left=lives)
    def remove(self, digest: bytes, left: int | None) -> None:
        self.small.remove([digest])
        self.small_kept.pop(digest, None)
        with self.living(left):
            self.large.remove([digest])
            assert not any(self.large.find(digest, kind) for kind in KINDS)

    @rule(left=lives)
    def sweep(self, left: int | None) -> None:
        with self.living(left):
            sweep(self.large, pause_s=0)
            self.is_parted = False
            self.assert_agreed()

    @rule(limit=st.sampled_from([300, LIMIT_BYTES, LIMIT_BYTES, 2_000]))
    def start_again(self, limit: int) -> None:
        self.close()
        self.is_parted |= limit < self.limit_bytes
        self.limit_bytes = limit
        self.open()
        self.large.prepare()
        assert self.rows("SELECT * FROM large_rendition WHERE incoming IS NOT NULL") == []
        assert not [one for one in self.physical_bytes() if one.startswith(self.files._incoming)]

    @rule(digest=digests, kind=kinds)
    def lose_a_file(self, digest: bytes, kind: str) -> None:
        if os.path.exists(self.files.path(digest, kind)):
            os.unlink(self.files.path(digest, kind))

    @rule(digest=digests, kind=kinds)
    def lose_a_row(self, digest: bytes, kind: str) -> None:
        """As after a power cut."""
        query = "DELETE FROM large_rendition WHERE digest = ? AND kind = ?"
        with closing(sqlite3.connect(self.database_path)) as connection, connection:
            connection.execute(query, (digest, kind))
        self.is_parted |= os.path.exists(self.files.path(digest, kind))

    @rule()
    def lose_the_database(self) -> None:
        self.close()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.database_path + suffix):
                os.unlink(self.database_path + suffix)
        self.small_kept.clear()
        self.is_parted = bool(self.physical_bytes())
        self.open()
        self.large.prepare()

    def assert_agreed(self) -> None:
        """Every file has its row and every row its file, but for what is being written."""
        rows = self.rows(
            "SELECT digest, kind, size_bytes FROM large_rendition WHERE incoming IS NULL"
        )
        named = {
            path: size
            for path, size in self.physical_bytes().items()
            if not path.startswith(self.files._incoming)
        }
        arriving = self.rows("SELECT digest, kind FROM large_rendition WHERE incoming IS NOT NULL")
        for digest, kind in arriving:
            named.pop(self.files.path(digest, kind), None)  # type: ignore[arg-type]
        known = {self.files.path(row[0], row[1]): row[2] for row in rows}  # type: ignore[arg-type]
        assert named == known

    @invariant()
    def sums_are_exact(self) -> None:
        (sums,) = self.rows("SELECT small_bytes, large_bytes FROM kept")
        small = self.rows("SELECT coalesce(sum(length(data)), 0) FROM rendition")[0][0]
        large = self.rows("SELECT coalesce(sum(size_bytes), 0) FROM large_rendition")[0][0]
        assert sums == (small, large)

    @invariant()
    def small_ones_are_all_there(self) -> None:
        found = {digest: data for digest, data in self.rows("SELECT digest, data FROM rendition")}
        assert found == self.small_kept

    @invariant()
    def limit_is_kept(self) -> None:
        (sums,) = self.rows("SELECT small_bytes, large_bytes FROM kept")
        small_bytes = sum(map(len, self.small_kept.values()))
        files = self.physical_bytes()
        if self.is_parted:
            return
        assert sum(files.values()) <= sums[1]  # type: ignore[operator]
        if small_bytes + sum(files.values()) > self.limit_bytes:
            assert not files

    @invariant()
    def what_has_its_name_is_whole(self) -> None:
        for path in self.physical_bytes():
            if not path.startswith(self.files._incoming):
                with open(path, "rb") as file:
                    data = file.read()
                assert data == bytes([len(data) % 256]) * len(data)
                assert data


TestStore = Store.TestCase
TestStore.settings = settings(
    max_examples=max(30, settings().max_examples // 3), stateful_step_count=40
)
