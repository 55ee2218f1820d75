"""Reading originals once more for the SHA-1 that a version before it has not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.catalog import files, sha1
from media_server.library.read import close_source, read_file
from media_server.library.roots import Roots
from media_server.model.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.catalog.database import Catalog
    from media_server.catalog.sha1 import Wanting

_PAGE_ASSETS = 64


def read_sha1(catalog: Catalog, *, stopping: Callable[[], bool]) -> int:
    """Give each asset within reach its SHA-1.

    Args:
        catalog: where the assets are.
        stopping: asked between blocks of what is read; what has been read is kept.

    Returns:
        How many assets got theirs.
    """
    behind = given = 0
    with Roots() as roots:
        while not stopping():
            with catalog.read() as connection:
                page = sha1.wanting(connection, behind=behind, most=_PAGE_ASSETS)
            if not page:
                break
            behind = page[-1].asset_id
            given += _read_page(catalog, page, roots, stopping)
    return given


def _read_page(
    catalog: Catalog, page: list[Wanting], roots: Roots, stopping: Callable[[], bool]
) -> int:
    found: list[tuple[int, bytes]] = []
    changed: list[int] = []
    for one in page:
        for at in one.files:
            if stopping():
                break
            try:
                read = read_file(roots.open_file(at), stopping=stopping)
            except FileUnreadable:
                continue
            close_source(read.source)
            if read.digest == one.digest:
                found.append((one.asset_id, read.sha1))
                break
            changed.append(at.file_id)  # it holds something else by now
    if found or changed:
        with catalog.write() as connection:
            sha1.keep(connection, found)
            files.mark_changed(connection, changed)
    return len(found)
