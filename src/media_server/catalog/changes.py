"""What has changed since a client last looked: published assets, and those that are no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Position(NamedTuple):
    """How far a client has followed.

    What is published and what is no more are followed each by itself: no digest is in both at the
    same time, so that their order does not matter.

    Attributes:
        changed: number of the last change of a published asset. asset_id: of that asset.
        removed: number of the last removal. digest: of what was removed.
    """

    changed: int
    asset_id: int
    removed: int
    digest: bytes


BEGINNING: Final = Position(0, 0, 0, b"")
_BEHIND_ALL = 2**63 - 1


class Changes(NamedTuple):
    """Some changes.

    Attributes:
        published: numbers of assets that are new or changed.
        removed: digests of assets that are no longer listed.
        position: behind these.
        more: whether there are more.
    """

    published: list[int]
    removed: list[bytes]
    position: Position
    more: bool


def state(connection: Connection) -> tuple[str, int]:
    """Which catalog this is, and the number of its last change."""
    query = "SELECT catalog_id, changes FROM catalog_state"
    row = connection.exec_driver_sql(query).one()
    return str(row[0]), int(row[1])


def now(connection: Connection) -> Position:
    """Behind all that has changed up to now."""
    _, number = state(connection)
    return Position(number, _BEHIND_ALL, number, b"\xff" * 32)


def since(connection: Connection, position: Position, *, most: int) -> Changes:
    """What came after a position, oldest change first, `most` of it at most."""
    driver = connection.exec_driver_sql
    published = driver(
        "SELECT changed, asset_id FROM timeline WHERE (changed, asset_id) > (?, ?) "
        "ORDER BY changed, asset_id LIMIT ?",
        (position.changed, position.asset_id, most + 1),
    ).all()
    removed = driver(
        "SELECT changed, digest FROM removal WHERE (changed, digest) > (?, ?) "
        "ORDER BY changed, digest LIMIT ?",
        (position.removed, position.digest, most + 1 - min(most, len(published))),
    ).all()
    more = len(published) + len(removed) > most
    published = published[:most]
    removed = removed[: most - len(published)]
    changed, asset_id = published[-1] if published else position[:2]
    at, digest = removed[-1] if removed else position[2:]
    return Changes(
        [row[1] for row in published],
        [row[1] for row in removed],
        Position(changed, asset_id, at, digest),
        more,
    )
