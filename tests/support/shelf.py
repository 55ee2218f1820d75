"""Short words for filling a catalog without any library on disk."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from media_server.catalog import assets, files
from media_server.catalog.assets import NewAsset
from media_server.catalog.files import FileStat
from media_server.catalog.schema import Grid
from media_server.model.digest import Digest

if TYPE_CHECKING:
    from media_server.catalog.assets import FileAt
    from media_server.catalog.database import Catalog

NOW_NS = 1_700_000_000_000_000_000


def digest_of(content: str) -> Digest:
    """The digest of a file's content."""
    return Digest(sha256(content.encode()).digest())


@dataclass(slots=True)
class Shelf:
    """A catalog with one library, and how to fill it. Each call is one transaction."""

    catalog: Catalog
    library_id: int

    def folder(self, path: bytes) -> int:
        """The id of a folder, made if need be with those above it."""
        with self.catalog.write() as connection:
            here = files.root_folder(connection, self.library_id)
            done = b""
            for name in path.split(b"/") if path else ():
                done = done + b"/" + name if done else name
                known = files.child_folders(connection, here.folder_id)
                here = known.get(done) or files.add_folder(
                    connection, self.library_id, here.folder_id, done
                )
        return here.folder_id

    def add(self, path: bytes, *, mtime_ns: int = NOW_NS, size_bytes: int = 10) -> None:
        """A file that is still to be read."""
        folder, _, name = path.rpartition(b"/")
        folder_id = self.folder(folder)
        with self.catalog.write() as connection:
            stat = FileStat(size_bytes, mtime_ns, mtime_ns, 1)
            files.add_files(connection, folder_id, [(name, stat)])

    def unread(self) -> list[FileAt]:
        """Files that are still to be read."""
        with self.catalog.read() as connection:
            return assets.unread_files(connection, most=1_000_000)

    def hold(
        self, at: FileAt, content: str, *, created_ns: int = NOW_NS, grid: Grid = Grid.NONE
    ) -> Digest:
        """Say that a file was read and holds `content`."""
        digest = digest_of(content)
        with self.catalog.write() as connection:
            known = assets.existing(connection, [digest])
            row = NewAsset(digest, "image/jpeg", 4, 3, None, None, None, created_ns, 1, grid)
            new = [] if digest in known else [row]
            assets.hold(connection, [(at, digest, at.stat)], new, now_ns=NOW_NS)
        return digest

    def put(
        self,
        path: bytes,
        content: str,
        *,
        mtime_ns: int = NOW_NS,
        created_ns: int = NOW_NS,
        grid: Grid = Grid.NONE,
    ) -> Digest:
        """A file that is there and holds `content`."""
        self.add(path, mtime_ns=mtime_ns)
        (at,) = [one for one in self.unread() if one.relative_path == path]
        return self.hold(at, content, created_ns=created_ns, grid=grid)

    def file_id(self, path: bytes) -> int:
        """The id of a file's row."""
        folder, _, name = path.rpartition(b"/")
        with self.catalog.read() as connection:
            folder_id = connection.exec_driver_sql(
                "SELECT id FROM folder WHERE path = ?", (folder,)
            ).scalar_one()
            known = files.known_files(connection, folder_id)
        (found,) = [one.file_id for one in known if one.name == name]
        return found

    def lose(self, *paths: bytes) -> None:
        """A scan has missed files."""
        with self.catalog.write() as connection:
            files.mark_gone(connection, [self.file_id(path) for path in paths])

    def remove_gone(self, which: files.Removed = "all") -> int:
        """Have missed files removed."""
        with self.catalog.write() as connection:
            return files.remove_gone(connection, self.library_id, now_ns=NOW_NS, which=which)
