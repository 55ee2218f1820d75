"""Places where listed assets were taken: countries, regions and cities, with how many there are.

`place` has a row for each city of a region of a country, with empty words where a position is in a
country but in no city. Its counts are kept by `located`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from media_server.catalog.bulk import run_over
from media_server.model import country
from media_server.model.spelling import key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

_AT_A_TIME: Final = 300


class Counted(NamedTuple):
    """A place with its pictures.

    Attributes:
        country: ISO 3166-1 alpha-2. region: empty where that is not known. city: the same.
        pictures: how many were taken there. newest_ms: when the last one was, since 1970 in UTC.
        newest: digest of that one.
    """

    country: str
    region: str
    city: str
    pictures: int
    newest_ms: int
    newest: bytes


_TREE = """
SELECT place.country, place.region, place.city, place.pictures, place.newest_ms, asset.digest
FROM place CROSS JOIN asset ON asset.id = place.newest_id
ORDER BY place.country, place.region, place.city
"""


def counted(connection: Connection) -> list[Counted]:
    """All places with pictures, by country, region and city."""
    return [Counted(*row) for row in connection.exec_driver_sql(_TREE)]


class Suggested(NamedTuple):
    """A place that what somebody types may mean.

    Attributes:
        kind: what it is. name: of it. country: its code. region: of a city; empty otherwise.
        pictures: how many were taken there.
    """

    kind: Literal["country", "region", "city"]
    name: str
    country: str
    region: str
    pictures: int


def suggest(connection: Connection, text: str, *, most: int) -> list[Suggested]:
    """Places with pictures one of whose words begins as `text` does, those with most first.

    Case and accents make no difference. Without text, those with most pictures.
    """
    counts: dict[Suggested, int] = {}
    for code, region, city, pictures in connection.exec_driver_sql(_NAMES):
        for one in (
            Suggested("country", country.name_of(code), code, "", 0),
            Suggested("region", region, code, "", 0),
            Suggested("city", city, code, region, 0),
        ):
            if one.name:
                counts[one] = counts.get(one, 0) + pictures
    wanted = f" {key(text)}"
    found = [
        one._replace(pictures=pictures)
        for one, pictures in counts.items()
        if wanted in f" {_key(one.name)}"
    ]
    return sorted(found, key=lambda one: (-one.pictures, one))[:most]


_key = lru_cache(maxsize=65_536)(key)


_NAMES = "SELECT country, region, city, pictures FROM place"
_FIND = """
SELECT column1, column2, column3, place.id FROM {rows}
CROSS JOIN place ON country = column1 AND region = column2 AND city = column3
"""
_NAME = """
INSERT OR IGNORE INTO place (country, region, city, pictures, newest_ms, newest_id)
SELECT column1, column2, column3, 0, 0, 0 FROM {rows}
"""
_ADD = """
UPDATE place SET pictures = pictures + more.column2 FROM {rows} AS more WHERE id = more.column1
"""
_NEWEST = """
UPDATE place SET (newest_ms, newest_id) = (SELECT taken_ms, asset_id FROM located
    WHERE located.place_id = place.id ORDER BY taken_ms DESC, asset_id DESC LIMIT 1)
WHERE pictures > 0 AND id IN (SELECT column1 FROM {rows})
"""
_EMPTY = "DELETE FROM place WHERE pictures = 0 AND id IN (SELECT column1 FROM {rows})"


def numbers(
    connection: Connection, wanted: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], int]:
    """Numbers of places, by country, region and city; new ones get theirs.

    Args:
        connection: a writing transaction, which also says with `add` what is there now.
        wanted: the places.
    """
    rows = sorted(wanted)
    run_over(connection, _NAME, rows)
    found: dict[tuple[str, str, str], int] = {}
    for at in range(0, len(rows), _AT_A_TIME):
        some = rows[at : at + _AT_A_TIME]
        query = _FIND.replace("{rows}", f"(VALUES {','.join(['(?,?,?)'] * len(some))})")
        values: Sequence[Any] = [word for row in some for word in row]
        for *words, number in connection.exec_driver_sql(query, tuple(values)):
            found[words[0], words[1], words[2]] = number
    return found


def add(connection: Connection, more: Mapping[int, int]) -> None:
    """Bring the counts in step with `located`, which has been changed already.

    Args:
        connection: a writing transaction.
        more: how many pictures more there are, or fewer, by number of the place; 0 where only the
            newest may be another one.
    """
    rows = sorted(more.items())
    run_over(connection, _ADD, rows)
    touched = [(number,) for number, _ in rows]
    run_over(connection, _NEWEST, touched)
    run_over(connection, _EMPTY, touched)
