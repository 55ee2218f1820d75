"""Opening an asset's original for the jail, sure that it still holds that asset."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from media_server.library.read import SMALL_FILE_BYTES, file_stat
from media_server.model.errors import FileUnreadable, FileUnsettled

if TYPE_CHECKING:
    from media_server.catalog.assets import FileAt
    from media_server.library.roots import Roots


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
