from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.tags.moment import parse_iso8601, parse_mail_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-07-01", "2019-07-01T00:00:00"),
        ("2019-07-01T12:34", "2019-07-01T12:34:00"),
        ("2019-07-01T12:34+02:00", "2019-07-01T12:34:00+02:00"),
        ("2019-07-01T12:34:56", "2019-07-01T12:34:56"),
        ("2019-07-01T12:34:56Z", "2019-07-01T12:34:56+00:00"),
        ("2019-07-01T12:34:56.5-0330", "2019-07-01T12:34:56.500000-03:30"),
        ("2019-07-01T12:34:56.123456789", "2019-07-01T12:34:56.123456"),
        (" 2019:07:01 12:34:56 ", "2019-07-01T12:34:56"),
        ("2019-07-01T12:34:56+99:00", "2019-07-01T12:34:56"),
        *((junk, None) for junk in ("2019", "2019-07", "", "2019-07-01T12", "2019-02-30")),
        *((junk, None) for junk in ("0000-01-01", "2019-07-01T24:00:00", "20190701", "x" * 10**5)),
        ("٢٠١٩-07-01", None),
    ],
)
def test_iso8601(text: str, moment: str | None) -> None:
    found = parse_iso8601(text)
    assert (found and found.isoformat()) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 01 Jul 2019 12:34:56 +0200", "2019-07-01T12:34:56+02:00"),
        ("1 July 2019 12:34 GMT", "2019-07-01T12:34:00+00:00"),
        ("Mon, 1 Jul 2019 12:34:56", "2019-07-01T12:34:56"),
        *((junk, None) for junk in ("1 Foo 2019 12:34", "31 Feb 2019 12:34", "", "2019-07-01")),
    ],
)
def test_mail_dates(text: str, moment: str | None) -> None:
    found = parse_mail_date(text)
    assert (found and found.isoformat()) == moment


def test_long_texts_cost_no_time() -> None:
    started = time.perf_counter()
    parse_iso8601("2019-07-01T12:34" + " " * 30_000 + "x")
    parse_mail_date("1 Jul 2019 12:34" + " " * 30_000 + "x")
    assert time.perf_counter() - started < 0.5


@given(st.text(alphabet="0123456789-:T+Z. ,JulMon", max_size=40))
def test_any_text_gives_an_answer(text: str) -> None:
    parse_iso8601(text)
    parse_mail_date(text)
