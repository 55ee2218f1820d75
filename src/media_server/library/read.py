"""Reading a file of a library: its digest, and its bytes for the jail. Identity is made here.

A digest belongs to the bytes between two equal stats of one open file. A file that changes
meanwhile is read once more, then left for later.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from dataclasses import dataclass
from functools import partial
from hashlib import sha1, sha256
from typing import TYPE_CHECKING

from media_server.catalog.files import FileStat, stat_values
from media_server.model.digest import Digest
from media_server.model.errors import FileUnreadable, FileUnsettled, FileVanished

if TYPE_CHECKING:
    from collections.abc import Callable

# Up to this size a file travels to the jail as bytes, beyond as an open descriptor.
SMALL_FILE_BYTES = 64 * 1024
_BLOCK_BYTES = 1024 * 1024
# Kernels stamp times by the timer tick, 1 to 10 ms: a change right after another leaves the
# same time behind. A file younger than this is given a moment before it is read.
_FRESH_NS = 50_000_000
_TYPE_BITS = 0o170000
# No guard of anything, only a name that others use: so it is there under FIPS rules too.
_sha1 = partial(sha1, usedforsecurity=False)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read whole.

    Attributes:
        digest: SHA-256 of its bytes.
        sha1: SHA-1 of the same bytes, by which phone clients ask.
        stat: its stat before and after, which were equal.
        source: all its bytes if it is small, else a descriptor at any position, which the
            holder closes.
    """

    digest: Digest
    sha1: bytes
    stat: FileStat
    source: bytes | int


def file_stat(fd: int) -> FileStat:
    """The stat of an open regular file.

    Raises:
        FileVanished: it is no regular file.
    """
    found = os.fstat(fd)
    if found.st_mode & _TYPE_BITS != stat.S_IFREG:
        raise FileVanished("no longer a regular file")
    return FileStat(*stat_values(found))


def read_file(fd: int, *, stopping: Callable[[], bool] = lambda: False) -> ReadFile:
    """Read and hash an open file. The descriptor becomes the result's, or is closed.

    Args:
        fd: opened for reading.
        stopping: asked between blocks; when true the file counts as unsettled.

    Raises:
        FileUnsettled: it changed during both tries.
        FileVanished: it is no regular file.
        FileUnreadable: the disk fails.
    """
    keep = False
    try:
        for _ in range(2):
            read = _try_to_read(fd, stopping)
            if read is not None:
                keep = isinstance(read.source, int)
                return read
        raise FileUnsettled("it changed while it was read")
    except OSError as error:
        raise FileUnreadable(os.strerror(error.errno or errno.EIO)) from error
    finally:
        if not keep:
            os.close(fd)


def _try_to_read(fd: int, stopping: Callable[[], bool]) -> ReadFile | None:
    before = file_stat(fd)
    _let_settle(before)
    if before.size_bytes <= SMALL_FILE_BYTES:
        source: bytes | int = os.pread(fd, before.size_bytes + 1, 0)
        hashed = _hashed(source)  # type: ignore[arg-type]
        read_bytes = len(source)  # type: ignore[arg-type]
    else:
        source = fd
        hashed, read_bytes = _hash_large(fd, before.size_bytes, stopping)
    if read_bytes != before.size_bytes or file_stat(fd) != before:
        return None
    return ReadFile(*hashed, before, source)


def _hashed(data: bytes) -> tuple[Digest, bytes]:
    return Digest(sha256(data).digest()), _sha1(data).digest()


def _hash_large(
    fd: int, size_bytes: int, stopping: Callable[[], bool]
) -> tuple[tuple[Digest, bytes], int]:
    """Digests and number of the bytes read, which ends where the file has grown."""
    identity, other, size, buffer = sha256(), _sha1(), 0, bytearray(_BLOCK_BYTES)
    view = memoryview(buffer)
    while size <= size_bytes:
        count = os.preadv(fd, [buffer], size)
        if not count or stopping():
            break
        identity.update(view[:count])
        other.update(view[:count])
        size += count
    return (Digest(identity.digest()), other.digest()), size


def _let_settle(found: FileStat) -> None:
    # ctime alone: mtime may lie in the future, and no change leaves ctime behind.
    age_ns = time.time_ns() - found.ctime_ns
    if 0 <= age_ns < _FRESH_NS:
        time.sleep((_FRESH_NS - age_ns) / 1e9)


def close_source(source: bytes | int) -> None:
    """Close a source that is a descriptor."""
    if isinstance(source, int):
        with contextlib.suppress(OSError):
            os.close(source)
