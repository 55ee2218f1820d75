from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import MAX_TEXT_CHARS, Fact
from media_server.media.film.movie_tags import tag_facts
from media_server.media.film.movie_time import instant_fact, stamp_fact
from media_server.media.formats.boxes import Boxes
from media_server.media.source import BytesSource
from media_server.media.tags.iso6709 import place_facts
from support.clips import box, full_box


def facts(tags: bytes) -> list[Fact]:
    source = BytesSource(tags)
    return list(tag_facts(source, tuple(Boxes(source).top())))


def values(tags: bytes) -> dict[str, object]:
    return {fact.name: fact.value for fact in facts(tags)}


def apple(pairs: dict[str, str], *, full: bool = False) -> bytes:
    names = b"".join(box(b"mdta", key.encode()) for key in pairs)
    items = b"".join(
        box(number.to_bytes(4, "big"), box(b"data", b"\0\0\0\1\0\0\0\0", value.encode()))
        for number, value in enumerate(pairs.values(), 1)
    )
    handler = full_box(b"hdlr", bytes(4), b"mdta", bytes(13))
    keys = full_box(b"keys", len(pairs).to_bytes(4, "big"), names)
    return box(b"meta", bytes(4) if full else b"", handler, keys, box(b"ilst", items))


def text(kind: bytes, value: bytes) -> bytes:
    return box(kind, struct.pack(">2H", len(value), 0x55C4), value)


@pytest.mark.parametrize("full", [False, True])
def test_apple_keys(full: bool) -> None:
    found = facts(
        apple(
            {
                "com.apple.quicktime.make": "Apple",
                "com.apple.quicktime.location.ISO6709": "+48.8577+002.2950+035.2/",
                "com.apple.quicktime.creationdate": "2019-07-01T12:34:56+0200",
                "com.apple.quicktime.content.identifier": "AB-12",
                "com.apple.quicktime.unheard": "of",
            },
            full=full,
        )
    )
    assert found == [
        Fact("make", "Apple", "QuickTime:Make"),
        Fact("latitude", 48.8577, "QuickTime:GPSCoordinates"),
        Fact("longitude", 2.295, "QuickTime:GPSCoordinates"),
        Fact("altitude_m", 35.2, "QuickTime:GPSCoordinates"),
        Fact("captured", "2019-07-01T12:34:56+02:00", "QuickTime:CreationDate"),
        Fact("content_id", "AB-12", "QuickTime:ContentIdentifier"),
    ]


def test_user_data() -> None:
    found = values(
        box(
            b"udta",
            text(b"\xa9xyz", b"-33.8568+151.2153/"),
            text(b"\xa9mak", b"DJI"),
            text(b"\xa9mod", "Caméra".encode()),
            text(b"\xa9day", b"2012-03-23T15:11:19+0100"),
            full_box(b"titl", b"\x55\xc4", b"Ferien\0"),
            full_box(b"dscp", b"\x55\xc4", "\ufeffsee".encode("utf-16-be")),
            full_box(b"kywd", b"\x55\xc4\x02", b"\x02a\0", b"\x03be\0"),
            bytes(4),
        )
    )
    assert found == {
        "latitude": -33.8568,
        "longitude": 151.2153,
        "make": "DJI",
        "model": "Caméra",
        "captured": "2012-03-23T15:11:19+01:00",
        "title": "Ferien",
        "description": "see",
        "keyword": "be",
    }


def test_location_of_3gpp() -> None:
    numbers = struct.pack(">3i", int(-122.5 * 65_536), int(37.25 * 65_536), 12 * 65_536)
    place = full_box(b"loci", b"\x55\xc4", b"home\0", b"\0", numbers, b"earth\0\0")
    assert values(box(b"udta", place)) == {
        "latitude": 37.25,
        "longitude": -122.5,
        "altitude_m": 12.0,
    }


