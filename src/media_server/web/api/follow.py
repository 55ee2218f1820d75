"""Cursors of `/api/v1/changes`: how far a client has followed which catalog."""

from __future__ import annotations

from typing import Annotated

import msgspec

from media_server.catalog.changes import Position
from media_server.web.api import cursor
from media_server.web.problem import Refusal

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class _Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    catalog_id: str
    changed: _Number
    asset_id: _Number
    removed: _Number
    digest: Annotated[bytes, msgspec.Meta(max_length=32)]


def write(catalog_id: str, position: Position) -> str:
    """The cursor of a position in a catalog."""
    return cursor.write((catalog_id, *position))


def read(text: str, catalog_id: str) -> Position:
    """The position of a cursor.

    Raises:
        Refusal: it is no cursor, or one of another catalog.
    """
    found = cursor.read(text, _Cursor)
    if found.catalog_id != catalog_id:
        raise Refusal("gone")
    return Position(found.changed, found.asset_id, found.removed, found.digest)
