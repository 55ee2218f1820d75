from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import Fact
from media_server.media.tags.exif import Exif, format_offset, parse_exif, parse_offset, parse_stamp

Build = Callable[..., bytes]
Row = tuple[int, int, int, bytes]

ORIGINAL, DIGITIZED, CHANGED = 0x9003, 0x9004, 0x0132


def text(tag: int, value: bytes) -> Row:
    return tag, 2, len(value) + 1, value + b"\0"


def stamp(tag: int, year: int) -> Row:
    return text(tag, b"%04d:07:01 12:34:56" % year)


def captured(exif: Exif) -> tuple[str, int | None, str] | None:
    capture = exif.capture
    return capture and (capture.local, capture.offset_min, capture.source)


@pytest.mark.parametrize("order", ["<", ">"])
def test_all_three_dates_in_order_of_preference(build_tiff: Build, order: str) -> None:
    main, both = [stamp(CHANGED, 2003)], [stamp(ORIGINAL, 2001), stamp(DIGITIZED, 2002)]
    for exif, expected in [
        (both, ("2001-07-01T12:34:56", None, "EXIF:DateTimeOriginal")),
        (both[1:], ("2002-07-01T12:34:56", None, "EXIF:DateTimeDigitized")),
        ([], ("2003-07-01T12:34:56", None, "EXIF:DateTime")),
    ]:
        assert captured(parse_exif(build_tiff(main, exif, order=order))) == expected
    assert parse_exif(build_tiff([], [], order=order)).capture is None


def test_each_date_has_its_own_fraction_and_offset(build_tiff: Build) -> None:
    main = [stamp(CHANGED, 2003)]
    details = [
        *(text(0x9290 + n, b"%d" % (n + 1)) for n in range(3)),
        *(text(0x9010 + n, b"+0%d:00" % n) for n in range(3)),
    ]
    original = parse_exif(build_tiff(main, [stamp(ORIGINAL, 2001), *details]))
    digitized = parse_exif(build_tiff(main, [stamp(DIGITIZED, 2002), *details]))
    changed = parse_exif(build_tiff(main, details))
    assert captured(original) == ("2001-07-01T12:34:56.200000", 60, "EXIF:DateTimeOriginal")
    assert captured(digitized) == ("2002-07-01T12:34:56.300000", 120, "EXIF:DateTimeDigitized")
    assert captured(changed) == ("2003-07-01T12:34:56.100000", 0, "EXIF:DateTime")


def test_a_date_in_the_wrong_directory_counts(build_tiff: Build) -> None:
    exif = parse_exif(build_tiff([stamp(ORIGINAL, 2001), stamp(CHANGED, 2003)]))
    assert captured(exif) == ("2001-07-01T12:34:56", None, "EXIF:DateTimeOriginal")


def test_an_unusable_date_gives_way_to_the_next(build_tiff: Build) -> None:
    for bad in (b"0000:00:00 00:00:00", b"", b"    :  :     :  :  ", b"2019:02:30 12:00:00"):
        exif = parse_exif(build_tiff([], [text(ORIGINAL, bad), stamp(DIGITIZED, 2002)]))
        assert captured(exif) == ("2002-07-01T12:34:56", None, "EXIF:DateTimeDigitized")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"2019:07:01 12:34:56", "2019-07-01T12:34:56"),
        (b"2019-07-01 12:34:56", "2019-07-01T12:34:56"),
        (b"2019/07/01 12:34:56", "2019-07-01T12:34:56"),
        (b"2019:07:01T12:34:56Z", "2019-07-01T12:34:56"),
        (b"  2019:7:1  1:02:03 ", "2019-07-01T01:02:03"),
        (b"0001:01:01 00:00:00", "0001-01-01T00:00:00"),
        (b"9999:12:31 23:59:59", "9999-12-31T23:59:59"),
        (b"0000:01:01 00:00:00", None),
        (b"2019:13:01 12:34:56", None),
        (b"2019:02:29 12:34:56", None),
        (b"2019:07:01 24:00:00", None),
        (b"2019:07:01 12:34:60", None),
        (b"2019:07:01 12:34:567", None),
        (b"2019:07:01", None),
        (b"19:07:01 12:34:56", None),
        (b"\xd9\xa2\xd9\xa0\xd9\xa1\xd9\xa9:07:01 12:34:56", None),
        (b"yesterday", None),
    ],
)
def test_stamps(raw: bytes, expected: str | None) -> None:
    assert parse_stamp(raw, None) == expected


