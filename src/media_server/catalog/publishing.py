"""What the API publishes of each listed asset, kept ready beside the listing.

A row of `timeline` is written again, in the same transaction, whenever something it shows changes,
and takes the number of that change, so that whoever knows a number can ask what came after it. An
asset that is no longer listed leaves a row in `removal` with its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.catalog import located, search_index
from media_server.catalog.bulk import run_over
from media_server.catalog.schema import Grid, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

SHAPE_SIGNS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""Digits of shapes, 0 to 63."""

_DAY_MS = 86_400_000
_MS_NS = 1_000_000
# 0 to 4095: the short edge by the long one in steps of 1/2047, mirrored for what stands upright.
# A square, and what has no known size, is 2048.
_SHAPE = """
    CASE WHEN coalesce(asset.width_px, 0) < 1 OR coalesce(asset.height_px, 0) < 1 THEN 2048
    WHEN asset.width_px >= asset.height_px
    THEN 2048 + CAST(round(2047.0 - 2047.0 * asset.height_px / asset.width_px) AS INTEGER)
    ELSE 2047 - CAST(round(2047.0 - 2047.0 * asset.width_px / asset.height_px) AS INTEGER) END"""
_KIND = f"""
    CASE WHEN asset.mime LIKE 'video/%' THEN {Kind.VIDEO:d}
    WHEN asset.grid = {Grid.NOT_PICTURED:d} THEN {Kind.OTHER:d} ELSE {Kind.PHOTO:d} END"""
# In each of the places where it lies. Edits and bursts are pictures in their own right.
_PART = """
    NOT EXISTS (SELECT 1 FROM file WHERE file.digest = asset.digest
        AND NOT EXISTS (SELECT 1 FROM link
            WHERE link.part_id = file.id AND link.kind IN ('live_photo', 'raw_jpeg')))"""
# A motion photo, or a Live Photo in one of the places where it lies.
_LIVE = """
    (coalesce(instr(detail.facts, '"motion_offset"'), 0) > 0 OR EXISTS (SELECT 1 FROM file
        JOIN link ON link.primary_id = file.id AND link.kind = 'live_photo'
        WHERE file.digest = asset.digest))"""


def _floor(number: str, unit: int) -> str:
    """SQL of how many whole units; below 0 too, where SQLite rounds up."""
    return f"(({number} - ({number} % {unit} + {unit}) % {unit}) / {unit})"


def _day(milliseconds: str) -> str:
    return _floor(milliseconds, _DAY_MS)


def _sign(number: str) -> str:
    return f"substr('{SHAPE_SIGNS}', {number} + 1, 1)"


_PUBLISH = f"""
INSERT INTO timeline
    (asset_id, local_day, local_ms, taken_day, taken_ms, kind, shape, part, live, changed)
SELECT id, {_day("local_ms")}, local_ms, {_day("taken_ms")}, taken_ms, kind,
    {_sign("(shape >> 6)")} || {_sign("(shape & 63)")}, part, live,
    (SELECT changes FROM catalog_state)
FROM (
    SELECT asset.id,
        coalesce(
            CAST(round((julianday(coalesce(detail.taken_local, asset.captured_local)) - 2440587.5)
                * {_DAY_MS}.0) AS INTEGER),
            {_floor("asset.created_ns", _MS_NS)}) AS local_ms,
        {_floor("coalesce(detail.taken_ns, asset.created_ns)", _MS_NS)} AS taken_ms,
        {_KIND} AS kind, {_SHAPE} AS shape, {_PART} AS part, {_LIVE} AS live
    FROM asset LEFT JOIN detail ON detail.asset_id = asset.id
    WHERE asset.id IN (SELECT asset_id FROM published) AND asset.entry IS NOT NULL
) WHERE true
ON CONFLICT (asset_id) DO UPDATE SET local_day = excluded.local_day, local_ms = excluded.local_ms,
    taken_day = excluded.taken_day, taken_ms = excluded.taken_ms, kind = excluded.kind,
    shape = excluded.shape, part = excluded.part, live = excluded.live,
    changed = excluded.changed
"""  # noqa: S608 (no outside text in it)
# CROSS JOIN has SQLite begin with the few that changed; left to itself it begins with all assets.
_UNLISTED = """
    SELECT asset.id FROM published CROSS JOIN asset ON asset.id = published.asset_id
    WHERE asset.entry IS NULL"""
_REMOVED = f"""
INSERT INTO removal (digest, changed)
SELECT asset.digest, (SELECT changes FROM catalog_state)
FROM asset JOIN timeline ON timeline.asset_id = asset.id WHERE asset.id IN ({_UNLISTED})
ON CONFLICT (digest) DO UPDATE SET changed = excluded.changed
"""  # noqa: S608 (no outside text in it)
_WITHDRAW = f"DELETE FROM timeline WHERE asset_id IN ({_UNLISTED})"  # noqa: S608
_BACK_AGAIN = """
DELETE FROM removal WHERE digest IN (SELECT asset.digest FROM published
    CROSS JOIN asset ON asset.id = published.asset_id WHERE asset.entry IS NOT NULL)
"""


def publish(connection: Connection, asset_ids: Iterable[int]) -> None:
    """Bring what is published of assets in step with what is known of them.

    Args:
        connection: a writing transaction; the change is part of it.
        asset_ids: numbers of assets of which something changed. Repeats do no harm.
    """
    rows = [(asset_id,) for asset_id in set(asset_ids)]
    if not rows:
        return
    driver = connection.exec_driver_sql
    driver("CREATE TEMP TABLE IF NOT EXISTS published (asset_id INTEGER PRIMARY KEY)")
    driver("INSERT INTO published VALUES (?)", rows)
    driver("UPDATE catalog_state SET changes = changes + 1")
    for statement in (_PUBLISH, _REMOVED):
        driver(statement)
    search_index.refresh(connection)
    for statement in (_WITHDRAW, _BACK_AGAIN):
        driver(statement)
    located.refresh(connection)
    driver("DELETE FROM published")


def touch(connection: Connection, digests: Sequence[bytes]) -> None:
    """Note that pictures of assets have changed, which nothing else that is published depends on.

    Args:
        connection: a writing transaction; the change is part of it.
        digests: of the assets.
    """
    if not digests:
        return
    connection.exec_driver_sql("UPDATE catalog_state SET changes = changes + 1")
    run_over(
        connection,
        "UPDATE timeline SET changed = (SELECT changes FROM catalog_state) WHERE asset_id IN "
        "(SELECT asset.id FROM {rows} CROSS JOIN asset ON asset.digest = column1)",
        [(digest,) for digest in digests],
    )


def ids_of(connection: Connection, digests: Iterable[bytes]) -> list[int]:
    """Numbers of the assets with these digests."""
    driver = connection.exec_driver_sql
    found: list[int] = []
    wanted = list(digests)
    for at in range(0, len(wanted), 500):
        some = tuple(wanted[at : at + 500])
        marks = ",".join("?" * len(some))
        rows = driver(f"SELECT id FROM asset WHERE digest IN ({marks})", some)  # noqa: S608
        found += [row[0] for row in rows]
    return found
