"""Which reading counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.library.choosing import Position, first, gathered, position_of
from media_server.media.facts import Fact, FactName
from media_server.media.tags.takeout import TITLE_SOURCE


def place(
    latitude: float, longitude: float, source: str = "EXIF:GPSLatitude", **more: float
) -> list[Fact]:
    found = [Fact("latitude", latitude, source), Fact("longitude", longitude, source)]
    for name in ("altitude_m", "direction_deg"):
        if name in more:
            found.append(Fact(name, more[name], source))
    return found


def test_a_sidecars_place_before_the_files_before_takeouts() -> None:
    groups = [place(1, 2), place(3, 4, "XMP:GPSLatitude"), place(5, 6, "Takeout:geoData")]
    assert position_of(*groups) == Position(3, 4, None, None, "XMP:GPSLatitude")
    groups[1] = []
    assert position_of(*groups) == Position(1, 2, None, None, "EXIF:GPSLatitude")
    groups[0] = []
    assert position_of(*groups) == Position(5, 6, None, None, "Takeout:geoData")
    assert position_of([], [], []) is None


def test_altitude_and_direction_are_from_the_same_place() -> None:
    facts = [*place(1, 2), *place(3, 4, "XMP:a", altitude_m=5), Fact("direction_deg", 9, "EXIF:b")]
    assert position_of(facts, [], []) == Position(1, 2, None, 9, "EXIF:GPSLatitude")
    assert position_of(place(1, 2, altitude_m=7), place(0, 1), []) == Position(
        0, 1, None, None, "EXIF:GPSLatitude"
    )


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(0, 0), (91, 0), (0, 181), (math.nan, 1), (1, math.inf)]
)
def test_no_place(latitude: float, longitude: float) -> None:
    assert position_of(place(latitude, longitude), [], []) is None
    second = place(latitude, longitude) + place(3, 4)
    assert position_of(second, [], []) == Position(3, 4, None, None, "EXIF:GPSLatitude")


def test_half_a_place_is_none() -> None:
    assert position_of([Fact("latitude", 1.0, "a")], [Fact("longitude", 1.0, "b")], []) is None


def fact(name: FactName, value: str | int, source: str = "x") -> Fact:
    return Fact(name, value, source)


@pytest.mark.parametrize("name", ["rating", "title", "description"])
def test_peoples_words_count_from_the_sidecar(name: FactName) -> None:
    groups = [[fact(name, 1)], [fact(name, 2), fact(name, 3)], [fact(name, 4)]]
    assert first(name, *groups) == fact(name, 2)
    assert first(name, groups[0], [], groups[2]) == fact(name, 1)
    assert first(name, [], [], groups[2]) == fact(name, 4)
    assert first(name, [], [], []) is None


@pytest.mark.parametrize("name", ["make", "model", "lens", "exposure_s"])
def test_the_cameras_words_count_from_the_file(name: FactName) -> None:
    groups = [fact(name, "a")], [fact(name, "b")], [fact(name, "c")]
    assert first(name, *groups) == fact(name, "a")
    assert first(name, [], *groups[1:]) == fact(name, "b")


def test_takeouts_title_is_a_file_name() -> None:
    assert first("title", [], [], [fact("title", "a.jpg", TITLE_SOURCE)]) is None


def test_keywords_are_gathered() -> None:
    groups = (
        [fact("keyword", "sea"), fact("keyword", "Sun"), fact("person", "Ann")],
        [fact("keyword", "SUN"), fact("keyword", "sand")],
        [fact("keyword", "Sea")],
    )
    assert gathered("keyword", *groups) == ("SUN", "sand", "sea")
    assert gathered("person", *groups) == ("Ann",)


@given(st.lists(st.text(min_size=1, max_size=4)), st.lists(st.text(min_size=1, max_size=4)))
def test_each_keyword_once(file: list[str], sidecar: list[str]) -> None:
    groups = [[fact("keyword", one) for one in some] for some in (file, sidecar, file)]
    found = gathered("keyword", *groups)
    assert {one.casefold() for one in found} == {one.casefold() for one in file + sidecar}
    assert len(found) == len({one.casefold() for one in found})
