"""What an archive of many originals will hold: worked out and checked before it is promised.

A plan may have a hundred thousand rows, so it lies in a file without a name, and is read from there
row by row while the archive is sent.
"""

from __future__ import annotations

import os
import struct
import tempfile
import time
import weakref
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import msgspec

from media_server.catalog import selection, serving
from media_server.catalog.assets import FileAt
from media_server.catalog.files import FileStat
from media_server.library.original import OpenOriginal
from media_server.library.roots import Roots
from media_server.model.errors import FileUnreadable
from media_server.web.checksums import checksum_line
from media_server.web.member_names import MemberNames
from media_server.web.zip_stream import Length, Member, archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from media_server.catalog.database import Catalog

_ROW_LENGTH: Final = struct.Struct("<L")
_BUFFER_BYTES: Final = 64 * 1024
_MOST_HOLDERS: Final = 8
_AT_A_TIME: Final = 500
_SUMS: Final = b"SHA256SUMS"


class MissingOriginalError(Exception):
    """An original that is asked for is not to be had.

    Attributes:
        digest: of it.
        listed: whether the library has the asset at all.
        away: whether it lies in a library that is offline.
    """

    def __init__(self, digest: bytes, *, listed: bool, away: bool) -> None:
        """Take the facts."""
        super().__init__(digest.hex())
        self.digest = digest
        self.listed = listed
        self.away = away


