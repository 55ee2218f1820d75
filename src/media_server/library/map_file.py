"""The user's own file of map tiles: looked at anew each time, so that another one is noticed."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from media_server.library.read import file_stat
from media_server.media.pmtiles import read_tile_file
from media_server.model.errors import FileUnreadable, FileUnsettled

if TYPE_CHECKING:
    from media_server.catalog.files import FileStat
    from media_server.media.pmtiles import TileFile


class OpenMapFile:
    """The file, opened. It is read from any thread."""

    def __init__(self, path: str) -> None:
        """Open it.

        Raises:
            FileUnreadable: it cannot be opened, or is no regular file.
        """
        try:
            # A pipe of that name must not keep anybody waiting.
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (OSError, ValueError) as error:
            number = error.errno if isinstance(error, OSError) else errno.EINVAL
            raise FileUnreadable(os.strerror(number or errno.EIO)) from error
        try:
            self.stat = file_stat(fd)
        except FileUnreadable:
            os.close(fd)
            raise
        # As a file object, so that tests are told of one that is never closed.
        self._file = open(fd, "rb", buffering=0)  # noqa: SIM115

    @property
    def version(self) -> str:
        """A word that another file in its place does not have."""
        # A copy may keep size and time of its source, but neither of the others.
        return "-".join(f"{number:x}" for number in self.stat)

    def read_at(self, offset: int, most_bytes: int) -> bytes:
        """Bytes from `offset` on, at least one.

        Raises:
            FileUnsettled: the file has changed since it was opened, or ends before them.
            FileUnreadable: the disk fails.
        """
        data = self.read_some(offset, most_bytes)
        if file_stat(self._file.fileno()) != self.stat:
            raise FileUnsettled("it has changed since it was opened")
        if not data:
            raise FileUnsettled("it ends before its end")
        return data

    def read_some(self, offset: int, most_bytes: int) -> bytes:
        """The same, but fewer at the file's end, and none behind it."""
        try:
            return os.pread(self._file.fileno(), most_bytes, offset)
        except OSError as error:
            raise FileUnreadable(os.strerror(error.errno or errno.EIO)) from error

    def close(self) -> None:
        """Close it, if it is open."""
        self._file.close()


class MapFile:
    """Knows what the file has. Threads may share it."""

    def __init__(self, path: str) -> None:
        """Take where it is, or should be."""
        self._path = path
        # One value, put there at once: nobody waits for another's slow disk.
        self._known: tuple[FileStat, TileFile] | None = None

    def open(self) -> tuple[OpenMapFile, TileFile]:
        """The file as it is now, which the caller closes, and what that one has.

        Its head is read only when it is another file than last time.

        Raises:
            FileUnreadable: it is not there, or cannot be read.
            MediaError: it is no PMTiles file that could be shown.
        """
        opened = OpenMapFile(self._path)
        try:
            known = self._known
            if known is None or known[0] != opened.stat:
                known = opened.stat, read_tile_file(opened.read_some)
                self._known = known
        except BaseException:
            opened.close()
            raise
        return opened, known[1]

    def look(self) -> tuple[str, TileFile]:
        """Its version, and what it has.

        Raises:
            FileUnreadable, MediaError: as for `open`.
        """
        opened, has = self.open()
        opened.close()
        return opened.version, has
