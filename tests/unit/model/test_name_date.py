"""Dates in file names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.model.name_date import (
    FIRST_YEAR,
    LAST_YEAR,
    NameDate,
    NamePattern,
    Precision,
    date_in_name,
)

SECOND = datetime(2019, 7, 1, 12, 34, 56)
DAY = datetime(2019, 7, 1)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("IMG_20190701_123456.jpg", "compact"),
        ("VID_20190701_123456.mp4", "compact"),
        ("MVIMG_20190701_123456.jpg", "compact"),
        ("20190701_123456.jpg", "compact"),
        ("20190701_123456(0).jpg", "compact"),
        ("20190701_123456_HDR.jpg", "compact"),
        ("20190701_123456A.heic", "compact"),
        ("IMG_20190701_123456_1.jpg", "compact"),
        ("IMG20190701123456.jpg", "compact"),
        ("00000IMG_00000_BURST20190701123456_COVER.jpg", "compact"),
        ("DJI_20190701123456_0001_D.JPG", "compact"),
        ("Screenshot_20190701-123456.png", "compact"),
        ("screen-20190701-123456.mp4", "compact"),
        ("WIN_20190701_12_34_56_Pro.jpg", "compact"),
        ("PANO_20190701_123456.jpg", "compact"),
        ("Screenshot_2019-07-01-12-34-56.png", "dashed"),
        ("Screenshot_2019-07-01-12-34-56-789_com.app.png", "dashed"),
        ("Screenshot from 2019-07-01 12-34-56.png", "dashed"),
        ("Screenshot 2019-07-01 at 12.34.56.png", "dashed"),
        ("Bildschirmfoto 2019-07-01 um 12.34.56.png", "dashed"),
        ("Capture d’écran 2019-07-01 à 12.34.56.png", "dashed"),
        ("Screen Shot 2019-07-01 at 12.34.56 PM.png", "dashed"),
        ("Screen Shot 2019-07-01 at 12.34.56\u202fPM (2).png", "dashed"),
        ("WhatsApp Image 2019-07-01 at 12.34.56.jpeg", "dashed"),
        ("signal-2019-07-01-12-34-56.jpg", "dashed"),
        ("signal-2019-07-01-123456.jpg", "dashed"),
        ("photo_2019-07-01_12-34-56.jpg", "dashed"),
        ("photo_1_2019-07-01_12-34-56.jpg", "dashed"),
        ("2019-07-01 12.34.56.jpg", "dashed"),
        ("2019-07-01 12.34.56-1.jpg", "dashed"),
        ("2019-07-01T12:34:56.jpg", "dashed"),
        ("photo_12@01-07-2019_12-34-56.jpg", "telegram"),
    ],
)
def test_seconds(name: str, pattern: NamePattern) -> None:
    assert date_in_name(name) == NameDate(SECOND, "second", pattern)


@pytest.mark.parametrize(
    ("name", "local", "precision", "pattern"),
    [
        ("IMG_20190701_123456789.jpg", SECOND.replace(microsecond=789_000), "second", "compact"),
        ("x_BURST20190701123456789.jpg", SECOND.replace(microsecond=789_000), "second", "compact"),
        (
            "Screen Shot 2019-07-01 at 9.41.12 AM.png",
            datetime(2019, 7, 1, 9, 41, 12),
            "second",
            "dashed",
        ),
        (
            "Screen Shot 2019-07-01 at 9.41.12 PM.png",
            datetime(2019, 7, 1, 21, 41, 12),
            "second",
            "dashed",
        ),
        (
            "Screen Shot 2019-07-01 at 12.00.01 AM.png",
            datetime(2019, 7, 1, 0, 0, 1),
            "second",
            "dashed",
        ),
        (
            "WhatsApp Image 2019-07-01 at 12.34.jpeg",
            datetime(2019, 7, 1, 12, 34),
            "minute",
            "dashed",
        ),
        ("2019-07-01 12.34.jpg", datetime(2019, 7, 1, 12, 34), "minute", "dashed"),
        ("x 2019-07-01 at 1.34 pm.jpeg", datetime(2019, 7, 1, 13, 34), "minute", "dashed"),
        ("IMG-20190701-WA0001.jpg", DAY, "day", "messenger_day"),
        ("VID-20190701-WA0012.mp4", DAY, "day", "messenger_day"),
        ("WP_20190701_001.jpg", DAY, "day", "messenger_day"),
        ("2019-07-01 Birthday.jpg", DAY, "day", "dashed_day"),
        ("2019-07-01.jpg", DAY, "day", "dashed_day"),
        ("2019-07-01-99-99-99.jpg", DAY, "day", "dashed_day"),
        ("2019-07-01-12.34.jpg", DAY, "day", "dashed_day"),
        ("20191399_2019-07-01 x.jpg", DAY, "day", "dashed_day"),
    ],
)
def test_other_precisions(
    name: str, local: datetime, precision: Precision, pattern: NamePattern
) -> None:
    assert date_in_name(name) == NameDate(local, precision, pattern)


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("PXL_20190701_123456789.jpg", SECOND.replace(microsecond=789_000)),
        ("PXL_20190701_123456789.MP.jpg", SECOND.replace(microsecond=789_000)),
        ("PXL_20190701_123456.PORTRAIT-01.COVER.jpg", SECOND),
    ],
)
def test_pixel_phones_write_utc(name: str, local: datetime) -> None:
    assert date_in_name(name) == NameDate(local, "second", "pixel", utc=True)


@pytest.mark.parametrize("before", ["", "FB_IMG_", "mmexport", "wx_camera_"])
def test_milliseconds_since_1970(before: str) -> None:
    expected = datetime(2019, 7, 1, 12, 34, 56, 123_000)
    assert date_in_name(before + "1561984496123.jpg") == NameDate(
        expected, "second", "epoch", utc=True
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "IMG_1234.HEIC",
        "IMG_E1234.HEIC",
        "DSC_0001.JPG",
        "GOPR0123.MP4",
        "P1000123.JPG",
        "IMG_20191399.jpg",
        "IMG_20190701.jpg",
        "IMG_20190230_123456.jpg",
        "IMG_20190701_993456.jpg",
        "IMG_19890701_123456.jpg",
        "IMG_21010701_123456.jpg",
        "IMG_120190701_123456.jpg",
        "IMG_20190701_1234567.jpg",
        "120190701123456.jpg",
        "201907011234567890.jpg",
        "Photo 01-07-2019 12.34.56.jpg",
        "Photo 01-07-2019.jpg",
        "photo_1@32-07-2019_12-34-56.jpg",
        "978-2019-07-01.jpg",
        "12019-07-01.jpg",
        "2019-07-011.jpg",
        "2019-13-01.jpg",
        "1989-07-01.jpg",
        "4006381333931.jpg",
        "15619844961234.jpg",
        "1561984496123abc.jpg",
        "IMG-20190732-WA0001.jpg",
        "received_1561984496123456.jpeg",
        "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg",
        "IMG_\u0662\u0660\u0661\u0669\u0660\u0667\u0660\u0661_123456.jpg",
    ],
)
def test_no_date(name: str) -> None:
    assert date_in_name(name) is None


def test_only_what_can_be_a_name_is_read() -> None:
    assert date_in_name("x" * 240 + "20190701_123456") is not None
    assert date_in_name("x" * 241 + "20190701_123456") is None


def test_an_hour_of_twelve_is_1_to_12() -> None:
    day = NameDate(DAY, "day", "dashed_day")
    assert date_in_name("Screen Shot 2019-07-01 at 13.41.12 PM.png") == day
    assert date_in_name("Screen Shot 2019-07-01 at 0.41.12 AM.png") == day


moments = st.datetimes(datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(
    moments,
    st.sampled_from(
        [
            "IMG_%Y%m%d_%H%M%S.jpg",
            "PXL_%Y%m%d_%H%M%S000.jpg",
            "DJI_%Y%m%d%H%M%S_0001.jpg",
            "WIN_%Y%m%d_%H_%M_%S_Pro.jpg",
            "Screenshot_%Y-%m-%d-%H-%M-%S.png",
            "Screenshot %Y-%m-%d at %H.%M.%S.png",
            "Screen Shot %Y-%m-%d at %I.%M.%S %p.png",
            "signal-%Y-%m-%d-%H%M%S.jpg",
            "photo_1@%d-%m-%Y_%H-%M-%S.jpg",
            "%Y-%m-%d %H.%M.%S.jpg",
        ]
    ),
)
def test_what_is_written_is_read(moment: datetime, form: str) -> None:
    found = date_in_name(moment.strftime(form))
    assert found is not None
    assert (found.local, found.precision) == (moment, "second")
    assert found.utc == form.startswith("PXL")


@given(moments, st.sampled_from(["IMG-%Y%m%d-WA0001.jpg", "%Y-%m-%d x.jpg"]))
def test_days_written_are_read(moment: datetime, form: str) -> None:
    found = date_in_name(moment.strftime(form))
    assert found is not None
    assert (found.local.date(), found.precision) == (moment.date(), "day")


@given(st.integers(10**12, 2 * 10**12 - 1))
def test_milliseconds_written_are_read(ms: int) -> None:
    found = date_in_name(f"FB_IMG_{ms}.jpg")
    assert found is not None
    assert round(found.local.replace(tzinfo=UTC).timestamp() * 1000) == ms


@given(st.text(max_size=400) | st.text("0129-_. @PXLapmAM:", max_size=60))
def test_any_name_gives_a_date_within_the_years_or_none(name: str) -> None:
    found = date_in_name(name)
    if found is not None:
        assert FIRST_YEAR <= found.local.year <= LAST_YEAR
        assert found.pattern in get_args(NamePattern)
        assert found.precision in get_args(Precision)