class _Row(msgspec.Struct, array_like=True, frozen=True):
    """One file: where it lies, and what it is called in the archive."""

    root: bytes
    folder_path: bytes
    name: bytes
    stat: tuple[int, int, int, int]
    digest: bytes
    member: bytes

    def at(self) -> FileAt:
        """Where it lies; without the catalog's numbers."""
        stat = FileStat(*self.stat)
        return FileAt(0, 0, self.root, self.folder_path, self.name, stat, self.digest)

    def as_member(self) -> Member:
        """What it is in the archive."""
        return Member(self.member, self.stat[0], self.stat[1] // 1_000_000_000)


class Plan:
    """The rows of an archive, and its length.

    Attributes:
        files: how many originals.
        size_bytes: of the whole archive.
        sums_bytes: of its list of checksums. made_s: when, seconds since 1970.
    """

    def __init__(self, rows: BinaryIO, files: int, sums_bytes: int, length: Length) -> None:
        """Take the file with the rows, and what was counted; the list of sums is added here."""
        self._rows = rows
        weakref.finalize(self, rows.close)  # of those that nobody fetched when the server ends
        self.files = files
        self.sums_bytes = sums_bytes
        self.made_s = int(time.time())
        length.add(self.sums_member())
        self.size_bytes = length.total_bytes()

    def sums_member(self) -> Member:
        """The list of checksums, which comes last."""
        return Member(_SUMS, self.sums_bytes, self.made_s)

    def share(self) -> int:
        """A descriptor of the rows that stays when the plan is closed."""
        return os.dup(self._rows.fileno())

    def close(self) -> None:
        """Forget the rows."""
        self._rows.close()


def make_plan(catalog: Catalog, digests: Sequence[bytes], folder: str) -> Plan:
    """Work out an archive of originals, each of which is there and is what the catalog says.

    Args:
        catalog: where the assets are.
        digests: of the assets, each once.
        folder: where there is room for the rows.

    Raises:
        MissingOriginalError: one cannot be had.
        OSError: there is no room for the rows.
    """
    rows = cast("BinaryIO", tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 (the plan's)
    try:
        names, length, sums_bytes, files = MemberNames(), Length(), 0, 0
        with Roots() as roots:
            for digest, holders in _holders(catalog, digests):
                at = _readable(roots, holders)
                if at is None:
                    raise _missing(catalog, digest)
                member = names.name(at.root, at.relative_path)
                row = _Row(at.root, at.folder_path, at.name, at.stat, digest, member)
                packed = msgspec.msgpack.encode(row)
                rows.write(_ROW_LENGTH.pack(len(packed)) + packed)
                length.add(row.as_member())
                sums_bytes += len(checksum_line(digest, member))
                files += 1
        rows.flush()
        return Plan(rows, files, sums_bytes, length)
    except BaseException:
        rows.close()
        raise


def _holders(catalog: Catalog, digests: Sequence[bytes]) -> Iterator[tuple[bytes, list[FileAt]]]:
    # No transaction stays open while files are looked at: a slow disk takes minutes for many. What
    # a digest means does not change meanwhile, and each file is compared with what is read here.
    for at in range(0, len(digests), _AT_A_TIME):
        with catalog.read() as connection:
            some = list(selection.holders(connection, digests[at : at + _AT_A_TIME]))
        yield from some


def _readable(roots: Roots, holders: Sequence[FileAt]) -> FileAt | None:
    for at in holders[:_MOST_HOLDERS]:
        try:
            OpenOriginal(roots, at).close()
        except FileUnreadable:
            continue
        return at
    return None


def _missing(catalog: Catalog, digest: bytes) -> MissingOriginalError:
    with catalog.read() as connection:
        return MissingOriginalError(
            digest,
            listed=serving.listed(connection, digest) is not None,
            away=serving.is_away(connection, digest),
        )


class ArchiveBody:
    """The bytes of an archive, as `transfer.Body` has them."""

    def __init__(self, plan: Plan, folder: str) -> None:
        """Take the plan, which may be closed meanwhile, and a folder for what comes at the end."""
        self.size_bytes = plan.size_bytes
        self._most_bytes = _BUFFER_BYTES
        self._rows_fd = plan.share()
        self._directory = cast("BinaryIO", tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        self._roots = Roots()
        self._pieces = archive(self._members(plan), self._directory)
        self._rest = b""

    def read(self, most_bytes: int) -> bytes:
        """As in `Body`. Many small pieces are put together."""
        self._most_bytes = most_bytes
        gathered = [self._rest]
        size = len(self._rest)
        while size < min(most_bytes, _BUFFER_BYTES):
            try:
                piece = next(self._pieces, b"")
            except OSError as error:  # of the directory, which is ours
                raise FileUnreadable(str(error)) from error
            if not piece:
                break
            gathered.append(piece)
            size += len(piece)
        whole = gathered[1] if len(gathered) == 2 and not self._rest else b"".join(gathered)
        if not whole:
            raise FileUnreadable("the archive ends before its end")
        self._rest = whole[most_bytes:]
        return whole[:most_bytes] if self._rest else whole

    def close(self) -> None:
        """As in `Body`."""
        if self._rows_fd >= 0:
            self._pieces.close()  # type: ignore[attr-defined]  # it is a generator
            self._roots.close()
            self._directory.close()
            os.close(self._rows_fd)
            self._rows_fd = -1

    def _members(self, plan: Plan) -> Iterator[tuple[Member, Iterator[bytes]]]:
        for row in _rows(self._rows_fd):
            yield row.as_member(), self._content(row.at())
        yield plan.sums_member(), self._sums()

    def _content(self, at: FileAt) -> Iterator[bytes]:
        original = OpenOriginal(self._roots, at)
        try:
            done = 0
            while done < at.stat.size_bytes:
                piece = original.read_at(done, min(self._most_bytes, at.stat.size_bytes - done))
                done += len(piece)
                yield piece
        finally:
            original.close()

    def _sums(self) -> Iterator[bytes]:
        for row in _rows(self._rows_fd):
            yield checksum_line(row.digest, row.member)


def _rows(fd: int) -> Iterator[_Row]:
    decoder = msgspec.msgpack.Decoder(_Row)
    at, held = 0, b""
    while piece := os.pread(fd, _BUFFER_BYTES, at):
        at += len(piece)
        held += piece
        start = 0
        while len(held) - start >= _ROW_LENGTH.size:
            (length,) = _ROW_LENGTH.unpack_from(held, start)
            end = start + _ROW_LENGTH.size + length
            if end > len(held):
                break
            yield decoder.decode(held[start + _ROW_LENGTH.size : end])
            start = end
        held = held[start:]
