"""Folders as they are on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

COUNTED: Final = 10_000
"""Files of a folder are counted up to this."""


class Folder(NamedTuple):
    """A folder: its number, its library's, its path below the root as text, and as bytes."""

    folder_id: int
    library_id: int
    shown: str
    path: bytes
    parent_id: int | None


class Below(NamedTuple):
    """A folder in another one.

    Attributes:
        folder_id: its number. path: below the library's root. name: as text.
        files: in it, not counting folders below; at most `COUNTED`.
        cover: digest of a file in it that has a picture, or of one in a folder below; None where
            none is soon found.
    """

    folder_id: int
    path: bytes
    shown: str
    files: int
    cover: bytes | None


class FileIn(NamedTuple):
    """A file in a folder: name as bytes and text; digest and asset where they are known."""

    name: bytes
    shown: str
    size_bytes: int
    mtime_ns: int
    digest: bytes | None
    asset_id: int | None


_SHOWN = "coalesce(folder.shown, CAST(folder.path AS TEXT))"
_BELOW = f"""
SELECT folder.id, folder.path, {_SHOWN},
    (SELECT count(*) FROM (SELECT 1 FROM file WHERE file.folder_id = folder.id LIMIT {COUNTED})),
    (SELECT file.digest FROM file JOIN asset ON asset.digest = file.digest
        WHERE file.folder_id = folder.id AND asset.grid IN (1, 2) ORDER BY file.name LIMIT 1)"""  # noqa: S608 (no outside text in it)
# CROSS JOIN has SQLite begin with the few libraries.
_ROOTS = text(f"""{_BELOW}
FROM library CROSS JOIN folder ON folder.library_id = library.id AND folder.path = x''
WHERE library.served = 1 AND folder.gone = 0
""")
_INSIDE = text(f"""{_BELOW}
FROM folder JOIN library ON library.id = folder.library_id AND library.served = 1
WHERE folder.gone = 0 AND folder.parent_id = :folder_id ORDER BY folder.path
""")
_ONE = text(f"""
SELECT folder.id, folder.library_id, {_SHOWN}, folder.path, folder.parent_id
FROM folder JOIN library ON library.id = folder.library_id AND library.served = 1
WHERE folder.id = :folder_id
""")  # noqa: S608 (no outside text in it)
_FILES = text("""
SELECT file.name, coalesce(file.shown, CAST(file.name AS TEXT)), file.size_bytes, file.mtime_ns,
    file.digest, timeline.asset_id
FROM file LEFT JOIN asset ON asset.digest = file.digest
LEFT JOIN timeline ON timeline.asset_id = asset.id
WHERE file.folder_id = :folder_id AND file.name > :behind ORDER BY file.name LIMIT :most
""")


# Of a folder that holds folders alone. Bounded, as there may be very many without a picture yet.
_COVER = text("""
SELECT file.digest
FROM (SELECT id FROM folder WHERE library_id = (SELECT library_id FROM folder WHERE id = :folder_id)
    AND path > :first AND path < :behind AND gone = 0 ORDER BY path LIMIT 30) AS some
CROSS JOIN file ON file.id IN (SELECT id FROM file AS one
    WHERE one.folder_id = some.id AND one.digest IS NOT NULL LIMIT 3)
CROSS JOIN asset ON asset.digest = file.digest
WHERE asset.grid IN (1, 2) LIMIT 1
""")


def roots(connection: Connection) -> list[Below]:
    """The root folders of the libraries that are served."""
    return [_covered(connection, Below(*row)) for row in connection.execute(_ROOTS)]


def find(connection: Connection, folder_id: int) -> Folder | None:
    """A folder of a library that is served."""
    row = connection.execute(_ONE, {"folder_id": folder_id}).first()
    return None if row is None else Folder(*row)


def parents(connection: Connection, folder: Folder) -> list[Folder]:
    """The folders that a folder is in, from the root on."""
    above: list[Folder] = []
    while folder.parent_id is not None:
        found = find(connection, folder.parent_id)
        if found is None:
            break
        above.insert(0, found)
        folder = found
    return above


def inside(connection: Connection, folder_id: int) -> list[Below]:
    """The folders in a folder, by path."""
    rows = connection.execute(_INSIDE, {"folder_id": folder_id}).all()
    return [_covered(connection, Below(*row)) for row in rows]


def _covered(connection: Connection, one: Below) -> Below:
    if one.cover is not None:
        return one
    first, behind = (one.path + b"/", one.path + b"0") if one.path else (b"", b"\xff")
    within = {"folder_id": one.folder_id, "first": first, "behind": behind}
    return one._replace(cover=connection.execute(_COVER, within).scalar())


def files(connection: Connection, folder_id: int, *, behind: bytes, most: int) -> list[FileIn]:
    """Files of a folder, by name, from behind a name on."""
    rows = connection.execute(_FILES, {"folder_id": folder_id, "behind": behind, "most": most})
    return [FileIn(*row) for row in rows]
