"""Opening what lies in a library, and nothing that lies outside.

Every path is walked from the root one component at a time, none of which may be a link: names
may be swapped for links while we look, and the answer must still be a file of the library or an
error. A link to a file inside the library is followed after it has been resolved.
"""

from __future__ import annotations

import errno
import os
from collections import OrderedDict

from media_server.catalog.files import signed
from media_server.model.errors import FileUnreadable, FileVanished, OutsideLibrary

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
# NONBLOCK: opening a FIFO that took a file's place must not wait for a writer.
_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_OPEN_FOLDERS = 32


class Root:
    """The root folder of a library, held open for as long as this object lives.

    Held open, it stays the same folder even when something else is mounted over it. Not for
    use by several threads at once.
    """

    def __init__(self, path: bytes) -> None:
        """Open the root.

        Raises:
            OSError: it is absent, no folder, or may not be read.
        """
        self.path = path
        # The root itself may be a link: the user named it.
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._folders: OrderedDict[bytes, int] = OrderedDict()
        found = os.fstat(self._fd)
        self.device, self.inode = found.st_dev, signed(found.st_ino)

    def open_folder(self, path: bytes) -> int:
        """A new descriptor of the folder at `path`, relative to the root; the caller closes it.

        Raises:
            OSError: it is not there, no folder, or reached through a link (ENOTDIR, ELOOP).
        """
        fd = os.dup(self._fd)
        for name in path.split(b"/") if path else ():
            try:
                below = os.open(name, _FOLDER, dir_fd=fd)
            finally:
                os.close(fd)
            fd = below
        return fd

    def open_file(self, folder_path: bytes, name: bytes) -> int:
        """A new descriptor of a file, opened for reading; the caller closes it.

        Whether it is a regular file is for the caller to see by `fstat`.

        Raises:
            FileVanished: there is no such file.
            OutsideLibrary: it is a link that leads out of the library, or to a link.
            FileUnreadable: it may not be read, or the disk fails.
        """
        try:
            try:
                return os.open(name, _FILE, dir_fd=self._cached_folder(folder_path))
            except OSError as error:
                if error.errno not in (errno.ELOOP, errno.ENOENT):
                    raise
                # The cached folder may be one that has been replaced meanwhile.
                self._forget(folder_path)
                if error.errno == errno.ENOENT:
                    return os.open(name, _FILE, dir_fd=self._cached_folder(folder_path))
            return self._open_linked(folder_path, name)
        except OSError as error:
            raise _unreadable(error) from error

    def resolve_link(self, folder_path: bytes, name: bytes) -> bytes | None:
        """Where a link leads, relative to the root, or None where that is outside."""
        here = os.path.realpath(self.path)
        target = os.path.realpath(os.path.join(here, folder_path, name))
        inside = here if here.endswith(b"/") else here + b"/"
        return target[len(inside) :] if target.startswith(inside) else None

    def close(self) -> None:
        """Close all descriptors."""
        for fd in self._folders.values():
            os.close(fd)
        self._folders.clear()
        os.close(self._fd)

    def __enter__(self) -> Root:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_linked(self, folder_path: bytes, name: bytes) -> int:
        target = self.resolve_link(folder_path, name)
        if target is None:
            raise OutsideLibrary("a link that leads out of the library")
        parent, _, last = target.rpartition(b"/")
        folder_fd = self.open_folder(parent)
        try:
            return os.open(last, _FILE, dir_fd=folder_fd)
        finally:
            os.close(folder_fd)

    def _cached_folder(self, path: bytes) -> int:
        fd = self._folders.get(path)
        if fd is None:
            fd = self._folders[path] = self.open_folder(path)
            if len(self._folders) > _OPEN_FOLDERS:
                _, oldest = self._folders.popitem(last=False)
                os.close(oldest)
        return fd

    def _forget(self, path: bytes) -> None:
        fd = self._folders.pop(path, None)
        if fd is not None:
            os.close(fd)


def _unreadable(error: OSError) -> FileUnreadable:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return FileVanished("no such file")
    return FileUnreadable(os.strerror(error.errno or 0))
