"""What is wrong with the files of the libraries that are served: the health list."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import text

from media_server.model.finding import Finding, FindingCode, is_misnamed
from media_server.model.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

# Of the failures of several steps at one asset, the first tells most.
_FAILURES = """
SELECT CASE
        WHEN failure.step = 'read' THEN 'unreadable'
        WHEN failure.code = 'empty' THEN 'zero_byte'
        WHEN failure.code = 'truncated' THEN 'truncated'
        WHEN failure.code = 'too_large' THEN 'too_big'
        WHEN failure.code = 'unrecognised' THEN 'wrong_extension'
        WHEN failure.parked = 1 THEN 'parked'
        ELSE 'failed'
    END, library.shown, folder.path, file.name, failure.detail
FROM failure
JOIN file ON file.id = failure.file_id OR file.digest = failure.digest
JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id
WHERE library.served = 1 AND failure.id = (SELECT min(first.id) FROM failure AS first
    WHERE first.digest = failure.digest OR first.file_id = failure.file_id)
"""
_UNDATED = """
SELECT 'undated', library.shown, folder.path, file.name, ''
FROM detail
JOIN asset ON asset.id = detail.asset_id
JOIN file ON file.digest = asset.digest
JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id
WHERE library.served = 1 AND detail.taken_certainty = 'guess'
"""
_LOOSE = """
SELECT CASE WHEN loose.code IN ('movie_missing', 'photo_missing')
        THEN 'broken_pair' ELSE 'orphan_sidecar' END,
    library.shown, folder.path, loose.name,
    CASE loose.code WHEN 'orphan_sidecar' THEN '' ELSE replace(loose.code, '_', ' ') END
FROM loose
JOIN folder ON folder.id = loose.folder_id
JOIN library ON library.id = folder.library_id
WHERE library.served = 1
"""
_NAMED = """
SELECT asset.mime, library.shown, folder.path, file.name FROM asset
JOIN file ON file.digest = asset.digest
JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id
WHERE library.served = 1
"""


def find(connection: Connection, code: FindingCode | None = None) -> Iterator[Finding]:
    """All that is wrong, or what is wrong in one way; kind by kind, in no further order."""
    for query in (_FAILURES, _UNDATED, _LOOSE):
        for row in connection.execute(text(query)):
            found = cast("FindingCode", row[0])
            if code in (None, found):
                yield Finding(found, row[1], _path(row[2], row[3]), row[4])
    if code in (None, "wrong_extension"):
        for mime, library, folder, name in connection.execute(text(_NAMED)):
            if is_misnamed(name, mime):
                yield Finding("wrong_extension", library, _path(folder, name), mime)


def _path(folder: bytes, name: bytes) -> str:
    path = folder + b"/" + name if folder else name
    return shown(path) or path.decode()


_LOOSE_OF_ASSET = f"""{_LOOSE} AND (loose.folder_id, loose.name) IN
    (SELECT file.folder_id, file.name FROM file WHERE file.digest = :digest)
"""  # noqa: S608 (no outside text in it)
_OF_ASSET = (
    f"{_FAILURES} AND file.digest = :digest",
    f"{_UNDATED} AND file.digest = :digest",
    _LOOSE_OF_ASSET,
)


def of_asset(connection: Connection, digest: bytes) -> Iterator[Finding]:
    """What is wrong with one asset, once for each kind and file."""
    one = {"digest": digest}
    for query in _OF_ASSET:
        for row in connection.execute(text(query), one):
            yield Finding(row[0], row[1], _path(row[2], row[3]), row[4])
    for mime, library, folder, name in connection.execute(
        text(f"{_NAMED} AND asset.digest = :digest"), one
    ):
        if is_misnamed(name, mime):
            yield Finding("wrong_extension", library, _path(folder, name), mime)
