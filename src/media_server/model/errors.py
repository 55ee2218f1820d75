"""The errors of the program.

    MediaServerError
    ├── UsageError          a person gave something that cannot be: one line, exit code 2
    ├── StartError          the server cannot start here and now
    │   ├── PortInUse           exit code 3
    │   ├── DataDirInUse        exit code 4
    │   └── DataDirUnusable     exit code 5
    ├── BadQuery            the text of a search is not understood, and where
    ├── RemovalsChanged     other files would be let go than a person has confirmed
    ├── DataDamaged         a database was found to be damaged; exit code 6, but it is mended
    └── FileUnreadable      one file of a library could not be read; costs that file a row
        ├── FileVanished        it is gone, or no longer a regular file
        ├── FileUnsettled       it changed while it was read, twice
        └── OutsideLibrary      it is, or leads, outside its library

Each class has a stable `code`. A broad `except` stands only at the borders named in the design.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from media_server.model.query.reasons import sentence

if TYPE_CHECKING:
    from media_server.model.query.reasons import QueryReason


class MediaServerError(Exception):
    """Root of all errors raised on purpose."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1


class UsageError(MediaServerError):
    """A flag, variable or folder that cannot be used as given."""

    code = "usage"
    exit_code = 2


class StartError(MediaServerError):
    """The server cannot start here and now."""

    code = "start"


class PortInUse(StartError):
    """Something else listens on the address, or it may not be bound."""

    code = "port_in_use"
    exit_code = 3


class DataDirInUse(StartError):
    """Another process of this program works on the same data dir."""

    code = "data_dir_in_use"
    exit_code = 4


class DataDirUnusable(StartError):
    """The data dir cannot be made, written, or was written by a newer version."""

    code = "data_dir_unusable"
    exit_code = 5


class BadQuery(MediaServerError):
    """The text of a search is not understood.

    Attributes:
        reason: why, for programs.
        at: where, in characters from its beginning.
        word: that is meant; empty where the reason tells of none.
        field: of the search that is meant; likewise.
        limit: how much is allowed; 0 where the reason tells of no limit.
    """

    code = "bad_query"

    def __init__(
        self, reason: QueryReason, at: int, *, word: str = "", field: str = "", limit: int = 0
    ) -> None:
        """Take the facts; the sentence for people is made of them."""
        super().__init__(sentence(reason, word, field, limit))
        self.reason: QueryReason = reason
        self.at = at
        self.word = word
        self.field = field
        self.limit = limit


class RemovalsChanged(MediaServerError):
    """A library holds other removals by now than those that were confirmed."""

    code = "removals_changed"


class DataDamaged(MediaServerError):
    """The catalog or the store was found to be damaged while it was used.

    Inside the program only: a process that ends with this code has the data mended.
    """

    code = "data_damaged"
    exit_code = 6


class FileUnreadable(MediaServerError):
    """A file of a library could not be opened or read."""

    code = "unreadable"


class FileVanished(FileUnreadable):
    """The file is gone, or is no longer a regular file."""

    code = "vanished"


class FileUnsettled(FileUnreadable):
    """The file changed while it was read, and again at the second try."""

    code = "unsettled"


class OutsideLibrary(FileUnreadable):
    """The path is, or leads, outside its library."""

    code = "outside"
