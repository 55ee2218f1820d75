"""The timeline: the whole library's shape in one go, and what stands at a place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from media_server.catalog.items import COLUMNS, TABLES, Row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from media_server.model.digest import Digest

Order = Literal["local", "taken"]
"""By the calendar where each was taken, or by the world's clock; the newest first."""


class Day(NamedTuple):
    """One day of the timeline.

    Attributes:
        day: days since 1970-01-01.
        shapes: two signs for each asset, the newest first, as `publishing` writes them.
    """

    day: int
    shapes: str


class Standing(NamedTuple):
    """Where an asset stands.

    Attributes:
        day: days since 1970-01-01.
        offset: how many of that day come before it.
    """

    day: int
    offset: int


class Condition(NamedTuple):
    """Which assets are asked for.

    Attributes:
        sql: what must hold of a row of `timeline`, with `?` for each value.
        values: in the order of the marks.
    """

    sql: str = "1"
    values: tuple[object, ...] = ()


EVERYTHING: Final = Condition()


def days(connection: Connection, order: Order, condition: Condition = EVERYTHING) -> Iterator[Day]:
    """All days on which something was taken, the newest first."""
    # The group is read in the order of the index, which is what the signs stand in.
    source = f"timeline INDEXED BY timeline_{order} WHERE part = 0"
    if condition is not EVERYTHING:
        source = (
            f"(SELECT {order}_day, shape FROM timeline "  # noqa: S608 (no outside text)
            f"WHERE part = 0 AND {condition.sql} ORDER BY {_newest_first(order)})"
        )
    query = (
        f"SELECT {order}_day, group_concat(shape, '') FROM {source} "  # noqa: S608
        f"GROUP BY {order}_day ORDER BY {order}_day DESC"
    )
    for row in connection.exec_driver_sql(query, condition.values):
        yield Day(*row)


def items(
    connection: Connection,
    order: Order,
    *,
    day: int,
    offset: int,
    most: int,
    condition: Condition = EVERYTHING,
) -> list[Row]:
    """What stands at a place of the timeline and behind it, on older days too.

    Args:
        connection: any transaction.
        order: of the timeline.
        day: days since 1970-01-01 where to begin.
        offset: how many of that day come before it.
        most: how many at most.
        condition: which assets the timeline is of.
    """
    query = (
        f"SELECT {COLUMNS} FROM {TABLES} WHERE timeline.asset_id IN ("  # noqa: S608
        f"SELECT asset_id FROM timeline WHERE part = 0 AND {order}_day <= ? AND {condition.sql} "
        f"ORDER BY {_newest_first(order)} LIMIT ? OFFSET ?) ORDER BY {_newest_first(order)}"
    )
    return rows(connection.exec_driver_sql(query, (day, *condition.values, most, offset)))


def standing(
    connection: Connection, order: Order, digest: Digest, condition: Condition = EVERYTHING
) -> Standing | None:
    """Where an asset stands in the timeline; None where it is not shown.

    The work grows with the assets of that day that come before it.

    Args:
        connection: any transaction.
        order: of the timeline.
        digest: of the asset.
        condition: which assets the timeline is of.
    """
    found = connection.exec_driver_sql(
        f"SELECT timeline.{order}_day, timeline.{order}_ms, asset_id FROM asset "  # noqa: S608
        "CROSS JOIN timeline ON asset_id = asset.id "
        f"WHERE asset.digest = ? AND part = 0 AND {condition.sql}",
        (digest, *condition.values),
    ).fetchone()
    if found is None:
        return None
    day, time_ms, asset_id = found
    before = connection.exec_driver_sql(
        f"SELECT count(*) FROM timeline INDEXED BY timeline_{order} "  # noqa: S608
        f"WHERE part = 0 AND {order}_day = ? AND ({order}_ms, asset_id) > (?, ?) "
        f"AND {condition.sql}",
        (day, time_ms, asset_id, *condition.values),
    ).scalar_one()
    return Standing(day, before)


def _newest_first(order: Order) -> str:
    columns = (f"{order}_day", f"{order}_ms", "asset_id")
    return ", ".join(f"timeline.{column} DESC" for column in columns)
