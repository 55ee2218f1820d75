"""`/api/v1/manifest`: the checksums of a library, for `sha256sum -c`."""

from __future__ import annotations

import os
import tempfile
import threading
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, cast

import msgspec

from media_server.catalog import libraries, selection
from media_server.catalog.search import condition
from media_server.model.errors import FileUnreadable
from media_server.web.api.values import SearchText  # noqa: TC001 - msgspec reads it at run time
from media_server.web.body_answer import BodyAnswer
from media_server.web.checksums import checksum_line
from media_server.web.content import disposition
from media_server.web.problem import Refusal
from media_server.web.route import Media, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.catalog.timeline import Condition
    from media_server.model.query.tree import Tree
    from media_server.web.route import Call
    from media_server.web.transfer import Transfers

_AT_ONCE: Final = 2


class ManifestQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of what.

    Attributes:
        library: number of the library; not needed where there is only one.
        q: only files of what this [search](docs#searching) finds; empty for all.
    """

    library: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
    q: SearchText = ""


class Manifest:
    """Writes the checksums of a library to a file without a name, and sends that.

    It is of one moment, and however slow the client, no transaction is held open for it.
    """

    def __init__(self, catalog: Catalog, transfers: Transfers, ask: Callable[[str], Tree]) -> None:
        """Take the parts.

        Args:
            catalog: where the files are, with time enough to read all of them.
            transfers: who sends.
            ask: reads the text of a search.
        """
        self._catalog = catalog
        self._ask = ask
        self._transfers = transfers
        self._folder = os.path.dirname(catalog.path)
        self._writing = threading.BoundedSemaphore(_AT_ONCE)

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/manifest",
                needs="read",
                answer=self._answer,
                group="Bytes",
                summary="The SHA-256 of each file of a library, for sha256sum -c",
                detail="A line for each file, copies too, with its path below the library's "
                "folder: there `sha256sum -c` checks it. Files that have still to be read are not "
                "in it.",
                query=ManifestQuery,
                gives=Media("text/plain", "lines of digest, two spaces and path"),
                refuses=("bad_query", "busy"),
            )
        ]

    def _answer(self, call: Call[ManifestQuery, None]) -> ASGIApp:
        wanted = condition(self._ask(call.query.q))
        if not self._writing.acquire(blocking=False):
            raise Refusal("busy", headers={"Retry-After": "5"})
        try:
            body = self._write(call.query.library, wanted)
        except OSError:
            raise Refusal("busy", "There is no room to write it now.") from None
        finally:
            self._writing.release()
        return BodyAnswer(
            self._transfers,
            body,
            [
                (b"cache-control", b"private, no-store"),
                # No charset: names are bytes, and need not be UTF-8.
                (b"content-type", b"text/plain"),
                (b"content-disposition", disposition(b"SHA256SUMS", saved=True)),
            ],
        )

    def _write(self, library: int | None, wanted: Condition) -> WrittenBody:
        out = cast("BinaryIO", tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115
        try:
            with self._catalog.read() as connection:
                library_id = _library_id(connection, library)
                out.writelines(
                    checksum_line(one.digest, one.path)
                    for one in selection.files_of_library(connection, library_id, wanted)
                )
            out.flush()
            return WrittenBody(out)
        except BaseException:
            out.close()
            raise


class WrittenBody:
    """A file of ours, as `transfer.Body` has it."""

    def __init__(self, file: BinaryIO) -> None:
        """Take a file that is written; it is closed with this."""
        self._file = file
        self._at = 0
        self.size_bytes = os.fstat(file.fileno()).st_size

    def read(self, most_bytes: int) -> bytes:
        """As in `Body`."""
        try:
            data = os.pread(self._file.fileno(), most_bytes, self._at)
        except OSError as error:
            raise FileUnreadable(str(error)) from error
        self._at += len(data)
        return data

    def close(self) -> None:
        """As in `Body`."""
        self._file.close()


def _library_id(connection: Connection, wanted: int | None) -> int:
    there = [one.library_id for one in libraries.served(connection)]
    if wanted is None and len(there) == 1:
        return there[0]
    if wanted not in there or wanted is None:
        known = ", ".join(map(str, there))
        raise Refusal("bad_parameter", f"'library' must be one of {known}.")
    return wanted
