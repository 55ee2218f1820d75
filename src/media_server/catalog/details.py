"""What assets show: facts read from their content, and what was chosen from all that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from media_server.catalog import publishing
from media_server.catalog.bulk import run_over
from media_server.catalog.listing import SHOWN_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


class Undescribed(NamedTuple):
    """An asset of which not all that is known has been looked at.

    Attributes:
        asset_id: its number; digest: its identity; mime: the type of its content.
        facts: what its content says, as JSON.
        name: of the file that is shown for it. mtime_ns: of the same.
    """

    asset_id: int
    digest: bytes
    mime: str
    facts: str
    name: bytes
    mtime_ns: int


class Chosen(NamedTuple):
    """What an asset shows, in the order of the table's columns behind `facts`."""

    taken_local: str | None
    taken_offset_min: int | None
    taken_ns: int | None
    taken_source: str | None
    taken_certainty: str | None
    taken_precision: str | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    make: str | None
    model: str | None
    lens: str | None
    rating: int | None
    title: str | None
    description: str | None
    keywords: str | None
    people: str | None
    duration_ms: int | None
    country: str | None
    region: str | None
    city: str | None
    sources: str | None
    misnamed: bool | None


def keep_facts(connection: Connection, facts: Sequence[tuple[bytes, str]]) -> None:
    """Note what contents say: digest of an asset, and its facts as JSON."""
    run_over(
        connection,
        "INSERT INTO detail (asset_id, facts) SELECT asset.id, column2 FROM {rows} "
        "JOIN asset ON asset.digest = column1 WHERE true "
        "ON CONFLICT (asset_id) DO UPDATE SET facts = excluded.facts",
        facts,
    )


_UNDESCRIBED = text(f"""
SELECT asset.id, asset.digest, asset.mime, detail.facts, file.name, file.mtime_ns FROM asset
JOIN detail ON detail.asset_id = asset.id
JOIN file ON file.id = ({SHOWN_FILE})
WHERE asset.described = 0 AND asset.id > :behind
ORDER BY asset.id LIMIT :most
""")  # noqa: S608 (no outside text in it)


def undescribed(connection: Connection, *, behind: int, most: int) -> list[Undescribed]:
    """Assets to be described that a file holds, in the order of their ids."""
    rows = connection.execute(_UNDESCRIBED, {"behind": behind, "most": most})
    return [Undescribed(*row) for row in rows]


_COLUMNS = Chosen._fields


def describe(connection: Connection, chosen: Sequence[tuple[int, Chosen]]) -> None:
    """Keep what assets show, by their numbers."""
    settings = ", ".join(f"{name} = new.column{at}" for at, name in enumerate(_COLUMNS, 2))
    rows = [(asset_id, *one) for asset_id, one in chosen]
    run_over(
        connection,
        f"UPDATE detail SET {settings} FROM {{rows}} AS new "  # noqa: S608 (only names)
        "WHERE asset_id = new.column1",
        rows,
    )
    run_over(
        connection,
        "UPDATE asset SET described = 1 FROM {rows} AS new WHERE asset.id = new.column1",
        [(asset_id,) for asset_id, _ in chosen],
    )
    publishing.publish(connection, [asset_id for asset_id, _ in chosen])