@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [(b"5", 500_000), (b"048", 48_000), (b"1234567", 123_456), (b" 12 ", 120_000)]
    + [(junk, 0) for junk in (b"", b"   ", b"-1", b"0x1", b"1.5", b"\xb2")],
)
def test_fractions(fraction: bytes, microsecond: int) -> None:
    local = parse_stamp(b"2019:07:01 12:34:56", fraction)
    assert local is not None
    assert datetime.fromisoformat(local).microsecond == microsecond


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [(b"+02:00", 120), (b"-08:30", -510), (b"Z", 0), (b"+00:00", 0), (b"-0530", -330)]
    + [(b"+14:00", 840), (b" +01:00 ", 60), (b"+1:00", 60)]
    + [(junk, None) for junk in (b"", b"   :  ", b"02:00", b"+99:00", b"+02:60", b"UTC", b"+2")],
)
def test_offsets(raw: bytes, minutes: int | None) -> None:
    assert parse_offset(raw) == minutes


@pytest.mark.parametrize(
    ("value", "expected"), [(b"\6\0", 6), (b"\1\0", 1), (b"\0\0", None), (b"\x09\0", None)]
)
def test_orientation_is_one_to_eight(build_tiff: Build, value: bytes, expected: int | None) -> None:
    assert parse_exif(build_tiff([(0x0112, 3, 1, value)])).orientation == expected


def test_the_thumbnail_is_a_jpeg_inside_the_block(build_tiff: Build) -> None:
    jpeg = b"\xff\xd8\xff\xd9"
    assert parse_exif(build_tiff([stamp(CHANGED, 2003)], [], jpeg)).thumbnail == jpeg
    assert parse_exif(build_tiff([], [], b"no JPEG")).thumbnail is None
    assert parse_exif(build_tiff([], [], jpeg)[:-4]).thumbnail is None


def test_directories_that_point_at_themselves(build_tiff: Build) -> None:
    here = struct.pack("<L", 8)
    block = b"II*\0" + here + struct.pack("<H", 1)
    block += struct.pack("<HHL4s", 0x8769, 4, 1, here) + here
    assert parse_exif(block) == Exif()


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer(rest: bytes) -> None:
    for magic in (b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"):
        capture = parse_exif(magic + rest).capture
        if capture is not None:
            datetime.fromisoformat(capture.local)


_ROWS = st.tuples(
    st.sampled_from([0x0112, 0x0132, 0x8769, 0x9003, 0x9004, 0x9011, 0x9291]),
    st.integers(0, 20),
    st.one_of(st.integers(0, 40), st.integers(0, 2**32 - 1)),
    st.binary(min_size=4, max_size=4),
)


@given(st.lists(_ROWS, max_size=12), st.binary(max_size=60), st.sampled_from("<>"))
def test_any_directory_gives_an_answer(rows: list[Row], rest: bytes, order: str) -> None:
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "LH", 8, len(rows))
    for row in rows:
        block += struct.pack(order + "HHL4s", *row)
    exif = parse_exif(block + rest)
    assert exif.orientation is None or 1 <= exif.orientation <= 8


def test_every_date_is_a_fact(build_tiff: Build) -> None:
    details = [text(0x9291, b"5"), text(0x9011, b"-03:30"), text(0x9012, b"Z")]
    exif = [stamp(ORIGINAL, 2001), stamp(DIGITIZED, 2002), *details]
    assert parse_exif(build_tiff([stamp(CHANGED, 2003)], exif)).facts == (
        Fact("captured", "2001-07-01T12:34:56.500000-03:30", "EXIF:DateTimeOriginal"),
        Fact("captured", "2002-07-01T12:34:56+00:00", "EXIF:DateTimeDigitized"),
        Fact("captured", "2003-07-01T12:34:56", "EXIF:DateTime"),
    )


def test_xmp_and_iptc_in_the_main_directory(build_tiff: Build) -> None:
    iptc = b"\x1c\x02\x19\0\x03one"
    resources = b"8BIM\x04\x04\0\0" + struct.pack(">L", len(iptc)) + iptc
    exif = parse_exif(build_tiff([(0x02BC, 1, 6, b"<x y/>"), (0x83BB, 4, 2, iptc)]))
    assert (exif.xmp, exif.iptc) == (b"<x y/>", iptc)
    photoshop = parse_exif(build_tiff([(0x8649, 1, len(resources), resources)]))
    assert (photoshop.xmp, photoshop.iptc) == (None, iptc)


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(None, ""), (0, "+00:00"), (120, "+02:00"), (-210, "-03:30"), (845, "+14:05")],
)
def test_offsets_are_written_as_they_are_read(minutes: int | None, written: str) -> None:
    assert format_offset(minutes) == written
    assert parse_offset(written.encode()) == minutes
