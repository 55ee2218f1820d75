"""Which date counts, and how sure it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.library.dating import FILE_SOURCE, ORDER, Certainty, Dated, date_of
from media_server.media.facts import Fact, FactName

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW_NS = 1_700_000_000 * 10**9  # 2023-11-14
MTIME_NS = 1_600_000_000 * 10**9  # 2020-09-13T12:26:40Z
NOON = "2019-07-01T12:00:00"
LOCAL = datetime(2019, 7, 1, 12)
PARIS = [Fact("latitude", 48.8, "EXIF:GPSLatitude"), Fact("longitude", 2.3, "EXIF:GPSLatitude")]
ORIGINAL, DIGITIZED, CHANGED = "EXIF:DateTimeOriginal", "EXIF:DateTimeDigitized", "EXIF:DateTime"


@pytest.fixture(autouse=True)
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def wall(moment: str = NOON, source: str = ORIGINAL) -> Fact:
    return Fact("captured", moment, source)


def utc(moment: str, source: str = "QuickTime:CreateDate") -> Fact:
    return Fact("captured_utc", moment + "+00:00", source)


def dated(
    *facts: Fact,
    sidecar: tuple[Fact, ...] = (),
    takeout: tuple[Fact, ...] = (),
    name: str = "",
    mtime_ns: int = MTIME_NS,
) -> Dated:
    return date_of(facts, sidecar, takeout, file_name=name, mtime_ns=mtime_ns, now_ns=NOW_NS)


def at(year: int, month: int, day: int, *clock: int) -> int:
    moment = datetime(year, month, day, *clock, tzinfo=UTC)  # type: ignore[arg-type, misc]
    return int(moment.timestamp()) * 10**9


# Zones


def test_an_offset_makes_it_exact() -> None:
    expected = Dated(LOCAL, 120, at(2019, 7, 1, 10), ORIGINAL, "exact")
    assert dated(wall(NOON + "+02:00")) == expected


def test_gps_time_gives_the_offset() -> None:
    found = dated(wall(), utc("2019-07-01T09:58:30", "EXIF:GPSDateTime"))
    assert found == Dated(LOCAL, 120, at(2019, 7, 1, 10), ORIGINAL, "zone_by_gps")


@pytest.mark.parametrize(
    ("gps", "offset_min"),
    [
        ("2019-07-01T06:15:00", 345),  # Nepal
        ("2019-07-01T21:30:00", -570),  # the Marquesas
        ("2019-06-30T22:00:00", 14 * 60),
        ("2019-07-02T00:00:00", -12 * 60),
        ("2019-06-30T21:00:00", None),
        ("2019-07-02T01:00:00", None),
        ("2019-07-01T11:40:00", None),  # an old fix: no clock stands at a third of an hour
        ("2018-07-01T10:00:00", None),
    ],
)
def test_gps_offsets_are_those_of_the_world(gps: str, offset_min: int | None) -> None:
    found = dated(wall(), utc(gps, "EXIF:GPSDateTime"))
    assert found.offset_min == offset_min
    assert found.certainty == ("local" if offset_min is None else "zone_by_gps")


def test_a_position_gives_the_offset() -> None:
    expected = Dated(LOCAL, 120, at(2019, 7, 1, 10), ORIGINAL, "zone_by_gps")
    assert dated(wall(), *PARIS) == expected
    assert dated(wall(), *PARIS, utc("2018-07-01T10:00:00", "EXIF:GPSDateTime")) == expected


def test_without_a_zone_it_is_this_computers() -> None:
    assert dated(wall()) == Dated(LOCAL, None, at(2019, 7, 1, 16), ORIGINAL, "local")


def test_an_hour_that_comes_twice_is_the_first() -> None:
    assert dated(wall("2019-10-27T02:30:00"), *PARIS).instant_ns == at(2019, 10, 27, 0, 30)
    assert dated(wall("2019-11-03T01:30:00")).instant_ns == at(2019, 11, 3, 5, 30)


def test_an_impossible_offset_is_none() -> None:
    assert dated(wall(NOON + "+15:01")).offset_min is None
    assert dated(wall(NOON + "-15:00")).offset_min == -900


def test_the_same_second_elsewhere_gives_offset_and_fraction() -> None:
    found = dated(wall(), wall(NOON + ".250000+02:00", DIGITIZED))
    assert found.local == LOCAL.replace(microsecond=250_000)
    assert (found.offset_min, found.source, found.certainty) == (120, ORIGINAL, "exact")
    other = dated(wall(), wall("2019-07-01T12:00:01+02:00", CHANGED))
    assert (other.offset_min, other.local) == (None, LOCAL)


# The order

INSTANT = utc("2019-07-01T16:00:00")


def test_an_instant_has_the_wall_time_of_its_place() -> None:
    expected = Dated(LOCAL.replace(hour=18), 120, at(2019, 7, 1, 16), INSTANT.source, "exact")
    assert dated(INSTANT, *PARIS) == expected
    assert dated(INSTANT) == Dated(LOCAL, None, at(2019, 7, 1, 16), INSTANT.source, "exact")


ROWS: dict[str, dict[str, Any]] = {
    "sidecar": {"sidecar": "XMP:DateTimeOriginal"},
    "exif_original": {"facts": ORIGINAL},
    "container": {"facts": "QuickTime:CreationDate"},
    "container_utc": {"facts_utc": "QuickTime:CreateDate"},
    "xmp": {"facts": "XMP:DateCreated"},
    "iptc": {"facts": "IPTC:DateCreated"},
    "sidecar_digitized": {"sidecar": "XMP:CreateDate"},
    "exif_digitized": {"facts": DIGITIZED},
    "xmp_digitized": {"facts": "XMP:CreateDate"},
    "gps": {"facts_utc": "EXIF:GPSDateTime"},
    "exif_changed": {"facts": CHANGED},
    "takeout": {"takeout_utc": "Takeout:photoTakenTime"},
}


def from_rows(rows: list[str]) -> Dated:
    """Each row gives a date of its own, in 2000 and as many years as its place is."""
    groups: dict[str, list[Fact]] = {"sidecar": [], "facts": [], "takeout": []}
    for row in rows:
        ((where, source),) = ROWS[row].items()
        name: FactName = "captured_utc" if where.endswith("utc") else "captured"
        moment = f"{2001 + ORDER.index(row)}-07-01T12:00:00"
        value = moment + "+00:00" if name == "captured_utc" else moment
        groups[where.removesuffix("_utc")].append(Fact(name, value, source))
    return dated(
        *groups["facts"],
        sidecar=tuple(groups["sidecar"]),
        takeout=tuple(groups["takeout"]),
        name="IMG_20150101_000000.jpg",
    )


def test_the_rows_are_those_of_the_order() -> None:
    assert tuple(ROWS) == ORDER


@given(st.lists(st.sampled_from(ORDER), unique=True))
def test_the_first_of_the_order_counts_whatever_else_is_known(rows: list[str]) -> None:
    found = from_rows(rows)
    if rows:
        first = min(rows, key=ORDER.index)
        assert found.local.year == 2001 + ORDER.index(first)
        assert found.source in ROWS[first].values()
    else:
        assert found.certainty == "name"


def test_apples_zoned_date_before_the_instant() -> None:
    found = dated(INSTANT, wall(NOON + "+02:00", "QuickTime:CreationDate"))
    assert (found.source, found.offset_min) == ("QuickTime:CreationDate", 120)


def test_a_sidecars_edit_before_the_camera() -> None:
    edit = wall("2018-07-01T12:00:00", "XMP:DateTimeOriginal")
    assert dated(wall(NOON + "+02:00"), sidecar=(edit,)).local.year == 2018


def test_a_sidecar_that_repeats_the_camera_keeps_its_offset() -> None:
    found = dated(wall(NOON + ".500000+02:00"), sidecar=(wall(NOON, "XMP:DateTimeOriginal"),))
    assert (found.offset_min, found.local.microsecond) == (120, 500_000)
    assert found.certainty == "exact"


def test_a_sidecars_scan_time_behind_the_camera() -> None:
    scan = wall("2018-07-01T12:00:00", "XMP:CreateDate")
    assert dated(wall(), sidecar=(scan,)).local.year == 2019
    assert dated(wall(source=DIGITIZED), sidecar=(scan,)).local.year == 2018


# Name and file


def test_the_name_before_the_files_time() -> None:
    found = dated(name="IMG_20190701_120000.jpg")
    assert found == Dated(LOCAL, None, at(2019, 7, 1, 16), "name:compact", "name")
    day = dated(name="IMG-20190701-WA0001.jpg")
    assert (day.local, day.precision) == (LOCAL.replace(hour=0), "day")


def test_a_position_gives_the_names_offset() -> None:
    assert dated(*PARIS, name="IMG_20190701_120000.jpg").instant_ns == at(2019, 7, 1, 10)


def test_the_name_of_a_pixel_phone_is_an_instant() -> None:
    name = "PXL_20190701_160000000.jpg"
    assert dated(name=name) == Dated(LOCAL, None, at(2019, 7, 1, 16), "name:pixel", "name")
    assert dated(*PARIS, name=name).local.hour == 18


def test_the_files_time_is_a_guess() -> None:
    local = datetime(2020, 9, 13, 8, 26, 40)
    assert dated() == Dated(local, None, MTIME_NS, FILE_SOURCE, "guess")


@pytest.mark.parametrize("mtime_ns", [0, -1, -(2**63), 2**63 - 1, 10**30, -(10**30)])
def test_any_time_of_a_file(mtime_ns: int) -> None:
    assert dated(mtime_ns=mtime_ns).instant_ns == mtime_ns


# What is hard to believe


@pytest.mark.parametrize(
    "moment",
    [
        "1825-12-31T23:59:59",
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00",
        "1970-01-01T01:00:00+01:00",
        "1904-01-01T00:00:00",
        "2019-02-30T00:00:00",
        "",
        "noon",
        "2019",
    ],
)
def test_no_date_at_all(moment: str) -> None:
    assert dated(wall(moment or " ")).source == FILE_SOURCE


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00", "1904-01-01T00:00:00"])
def test_no_instant_at_all(moment: str) -> None:
    assert dated(utc(moment)).source == FILE_SOURCE


def test_an_instant_with_an_offset_is_not_believed() -> None:
    assert dated(Fact("captured_utc", NOON + "+02:00", "x")).source == FILE_SOURCE


def test_old_photographs_are_dated() -> None:
    assert dated(wall("1826-01-01T00:00:00")).certainty == "local"


@pytest.mark.parametrize("moment", ["1980-01-01T00:00:00", "2000-01-01T00:00:00"])
def test_a_reset_clock_is_a_guess_behind_all_else(moment: str) -> None:
    assert dated(wall(moment)) == dated(wall(moment), mtime_ns=0)
    assert dated(wall(moment)).certainty == "guess"
    assert dated(wall(moment), name="IMG_20190701_120000.jpg").certainty == "name"
    assert dated(wall(moment), wall(source=CHANGED)).source == CHANGED


def test_a_second_after_a_reset_is_believed() -> None:
    assert dated(wall("2000-01-01T00:00:01")).certainty == "local"


def test_what_a_person_dates_to_new_year_is_believed() -> None:
    found = dated(sidecar=(wall("1980-01-01T00:00:00", "XMP:DateTimeOriginal"),))
    assert found.certainty == "local"


def test_the_future_is_the_last_guess() -> None:
    tomorrow = datetime(2023, 11, 15, 17).isoformat()  # 23 hours and 47 minutes on
    late = datetime(2023, 11, 15, 18).isoformat()
    assert dated(wall(tomorrow)).certainty == "local"
    assert dated(wall(late)).source == FILE_SOURCE
    assert dated(wall(late), wall(source=CHANGED)).source == CHANGED
    assert dated(wall(late), mtime_ns=NOW_NS + 10**18).certainty == "guess"
    assert dated(wall(late), mtime_ns=NOW_NS + 10**18).source == ORIGINAL
    assert dated(name="IMG_20990701_120000.jpg").source == FILE_SOURCE


# Whatever comes

SURE: dict[Certainty, int] = {"exact": 3, "zone_by_gps": 3, "local": 3, "name": 2, "guess": 1}
MOMENTS = st.datetimes(datetime(1800, 1, 1), datetime(2100, 1, 1)).map(datetime.isoformat)
VALUES = (
    MOMENTS
    | st.builds("{}{}".format, MOMENTS, st.sampled_from(["+02:00", "-12:00", "+00:00", "+23:59"]))
    | st.sampled_from(
        [NOON, "1970-01-01T00:00:00+00:00", "2000-01-01T00:00:00", "9999-12-31T23:59:59"]
    )
    | st.text(min_size=1, max_size=30)
    | st.floats()
    | st.integers()
)
SOURCES = [source for row in ROWS.values() for source in row.values()] + ["x", "a:b:c"]
FACTS = st.lists(
    st.builds(
        Fact,
        st.sampled_from(["captured", "captured_utc", "rating"]),
        VALUES,
        st.sampled_from(SOURCES),
    )
    | st.builds(
        Fact,
        st.sampled_from(["latitude", "longitude"]),
        st.sampled_from([0.0, 48.8, 2.3]),
        st.just("x"),
    ),
    max_size=6,
)
NAMES = st.sampled_from(["", "IMG_20190701_120000.jpg", "PXL_20990701_120000000.jpg"]) | st.text()


@given(FACTS, FACTS, FACTS, NAMES, st.integers(-(2**63), 2**63))
def test_any_facts_give_a_date(
    facts: list[Fact], sidecar: list[Fact], takeout: list[Fact], name: str, mtime_ns: int
) -> None:
    found = date_of(facts, sidecar, takeout, file_name=name, mtime_ns=mtime_ns, now_ns=NOW_NS)
    assert found.certainty in get_args(Certainty)
    assert found.local.tzinfo is None
    assert found.local.fold == 0
    sources = {fact.source for fact in facts + sidecar + takeout} | {FILE_SOURCE}
    assert found.source in sources or found.source.startswith("name:")
    if found.offset_min is not None:
        east = found.local - timedelta(minutes=found.offset_min) - datetime(1970, 1, 1)
        assert abs(east // timedelta(microseconds=1) * 1_000 - found.instant_ns) < 1_000


@given(FACTS, FACTS, FACTS, NAMES)
def test_without_the_reading_chosen_it_is_no_surer(
    facts: list[Fact], sidecar: list[Fact], takeout: list[Fact], name: str
) -> None:
    def date(*groups: list[Fact]) -> Dated:
        return date_of(*groups, file_name=name, mtime_ns=MTIME_NS, now_ns=NOW_NS)

    chosen = date(facts, sidecar, takeout)
    rest = [
        [fact for fact in some if fact.source != chosen.source]
        for some in (facts, sidecar, takeout)
    ]
    assert SURE[date(*rest).certainty] <= SURE[chosen.certainty]


@given(FACTS, FACTS, FACTS)
def test_facts_that_do_not_count_change_nothing(
    facts: list[Fact], sidecar: list[Fact], takeout: list[Fact]
) -> None:
    chosen = dated(*facts, sidecar=tuple(sidecar), takeout=tuple(takeout))
    more = [*facts, Fact("rating", 3, "XMP:Rating"), wall("never", ORIGINAL)]
    assert dated(*more, sidecar=tuple(sidecar), takeout=tuple(takeout)) == chosen
