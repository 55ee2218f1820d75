"""Places with pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from media_server.catalog import places
from support.globe import Globe, Spot
from support.shelf import digest_of

if TYPE_CHECKING:
    from support.shelf import Shelf


@pytest.fixture
def globe(shelf: Shelf) -> Globe:
    made = Globe(shelf)
    made.put(
        {
            "a": Spot(48.85, 2.35, 1, "FR", "Île-de-France", "Paris"),
            "b": Spot(48.85, 2.35, 3, "FR", "Île-de-France", "Paris"),
            "c": Spot(48.80, 2.12, 2, "FR", "Île-de-France", "Versailles"),
            "d": Spot(47.37, 8.55, 4, "CH", "Zurich", "Zürich"),
            "e": Spot(44.46, -110.83, 5, "US"),
            "f": Spot(40.0, -40.0, 6),
        }
    )
    return made


def test_counted(globe: Globe) -> None:
    with globe.shelf.catalog.read() as connection:
        found = places.counted(connection)
    assert [(one[:4], one.newest) for one in found] == [
        (("CH", "Zurich", "Zürich", 1), digest_of("d")),
        (("FR", "Île-de-France", "Paris", 2), digest_of("b")),
        (("FR", "Île-de-France", "Versailles", 1), digest_of("c")),
        (("US", "", "", 1), digest_of("e")),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("par", [("city", "Paris", 2)]),
        ("zur", [("city", "Zürich", 1), ("region", "Zurich", 1)]),
        ("FRAN", [("country", "France", 3), ("region", "Île-de-France", 3)]),
        ("de", [("region", "Île-de-France", 3)]),
        ("states", [("country", "United States", 1)]),
        ("aris", []),
        ("%", [("country", "France", 3), ("region", "Île-de-France", 3), ("city", "Paris", 2)]),
    ],
)
def test_suggest(globe: Globe, text: str, expected: list[tuple[str, str, int]]) -> None:
    with globe.shelf.catalog.read() as connection:
        found = places.suggest(connection, text, most=3)
    assert [(one.kind, one.name, one.pictures) for one in found] == expected


def test_suggestions_know_where_they_are(globe: Globe) -> None:
    with globe.shelf.catalog.read() as connection:
        (one,) = places.suggest(connection, "paris", most=3)
    assert (one.country, one.region) == ("FR", "Île-de-France")
