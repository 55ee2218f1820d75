"""Typed dates: which days are meant by `2019`, `july 2021`, `2020-05..2020-08`, `last summer`.

A year stands between 1800 and 2199. Seasons are the meteorological ones of the northern half of the
world: spring from March to May, and so on; a winter has the number of the year in which it begins.
Christmas is from 24 to 26 December. `last` is the last one that is over.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.model.query.fields import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence


class Days(NamedTuple):
    """Days from the first to the last, both included; None for without end."""

    first: date | None
    last: date | None


class Typed(NamedTuple):
    """A date at the beginning of some words.

    Attributes:
        words: how many of them it takes.
        days: that are meant; None where it looks like a date and is none.
    """

    words: int
    days: Days | None


_MONTH_NUMBERS = {one: at for at, one in enumerate(MONTHS, 1)}
_MONTH_NUMBERS |= {one[:3]: at for at, one in enumerate(MONTHS, 1)} | {"sept": 9}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SPANS = ("week", "month", "year")
WORDS: Final = frozenset(
    {*_MONTH_NUMBERS, *_SEASONS, *_SPANS, "christmas", "today", "yesterday", "last", "this"}
    | {"days", "weeks"}
)
"""Words that may be part of a date."""

_YEAR = r"(?:(?:18|19|20|21)[0-9]{2}|2200)"  # the last one for the end of a winter
_ISO = re.compile(rf"({_YEAR})(?:-([0-9]{{1,2}})(?:-([0-9]{{1,2}}))?)?\Z")
_RANGE = re.compile(rf"({_YEAR}[0-9-]*)?\.\.({_YEAR}[0-9-]*)?\Z")
_COUNT = re.compile(r"[1-9][0-9]{0,3}\Z")
_ONE_DAY = timedelta(days=1)


def looks_like_date(word: str) -> bool:
    """Whether one word by itself is read as a date, if a wrong one."""
    return bool(_ISO.match(word)) or (word != ".." and bool(_RANGE.match(word)))


def typed(words: Sequence[str], today: date) -> Typed | None:
    """The date with which some words begin; None where they begin with none.

    Args:
        words: up to three, in lower case.
        today: where `last summer` is counted from.
    """
    if looks_like_date(words[0]):
        return Typed(1, _iso_or_range(words[0]))
    for most in (3, 2, 1):
        if len(words) >= most:
            found = _in_words(words[:most], today)
            if found is not None:
                return Typed(most, found)
    return None


def _iso_or_range(word: str) -> Days | None:
    if ".." not in word:
        return _iso(word)
    begin, _, end = word.partition("..")
    first = _iso(begin) if begin else Days(None, None)
    last = _iso(end) if end else Days(None, None)
    if first is None or last is None:
        return None
    days = Days(first.first, last.last)
    if days.first and days.last and days.first > days.last:
        return None
    return days


def _iso(word: str) -> Days | None:
    match = _ISO.match(word)
    if match is None:
        return None
    year = int(match[1])
    try:
        if match[3]:
            one = date(year, int(match[2]), int(match[3]))
            return Days(one, one)
        return _month(year, int(match[2])) if match[2] else _year(year)
    except ValueError:
        return None


def _in_words(words: Sequence[str], today: date) -> Days | None:
    if len(words) == 1:
        return _relative_day(words[0], today)
    if len(words) == 2:
        first, second = words
        relative = first in ("last", "this")
        return _relative(first, second, today) if relative else _of_year(first, second)
    return _counted(words, today) if words[0] == "last" else _day_in_words(*words)


def _relative_day(word: str, today: date) -> Days | None:
    if word == "today":
        return Days(today, today)
    if word == "yesterday":
        return Days(today - _ONE_DAY, today - _ONE_DAY)
    return None


def _of_year(word: str, year: str) -> Days | None:
    if not re.match(rf"{_YEAR}\Z", year):
        return None
    if word in _MONTH_NUMBERS:
        return _month(int(year), _MONTH_NUMBERS[word])
    return _festive(word, int(year))


def _festive(word: str, year: int) -> Days | None:
    if word == "christmas":
        return Days(date(year, 12, 24), date(year, 12, 26))
    if word not in _SEASONS:
        return None
    month = _SEASONS[word]
    end_year, end_month = (year + 1, 2) if month == 12 else (year, month + 2)
    return Days(date(year, month, 1), _month(end_year, end_month).last)


def _relative(which: str, word: str, today: date) -> Days | None:
    past = which == "last"
    if word == "week":
        monday = today - timedelta(days=today.weekday() + (7 if past else 0))
        return Days(monday, monday + timedelta(days=6))
    if word == "month":
        first = today.replace(day=1)
        return _month_of(first - _ONE_DAY if past else first)
    if word == "year":
        return _year(today.year - past)
    if word in _MONTH_NUMBERS and past:
        return _last_over(word, today)
    if word in _SEASONS or word == "christmas":
        return _last_over(word, today) if past else _festive(word, today.year)
    return None


def _last_over(word: str, today: date) -> Days | None:
    for year in range(today.year, today.year - 3, -1):
        days = _of_year(word, str(year))
        if days is not None and days.last is not None and days.last < today:
            return days
    return None


def _counted(words: Sequence[str], today: date) -> Days | None:
    _, count, unit = words
    if not _COUNT.match(count) or unit not in ("days", "weeks"):
        return None
    days = int(count) * (7 if unit == "weeks" else 1)
    return Days(today - timedelta(days=days - 1), today)


def _day_in_words(day: str, month: str, year: str) -> Days | None:
    if month not in _MONTH_NUMBERS or not re.match(rf"{_YEAR}\Z", year):
        return None
    if not re.match(r"[0-9]{1,2}\Z", day):
        return None
    try:
        one = date(int(year), _MONTH_NUMBERS[month], int(day))
    except ValueError:
        return None
    return Days(one, one)


def _year(year: int) -> Days:
    return Days(date(year, 1, 1), date(year, 12, 31))


def _month(year: int, month: int) -> Days:
    first = date(year, month, 1)
    behind = date(year + month // 12, month % 12 + 1, 1)
    return Days(first, behind - _ONE_DAY)


def _month_of(day: date) -> Days:
    return _month(day.year, day.month)


def text_of(days: Days) -> str:
    """A date as `typed` reads it, in its shortest form."""
    first, last = days
    if first is None or last is None:
        return f"{first or ''}..{last or ''}"
    if days == _year(first.year):
        return f"{first.year:04}"
    if days == _month_of(first):
        return f"{first.year:04}-{first.month:02}"
    return f"{first}" if first == last else f"{first}..{last}"
