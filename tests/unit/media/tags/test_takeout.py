"""Google Takeout's JSON."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.errors import CorruptError
from media_server.media.facts import MAX_TEXT_CHARS, Fact
from media_server.media.tags.takeout import (
    MAX_PEOPLE,
    MAX_TAKEOUT_BYTES,
    TITLE_SOURCE,
    parse_takeout,
)

# As exported in 2025, with the fields that say nothing about the picture left out.
REAL: dict[str, Any] = {
    "title": "IMG_1.jpg",
    "description": " At the sea\n",
    "imageViews": "3",
    "creationTime": {"timestamp": "1562000000", "formatted": "1 Jul 2019, 16:53:20 UTC"},
    "photoTakenTime": {"timestamp": "1561984496", "formatted": "1 Jul 2019, 12:34:56 UTC"},
    "geoData": {"latitude": 48.8, "longitude": 2.3, "altitude": 35.0, "latitudeSpan": 0.0},
    "geoDataExif": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0, "latitudeSpan": 0.0},
    "people": [{"name": "Ann"}, {"name": "Bo"}, {}],
    "favorited": True,
    "url": "https://photos.google.com/photo/AF1",
}
TAKEN = Fact("captured_utc", "2019-07-01T12:34:56+00:00", "Takeout:photoTakenTime")


def facts(**changes: object) -> list[Fact]:
    return parse_takeout(json.dumps(REAL | changes).encode())


def named(name: str, found: list[Fact]) -> list[Fact]:
    return [fact for fact in found if fact.name == name]


def test_all_that_it_says() -> None:
    assert facts() == [
        Fact("title", "IMG_1.jpg", TITLE_SOURCE),
        TAKEN,
        Fact("description", "At the sea", "Takeout:description"),
        Fact("latitude", 48.8, "Takeout:geoData"),
        Fact("longitude", 2.3, "Takeout:geoData"),
        Fact("altitude_m", 35.0, "Takeout:geoData"),
        Fact("person", "Ann", "Takeout:person"),
        Fact("person", "Bo", "Takeout:person"),
    ]


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse_takeout(b"\xef\xbb\xbf" + json.dumps(REAL).encode()) == facts()


def test_the_title_is_kept_as_written() -> None:
    assert facts(title=" a'b.jpg ")[0].value == " a'b.jpg "


def test_the_camera_s_place_comes_second() -> None:
    camera = {"latitude": -1.5, "longitude": 0, "altitude": 0}
    latitudes = named("latitude", facts(geoDataExif=camera))
    assert [(fact.value, fact.source) for fact in latitudes] == [
        (48.8, "Takeout:geoData"),
        (-1.5, "Takeout:geoDataExif"),
    ]
    assert len(named("altitude_m", facts(geoDataExif=camera))) == 1


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 0, "longitude": 0},
        {"latitude": 91, "longitude": 0},
        {"latitude": 1, "longitude": 180.1},
        {"latitude": "1", "longitude": 2},
        {"latitude": 1},
        {},
        [],
        None,
    ],
)
def test_no_place(place: object) -> None:
    assert not named("latitude", facts(geoData=place))


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        ("1561984496", "2019-07-01T12:34:56+00:00"),
        (1561984496, "2019-07-01T12:34:56+00:00"),
        ("-86400", "1969-12-31T00:00:00+00:00"),
        ("0", None),
        ("", None),
        ("soon", None),
        ("99999999999999999", None),
        ("9" * 4_000, None),
        ("9" * 5_000, None),
        (10**500, None),
    ],
)
def test_times(timestamp: object, expected: str | None) -> None:
    found = named("captured_utc", facts(photoTakenTime={"timestamp": timestamp}))
    assert [fact.value for fact in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Summer", "date": {"timestamp": "1"}},  # an album's
        {"photoTakenTime": {"timestamp": "1"}},
        {"title": "", "photoTakenTime": {"timestamp": "1"}},
        {"title": 1, "photoTakenTime": {"timestamp": "1"}},
        {"title": "a", "photoTakenTime": 1},
        {},
        [],
        1,
        None,
    ],
)
def test_other_json_says_nothing(other: object) -> None:
    assert parse_takeout(json.dumps(other).encode()) == []


def test_one_odd_member_does_not_spoil_the_others() -> None:
    found = facts(description=1, people=[1], geoData="x")
    assert [fact.name for fact in found] == ["title", "captured_utc"]
    broken = json.dumps(REAL).encode().replace(b"At the sea", b"At \xff sea")
    assert TAKEN in parse_takeout(broken)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}x",
        b"\x00",
        b'{"\xff',
        b'{"a":' + b"[" * 100_000,
        b"{" + b" " * MAX_TAKEOUT_BYTES,
    ],
)
def test_no_json(data: bytes) -> None:
    with pytest.raises(CorruptError):
        parse_takeout(data)


def test_a_megabyte_is_the_most() -> None:
    whole = json.dumps(REAL).encode()
    assert parse_takeout(whole.ljust(MAX_TAKEOUT_BYTES)) == facts()
    with pytest.raises(CorruptError):
        parse_takeout(whole.ljust(MAX_TAKEOUT_BYTES + 1))


def test_deep_members_are_absent() -> None:
    deep = json.dumps(REAL)[:-1] + ', "geoData": ' + "[" * 900 + "]" * 900 + "}"
    assert not named("latitude", parse_takeout(deep.encode()))


def test_texts_and_people_are_bounded() -> None:
    found = facts(description="x" * 5_000, people=[{"name": str(at)} for at in range(500)])
    assert named("description", found)[0].value == "x" * MAX_TEXT_CHARS
    assert len(named("person", found)) == MAX_PEOPLE


members = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["timestamp", "latitude", "longitude", "altitude", "name"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(REAL)), members))
def test_any_members_give_facts_that_travel(changes: dict[str, object]) -> None:
    try:
        found = facts(**changes)
    except CorruptError:
        return  # Python writes NaN, which is no JSON
    again = msgspec.json.decode(msgspec.json.encode(found), type=list[Fact])
    assert again == found


@given(st.binary(max_size=300) | st.text('{}[]":,0123', max_size=60).map(str.encode))
def test_any_bytes_give_facts_or_the_one_error(data: bytes) -> None:
    try:
        found = parse_takeout(data)
    except CorruptError:
        return
    assert isinstance(found, list)
