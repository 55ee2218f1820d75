"""Typed dates are exactly the days they are said to be."""

from __future__ import annotations

from datetime import date

import pytest

from media_server.model.query.dates import Days, text_of, typed

TODAY = date(2021, 10, 5)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2021-07", "2021-07-01", "2021-07-31"),
        ("2021-7", "2021-07-01", "2021-07-31"),
        ("2021-07-14", "2021-07-14", "2021-07-14"),
        ("2020-05..2020-08", "2020-05-01", "2020-08-31"),
        ("2020-12..2021", "2020-12-01", "2021-12-31"),
        ("..2015", None, "2015-12-31"),
        ("2020..", "2020-01-01", None),
        ("july 2021", "2021-07-01", "2021-07-31"),
        ("sept 2021", "2021-09-01", "2021-09-30"),
        ("feb 2020", "2020-02-01", "2020-02-29"),
        ("14 july 2021", "2021-07-14", "2021-07-14"),
        ("summer 2020", "2020-06-01", "2020-08-31"),
        ("winter 2019", "2019-12-01", "2020-02-29"),
        ("christmas 2020", "2020-12-24", "2020-12-26"),
        ("today", "2021-10-05", "2021-10-05"),
        ("yesterday", "2021-10-04", "2021-10-04"),
        ("this week", "2021-10-04", "2021-10-10"),
        ("last week", "2021-09-27", "2021-10-03"),
        ("this month", "2021-10-01", "2021-10-31"),
        ("last month", "2021-09-01", "2021-09-30"),
        ("this year", "2021-01-01", "2021-12-31"),
        ("last year", "2020-01-01", "2020-12-31"),
        ("last summer", "2021-06-01", "2021-08-31"),
        ("this autumn", "2021-09-01", "2021-11-30"),
        ("last autumn", "2020-09-01", "2020-11-30"),
        ("last winter", "2020-12-01", "2021-02-28"),
        ("last october", "2020-10-01", "2020-10-31"),
        ("last christmas", "2020-12-24", "2020-12-26"),
        ("last 7 days", "2021-09-29", "2021-10-05"),
        ("last 2 weeks", "2021-09-22", "2021-10-05"),
    ],
)
def test_meant(text: str, first: str | None, last: str | None) -> None:
    words = text.split()
    found = typed([*words, "beach"][:3], TODAY)
    assert found is not None
    assert found.words == len(words)
    days = Days(*(None if one is None else date.fromisoformat(one) for one in (first, last)))
    assert found.days == days
    again = typed([text_of(days)], TODAY)
    assert again is not None
    assert again.days == days


@pytest.mark.parametrize("text", ["2021-13", "2021-02-30", "2020..2015", "2020-00", "2021-1-1-1.."])
def test_no_date_though_it_looks_like_one(text: str) -> None:
    found = typed([text], TODAY)
    assert found is not None
    assert found.days is None


@pytest.mark.parametrize(
    "text", ["july", "1234", "20190701", "last", "last beach", "32 july 2021", "july 21", ".."]
)
def test_words(text: str) -> None:
    assert typed(text.split(), TODAY) is None


def test_last_summer_while_it_is_summer_is_the_one_before() -> None:
    found = typed(["last", "summer"], date(2021, 7, 1))
    assert found is not None
    assert found.days == Days(date(2020, 6, 1), date(2020, 8, 31))
