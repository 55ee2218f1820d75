"""Opening an asset's original, sure that it still holds that asset."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from media_server.library.read import SMALL_FILE_BYTES, file_stat
from media_server.library.roots import Roots
from media_server.model.errors import FileUnreadable, FileUnsettled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from media_server.catalog.assets import FileAt
    from media_server.catalog.sidecars import SidecarAt


class OpenOriginal:
    """An open file that is the version the catalog knows. It is read from any thread."""

    def __init__(self, roots: Roots, at: FileAt | SidecarAt) -> None:
        """Open the file.

        Raises:
            FileUnsettled: it is another one by now.
            FileUnreadable: it cannot be opened.
        """
        self.at = at
        fd = roots.open_file(at)
        try:
            _check(fd, at)
        except FileUnreadable:
            os.close(fd)
            raise
        # As a file object, so that tests are told of one that is never closed.
        self._file = open(fd, "rb", buffering=0)  # noqa: SIM115

    def read_at(self, offset: int, most_bytes: int) -> bytes:
        """Bytes from `offset` on, at least one, and surely those of that version.

        Raises:
            FileUnsettled: the file has changed, or ends before them.
            FileUnreadable: the disk fails.
        """
        try:
            data = os.pread(self._file.fileno(), most_bytes, offset)
        except OSError as error:
            raise FileUnreadable(os.strerror(error.errno or errno.EIO)) from error
        # Afterwards: what was read before a change that shows only now is still right.
        _check(self._file.fileno(), self.at)
        if not data:
            raise FileUnsettled("it ends before its end")
        return data

    def close(self) -> None:
        """Close it, if it is open."""
        self._file.close()


def _check(fd: int, at: FileAt | SidecarAt) -> None:
    try:
        found = file_stat(fd)
    except OSError as error:
        raise FileUnreadable(os.strerror(error.errno or errno.EIO)) from error
    if found != at.stat:
        raise FileUnsettled("it has changed since it was read")


def open_first(files: Iterable[FileAt]) -> OpenOriginal | None:
    """The first of some files that can be opened and is what the catalog says."""
    with Roots() as roots:
        for at in files:
            try:
                return OpenOriginal(roots, at)
            except FileUnreadable:
                continue
    return None


def open_original(roots: Roots, at: FileAt) -> tuple[bytes | int, int | None]:
    """Open a file whose stat is still that of the version its digest belongs to.

    Returns:
        A source for the jail, all bytes or a descriptor, which the jail pool closes; and for
        a descriptor another one of the same file, for `still_the_same` afterwards, which the
        caller closes.

    Raises:
        FileUnsettled: the file is another one by now.
        FileUnreadable: it cannot be opened or read.
    """
    fd = roots.open_file(at)
    try:
        if file_stat(fd) != at.stat:
            raise FileUnsettled("it has changed since it was read")
        if at.stat.size_bytes > SMALL_FILE_BYTES:
            return os.dup(fd), os.dup(fd)
        data = os.pread(fd, at.stat.size_bytes + 1, 0)
        if len(data) != at.stat.size_bytes or file_stat(fd) != at.stat:
            raise FileUnsettled("it changed while it was read")
    except OSError as error:
        raise FileUnreadable(os.strerror(error.errno or 0)) from error
    finally:
        os.close(fd)
    return data, None


def still_the_same(fd: int, at: FileAt) -> bool:
    """Whether an open file has not changed since its digest was made."""
    try:
        return file_stat(fd) == at.stat
    except (OSError, FileUnreadable):
        return False
