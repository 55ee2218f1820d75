"""What a failing database means: damage, or a disk that takes nothing at the moment."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3

from sqlalchemy.exc import DBAPIError

# https://www.sqlite.org/rescode.html: primary codes are the low byte.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNWRITABLE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


def is_damage(error: BaseException) -> bool:
    """Whether a database was found to be damaged, or to be no database."""
    return _primary_code(error) in _DAMAGE


def is_unwritable(error: BaseException) -> bool:
    """Whether the data dir cannot be written now, as when its disk is full: it may heal."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return _primary_code(error) in _UNWRITABLE


def _primary_code(error: BaseException) -> int:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF


def set_aside(path: str) -> None:
    """Put a database out of the way, under a name that says why."""
    for suffix in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.replace(path + suffix, f"{path}.damaged{suffix}")


def mend(path: str) -> None:
    """Set a database aside if a look through all of it finds damage."""
    connection = sqlite3.connect(path)
    try:
        sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        sound = False
    finally:
        connection.close()
    if not sound:
        set_aside(path)
