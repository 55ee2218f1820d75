"""What is wrong with the files of the libraries that are served: the health list."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import text

from media_server.catalog.bulk import ask
from media_server.model.finding import Finding, FindingCode
from media_server.model.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection

# Of the failures of several steps at one asset, the first tells most.
_CODE = """CASE
    WHEN failure.step = 'read' THEN 'unreadable'
    WHEN failure.code = 'empty' THEN 'zero_byte'
    WHEN failure.code = 'truncated' THEN 'truncated'
    WHEN failure.code = 'too_large' THEN 'too_big'
    WHEN failure.code = 'unrecognised' THEN 'wrong_extension'
    WHEN failure.parked = 1 THEN 'parked'
    ELSE 'failed' END"""
# CROSS JOIN has SQLite begin with what is wrong; left to itself it may begin with all files.
_HOME = """
CROSS JOIN folder ON folder.id = file.folder_id
CROSS JOIN library ON library.id = folder.library_id AND library.served = 1"""


_AT_A_TIME: Final = 500


class _Source(NamedTuple):
    """A question for findings: rows of (number, code, library, folder, file, detail, digest).

    Numbers grow, and are those of the index that the question goes along; `of_one` limits it to
    one asset.
    """

    number: str
    code: str
    detail: str
    tables: str
    holds: str
    of_one: str
    digest: str = "file.digest"
    name: str = "file.name"


_OF_ASSET: Final = "detail.asset_id = (SELECT id FROM asset WHERE digest = :digest)"
_SOURCES: Final = (
    _Source(
        "failure.id",
        _CODE,
        "failure.detail",
        f"failure CROSS JOIN file ON file.digest = failure.digest{_HOME}",
        "failure.digest IS NOT NULL AND failure.id = (SELECT min(first.id) FROM failure AS first "
        "WHERE first.digest = failure.digest)",
        "failure.digest = :digest",
    ),
    _Source(
        "failure.id",
        _CODE,
        "failure.detail",
        f"failure CROSS JOIN file ON file.id = failure.file_id{_HOME}",
        "failure.file_id IS NOT NULL",
        "failure.file_id IN (SELECT id FROM file WHERE digest = :digest)",
    ),
    _Source(
        "detail.asset_id",
        "'undated'",
        "''",
        "detail CROSS JOIN asset ON asset.id = detail.asset_id "
        f"CROSS JOIN file ON file.digest = asset.digest{_HOME}",
        "detail.taken_certainty = 'guess'",
        _OF_ASSET,
    ),
    _Source(
        "loose.id",
        "CASE WHEN loose.code IN ('movie_missing', 'photo_missing') "
        "THEN 'broken_pair' ELSE 'orphan_sidecar' END",
        "CASE loose.code WHEN 'orphan_sidecar' THEN '' ELSE replace(loose.code, '_', ' ') END",
        "loose CROSS JOIN folder ON folder.id = loose.folder_id "
        "CROSS JOIN library ON library.id = folder.library_id AND library.served = 1",
        "1",
        "(loose.folder_id, loose.name) IN "
        "(SELECT file.folder_id, file.name FROM file WHERE file.digest = :digest)",
        "(SELECT file.digest FROM file WHERE file.folder_id = loose.folder_id "
        "AND file.name = loose.name)",
        "loose.name",
    ),
    _Source(
        "detail.asset_id",
        "'wrong_extension'",
        "asset.mime",
        "detail CROSS JOIN asset ON asset.id = detail.asset_id "
        f"CROSS JOIN file ON file.digest = asset.digest{_HOME}",
        "detail.misnamed = 1",
        _OF_ASSET,
    ),
)


class Place(NamedTuple):
    """How far a reader of the health list has come: which question, and which number in it."""

    source: int
    number: int


BEGINNING: Final = Place(0, 0)


def find(connection: Connection, code: FindingCode | None = None) -> Iterator[Finding]:
    """All that is wrong, or what is wrong in one way; in no order that means anything."""
    for source in _SOURCES:
        query = f"SELECT {_columns(source)} FROM {source.tables} WHERE {source.holds}"  # noqa: S608
        for row in connection.execute(text(query)):
            if code in (None, row[1]):
                yield _finding(row)


def page(
    connection: Connection, place: Place, *, code: FindingCode | None, most: int
) -> tuple[list[Finding], Place | None]:
    """Some of what is wrong.

    Args:
        connection: any transaction.
        place: behind which to go on.
        code: only this kind.
        most: about how many; a content in several files counts once.

    Returns:
        What was found, and where to go on; None at the end.
    """
    found: list[Finding] = []
    for at in range(place.source, len(_SOURCES)):
        source = _SOURCES[at]
        behind = place.number if at == place.source else 0
        query = text(
            f"SELECT {_columns(source)} FROM {source.tables} "  # noqa: S608 (no outside text)
            f"WHERE {source.holds} AND {source.number} > :behind "
            f"AND (:code IS NULL OR {source.code} = :code) ORDER BY {source.number}"
        )
        last = behind
        for row in connection.execute(query, {"behind": behind, "code": code}):
            # Not between the files of one content: the next page would miss the others.
            if len(found) >= most and row[0] != last:
                return found, Place(at, last)
            last = row[0]
            found.append(_finding(row))
    return found, None


def count(connection: Connection) -> dict[FindingCode, int]:
    """How often each kind is found; kinds that are not found are left out."""
    found: dict[FindingCode, int] = {}
    for source in _SOURCES:
        query = text(
            f"SELECT {source.code} AS code, count(*) FROM {source.tables} "  # noqa: S608
            f"WHERE {source.holds} GROUP BY code"
        )
        for code, number in connection.execute(query):
            found[code] = found.get(code, 0) + number
    return found


def of_asset(connection: Connection, digest: bytes) -> Iterator[Finding]:
    """What is wrong with one asset, once for each kind and file."""
    return map(_finding, ask(connection, _of_one(), {"digest": digest}))


@cache
def _of_one() -> str:
    return " UNION ALL ".join(
        f"SELECT {_columns(source)} FROM {source.tables} "  # noqa: S608 (no outside text)
        f"WHERE {source.holds} AND {source.of_one}"
        for source in _SOURCES
    )


def _columns(source: _Source) -> str:
    return (
        f"{source.number}, {source.code}, library.shown, folder.path, {source.name}, "
        f"{source.detail}, {source.digest}"
    )


def _finding(row: Sequence[Any]) -> Finding:
    _, code, library, folder, name, detail, digest = tuple(row)
    path = folder + b"/" + name if folder else name
    return Finding(code, library, shown(path) or path.decode(), detail, digest)


def assets(connection: Connection, digests: Collection[bytes]) -> dict[bytes, int]:
    """Numbers of the assets with these contents that the timeline shows, by digest."""
    wanted = sorted(set(digests))
    found: dict[bytes, int] = {}
    for at in range(0, len(wanted), _AT_A_TIME):
        some = tuple(wanted[at : at + _AT_A_TIME])
        query = (
            "SELECT asset.digest, timeline.asset_id FROM asset "  # noqa: S608 (only marks)
            "CROSS JOIN timeline ON timeline.asset_id = asset.id "
            f"WHERE asset.digest IN ({','.join('?' * len(some))})"
        )
        found |= {digest: number for digest, number in connection.exec_driver_sql(query, some)}
    return found
