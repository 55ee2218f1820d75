"""Assets as the API's lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection


class Row(NamedTuple):
    """What a list shows of an asset; times in milliseconds since 1970."""

    asset_id: int
    digest: bytes
    name: str
    kind: int
    local_ms: int
    offset_min: int | None
    taken_ms: int
    certainty: str | None
    width_px: int | None
    height_px: int | None
    duration_ms: int | None
    grid: int
    live: bool
    part: bool
    rating: int | None
    colour: int | None


# In the order of `Row`, but for the name, which is read from the listing's member.
COLUMNS = """
    asset.id, asset.digest, asset.entry, timeline.kind, timeline.local_ms,
    detail.taken_offset_min, timeline.taken_ms, detail.taken_certainty, asset.width_px,
    asset.height_px, detail.duration_ms, asset.grid,
    timeline.live, timeline.part, detail.rating, asset.colour"""
TABLES = """
    timeline JOIN asset ON asset.id = timeline.asset_id
    LEFT JOIN detail ON detail.asset_id = timeline.asset_id"""


class _Member(msgspec.Struct):
    filename: str


_read_member = msgspec.json.Decoder(_Member).decode
# The member begins with `"` + digest + `":`.
_MEMBER_AT = 67


def rows(found: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows from what a query for `COLUMNS` found."""
    return [
        Row(one[0], one[1], _read_member(one[2][_MEMBER_AT:]).filename, *one[3:]) for one in found
    ]


def by_ids(connection: Connection, asset_ids: Sequence[int]) -> list[Row]:
    """Rows of the assets that are published, in the order of `asset_ids`, up to 1,000."""
    marks = ",".join("?" * len(asset_ids))
    query = f"SELECT {COLUMNS} FROM {TABLES} WHERE timeline.asset_id IN ({marks})"  # noqa: S608
    found = {row.asset_id: row for row in rows(connection.exec_driver_sql(query, tuple(asset_ids)))}
    return [found[one] for one in asset_ids if one in found]
