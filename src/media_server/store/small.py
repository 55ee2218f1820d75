"""Small renditions as blobs in one SQLite file: one indexed read, nothing half-written."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from media_server.store.database import open_or_replace, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from media_server.store.room import Room

_GET = (
    "SELECT digest, kind, mime, width_px, height_px, rough, data FROM rendition "
    "WHERE digest = ? AND kind = ?"
)
_PUT = (
    "INSERT INTO rendition VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest, kind) DO UPDATE SET "
    "mime = excluded.mime, width_px = excluded.width_px, height_px = excluded.height_px, "
    "rough = excluded.rough, data = excluded.data"
)


class Rendition(NamedTuple):
    """An encoded picture made from an asset.

    Attributes:
        rough: made from the preview that the camera embedded.
    """

    digest: bytes
    kind: str
    mime: str
    width_px: int
    height_px: int
    rough: bool
    data: bytes


class SmallStore:
    """Renditions of some 10 kB. Each thread takes an object of its own."""

    def __init__(self, path: str, *, synced: bool = True, room: Room | None = None) -> None:
        """Open the file, made where there is none; a file that is no store is replaced.

        Args:
            path: the store's file.
            synced: whether writes wait for the disk; not needed to make an empty store.
            room: keeps the limit on the bytes of all renditions; None is for no limit.
        """
        self.path = path
        self._room = room
        self._connection = open_or_replace(path, synced=synced)

    @property
    def store_id(self) -> str:
        """Which store this is: another one after it was deleted and made anew."""
        row = self._connection.execute("SELECT store_id FROM store_state").fetchone()
        return str(row[0])

    def put(self, renditions: Sequence[Rendition]) -> None:
        """Keep renditions, in the place of earlier ones of the same asset and kind.

        Large renditions make room for them. They are kept even where they alone exceed the limit.
        """
        if not renditions:
            return
        # Taken as new ones: those replaced would cost more to look up than they free.
        more_bytes = sum(len(one.data) for one in renditions)
        done = False
        while not done:
            with writing(self._connection):
                done = self._room is None or self._room.make(self._connection, more_bytes)
                if done:
                    self._connection.executemany(_PUT, renditions)
        if self._room is not None:
            self._room.tell_if_too_small(self._connection)

    def get(self, digest: bytes, kind: str) -> Rendition | None:
        """The rendition, or None where there is none."""
        row = self._connection.execute(_GET, (digest, kind)).fetchone()
        return None if row is None else Rendition(*row)

    def remove(self, digests: Iterable[bytes]) -> None:
        """Remove all renditions of assets."""
        rows = [(digest,) for digest in digests]
        with writing(self._connection):
            self._connection.executemany("DELETE FROM rendition WHERE digest = ?", rows)

    def count(self) -> int:
        """How many renditions there are."""
        with closing(self._connection.execute("SELECT count(*) FROM rendition")) as cursor:
            return int(cursor.fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
