"""`/api/v1/folders`: the libraries as they are on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from media_server.catalog import folders, items
from media_server.web.api import cursor, times, values
from media_server.web.api.items import item_of
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Route

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.catalog.folders import Below
    from media_server.web.route import Call

_MOST = 1_000


class FolderQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which files.

    Attributes:
        cursor: `next` of an earlier answer, to go on behind it.
        limit: how many files at most.
    """

    cursor: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] = 200


class FolderIn(msgspec.Struct, frozen=True):
    """A folder in another one, or a library's root.

    Attributes:
        id: its number. name: of the folder; empty for a root.
        files: in the folder itself; 10,000 means that or more.
        cover: digest of an asset in it, or in a folder below, that has a picture.
    """

    id: int
    name: str
    files: int
    cover: values.DigestText | None


class Crumb(msgspec.Struct, frozen=True):
    """A folder on the way from the root."""

    id: int
    name: str


class FileIn(msgspec.Struct, frozen=True):
    """A file.

    Attributes:
        name: of the file. size_bytes: of it. modified: ISO 8601 in UTC.
        digest: of its content; null until it has been read.
        item: its asset, as lists show it; null as long as there is none.
    """

    name: str
    size_bytes: int
    modified: str
    digest: values.DigestText | None
    item: values.Item | None


class FolderAnswer(msgspec.Struct, frozen=True):
    """A folder.

    Attributes:
        id: its number. library_id: of its library. name: empty for a root.
        parents: from the root on.
        folders: in it, by name; only in the answer without a cursor.
        files: some of its files, by name.
        next: cursor of the files that follow; null at the end.
    """

    id: int
    library_id: int
    name: str
    parents: list[Crumb]
    folders: list[FolderIn]
    files: list[FileIn]
    next: str | None


class Folders:
    """Answers about folders."""

    def __init__(self, catalog: Catalog) -> None:
        """Take where they are known."""
        self._catalog = catalog

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/folders",
                needs="read",
                answer=self._roots,
                group="Folders",
                summary="The root folder of each library",
                gives=list[FolderIn],
            ),
            Route(
                method="GET",
                path="/api/v1/folders/{id}",
                needs="read",
                answer=self._one,
                group="Folders",
                summary="A folder as it is on disk",
                query=FolderQuery,
                gives=FolderAnswer,
                refuses=("bad_cursor", "not_found"),
            ),
        ]

    def _roots(self, call: Call[None, None]) -> ASGIApp:
        del call
        with self._catalog.read() as connection:
            found = folders.roots(connection)
        return JsonAnswer([_below(one) for one in found])

    def _one(self, call: Call[FolderQuery, None]) -> ASGIApp:
        asked = call.query
        behind = cursor.read(asked.cursor, bytes) if asked.cursor else b""
        with self._catalog.read() as connection:
            folder = folders.find(connection, _number(call.path["id"]))
            if folder is None:
                raise Refusal("not_found")
            parents = folders.parents(connection, folder)
            inside = [] if asked.cursor else folders.inside(connection, folder.folder_id)
            found = folders.files(connection, folder.folder_id, behind=behind, most=asked.limit + 1)
            some = found[: asked.limit]
            ids = [one.asset_id for one in some if one.asset_id is not None]
            rows = items.by_ids(connection, ids) if ids else []
        shown = {row.asset_id: item_of(row) for row in rows}
        return JsonAnswer(
            FolderAnswer(
                folder.folder_id,
                folder.library_id,
                _name(folder.shown),
                [Crumb(one.folder_id, _name(one.shown)) for one in parents],
                [_below(one) for one in inside],
                [_file(one, shown) for one in some],
                cursor.write(some[-1].name) if len(found) > len(some) else None,
            )
        )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal("not_found")
    return int(text)


def _name(shown: str) -> str:
    return shown.rpartition("/")[2]


def _below(one: Below) -> FolderIn:
    cover = None if one.cover is None else one.cover.hex()
    return FolderIn(one.folder_id, _name(one.shown), one.files, cover)


def _file(one: folders.FileIn, shown: dict[int, values.Item]) -> FileIn:
    item = None if one.asset_id is None else shown.get(one.asset_id)
    return FileIn(
        one.shown,
        one.size_bytes,
        times.instant_of_ns(one.mtime_ns),
        None if one.digest is None else one.digest.hex(),
        item,
    )