def test_items_of_itunes() -> None:
    item = box(b"\xa9nam", box(b"data", b"\0\0\0\1\0\0\0\0", b"Song"))
    year = box(b"\xa9day", box(b"data", b"\0\0\0\1\0\0\0\0", b"2009"))
    meta = box(b"meta", bytes(4), full_box(b"hdlr", bytes(21)), box(b"ilst", item, year))
    assert values(box(b"udta", meta)) == {"title": "Song"}


def test_the_zoned_date_comes_first() -> None:
    tags = box(b"udta", text(b"\xa9day", b"2012-03-23T15:11:19")) + apple(
        {"com.apple.quicktime.creationdate": "2019-07-01T12:34:56+02:00"}
    )
    assert [fact.source for fact in facts(tags)] == [
        "QuickTime:CreationDate",
        "QuickTime:ContentCreateDate",
    ]


def test_long_text_is_cut() -> None:
    found = values(box(b"udta", text(b"\xa9nam", b"x" * 9_000)))
    assert found == {"title": "x" * MAX_TEXT_CHARS}


@pytest.mark.parametrize(
    ("seconds", "value"),
    [
        (0, None),
        (2_082_844_800, None),
        (3_644_829_296, "2019-07-01T12:34:56+00:00"),
        (1_561_984_496, "2019-07-01T12:34:56+00:00"),  # from 1970, as some cameras count
        (2**63, None),
    ],
)
def test_seconds_since_1904(seconds: int, value: str | None) -> None:
    fact = instant_fact(seconds, "x")
    assert (fact.value if fact else None) == value


@pytest.mark.parametrize(
    ("stamp", "name", "value"),
    [
        ("2019-07-01T12:34:56Z", "captured_utc", "2019-07-01T12:34:56+00:00"),
        ("2019-07-01T12:34:56.5-0330", "captured", "2019-07-01T12:34:56.500000-03:30"),
        ("2019-07-01 12:34:56", "captured", "2019-07-01T12:34:56"),
        ("1904-01-01T00:00:00Z", None, None),
        ("1970-01-01T00:00:00Z", None, None),
        ("2019-13-01T12:34:56", None, None),
        ("2019-07-01", None, None),
        ("2009", None, None),
    ],
)
def test_dates_in_text(stamp: str, name: str | None, value: str | None) -> None:
    fact = stamp_fact(stamp, "x")
    assert (fact and fact.name, fact and fact.value) == (name, value)


@pytest.mark.parametrize(
    ("place", "numbers"),
    [
        ("+27.5916+086.5640+8850/", [27.5916, 86.564, 8850.0]),
        ("+40.20361-75.00417CRSWGS_84/", [40.20361, -75.00417]),
        ("+4012.22-07500.25/", [40 + 12.22 / 60, -75 - 0.25 / 60]),
        ("-401213.1+0750015.1/", [-(40 + 12 / 60 + 13.1 / 3600), 75 + 15.1 / 3600]),
        ("+00.0000+000.0000/", []),
        ("+91.0000+000.0000/", []),
        ("+12.3+181.0/", []),
        ("+1.2.3+4", []),
        ("nowhere", []),
    ],
)
def test_places(place: str, numbers: list[float]) -> None:
    assert [fact.value for fact in place_facts(place, "x")] == pytest.approx(numbers)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\xa9xyz", b"keys", b"loci", b"kywd", b"ilst"])
)
def test_any_bytes(data: bytes, kind: bytes) -> None:
    body = box(kind, data) if kind else data
    facts(box(b"udta", body) + box(b"meta", bytes(4), full_box(b"hdlr", bytes(21)), body))


@given(st.text(max_size=60))
def test_any_text(value: str) -> None:
    stamp_fact(value, "x")
    list(place_facts(value, "x"))


def test_endless_keys() -> None:
    keys = full_box(b"keys", b"\xff\xff\xff\xff", box(b"mdta", b"a") * 9_000)
    assert facts(box(b"meta", full_box(b"hdlr", bytes(21)), keys)) == []
